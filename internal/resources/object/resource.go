package object

import (
	"context"
	"errors"
	"fmt"
	"iter"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/keyward/terraform-provider-keyward/internal/client"
	"github.com/keyward/terraform-provider-keyward/internal/diagnostics"
	"github.com/keyward/terraform-provider-keyward/internal/providerdata"
	"github.com/keyward/terraform-provider-keyward/internal/rotation"
)

// Platform is what differs between kinds of objects. M is the resource's model.
//
// Methods that talk to the platform write what it answers into the model.
type Platform[M any] interface {
	providerdata.Access
	// Label tells an object from others of its kind, in diagnostics and lists.
	Label(m *M) string
	// Identity returns what the object belongs to and its id.
	Identity(m *M) (scope, id types.String)

	// ResolvePlan fills in and checks what only the provider knows of a plan. state
	// is nil for an object that is to be created.
	ResolvePlan(ctx context.Context, config, state, plan *M) diag.Diagnostics
	Create(ctx context.Context, plan *M) error
	// Read brings the model up to date. An error that is client.ErrNotFound means
	// that the object itself is gone.
	Read(ctx context.Context, m *M) error
	// Update makes the object that is as state says as plan says.
	Update(ctx context.Context, state, plan *M) error
	// Delete is done as well where the object is gone already.
	Delete(ctx context.Context, state *M) error
	// All yields every object of a scope; "" is the provider's own.
	All(ctx context.Context, scope string) iter.Seq2[M, error]
}

// PlanDeleter is a Platform that has something to say before an object is
// deleted.
type PlanDeleter[M any] interface {
	PlanDelete(ctx context.Context, state *M) diag.Diagnostics
}

// PlanReplacer is a Platform that has something to say before a new object takes the
// place of the one with that id.
type PlanReplacer interface {
	PlanReplace(ctx context.Context, id string) diag.Diagnostics
}

// Replacer is a Platform some of whose attributes no change in place can reach.
type Replacer[M any] interface {
	// Replaces returns the attributes whose change takes a new object. plan is
	// complete.
	Replaces(state, plan *M) path.Paths
}

// Resource is the resource of one kind of object. A resource type embeds it and
// adds its schema.
type Resource[M any] struct {
	Kind
	platform Platform[M]
}

// New returns the resource of a kind.
func New[M any](kind Kind, platform Platform[M]) Resource[M] {
	return Resource[M]{Kind: kind, platform: platform}
}

// Configure takes the provider's access to the platform.
func (r *Resource[M]) Configure(_ context.Context, req resource.ConfigureRequest, _ *resource.ConfigureResponse) {
	providerdata.Use(req.ProviderData, r.platform)
}

// Ready reports whether the platform can be called, and says what to set where
// it can't.
func Ready(status providerdata.Status, platform, name string, diags *diag.Diagnostics) bool {
	if !status.Ready() {
		diags.Append(status.Diagnostic(platform, name))
	}
	return !diags.HasError()
}

func (r *Resource[M]) name(m *M) string { return r.Name(r.platform.Label(m)) }

func (r *Resource[M]) ready(m *M, diags *diag.Diagnostics) bool {
	return Ready(r.platform.Status(), r.Platform, r.name(m), diags)
}

// save writes the model and the identity.
func (r *Resource[M]) save(ctx context.Context, m *M, state *tfsdk.State, identity *tfsdk.ResourceIdentity) diag.Diagnostics {
	diags := state.Set(ctx, m)
	diags.Append(r.identify(ctx, m, identity)...)
	return diags
}

func (r *Resource[M]) identify(ctx context.Context, m *M, identity *tfsdk.ResourceIdentity) diag.Diagnostics {
	scope, id := r.platform.Identity(m)
	return r.Identify(ctx, identity, scope, id)
}

// ModifyPlan completes the plan and checks what only the platform can tell.
func (r *Resource[M]) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	var config, plan M
	var state *M
	if !req.State.Raw.IsNull() {
		state = new(M)
		resp.Diagnostics.Append(req.State.Get(ctx, state)...)
	}
	if req.Plan.Raw.IsNull() {
		if deleter, ok := r.platform.(PlanDeleter[M]); ok && !resp.Diagnostics.HasError() {
			resp.Diagnostics.Append(deleter.PlanDelete(ctx, state)...)
		}
		if !resp.Diagnostics.HasError() {
			r.planOnce(ctx, req, resp, state, nil)
		}
		return
	}
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	if resp.Diagnostics.HasError() {
		return
	}
	if status := r.platform.Status(); !status.Ready() && !status.Deferred() {
		resp.Diagnostics.Append(status.Diagnostic(r.Platform, r.name(&plan)))
		return
	}
	resp.Diagnostics.Append(r.platform.ResolvePlan(ctx, &config, state, &plan)...)
	if resp.Diagnostics.HasError() {
		return
	}
	if r.planOnce(ctx, req, resp, state, &plan); resp.Diagnostics.HasError() {
		return
	}
	resp.Diagnostics.Append(resp.Plan.Set(ctx, &plan)...)
	if replacer, ok := r.platform.(Replacer[M]); ok && state != nil {
		resp.RequiresReplace.Append(replacer.Replaces(state, &plan)...)
	}
}

