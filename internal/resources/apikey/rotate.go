package apikey

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/keyward/terraform-provider-keyward/internal/diagnose"
	"github.com/keyward/terraform-provider-keyward/internal/rotation"
)

// Update edits the key in place, or rotates it where the platform can't edit
// what changes.
func (r *Resource[M, P]) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	var state, plan M
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	if resp.Diagnostics.HasError() || !r.ready(P(&state).Shared(), &resp.Diagnostics) {
		return
	}
	save := r.saver(&resp.State, resp.Identity)
	decision, _, diags := r.decide(ctx, &state, &plan)
	resp.Diagnostics.Append(diags...)
	resp.Diagnostics.Append(r.guardChange(ctx, &state, &plan, decision)...)
	if resp.Diagnostics.HasError() || !r.revokePrevious(ctx, &state, save, &resp.Diagnostics) {
		return
	}
	if decision == rotation.Rotate {
		r.rotate(ctx, &state, plan, save, &resp.Diagnostics)
		return
	}
	keep(P(&state).Shared(), P(&plan).Shared())
	r.edit(ctx, &state, plan, save, &resp.Diagnostics)
}

// keep carries over what belongs to the key in place; a plan leaves it unknown
// while it can't tell whether the key will be rotated.
func keep(state, plan *Attributes) {
	plan.ID, plan.Token, plan.KeyPrefix, plan.CreatedAt = state.ID, state.Token, state.KeyPrefix, state.CreatedAt
	plan.Previous = state.Previous
	if plan.Enabled.IsUnknown() {
		plan.Enabled = state.Enabled
	}
}

// rotate creates the new key, with the old one kept in the state beside it, and
// only then revokes the old one.
func (r *Resource[M, P]) rotate(ctx context.Context, state *M, plan M, save saver[M], diags *diag.Diagnostics) {
	old := P(state).Shared()
	previous, more := Previous{
		ID: old.ID, Scope: r.platform.ScopeOf(state), KeyPrefix: old.KeyPrefix, CreatedAt: old.CreatedAt,
	}.object(r.Scope)
	diags.Append(more...)
	if diags.HasError() {
		return
	}
	current := r.issue(ctx, plan, previous, save, diags)
	if diags.HasError() {
		return
	}
	r.revokePrevious(ctx, &current, save, diags)
}

// revokePrevious revokes the key that waits for it, if one does. It reports
// whether none waits any more.
func (r *Resource[M, P]) revokePrevious(ctx context.Context, m *M, save saver[M], diags *diag.Diagnostics) bool {
	attributes := P(m).Shared()
	previous, waiting := attributes.previous(r.Scope)
	if !waiting {
		return true
	}
	held := Held{ID: previous.ID.ValueString(), KeyPrefix: previous.KeyPrefix.ValueString(), Scope: previous.Scope}
	if diags.Append(r.guard(ctx, held, "The previous key of "+r.name(attributes), "be revoked")...); diags.HasError() {
		return false
	}
	if err := r.platform.Revoke(ctx, previous.Scope, previous.ID.ValueString()); err != nil {
		diags.Append(diagnose.Error("revoke the previous key of", r.name(attributes),
			fmt.Errorf("%w\n\nThe key in place works and is in the state. The previous one, %s (%s…), may still be live; it is kept in `previous`, and the next apply revokes it",
				err, previous.ID.ValueString(), previous.KeyPrefix.ValueString())))
		return false
	}
	attributes.Previous = types.ObjectNull(previousTypes(r.Scope))
	diags.Append(save(ctx, m)...)
	return true
}
