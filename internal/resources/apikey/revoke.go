package apikey

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/keyward/terraform-provider-keyward/internal/client"
	"github.com/keyward/terraform-provider-keyward/internal/diagnose"
	"github.com/keyward/terraform-provider-keyward/internal/platform/provisional"
	"github.com/keyward/terraform-provider-keyward/internal/resources/codec"
	"github.com/keyward/terraform-provider-keyward/internal/rotation"
)

// Delete revokes the key and all that the resource has beside it: what the plan
// shows as destroyed.
func (r *Resource[M, P]) Delete(ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse) {
	var state M
	resp.Diagnostics.Append(codec.State(ctx, req.State, &state)...)
	a := P(&state).Shared()
	if resp.Diagnostics.HasError() || !r.ready(a, &resp.Diagnostics) {
		return
	}
	r.revokeEvery(ctx, &state, r.saver(&resp.State, nil), &resp.Diagnostics)
}

// revokeEvery revokes every key of a resource, its own last.
func (r *Resource[M, P]) revokeEvery(ctx context.Context, state *M, save saver[M], diags *diag.Diagnostics) {
	a := P(state).Shared()
	var targets []target
	for _, key := range a.orphaned(r.Scope) {
		targets = append(targets, targetOf(key.Other, key.Reason))
	}
	if previous, live := a.previous(r.Scope); live {
		targets = append(targets, targetOf(previous.Other, replaced))
	}
	if a.DeletionProtection.ValueBool() { // the plan of a tainted key's replacement is not shown the key
		diags.Append(r.protected(r.name(a), a.ID.ValueString(), a.KeyPrefix.ValueString()))
	}
	diags.Append(r.guard(ctx, r.held(state), r.name(a), "be revoked")...)
	if diags.HasError() || !r.revokeListed(ctx, state, targets, save, diags) {
		return
	}
	if err := r.platform.Revoke(ctx, r.platform.ScopeOf(state), a.ID.ValueString()); err != nil {
		diags.Append(diagnose.Error("revoke", r.name(a), err))
	}
}

// verified makes sure that the platform has accepted the current key: by its use
// or, where it was never used, by a request.
func (r *Resource[M, P]) verified(ctx context.Context, m *M, diags *diag.Diagnostics) bool {
	a := P(m).Shared()
	refuse := func(err error) bool {
		diags.Append(diagnose.Error("verify", r.name(a), fmt.Errorf("%w. The previous key was not revoked", err)))
		return false
	}
	key, err := r.platform.Find(ctx, r.platform.ScopeOf(m), a.ID.ValueString(), true)
	switch {
	case err != nil:
		return refuse(err)
	case key.RevokedAt != nil:
		return refuse(errors.New("it was revoked outside Terraform: plan again"))
	case !key.Enabled && a.Enabled.ValueBool():
		return refuse(errors.New("it was disabled outside Terraform: plan again"))
	case key.LastUsedAt != nil:
		return true
	case a.Token.ValueString() == "":
		return refuse(fmt.Errorf("%s (%s…) was never used, and its token is not in the state, so that it is not known whether it works. "+
			"The first apply after its first use revokes the previous key", a.ID.ValueString(), a.KeyPrefix.ValueString()))
	}
	if err := r.platform.Verify(ctx, r.platform.ScopeOf(m), a.ID.ValueString(), client.NewSecret(a.Token.ValueString())); err != nil {
		return refuse(err)
	}
	return true
}

// revokeListed revokes the keys that a plan lists, and writes the state after each. It
// reports whether all of them are revoked.
func (r *Resource[M, P]) revokeListed(ctx context.Context, m *M, targets []target, save saver[M], diags *diag.Diagnostics) bool {
	a := P(m).Shared()
	var done []string
	for _, key := range targets {
		if !r.revoke(ctx, m, key, diags) {
			continue
		}
		done = append(done, key.ID)
		a.Revokes = revokesOf(done)
		if previous, live := a.previous(r.Scope); live && previous.ID.ValueString() == key.ID {
			a.Previous = noPrevious(r.Scope)
		}
		left := slices.DeleteFunc(a.orphaned(r.Scope), func(other Orphan) bool { return other.ID.ValueString() == key.ID })
		var more diag.Diagnostics
		a.Orphaned, more = orphanedOf(r.Scope, left)
		diags.Append(more...)
		diags.Append(save(ctx, m)...)
	}
	return len(done) == len(targets) && !diags.HasError()
}