// Create creates the object.
func (r *Resource[M]) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	var plan M
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	if resp.Diagnostics.HasError() || !r.ready(&plan, &resp.Diagnostics) {
		return
	}
	if err := r.createOnce(ctx, &plan); err != nil {
		resp.Diagnostics.Append(diagnostics.Error("create", r.name(&plan), err))
		return
	}
	resp.Diagnostics.Append(r.save(ctx, &plan, &resp.State, resp.Identity)...)
}

// Read brings the state up to what the platform says.
func (r *Resource[M]) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	var state M
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	if resp.Diagnostics.HasError() {
		return
	}
	if status := r.platform.Status(); status.Deferred() {
		resp.Diagnostics.AddWarning(r.name(&state)+" was not refreshed", status.Diagnostic(r.Platform, r.name(&state)).Detail())
		resp.Diagnostics.Append(r.identify(ctx, &state, resp.Identity)...)
		return
	}
	if !r.ready(&state, &resp.Diagnostics) {
		return
	}
	if once, ok := r.platform.(Once[M]); ok {
		_, id := r.platform.Identity(&state)
		if once.Run().Read(id.ValueString()) {
			resp.Diagnostics.Append(r.anotherCreates(&state, id.ValueString()))
			return
		}
	}
	err := r.platform.Read(ctx, &state)
	switch {
	case errors.Is(err, client.ErrNotFound):
		resp.Diagnostics.AddWarning(r.name(&state)+" is gone",
			fmt.Sprintf("It was deleted outside Terraform. The plan creates a new %s in its place; "+
				"remove the resource from the configuration if it is no longer wanted.", r.Noun))
		resp.State.RemoveResource(ctx)
		resp.Diagnostics.Append(r.identify(ctx, &state, resp.Identity)...)
	case err != nil:
		resp.Diagnostics.Append(diagnostics.Error("read", r.name(&state), err))
	default:
		resp.Diagnostics.Append(r.save(ctx, &state, &resp.State, resp.Identity)...)
	}
}

// Update makes the object what the plan says.
func (r *Resource[M]) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	var state, plan M
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	if resp.Diagnostics.HasError() || !r.ready(&state, &resp.Diagnostics) {
		return
	}
	if err := r.platform.Update(ctx, &state, &plan); err != nil {
		resp.Diagnostics.Append(diagnostics.Error("change", r.name(&state), err))
		return
	}
	if once, ok := r.platform.(Once[M]); ok {
		once.Run().Put(r.list(once.Unique(&plan).Scope), r.object(once, &plan))
	}
	resp.Diagnostics.Append(r.save(ctx, &plan, &resp.State, resp.Identity)...)
}

// Delete deletes the object.
func (r *Resource[M]) Delete(ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse) {
	var state M
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	if resp.Diagnostics.HasError() || !r.ready(&state, &resp.Diagnostics) {
		return
	}
	if err := r.platform.Delete(ctx, &state); err != nil {
		resp.Diagnostics.Append(diagnostics.Error("delete", r.name(&state), err))
		return
	}
	if once, ok := r.platform.(Once[M]); ok {
		_, id := r.platform.Identity(&state)
		once.Run().Drop(id.ValueString())
	}
}

// Triggers returns a map of triggers as the decision about a rotation takes it.
func Triggers(ctx context.Context, declared types.Map) (rotation.Triggers, diag.Diagnostics) {
	if declared.IsNull() || declared.IsUnknown() {
		return rotation.Triggers{Unknown: declared.IsUnknown()}, nil
	}
	var elements map[string]types.String
	diags := declared.ElementsAs(ctx, &elements, false)
	triggers := rotation.Triggers{Values: make(map[string]string, len(elements))}
	for key, value := range elements {
		triggers.Unknown = triggers.Unknown || value.IsUnknown()
		triggers.Values[key] = value.ValueString()
	}
	return triggers, diags
}
