package apikey

import (
	"context"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/keyward/terraform-provider-keyward/internal/resources/codec"
	"github.com/keyward/terraform-provider-keyward/internal/rotation"
)

// Update does what the plan says: it edits the key in place, or rotates it, or
// revokes what is left of the rotation before.
func (r *Resource[M, P]) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	var state, plan M
	resp.Diagnostics.Append(codec.State(ctx, req.State, &state)...)
	resp.Diagnostics.Append(codec.Plan(ctx, req.Plan, &plan)...)
	if resp.Diagnostics.HasError() || !r.ready(P(&state).Shared(), &resp.Diagnostics) {
		return
	}
	before, after := P(&state).Shared(), P(&plan).Shared()
	decision := rotation.Keep
	if after.Generation.ValueInt64() > generation(before) {
		decision = rotation.Rotate
	}
	seen, diags := observed(ctx, req.Private, before.ID.ValueString())
	resp.Diagnostics.Append(diags...)
	resp.Diagnostics.Append(r.guardChange(ctx, &state, &plan, decision)...)
	if resp.Diagnostics.HasError() {
		return
	}
	resp.Diagnostics.Append(store(ctx, resp.Private, observationKey, observation{})...) // it is of what was
	save := r.saver(&resp.State, resp.Identity)
	if decision == rotation.Rotate {
		r.rotate(ctx, &state, plan, seen, save, &resp.Diagnostics)
		return
	}
	if after.Leftovers.IsUnknown() { // the plan has found some
		pending := append(before.leftovers(r.Scope), r.pending(&state, seen)...)
		before.Leftovers, diags = leftoversOf(r.Scope, pending)
		resp.Diagnostics.Append(diags...)
		after.Leftovers = noLeftovers(r.Scope)
	}
	if after.Previous.IsUnknown() { // the overlap changes
		resp.Diagnostics.Append(r.settlePrevious(ctx, before, after, seen)...)
	}
	r.change(ctx, &state, plan, save, &resp.Diagnostics)
}

// settlePrevious decides about the previous key as the apply finds it.
func (r *Resource[M, P]) settlePrevious(ctx context.Context, before, after *Attributes, seen observation) diag.Diagnostics {
	declared, diags := after.policy(ctx)
	seen.At = r.platform.Now()
	previous, waiting := before.previous(r.Scope)
	switch {
	case !waiting:
		after.Previous, after.Revokes = noPrevious(r.Scope), before.Revokes
	case r.fate(before, declared, seen) == rotation.Over:
		after.Previous, after.Revokes = noPrevious(r.Scope), revokesOf(previous.Pending)
	default:
		previous.RevokeDue = declared.revokeDue(instant(before.CreatedAt))
		after.Previous, after.Revokes = previous.object(r.Scope), before.Revokes
	}
	return diags
}

// change edits the key in place, and revokes what the plan says is over.
func (r *Resource[M, P]) change(ctx context.Context, state *M, plan M, save saver[M], diags *diag.Diagnostics) {
	before, after := P(state).Shared(), P(&plan).Shared()
	if _, waiting := before.previous(r.Scope); waiting && after.Previous.IsNull() {
		if !r.proved(ctx, state, diags) || !r.revokePrevious(ctx, state, save, diags) {
			return
		}
	}
	if !r.revokeLeftovers(ctx, state, save, diags) {
		return
	}
	r.edit(ctx, state, plan, save, diags)
}

// rotate creates the new key, with the old one kept in the state beside it, and
// proves it. Only then are keys revoked: those whose time is over.
func (r *Resource[M, P]) rotate(ctx context.Context, state *M, plan M, seen observation, save saver[M], diags *diag.Diagnostics) {
	before, after := P(state).Shared(), P(&plan).Shared()
	declared, more := after.policy(ctx)
	diags.Append(more...)
	pending := slices.Concat(before.leftovers(r.Scope), r.overtaken(state, seen), r.pending(state, seen))
	after.Leftovers, more = leftoversOf(r.Scope, pending)
	diags.Append(more...)
	after.Previous = r.outgoing(state, seen).object(r.Scope)
	if diags.HasError() {
		return
	}
	issued, ok := r.issue(ctx, &plan, rotating(before), append(before.ids(r.Scope), seen.leftovers()...), save, diags)
	if !ok || !r.prove(ctx, &plan, issued.token, diags) {
		return
	}
	r.switchOff(ctx, &plan, issued, save, diags)
	if diags.HasError() || !r.revokeLeftovers(ctx, &plan, save, diags) {
		return
	}
	if declared.overlap.None() {
		r.revokePrevious(ctx, &plan, save, diags)
	}
}

// overtaken are the keys that a rotation revokes at once, for only one of those
// that it replaces can live on.
func (r *Resource[M, P]) overtaken(state *M, seen observation) []Pending {
	a := P(state).Shared()
	previous, waiting := a.previous(r.Scope)
	switch {
	case !waiting || seen.Lost != "":
		return nil
	case refused(a, seen):
		return []Pending{r.inPlace(state)}
	default:
		return []Pending{previous.Pending}
	}
}

// pending are the leftovers that a refresh has found.
func (r *Resource[M, P]) pending(state *M, seen observation) (keys []Pending) {
	for _, key := range seen.Leftovers {
		keys = append(keys, Pending{ID: types.StringValue(key.ID), Scope: r.platform.ScopeOf(state), KeyPrefix: types.StringValue(key.KeyPrefix)})
	}
	return keys
}