// revoke revokes a key that the resource has beside the current one, if there is
// still the evidence that it may.
func (r *Resource[M, P]) revoke(ctx context.Context, m *M, key target, diags *diag.Diagnostics) bool {
	a := P(m).Shared()
	changed, err := r.evidence(ctx, key)
	switch {
	case err != nil:
		diags.Append(diagnose.Error("check", fmt.Sprintf("the %s %s of %s", key.noun(), key.ID, r.name(a)), fmt.Errorf("%w. It was not revoked; apply again", err)))
		return false
	case changed != "":
		diags.AddError("A key has changed since the plan",
			fmt.Sprintf("%s: the plan revokes %s (%s…), but %s. It was not revoked; plan again.", r.name(a), key.ID, key.KeyPrefix, changed))
		return false
	}
	held := Held{ID: key.ID, KeyPrefix: key.KeyPrefix, Scope: key.scope()}
	guarded := r.guard(ctx, held, fmt.Sprintf("The %s %s of %s", key.noun(), key.ID, r.name(a)), "be revoked")
	diags.Append(guarded...)
	if guarded.HasError() {
		return false
	}
	if err := r.platform.Revoke(ctx, key.scope(), key.ID); err != nil {
		diags.Append(diagnose.Error("revoke the "+key.noun()+" of", r.name(a),
			fmt.Errorf("%w\n\n%s (%s…) may still be live. It stays in the state, and the next apply revokes it. The current key %s is not affected",
				err, key.ID, key.KeyPrefix, a.ID.ValueString())))
		return false
	}
	return true
}

// evidence looks once more at a key that was found to be orphaned: it says what has
// changed about it, "" for nothing.
func (r *Resource[M, P]) evidence(ctx context.Context, key target) (changed string, err error) {
	if key.Reason != unfinished && key.Reason != interrupted {
		return "", nil
	}
	now, err := r.platform.Find(ctx, key.scope(), key.ID, true)
	switch {
	case errors.Is(err, client.ErrNotFound), err == nil && now.RevokedAt != nil:
		return "", nil
	case err != nil:
		return "", err
	case key.Reason == unfinished && !provisional.Orphaned(now.Name, now.CreatedAt, r.platform.Now()):
		return fmt.Sprintf("its name is %q now, which is not that of an unfinished creation", now.Name), nil
	case key.Reason == unfinished:
		return "", nil
	}
	finished, err := r.finished(ctx, key.scope(), now, false)
	if err == nil && !rotation.Unused(finished) {
		changed = "it has been used since"
	}
	return changed, err
}

// finished reads what the log has of a key under its final name: the requests that it
// made and, where made says so, those of its maker in the time of its creation.
func (r *Resource[M, P]) finished(ctx context.Context, scope types.String, key Key, made bool) (rotation.Finished, error) {
	found := rotation.Finished{ID: key.ID, LastUsedAt: key.LastUsedAt}
	var err error
	if found.Own, err = r.requests(ctx, scope, RequestFilter{KeyID: key.ID, Limit: rotation.MaxRequests}); err != nil || !made {
		return found, err
	}
	found.Made, err = r.requests(ctx, scope, RequestFilter{
		KeyID: key.CreatedBy, From: key.CreatedAt.Add(-1), To: key.CreatedAt.Add(provisional.OrphanAge),
	})
	return found, err
}

func (r *Resource[M, P]) requests(ctx context.Context, scope types.String, filter RequestFilter) (all []rotation.Row, err error) {
	for request, err := range r.platform.Requests(ctx, scope, filter) {
		if err != nil {
			return nil, err
		}
		all = append(all, request)
	}
	return all, nil
}
