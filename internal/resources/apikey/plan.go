package apikey

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/hashicorp/terraform-plugin-framework-timetypes/timetypes"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/keyward/terraform-provider-keyward/internal/client"
	"github.com/keyward/terraform-provider-keyward/internal/diagnostics"
	"github.com/keyward/terraform-provider-keyward/internal/providerdata"
	"github.com/keyward/terraform-provider-keyward/internal/resources/codec"
	"github.com/keyward/terraform-provider-keyward/internal/rotation"
)

// ModifyPlan completes the plan, checks what only the platform knows, and
// takes the decision whether the key is rotated.
func (r *Resource[M, P]) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	if req.Plan.Raw.IsNull() {
		r.planDelete(ctx, req, resp)
		return
	}
	var config, plan M
	resp.Diagnostics.Append(codec.Config(ctx, req.Config, &config)...)
	resp.Diagnostics.Append(codec.Plan(ctx, req.Plan, &plan)...)
	var state *M
	if !req.State.Raw.IsNull() {
		state = new(M)
		resp.Diagnostics.Append(codec.State(ctx, req.State, state)...)
	}
	if resp.Diagnostics.HasError() {
		return
	}
	resp.Diagnostics.Append(r.plan(ctx, &config, state, &plan, req.Private, resp.Private)...)
	if !resp.Diagnostics.HasError() {
		resp.Diagnostics.Append(codec.SetPlan(ctx, &resp.Plan, &plan)...)
	}
}

