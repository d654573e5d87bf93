package apikey

import (
	"context"
	"iter"

	"github.com/hashicorp/terraform-plugin-framework-timetypes/timetypes"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/keyward/terraform-provider-keyward/internal/diagnostics"
	"github.com/keyward/terraform-provider-keyward/internal/providerdata"
	"github.com/keyward/terraform-provider-keyward/internal/resources/codec"
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

// Configure takes the provider's access to the platform.
func (r *Resource[M, P]) Configure(_ context.Context, req resource.ConfigureRequest, _ *resource.ConfigureResponse) {
	providerdata.Use(req.ProviderData, r.platform)
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
		diags := codec.SetState(ctx, state, m)
		diags.Append(r.Identify(ctx, identity, r.platform.ScopeOf(m), P(m).Shared().ID)...)
		return diags
	}
}

// adopt writes what the platform says of the key.
func (a *Attributes) adopt(key Key) {
	a.ID = types.StringValue(key.ID)
	a.Name = object.Text(&key.Name)
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

// edit makes the key that current describes as target says.
func (r *Resource[M, P]) edit(ctx context.Context, current *M, target M, save saver[M], diags *diag.Diagnostics) {
	key, err := r.platform.Edit(ctx, current, &target, "")
	if err != nil {
		diags.Append(diagnostics.Error("change", r.name(P(current).Shared()), err))
		return
	}
	attributes := P(&target).Shared()
	planned := *attributes
	attributes.observe(key)
	// What has changed since the plan is the next plan's to report.
	attributes.Name, attributes.RotationRequested = planned.Name, planned.RotationRequested
	if !planned.Enabled.IsUnknown() {
		attributes.Enabled = planned.Enabled
	}
	*current = target
	diags.Append(save(ctx, current)...)
}

// NewLister returns the list resource of a platform's keys. chosen is whether
// its configuration may name the scope.
func NewLister[M any, P Model[M]](kind object.Kind, platform Platform[M], chosen bool) *object.Lister[M] {
	return object.NewLister(kind, listed[M, P]{Access: platform, kind: kind, platform: platform}, chosen)
}

// listed are a platform's keys as a list sees them.
type listed[M any, P Model[M]] struct {
	providerdata.Access
	kind     object.Kind
	platform Platform[M]
}

func (l listed[M, P]) Label(m *M) string { return P(m).Shared().Name.ValueString() }

func (l listed[M, P]) Identity(m *M) (scope, id types.String) {
	return l.platform.ScopeOf(m), P(m).Shared().ID
}

// All yields the keys as an import would have them: without their tokens, which
// no platform shows again.
func (l listed[M, P]) All(ctx context.Context, scope string) iter.Seq2[M, error] {
	return func(yield func(M, error) bool) {
		for found, err := range l.platform.Each(ctx, scope) {
			if err != nil {
				yield(found.Model, err)
				return
			}
			attributes := P(&found.Model).Shared()
			attributes.adopt(found.Key)
			attributes.Rotation = types.ObjectNull(rotationTypes())
			attributes.TokenEncryption = types.ObjectNull(encryptionTypes())
			attributes.complete(l.kind.Scope)
			if !yield(found.Model, nil) {
				return
			}
		}
	}
}
