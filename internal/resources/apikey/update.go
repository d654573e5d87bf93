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
	"github.com/keyward/terraform-provider-keyward/internal/diagnostics"
	"github.com/keyward/terraform-provider-keyward/internal/platform/provisional"
	"github.com/keyward/terraform-provider-keyward/internal/resources/codec"
	"github.com/keyward/terraform-provider-keyward/internal/rotation"
)

// Update carries out what the plan decided: it rotates the key, or edits it, and
// revokes the keys that the plan lists.
func (r *Resource[M, P]) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	var state, plan M
	resp.Diagnostics.Append(codec.State(ctx, req.State, &state)...)
	resp.Diagnostics.Append(codec.Plan(ctx, req.Plan, &plan)...)
	if resp.Diagnostics.HasError() || !r.ready(P(&state).Shared(), &resp.Diagnostics) {
		return
	}
	decided, diags := load[decision](ctx, req.Private, decisionKey)
	resp.Diagnostics.Append(diags...)
	seen, diags := observed(ctx, req.Private, P(&state).Shared().ID.ValueString())
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	resp.Diagnostics.Append(store(ctx, resp.Private, refreshResultKey, refreshResult{})...) // it is of what was
	resp.Diagnostics.Append(store(ctx, resp.Private, decisionKey, decision{})...)
	r.apply(ctx, &state, plan, decided, seen, r.saver(&resp.State, resp.Identity), &resp.Diagnostics)
}

// apply makes of the state what was decided.
func (r *Resource[M, P]) apply(ctx context.Context, state *M, plan M, decided decision, seen refreshResult, save saver[M], diags *diag.Diagnostics) {
	choice := rotation.Keep
	if decided.Rotate {
		choice = rotation.Rotate
	}
	diags.Append(r.guardChange(ctx, state, &plan, choice)...)
	switch {
	case diags.HasError():
	case decided.Rotate:
		r.rotate(ctx, state, plan, decided, seen, save, diags)
	default:
		r.change(ctx, state, plan, decided, seen, save, diags)
	}
}

// change revokes what the plan lists, and edits the key in place.
func (r *Resource[M, P]) change(ctx context.Context, state *M, plan M, decided decision, seen refreshResult, save saver[M], diags *diag.Diagnostics) {
	before, after := P(state).Shared(), P(&plan).Shared()
	if after.Previous.IsUnknown() { // the overlap changes
		expired, more := r.resolvePrevious(ctx, state, after, seen)
		diags.Append(more...)
		decided.Revokes = append(decided.Revokes, expired...)
	}
	if diags.HasError() {
		return
	}
	if previous, live := before.previous(r.Scope); live && slices.Contains(decided.ids(), previous.ID.ValueString()) && !r.verified(ctx, state, diags) {
		return
	}
	if after.Revokes.IsUnknown() {
		after.Revokes = before.Revokes
		if len(decided.Revokes) > 0 {
			after.Revokes = revokesOf(decided.ids())
		}
	}
	if after.Orphaned.IsUnknown() {
		after.Orphaned = before.Orphaned
	}
	if r.revokeListed(ctx, state, decided.Revokes, save, diags) {
		r.edit(ctx, state, plan, save, diags)
	}
}

// resolvePrevious decides about the previous key as the apply finds it.
func (r *Resource[M, P]) resolvePrevious(ctx context.Context, state *M, after *Attributes, seen refreshResult) (targets []target, diags diag.Diagnostics) {
	before := P(state).Shared()
	declared, diags := after.policy(ctx)
	previous, live := before.previous(r.Scope)
	if !live {
		after.Previous = noPrevious(r.Scope)
		return nil, diags
	}
	// The answer brings the platform's time, too.
	key, err := r.platform.Find(ctx, previous.Scope, previous.ID.ValueString(), true)
	if err != nil {
		diags.Append(diagnostics.Error("look at the previous key of", r.name(before), err))
		return nil, diags
	}
	seen.At, seen.PreviousUsedAt = r.platform.Now(), key.LastUsedAt
	// A disabled current key leaves its readers the previous one, as in a plan.
	if r.previousStatus(before, declared, seen) == rotation.RevokeDue && (after.Enabled.ValueBool() || declared.overlap.None()) {
		after.Previous = noPrevious(r.Scope)
		return []target{targetOf(previous.Other, expired)}, diags
	}
	previous.RevokeDue = declared.revokeDue(instant(before.CreatedAt))
	after.Previous = previous.object(r.Scope)
	return nil, diags
}

