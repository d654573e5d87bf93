package apikey

import (
	"context"
	"fmt"
	"time"

	"github.com/hashicorp/terraform-plugin-framework-timetypes/timetypes"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/keyward/terraform-provider-keyward/internal/configured"
	"github.com/keyward/terraform-provider-keyward/internal/resources/codec"
	"github.com/keyward/terraform-provider-keyward/internal/rotation"
)

// ModifyPlan completes the plan, checks what only the platform can tell, and
// takes the decision whether the key is rotated.
func (r *Resource[M, P]) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	if req.Plan.Raw.IsNull() {
		r.planDelete(ctx, req, resp)
		return
	}
	made, ok := ctx.Value(plannedKey{}).(*planned[M])
	if !ok {
		made = r.planned(ctx, req)
	}
	resp.Diagnostics.Append(made.diags...)
	for key, value := range made.keep {
		resp.Diagnostics.Append(resp.Private.SetKey(ctx, key, value)...)
	}
	if !resp.Diagnostics.HasError() {
		resp.Diagnostics.Append(codec.SetPlan(ctx, &resp.Plan, &made.plan)...)
	}
}

// planned is what is planned for a key.
type planned[M any] struct {
	plan M
	// keep is what is to be kept beside the state.
	keep  privateMap
	diags diag.Diagnostics
}

// planned plans what Terraform asks for.
func (r *Resource[M, P]) planned(ctx context.Context, req resource.ModifyPlanRequest) *planned[M] {
	made := &planned[M]{keep: privateMap{}}
	var config M
	made.diags.Append(codec.Config(ctx, req.Config, &config)...)
	made.diags.Append(codec.Plan(ctx, req.Plan, &made.plan)...)
	var state *M
	if !req.State.Raw.IsNull() {
		state = new(M)
		made.diags.Append(codec.State(ctx, req.State, state)...)
	}
	if !made.diags.HasError() {
		made.diags.Append(r.plan(ctx, &config, state, &made.plan, req.Private, made.keep)...)
	}
	return made
}

// plan completes a plan; state is nil for a key that is to be created.
func (r *Resource[M, P]) plan(ctx context.Context, config, state, plan *M, kept, keep private) (diags diag.Diagnostics) {
	if !r.plannable(plan, &diags) {
		return diags
	}
	diags.Append(r.platform.Complete(ctx, config, state, plan)...)
	if diags.HasError() {
		return diags
	}
	if state == nil {
		replaced, more := load[[]string](ctx, kept, replacedKey)
		diags.Append(more...)
		diags.Append(r.planCreate(ctx, config, plan, replaced)...)
		return diags
	}
	seen, more := observed(ctx, kept, P(state).Shared().ID.ValueString())
	diags.Append(more...)
	diags.Append(r.planChange(ctx, state, plan, seen)...)
	diags.Append(store(ctx, keep, replacedKey, P(state).Shared().ids(r.Scope))...)
	return diags
}

// plannable reports whether a plan can be made at all: not without credentials,
// but well while they are not known yet.
func (r *Resource[M, P]) plannable(plan *M, diags *diag.Diagnostics) bool {
	status := r.platform.Status()
	if status.Ready() || status.Deferred() {
		return true
	}
	diags.Append(status.Diagnostic(r.Platform, r.name(P(plan).Shared())))
	return false
}

// planCreate plans a first key. replaced are the keys of the object that it takes
// the place of, if it does.
func (r *Resource[M, P]) planCreate(ctx context.Context, config, plan *M, replaced []string) diag.Diagnostics {
	attributes := P(plan).Shared()
	if P(config).Shared().Enabled.IsNull() {
		attributes.Enabled = types.BoolValue(true) // as every new key is
	}
	declared, diags := attributes.policy(ctx)
	attributes.forget(declared)
	attributes.Generation = types.Int64Unknown()
	attributes.Previous = noPrevious(r.Scope)
	attributes.Leftovers = types.ListUnknown(leftoversType(r.Scope))
	attributes.Revokes = revokesOf()
	attributes.RotationRequested = types.BoolValue(false)
	if r.platform.Status().Ready() {
		owner := ""
		if len(replaced) > 0 {
			owner = replaced[0]
		}
		diags.Append(r.takeName(plan, owner, configured.Creates)...)
		diags.Append(r.remember(ctx, plan, replaced...)...)
		_, more := r.namesakes(ctx, plan, replaced)
		diags.Append(more...)
	}
	return diags
}

