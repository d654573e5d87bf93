package apikey

import (
	"context"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework-timetypes/timetypes"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/keyward/terraform-provider-keyward/internal/resources/object"
	"github.com/keyward/terraform-provider-keyward/internal/rotation"
)

// ModifyPlan completes the plan, checks what only the platform can tell, and
// takes the decision whether the key is rotated.
func (r *Resource[M, P]) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	if req.Plan.Raw.IsNull() {
		r.planDelete(ctx, req, resp)
		return
	}
	var config, plan M
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	var state *M
	if !req.State.Raw.IsNull() {
		state = new(M)
		resp.Diagnostics.Append(req.State.Get(ctx, state)...)
	}
	if resp.Diagnostics.HasError() || !r.plannable(&plan, &resp.Diagnostics) {
		return
	}
	resp.Diagnostics.Append(r.platform.Complete(ctx, &config, state, &plan)...)
	if resp.Diagnostics.HasError() {
		return
	}
	if state == nil && P(&config).Shared().Enabled.IsNull() {
		P(&plan).Shared().Enabled = types.BoolValue(true) // as every new key is
	}
	resp.Diagnostics.Append(r.planKey(ctx, state, &plan)...)
	resp.Diagnostics.Append(resp.Plan.Set(ctx, &plan)...)
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

// planKey plans the attributes that depend on which key there will be.
func (r *Resource[M, P]) planKey(ctx context.Context, state, plan *M) diag.Diagnostics {
	attributes := P(plan).Shared()
	none := types.ObjectNull(previousTypes(r.Scope))
	if state == nil {
		attributes.Previous, attributes.RotationRequested = none, types.BoolValue(false)
		return nil
	}
	decision, reasons, diags := r.decide(ctx, state, plan)
	diags.Append(r.guardChange(ctx, state, plan, decision)...)
	if decision != rotation.Keep || attributes.RotationRequested.IsUnknown() {
		attributes.RotationRequested = types.BoolValue(false) // a new key asks for nothing, and the key in place did not
	}
	switch decision {
	case rotation.Rotate:
		attributes.forget(r.Scope)
		diags.Append(r.rotationNotice(P(state).Shared(), reasons))
	case rotation.Undecided:
		attributes.forget(r.Scope)
	case rotation.Keep:
		attributes.Previous = none
	}
	return diags
}

// forget leaves everything that a new key brings to be known after apply.
func (a *Attributes) forget(scope string) {
	a.ID = types.StringUnknown()
	a.Token = types.StringUnknown()
	a.KeyPrefix = types.StringUnknown()
	a.CreatedAt = timetypes.NewRFC3339Unknown()
	a.Previous = types.ObjectUnknown(previousTypes(scope))
}

func (r *Resource[M, P]) decide(ctx context.Context, state, plan *M) (rotation.Decision, []string, diag.Diagnostics) {
	before, diags := object.Triggers(ctx, P(state).Shared().RotateWhenChanged)
	after, more := object.Triggers(ctx, P(plan).Shared().RotateWhenChanged)
	diags.Append(more...)
	decision, reasons := rotation.Decide(requested(P(state).Shared(), P(plan).Shared()), r.platform.Uneditable(state, plan), before, after)
	return decision, reasons, diags
}

// requested reports whether the key asks for its rotation. One that was imported
// has the name that asks in the state, as no other was declared before.
func requested(state, plan *Attributes) bool {
	return state.RotationRequested.ValueBool() || rotation.Requested(state.Name.ValueString(), plan.Name.ValueString())
}

// rotationNotice tells the reader of a plan which key will be revoked, and why.
func (r *Resource[M, P]) rotationNotice(old *Attributes, reasons []string) diag.Diagnostic {
	return diag.NewWarningDiagnostic(
		"Rotation of "+r.name(old),
		fmt.Sprintf("%s. A new key is created first, and %s (%s…) is revoked after it. Whatever uses the old token must read the new one.",
			strings.Join(reasons, "; "), old.ID.ValueString(), old.KeyPrefix.ValueString()),
	)
}