// plan completes a plan; state is nil for a key that is to be created.
func (r *Resource[M, P]) plan(ctx context.Context, config, state, plan *M, kept, keep private) (diags diag.Diagnostics) {
	defer r.platform.Claims().Enter()()
	if !r.plannable(plan, &diags) {
		return diags
	}
	diags.Append(r.platform.ResolvePlan(ctx, config, state, plan)...)
	if diags.HasError() {
		return diags
	}
	if state == nil {
		before, more := load[predecessor](ctx, kept, replacedKey)
		diags.Append(more...)
		diags.Append(r.planCreate(ctx, config, plan, before)...)
		return diags
	}
	seen, more := observed(ctx, kept, P(state).Shared().ID.ValueString())
	diags.Append(more...)
	decided, more := r.planChange(ctx, state, plan, seen)
	diags.Append(more...)
	diags.Append(store(ctx, keep, decisionKey, decided)...)
	diags.Append(store(ctx, keep, replacedKey, r.predecessor(state))...)
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

// planCreate plans a first key; before is the object that it takes the place of, if
// there is one.
func (r *Resource[M, P]) planCreate(ctx context.Context, config, plan *M, before predecessor) diag.Diagnostics {
	attributes := P(plan).Shared()
	if P(config).Shared().Enabled.IsNull() {
		attributes.Enabled = types.BoolValue(true) // as every new key is
	}
	declared, diags := attributes.policy(ctx)
	attributes.markUnknown(declared)
	attributes.Generation = types.Int64Unknown()
	attributes.Previous = noPrevious(r.Scope)
	attributes.Orphaned = types.ListUnknown(orphanedType(r.Scope))
	attributes.Revokes = revokesOf(nil)
	attributes.RotationRequested = types.BoolValue(false)
	if before.Protected {
		diags.Append(r.protected(r.name(attributes), before.id(), before.KeyPrefix))
		return diags
	}
	if r.platform.Status().Ready() && before.id() != "" {
		diags.Append(r.guard(ctx, before.ref(), r.name(attributes), "be replaced")...)
	}
	if r.platform.Status().Ready() && !diags.HasError() {
		diags.Append(r.claimName(plan, before.id(), providerdata.Creates)...)
		diags.Append(r.noteReplaced(ctx, plan, before.IDs...)...)
		diags.Append(r.conflicts(ctx, plan, before.IDs, nil)...)
		diags.Append(r.lacksNotice(ctx, plan)...)
	}
	return diags
}

// lacksNotice warns of a credential that can't carry out a creation. The one that
// applies may be another.
func (r *Resource[M, P]) lacksNotice(ctx context.Context, plan *M) (diags diag.Diagnostics) {
	name := r.name(P(plan).Shared())
	lacks, err := r.platform.Lacks(ctx)
	switch {
	case err != nil:
		diags.AddWarning("Could not check what the provider's key may do for "+name, sentence(err))
	case lacks != "":
		diags.AddWarning("The provider's key can't create "+name, r.cannotManage(lacks)+" An apply with this credential fails.")
	}
	return diags
}

// planChange plans the attributes that depend on which key there will be, and
// returns what is decided.
func (r *Resource[M, P]) planChange(ctx context.Context, state, plan *M, seen refreshResult) (decided decision, diags diag.Diagnostics) {
	before, after := P(state).Shared(), P(plan).Shared()
	diags = r.declare(ctx, state, plan)
	declared, more := after.policy(ctx)
	diags.Append(more...)
	choice, reasons, more := r.decide(ctx, state, plan, declared, seen)
	diags.Append(more...)
	diags.Append(r.guardChange(ctx, state, plan, choice)...)
	diags.Append(r.keepName(ctx, state, plan, choice)...)
	if diags.HasError() {
		return decided, diags
	}
	after.RotationRequested = types.BoolValue(false) // a new key asks for nothing, and the current key did not
	switch choice {
	case rotation.Keep:
		decided, more = r.planKeep(ctx, state, plan, declared, seen)
	case rotation.Rotate:
		decided, more = r.planRotate(ctx, state, plan, declared, seen, reasons)
	default:
		r.planUndecided(before, plan, declared)
	}
	diags.Append(more...)
	return decided, diags
}

// planRotate plans a new key. Orphaned keys are the next plan's: where this one was
// made before all was known, it did not list them.
func (r *Resource[M, P]) planRotate(ctx context.Context, state, plan *M, declared policy, seen refreshResult, reasons []string) (decided decision, diags diag.Diagnostics) {
	before, after := P(state).Shared(), P(plan).Shared()
	after.markUnknown(declared)
	after.Generation = types.Int64Value(generation(before) + 1)
	after.Orphaned = before.Orphaned
	decided.Rotate = true
	for _, key := range r.superseded(state, seen) {
		decided.Revokes = append(decided.Revokes, targetOf(key, superseded))
		diags.Append(r.guardListed(ctx, before, targetOf(key, superseded))...)
	}
	next, live := r.nextPrevious(state, seen)
	after.Previous = noPrevious(r.Scope)
	switch {
	case !live:
	case !declared.overlapKnown:
		after.Previous = types.ObjectUnknown(previousTypes(r.Scope))
	case declared.overlap.None():
		decided.Revokes = append(decided.Revokes, targetOf(next.Other, replaced))
	default:
		next.RevokeDue = timetypes.NewRFC3339Unknown()
		after.Previous = next.object(r.Scope)
	}
	switch {
	case after.Previous.IsUnknown():
		after.Revokes = types.ListUnknown(types.StringType)
	case len(decided.Revokes) > 0:
		after.Revokes = revokesOf(decided.ids())
	default:
		after.Revokes = before.Revokes
	}
	diags.Append(r.rotationNotice(state, declared, seen, reasons))
	if r.platform.Status().Ready() {
		diags.Append(r.lacksNotice(ctx, plan)...)
		diags.Append(r.conflicts(ctx, plan, before.ids(r.Scope), before.rotated(r.Scope))...)
	}
	return decided, diags
}

// planUndecided plans for a key while it is not known yet whether it is rotated.
func (r *Resource[M, P]) planUndecided(before *Attributes, plan *M, declared policy) {
	after := P(plan).Shared()
	after.markUnknown(declared)
	after.Generation = types.Int64Unknown()
	after.Previous = types.ObjectUnknown(previousTypes(r.Scope))
	after.Revokes = types.ListUnknown(types.StringType)
	after.Orphaned = before.Orphaned
	if !before.Orphaned.IsNull() {
		after.Orphaned = types.ListUnknown(orphanedType(r.Scope))
	}
}

func generation(a *Attributes) int64 { return max(a.Generation.ValueInt64(), 1) }

// planKeep plans for the key that stays: which keys beside it are revoked, and what
// happens to the previous one.
func (r *Resource[M, P]) planKeep(ctx context.Context, state, plan *M, declared policy, seen refreshResult) (decided decision, diags diag.Diagnostics) {
	before, after := P(state).Shared(), P(plan).Shared()
	was, diags := before.policy(ctx)
	after.ID, after.KeyPrefix, after.CreatedAt = before.ID, before.KeyPrefix, before.CreatedAt
	after.Token, after.TokenEncrypted, after.TokenFingerprint = before.Token, before.TokenEncrypted, before.TokenFingerprint
	after.Generation = types.Int64Value(generation(before))
	after.RotateDue = declared.due(instant(before.CreatedAt))
	switch {
	case before.Orphaned.IsNull():
		after.Orphaned = before.Orphaned
	case !declared.overlapKnown:
		after.Orphaned = types.ListUnknown(orphanedType(r.Scope))
	case was.overlap != declared.overlap:
		// What is revoked may be known only to the apply, which then revokes no orphaned
		// key: they are the next plan's.
		after.Orphaned = before.Orphaned
	default:
		after.Orphaned = types.ListNull(orphanedType(r.Scope))
		for _, key := range before.orphaned(r.Scope) {
			decided.Revokes = append(decided.Revokes, targetOf(key.Other, key.Reason))
			diags.Append(r.orphanNotice(before, key))
		}
	}
	open := false
	after.Previous = noPrevious(r.Scope)
	if previous, live := before.previous(r.Scope); live {
		var more diag.Diagnostics
		after.Previous, open, more = r.planPrevious(ctx, before, after, previous, was, declared, seen)
		diags.Append(more...)
		if after.Previous.IsNull() {
			decided.Revokes = append(decided.Revokes, targetOf(previous.Other, expired))
		}
	}
	switch {
	case open:
		after.Revokes = types.ListUnknown(types.StringType)
	case len(decided.Revokes) > 0:
		after.Revokes = revokesOf(decided.ids())
	default:
		after.Revokes = before.Revokes
	}
	for _, key := range decided.Revokes {
		diags.Append(r.guardListed(ctx, before, key)...)
	}
	diags.Append(r.previousKeptNotice(ctx, state, plan)...)
	if before.Enabled.ValueBool() && !after.Enabled.IsUnknown() && !after.Enabled.ValueBool() && r.platform.Status().Ready() {
		diags.Append(r.useNotice(ctx, state, "disabled")...)
	}
	return decided, diags
}

// planPrevious plans what becomes of the key that the current one has replaced:
// null where it is revoked. open is whether that is known only to the apply.
func (r *Resource[M, P]) planPrevious(ctx context.Context, before, after *Attributes, previous Previous, was, declared policy, seen refreshResult) (planned types.Object, open bool, diags diag.Diagnostics) {
	changes := was.overlap != declared.overlap || !declared.overlapKnown
	if changes {
		// The refresh looked with another overlap in mind, and kept nothing of the use.
		seen, diags = r.asked(ctx, before, previous)
		if diags.HasError() {
			return before.Previous, false, diags
		}
	}
	status := r.previousStatus(before, declared, seen)
	// Its use may be another one by the time of the apply, and the overlap over then.
	if changes && (status != rotation.RevokeDue || declared.overlap.Quiet > 0) {
		if status == rotation.InUse {
			diags.Append(r.previousNotice(before, previous, declared, seen, status)...)
		}
		return types.ObjectUnknown(previousTypes(r.Scope)), true, diags
	}
	if status == rotation.RevokeDue && !declared.overlap.None() && !after.Enabled.ValueBool() {
		diags.AddWarning("The previous key of "+r.name(before)+" is not revoked",
			fmt.Sprintf("The overlap of %s (%s…) is over, but the current key %s is disabled, so the previous key is the only one that works. "+
				"Enable the current key, or set overlap and quiet_period to \"0s\" to revoke the previous key anyway.",
				previous.ID.ValueString(), previous.KeyPrefix.ValueString(), before.ID.ValueString()))
		return before.Previous, false, diags
	}
	if status == rotation.RevokeDue && changes && r.previousStatus(before, was, seen) != rotation.RevokeDue {
		diags.Append(r.earlyNotice(before, previous, seen))
	} else {
		diags.Append(r.previousNotice(before, previous, declared, seen, status)...)
	}
	if status == rotation.RevokeDue {
		return noPrevious(r.Scope), false, diags
	}
	previous.RevokeDue = declared.revokeDue(instant(before.CreatedAt))
	return previous.object(r.Scope), false, diags
}

// asked is what the platform says of the previous key; its answer brings the platform's
// time, too. The zero time says that it could not be asked.
func (r *Resource[M, P]) asked(ctx context.Context, before *Attributes, previous Previous) (seen refreshResult, diags diag.Diagnostics) {
	if !r.platform.Status().Ready() {
		return seen, nil
	}
	key, err := r.platform.Find(ctx, previous.Scope, previous.ID.ValueString(), false)
	if err != nil && !errors.Is(err, client.ErrNotFound) {
		diags.Append(diagnostics.Error("look at the previous key of", r.name(before), err))
	}
	return refreshResult{At: r.platform.Now(), PreviousUsedAt: key.LastUsedAt}, diags
}

// guardListed refuses to plan the revocation of a key that the provider uses.
func (r *Resource[M, P]) guardListed(ctx context.Context, before *Attributes, key target) diag.Diagnostics {
	if !r.platform.Status().Ready() {
		return nil
	}
	ref := KeyRef{ID: key.ID, KeyPrefix: key.KeyPrefix, Scope: key.scope()}
	return r.guard(ctx, ref, fmt.Sprintf("The %s %s of %s", key.noun(), key.ID, r.name(before)), "be revoked")
}

// previousStatus returns what happens to the previous key.
func (r *Resource[M, P]) previousStatus(before *Attributes, declared policy, seen refreshResult) rotation.RevocationStatus {
	if !declared.overlapKnown {
		return rotation.Overlapping
	}
	return declared.overlap.Status(rotation.Replaced{Since: instant(before.CreatedAt), LastUsedAt: seen.PreviousUsedAt}, seen.At)
}

// markUnknown marks everything that a new key brings as known after apply.
func (a *Attributes) markUnknown(declared policy) {
	a.ID = types.StringUnknown()
	a.KeyPrefix = types.StringUnknown()
	a.CreatedAt = timetypes.NewRFC3339Unknown()
	a.planToken()
	a.RotateDue = timetypes.NewRFC3339Null()
	if declared.rotateAfter > 0 || !declared.rotateAfterKnown {
		a.RotateDue = timetypes.NewRFC3339Unknown()
	}
}

// nextPrevious returns the key that is the previous one after a rotation, and false where
// none is live.
func (r *Resource[M, P]) nextPrevious(state *M, seen refreshResult) (Previous, bool) {
	a := P(state).Shared()
	if previous, live := a.previous(r.Scope); live && refused(a, seen) {
		return previous, true
	}
	return Previous{Other: r.current(state), CreatedAt: a.CreatedAt}, seen.Lost == ""
}

// refused reports whether the platform no longer accepts the current key, so that the
// previous key is the only one that works.
func refused(a *Attributes, seen refreshResult) bool {
	return seen.Lost != "" || !a.Enabled.ValueBool()
}

func (r *Resource[M, P]) current(m *M) Other {
	a := P(m).Shared()
	return Other{ID: a.ID, Scope: r.platform.ScopeOf(m), KeyPrefix: a.KeyPrefix}
}

func (r *Resource[M, P]) decide(ctx context.Context, state, plan *M, declared policy, seen refreshResult) (rotation.Choice, []string, diag.Diagnostics) {
	a := P(state).Shared()
	before, diags := a.policy(ctx)
	recipients, more := recipientsProperty(ctx, a, P(plan).Shared())
	diags.Append(more...)
	_, waiting := a.previous(r.Scope)
	key := rotation.Key{
		CreatedAt: instant(a.CreatedAt),
		Requested: requested(a, P(plan).Shared()),
		Lost:      seen.Lost,
		Waiting:   waiting && r.previousStatus(a, declared, seen) != rotation.RevokeDue,
	}
	age := rotation.Age{RotateAfter: declared.rotateAfter, Observed: seen.At, Unknown: !declared.rotateAfterKnown}
	choice, reasons := rotation.Decide(key, age, append(r.platform.Uneditable(state, plan), recipients), before.triggers, declared.triggers)
	return choice, reasons, diags
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