// planChange plans the attributes that depend on which key there will be.
func (r *Resource[M, P]) planChange(ctx context.Context, state, plan *M, seen observation) diag.Diagnostics {
	before, after := P(state).Shared(), P(plan).Shared()
	diags := r.declare(before)
	declared, more := after.policy(ctx)
	diags.Append(more...)
	decision, reasons, more := r.decide(ctx, state, plan, declared, seen)
	diags.Append(more...)
	diags.Append(r.guardChange(ctx, state, plan, decision)...)
	diags.Append(r.keepName(ctx, state, plan, decision)...)
	if diags.HasError() {
		return diags
	}
	after.RotationRequested = types.BoolValue(false) // a new key asks for nothing, and the key in place did not
	if decision == rotation.Keep {
		was, more := before.policy(ctx)
		diags.Append(more...)
		diags.Append(r.planKeep(before, after, was, declared, seen)...)
		diags.Append(r.planLeftovers(before, after, seen)...)
		diags.Append(r.guardPrevious(ctx, before, after)...)
		diags.Append(r.lingerNotice(ctx, state, plan)...)
		return diags
	}
	after.forget(declared)
	r.platform.Renew(plan)
	after.Generation = types.Int64Unknown()
	after.Previous = types.ObjectUnknown(previousTypes(r.Scope))
	after.Leftovers = types.ListUnknown(leftoversType(r.Scope))
	after.Revokes = types.ListUnknown(types.StringType)
	if decision == rotation.Rotate {
		after.Generation = types.Int64Value(generation(before) + 1)
		after.Previous = r.plannedPrevious(state, declared, seen)
		after.Revokes = r.plannedRevokes(state, declared, seen)
		diags.Append(r.rotationNotice(state, declared, seen, reasons))
		for _, key := range r.unclaimed(before, seen) {
			diags.Append(r.sweepNotice(before, key.ID, key.KeyPrefix))
		}
		if r.platform.Status().Ready() {
			_, more = r.namesakes(ctx, plan, append(before.ids(r.Scope), seen.leftovers()...))
			diags.Append(more...)
		}
	}
	return diags
}

func generation(a *Attributes) int64 { return max(a.Generation.ValueInt64(), 1) }

// planKeep plans for the key that stays, and tells what becomes of the one that
// it has replaced.
func (r *Resource[M, P]) planKeep(before, after *Attributes, was, declared policy, seen observation) (diags diag.Diagnostics) {
	after.ID, after.KeyPrefix, after.CreatedAt = before.ID, before.KeyPrefix, before.CreatedAt
	after.Token, after.TokenEncrypted, after.TokenFingerprint = before.Token, before.TokenEncrypted, before.TokenFingerprint
	after.Generation = types.Int64Value(generation(before))
	after.RotateDue = declared.due(instant(before.CreatedAt))
	after.Previous, after.Revokes = noPrevious(r.Scope), before.Revokes
	previous, waiting := before.previous(r.Scope)
	if !waiting {
		return diags
	}
	if was.overlap != declared.overlap {
		seen.At = r.platform.Now() // the refresh looked with another overlap in mind
	}
	fate := r.fate(before, declared, seen)
	switch {
	case fate == rotation.Over:
		after.Revokes = revokesOf(previous.Pending)
	case was.overlap != declared.overlap || !declared.overlapKnown:
		// It may be over by the time of the apply.
		after.Previous, after.Revokes = types.ObjectUnknown(previousTypes(r.Scope)), types.ListUnknown(types.StringType)
	default:
		previous.RevokeDue = declared.revokeDue(instant(before.CreatedAt))
		after.Previous = previous.object(r.Scope)
	}
	diags.Append(r.fateNotice(before, previous, declared, seen, fate)...)
	return diags
}

// guardPrevious refuses to plan the revocation of a previous key that the provider
// uses.
func (r *Resource[M, P]) guardPrevious(ctx context.Context, before, after *Attributes) diag.Diagnostics {
	previous, waiting := before.previous(r.Scope)
	if !waiting || !after.Previous.IsNull() || !r.platform.Status().Ready() {
		return nil
	}
	held := Held{ID: previous.ID.ValueString(), KeyPrefix: previous.KeyPrefix.ValueString(), Scope: previous.Scope}
	return r.guard(ctx, held, "The previous key of "+r.name(before), "be revoked")
}

// planLeftovers plans the revocation of what nobody reads. Leftovers that a
// refresh has found are not in the state, so that revoking them is shown as a
// change that is known after apply.
func (r *Resource[M, P]) planLeftovers(before, after *Attributes, seen observation) (diags diag.Diagnostics) {
	after.Leftovers = noLeftovers(r.Scope)
	for _, key := range before.leftovers(r.Scope) {
		diags.AddWarning("A leftover of "+r.name(before)+" is revoked",
			fmt.Sprintf("%s (%s…) stands in `leftovers`: an apply before was to revoke it and could not. This apply revokes it.", key.ID.ValueString(), key.KeyPrefix.ValueString()))
	}
	for _, key := range r.unclaimed(before, seen) {
		after.Leftovers = types.ListUnknown(leftoversType(r.Scope))
		diags.Append(r.sweepNotice(before, key.ID, key.KeyPrefix))
	}
	return diags
}

