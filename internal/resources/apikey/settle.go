package apikey

import (
	"context"
	"errors"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/keyward/terraform-provider-keyward/internal/client"
	"github.com/keyward/terraform-provider-keyward/internal/diagnose"
)

var boolFalse = types.BoolValue(false)

func pendingKey(scope types.String, key Key) Pending {
	return Pending{ID: types.StringValue(key.ID), Scope: scope, KeyPrefix: types.StringValue(key.KeyPrefix)}
}

// prove makes sure that the platform accepts the new key before the old one goes.
func (r *Resource[M, P]) prove(ctx context.Context, m *M, token client.Secret, diags *diag.Diagnostics) bool {
	a := P(m).Shared()
	if err := r.platform.Prove(ctx, r.platform.ScopeOf(m), token); err != nil {
		diags.Append(diagnose.Error("prove the new key of", r.name(a), fmt.Errorf("%w\n\n%s (%s…) is in the state, but the platform has not answered it, so nothing is revoked: "+
			"the key before it goes on working and is in the state, too. The next apply tries again", err, a.ID.ValueString(), a.KeyPrefix.ValueString())))
		return false
	}
	return true
}

// proved makes sure that the key in place has been accepted by the platform: by
// its use or, where nobody has used it, by a request.
func (r *Resource[M, P]) proved(ctx context.Context, m *M, diags *diag.Diagnostics) bool {
	a := P(m).Shared()
	key, err := r.platform.Find(ctx, r.platform.ScopeOf(m), a.ID.ValueString(), true)
	switch {
	case err != nil:
		diags.Append(diagnose.Error("prove", r.name(a), err))
		return false
	case key.RevokedAt != nil:
		diags.Append(diagnose.Error("prove", r.name(a), errors.New("it was revoked outside Terraform, so the key before it is not revoked; plan again")))
		return false
	case key.LastUsedAt != nil:
		return true
	case a.Token.ValueString() == "":
		diags.Append(diagnose.Error("prove", r.name(a), fmt.Errorf("%s (%s…) was never used, and its token is not in the state, so whether it works is not known. "+
			"The key before it is revoked by the first apply after somebody has used the new one", a.ID.ValueString(), a.KeyPrefix.ValueString())))
		return false
	}
	return r.prove(ctx, m, client.NewSecret(a.Token.ValueString()), diags)
}

// revokePrevious revokes the key that the last rotation replaced, if it is live.
// It reports whether none is any more.
func (r *Resource[M, P]) revokePrevious(ctx context.Context, m *M, save saver[M], diags *diag.Diagnostics) bool {
	a := P(m).Shared()
	previous, waiting := a.previous(r.Scope)
	if !waiting {
		return true
	}
	if !r.revoke(ctx, a, previous.Pending, "previous key", "previous", diags) {
		return false
	}
	a.Previous = noPrevious(r.Scope)
	diags.Append(save(ctx, m)...)
	return !diags.HasError()
}

// revokeLeftovers revokes the keys that nobody reads. It reports whether there
// are none any more.
func (r *Resource[M, P]) revokeLeftovers(ctx context.Context, m *M, save saver[M], diags *diag.Diagnostics) bool {
	a := P(m).Shared()
	var failed []Pending
	pending := a.leftovers(r.Scope)
	for _, key := range pending {
		if !r.revoke(ctx, a, key, "leftover", "leftovers", diags) {
			failed = append(failed, key)
		}
	}
	if len(pending) > 0 {
		left, more := leftoversOf(r.Scope, failed)
		diags.Append(more...)
		a.Leftovers = left
		diags.Append(save(ctx, m)...)
	}
	return len(failed) == 0
}

// revoke revokes a key that the resource has beside the one in place.
func (r *Resource[M, P]) revoke(ctx context.Context, a *Attributes, key Pending, what, attribute string, diags *diag.Diagnostics) bool {
	held := Held{ID: key.ID.ValueString(), KeyPrefix: key.KeyPrefix.ValueString(), Scope: key.Scope}
	guarded := r.guard(ctx, held, "The "+what+" of "+r.name(a), "be revoked")
	diags.Append(guarded...)
	if guarded.HasError() {
		return false
	}
	if err := r.platform.Revoke(ctx, key.Scope, held.ID); err != nil {
		diags.Append(diagnose.Error("revoke the "+what+" of", r.name(a),
			fmt.Errorf("%w\n\nThe key in place works and is in the state. The %s, %s (%s…), may still be live; it is kept in `%s`, and the next apply revokes it",
				err, what, held.ID, held.KeyPrefix, attribute)))
		return false
	}
	return true
}
