package apikey

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/hashicorp/terraform-plugin-framework-timetypes/timetypes"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/keyward/terraform-provider-keyward/internal/client"
	"github.com/keyward/terraform-provider-keyward/internal/diagnose"
	"github.com/keyward/terraform-provider-keyward/internal/resources/object"
	"github.com/keyward/terraform-provider-keyward/internal/rotation"
)

// Model is a pointer to a resource's model, which embeds Attributes.
type Model[M any] interface {
	*M
	Shared() *Attributes
}

// Resource is the API key resource of one platform.
type Resource[M any, P Model[M]] struct {
	object.Kind
	platform Platform[M]
}

// New returns the resource of a platform's keys. A resource type embeds it.
func New[M any, P Model[M]](kind object.Kind, platform Platform[M]) Resource[M, P] {
	return Resource[M, P]{Kind: kind, platform: platform}
}

// name names a key in diagnostics.
func (r *Resource[M, P]) name(a *Attributes) string { return r.Name(object.Label(a.Name, a.ID)) }

// ready reports whether the platform can be called, and says what to set where
// it can't.
func (r *Resource[M, P]) ready(a *Attributes, diags *diag.Diagnostics) bool {
	return object.Ready(r.platform.Status(), r.Platform, r.name(a), diags)
}

// saver writes a key and its identity into a response.
type saver[M any] func(ctx context.Context, m *M) diag.Diagnostics

func (r *Resource[M, P]) saver(state *tfsdk.State, identity *tfsdk.ResourceIdentity) saver[M] {
	return func(ctx context.Context, m *M) diag.Diagnostics {
		diags := state.Set(ctx, m)
		diags.Append(r.Identify(ctx, identity, r.platform.ScopeOf(m), P(m).Shared().ID)...)
		return diags
	}
}

// adopt writes what the platform says of the key.
func (a *Attributes) adopt(key Key) {
	a.ID = types.StringValue(key.ID)
	a.Name = types.StringValue(key.Name)
	a.Enabled = types.BoolValue(key.Enabled)
	a.KeyPrefix = types.StringValue(key.KeyPrefix)
	a.CreatedAt = timetypes.NewRFC3339TimeValue(key.CreatedAt.UTC())
	a.RotationRequested = types.BoolValue(false)
}

// observe is adopt for a key that is declared under a name: where the key asks
// for its rotation by its name, the declared one stays.
func (a *Attributes) observe(key Key) {
	declared := a.Name
	a.adopt(key)
	if !declared.IsNull() && rotation.Requested(key.Name, declared.ValueString()) {
		a.Name, a.RotationRequested = declared, types.BoolValue(true)
	}
}

// Key returns what the state says of the key.
func (a *Attributes) Key() Key {
	created, _ := a.CreatedAt.ValueRFC3339Time()
	return Key{
		ID: a.ID.ValueString(), Name: a.Name.ValueString(), Enabled: a.Enabled.ValueBool(),
		KeyPrefix: a.KeyPrefix.ValueString(), CreatedAt: created,
	}
}

// Create creates the key.
func (r *Resource[M, P]) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	var plan M
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	if resp.Diagnostics.HasError() || !r.ready(P(&plan).Shared(), &resp.Diagnostics) {
		return
	}
	noPrevious := types.ObjectNull(previousTypes(r.Scope))
	r.issue(ctx, plan, noPrevious, r.saver(&resp.State, resp.Identity), &resp.Diagnostics)
}

// issue creates a key as the plan has it and puts it into the state before
// anything else can go wrong. It returns the model as saved.
func (r *Resource[M, P]) issue(ctx context.Context, plan M, previous types.Object, save saver[M], diags *diag.Diagnostics) M {
	attributes := P(&plan).Shared()
	wanted := attributes.Enabled
	issued, err := r.platform.Create(ctx, &plan)
	if err != nil {
		diags.Append(diagnose.Error("create", r.name(attributes), err))
		return plan
	}
	attributes.adopt(issued.Key)
	attributes.Token = types.StringValue(issued.Token.Reveal())
	attributes.Previous = previous
	diags.Append(save(ctx, &plan)...)

	if !wanted.IsNull() && !wanted.IsUnknown() && wanted.ValueBool() != issued.Enabled {
		target := plan
		P(&target).Shared().Enabled = wanted
		r.edit(ctx, &plan, target, save, diags)
	}
	return plan
}