// fate returns what becomes of the key that waits for its revocation.
func (r *Resource[M, P]) fate(before *Attributes, declared policy, seen observation) rotation.Fate {
	if !declared.overlapKnown {
		return rotation.Overlapping
	}
	return declared.overlap.Fate(rotation.Replaced{Since: instant(before.CreatedAt), LastUsedAt: seen.PreviousUsedAt}, seen.At)
}

// forget leaves everything that a new key brings to be known after apply.
func (a *Attributes) forget(declared policy) {
	a.ID = types.StringUnknown()
	a.KeyPrefix = types.StringUnknown()
	a.CreatedAt = timetypes.NewRFC3339Unknown()
	a.planToken()
	a.RotateDue = timetypes.NewRFC3339Null()
	if declared.rotateAfter > 0 || !declared.rotateAfterKnown {
		a.RotateDue = timetypes.NewRFC3339Unknown()
	}
}

// plannedPrevious is the key that a rotation leaves live: the one in place or,
// where that is lost or disabled, the one before it.
func (r *Resource[M, P]) plannedPrevious(state *M, declared policy, seen observation) types.Object {
	if !declared.overlapKnown || declared.overlap.None() {
		return types.ObjectUnknown(previousTypes(r.Scope))
	}
	previous := r.outgoing(state, seen)
	previous.RevokeDue = timetypes.NewRFC3339Unknown()
	return previous.object(r.Scope)
}

// plannedRevokes are the keys that a rotation revokes in its own apply.
func (r *Resource[M, P]) plannedRevokes(state *M, declared policy, seen observation) types.List {
	switch keys := r.overtaken(state, seen); {
	case !declared.overlapKnown:
		return types.ListUnknown(types.StringType)
	case declared.overlap.None():
		return revokesOf(append(keys, r.outgoing(state, seen).Pending)...)
	default:
		return revokesOf(keys...)
	}
}

// outgoing returns the key that a rotation leaves to the readers of the old token.
func (r *Resource[M, P]) outgoing(state *M, seen observation) Previous {
	a := P(state).Shared()
	if previous, waiting := a.previous(r.Scope); waiting && refused(a, seen) {
		return previous
	}
	return Previous{Pending: r.inPlace(state), CreatedAt: a.CreatedAt}
}

// refused reports whether the platform accepts the key in place no longer, so that
// the one before it is all that its readers have.
func refused(a *Attributes, seen observation) bool {
	return seen.Lost != "" || !a.Enabled.ValueBool()
}

func (r *Resource[M, P]) inPlace(m *M) Pending {
	a := P(m).Shared()
	return Pending{ID: a.ID, Scope: r.platform.ScopeOf(m), KeyPrefix: a.KeyPrefix}
}

func (r *Resource[M, P]) decide(ctx context.Context, state, plan *M, declared policy, seen observation) (rotation.Decision, []string, diag.Diagnostics) {
	a := P(state).Shared()
	before, diags := a.policy(ctx)
	recipients, more := recipientsProperty(ctx, a, P(plan).Shared())
	diags.Append(more...)
	_, waiting := a.previous(r.Scope)
	key := rotation.Key{
		CreatedAt: instant(a.CreatedAt),
		Requested: requested(a, P(plan).Shared()),
		Lost:      seen.Lost,
		Waiting:   waiting && r.fate(a, declared, seen) != rotation.Over,
	}
	age := rotation.Age{RotateAfter: declared.rotateAfter, Observed: seen.At, Unknown: !declared.rotateAfterKnown}
	decision, reasons := rotation.Decide(key, age, append(r.platform.Uneditable(state, plan), recipients), before.triggers, declared.triggers)
	return decision, reasons, diags
}

// requested reports whether the key asks for its rotation. One that was imported
// has the name that asks in the state, as no other was declared before.
func requested(state, plan *Attributes) bool {
	return state.RotationRequested.ValueBool() || rotation.Requested(state.Name.ValueString(), plan.Name.ValueString())
}

// requestedBy reports whether a name asks for the rotation of the key.
func requestedBy(name string, a *Attributes) bool {
	return rotation.Requested(name, a.Name.ValueString())
}

// due is when a key is to be rotated.
func (p policy) due(created time.Time) timetypes.RFC3339 {
	if !p.rotateAfterKnown {
		return timetypes.NewRFC3339Unknown()
	}
	return dueAt(rotation.Age{RotateAfter: p.rotateAfter}.Due(created))
}

// revokeDue is when the key that a new one replaced may be revoked.
func (p policy) revokeDue(since time.Time) timetypes.RFC3339 {
	if !p.overlapKnown {
		return timetypes.NewRFC3339Unknown()
	}
	return dueAt(p.overlap.Due(since))
}