// rotate creates the new key, with the old one kept in the state beside it. Only
// then are keys revoked: those that the plan lists.
func (r *Resource[M, P]) rotate(ctx context.Context, state *M, plan M, decided decision, seen refreshResult, save saver[M], diags *diag.Diagnostics) {
	before, after := P(state).Shared(), P(&plan).Shared()
	diags.Append(r.stillFree(ctx, &plan, before.ids(r.Scope), before.rotated(r.Scope))...)
	orphans := before.orphaned(r.Scope)
	for _, key := range r.superseded(state, seen) {
		orphans = append(orphans, Orphan{key, superseded})
	}
	var more diag.Diagnostics
	after.Orphaned, more = orphanedOf(r.Scope, orphans)
	diags.Append(more...)
	after.Previous = noPrevious(r.Scope)
	if next, live := r.nextPrevious(state, seen); live {
		after.Previous = next.object(r.Scope)
	}
	after.Revokes = before.Revokes
	if diags.HasError() || !r.issue(ctx, &plan, before.ID.ValueString(), diags) {
		return
	}
	diags.Append(save(ctx, &plan)...)
	seeing, cancel := r.finishing(client.Urgent(ctx), r.platform.Now())
	defer cancel()
	if !diags.HasError() {
		r.revokeListed(seeing, &plan, decided.Revokes, save, diags)
	}
}

// superseded are the keys that a rotation revokes at once, for only one of those
// that it replaces can live on.
func (r *Resource[M, P]) superseded(state *M, seen refreshResult) []Other {
	a := P(state).Shared()
	previous, live := a.previous(r.Scope)
	switch {
	case !live || seen.Lost != "":
		return nil
	case refused(a, seen):
		return []Other{r.current(state)}
	default:
		return []Other{previous.Other}
	}
}

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
	diags.Append(r.guard(ctx, r.ref(state), r.name(a), "be revoked")...)
	if diags.HasError() || !r.revokeListed(ctx, state, targets, save, diags) {
		return
	}
	if err := r.platform.Revoke(ctx, r.platform.ScopeOf(state), a.ID.ValueString()); err != nil {
		diags.Append(diagnostics.Error("revoke", r.name(a), err))
	}
}

// verified makes sure that the platform has accepted the current key: by its use
// or, where it was never used, by a request.
func (r *Resource[M, P]) verified(ctx context.Context, m *M, diags *diag.Diagnostics) bool {
	a := P(m).Shared()
	refuse := func(err error) bool {
		diags.Append(diagnostics.Error("verify", r.name(a), fmt.Errorf("%w. The previous key was not revoked", err)))
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
		diags.Append(diagnostics.Error("check", fmt.Sprintf("the %s %s of %s", key.noun(), key.ID, r.name(a)), fmt.Errorf("%w. It was not revoked; apply again", err)))
		return false
	case changed != "":
		diags.AddError("A key has changed since the plan",
			fmt.Sprintf("%s: the plan revokes %s (%s…), but %s. It was not revoked; plan again.", r.name(a), key.ID, key.KeyPrefix, changed))
		return false
	}
	ref := KeyRef{ID: key.ID, KeyPrefix: key.KeyPrefix, Scope: key.scope()}
	guarded := r.guard(ctx, ref, fmt.Sprintf("The %s %s of %s", key.noun(), key.ID, r.name(a)), "be revoked")
	diags.Append(guarded...)
	if guarded.HasError() {
		return false
	}
	if err := r.platform.Revoke(ctx, key.scope(), key.ID); err != nil {
		diags.Append(diagnostics.Error("revoke the "+key.noun()+" of", r.name(a),
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