// edit makes the key that current describes as target says.
func (r *Resource[M, P]) edit(ctx context.Context, current *M, target M, save saver[M], diags *diag.Diagnostics) {
	key, err := r.platform.Edit(ctx, current, &target)
	if err != nil {
		diags.Append(diagnose.Error("change", r.name(P(current).Shared()), err))
		return
	}
	attributes := P(&target).Shared()
	planned := attributes.RotationRequested
	attributes.observe(key)
	attributes.RotationRequested = planned // a request made since the plan is the next plan's
	*current = target
	diags.Append(save(ctx, current)...)
}

// Read brings the state up to what the platform says.
func (r *Resource[M, P]) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	var state M
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	if resp.Diagnostics.HasError() {
		return
	}
	attributes := P(&state).Shared()
	if status := r.platform.Status(); status.Deferred() {
		resp.Diagnostics.AddWarning(r.name(attributes)+" was not refreshed",
			status.Diagnostic(r.Platform, r.name(attributes)).Detail())
		resp.Diagnostics.Append(r.Identify(ctx, resp.Identity, r.platform.ScopeOf(&state), attributes.ID)...)
		return
	}
	if !r.ready(attributes, &resp.Diagnostics) {
		return
	}
	key, err := r.platform.Read(ctx, &state)
	switch {
	case errors.Is(err, client.ErrNotFound):
		r.gone(ctx, resp, &state, "it no longer exists")
	case err != nil:
		resp.Diagnostics.Append(diagnose.Error("read", r.name(attributes), err))
	case key.RevokedAt != nil:
		r.gone(ctx, resp, &state, "it was revoked outside Terraform at "+key.RevokedAt.UTC().Format(time.RFC3339))
	default:
		attributes.observe(key)
		resp.Diagnostics.Append(r.saver(&resp.State, resp.Identity)(ctx, &state)...)
	}
}

// gone drops a key from the state that the platform accepts no longer.
func (r *Resource[M, P]) gone(ctx context.Context, resp *resource.ReadResponse, m *M, why string) {
	a := P(m).Shared()
	detail := fmt.Sprintf("%s (%s…): %s. The plan creates a new key in its place; "+
		"remove the resource from the configuration if the key is no longer wanted.",
		a.ID.ValueString(), a.KeyPrefix.ValueString(), why)
	if previous, waiting := a.previous(r.Scope); waiting {
		detail += fmt.Sprintf(" Its previous key %s (%s…) was still to be revoked and may be live: revoke it by hand.",
			previous.ID.ValueString(), previous.KeyPrefix.ValueString())
	}
	resp.Diagnostics.AddWarning(r.name(a)+" is gone", detail)
	resp.State.RemoveResource(ctx)
	resp.Diagnostics.Append(r.Identify(ctx, resp.Identity, r.platform.ScopeOf(m), a.ID)...)
}

// Delete revokes the key, and a previous one that still waits for it.
func (r *Resource[M, P]) Delete(ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse) {
	var state M
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	attributes := P(&state).Shared()
	if resp.Diagnostics.HasError() || !r.ready(attributes, &resp.Diagnostics) {
		return
	}
	resp.Diagnostics.Append(r.guard(ctx, r.held(&state), r.name(attributes), "be revoked")...)
	if resp.Diagnostics.HasError() {
		return
	}
	if !r.revokePrevious(ctx, &state, r.saver(&resp.State, nil), &resp.Diagnostics) {
		return
	}
	if err := r.platform.Revoke(ctx, r.platform.ScopeOf(&state), attributes.ID.ValueString()); err != nil {
		resp.Diagnostics.Append(diagnose.Error("revoke", r.name(attributes), err))
	}
}
