package apikey

import (
	"context"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/keyward/terraform-provider-keyward/internal/client"
	"github.com/keyward/terraform-provider-keyward/internal/diagnose"
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
	resp.Diagnostics.Append(store(ctx, resp.Private, observationKey, observation{})...) // it is of what was
	resp.Diagnostics.Append(store(ctx, resp.Private, decisionKey, decision{})...)
	r.carryOut(ctx, &state, plan, decided, seen, r.saver(&resp.State, resp.Identity), &resp.Diagnostics)
}

// carryOut makes of the state what was decided.
func (r *Resource[M, P]) carryOut(ctx context.Context, state *M, plan M, decided decision, seen observation, save saver[M], diags *diag.Diagnostics) {
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
func (r *Resource[M, P]) change(ctx context.Context, state *M, plan M, decided decision, seen observation, save saver[M], diags *diag.Diagnostics) {
	before, after := P(state).Shared(), P(&plan).Shared()
	if after.Previous.IsUnknown() { // the overlap changes
		expired, more := r.settlePrevious(ctx, state, after, seen)
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

// settlePrevious decides about the previous key as the apply finds it.
func (r *Resource[M, P]) settlePrevious(ctx context.Context, state *M, after *Attributes, seen observation) (targets []target, diags diag.Diagnostics) {
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
		diags.Append(diagnose.Error("look at the previous key of", r.name(before), err))
		return nil, diags
	}
	seen.At, seen.PreviousUsedAt = r.platform.Now(), key.LastUsedAt
	// A disabled current key leaves its readers the previous one, as in a plan.
	if r.fate(before, declared, seen) == rotation.Over && (after.Enabled.ValueBool() || declared.overlap.None()) {
		after.Previous = noPrevious(r.Scope)
		return []target{targetOf(previous.Other, expired)}, diags
	}
	previous.RevokeDue = declared.revokeDue(instant(before.CreatedAt))
	after.Previous = previous.object(r.Scope)
	return nil, diags
}

// rotate creates the new key, with the old one kept in the state beside it. Only
// then are keys revoked: those that the plan lists.
func (r *Resource[M, P]) rotate(ctx context.Context, state *M, plan M, decided decision, seen observation, save saver[M], diags *diag.Diagnostics) {
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
	if outgoing, live := r.outgoing(state, seen); live {
		after.Previous = outgoing.object(r.Scope)
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
func (r *Resource[M, P]) superseded(state *M, seen observation) []Other {
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
