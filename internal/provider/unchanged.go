package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/keyward/terraform-provider-keyward/internal/configured"
	"github.com/keyward/terraform-provider-keyward/internal/resources/codec"
	"github.com/keyward/terraform-provider-keyward/internal/resources/validity"
)

// unchanging is a resource that can tell by itself that nothing has changed.
type unchanging interface {
	resource.ResourceWithConfigure
	resource.ResourceWithIdentity
	resource.ResourceWithValidateConfig
	PlanUnchanged(ctx context.Context, config tfsdk.Config, state tfsdk.State, private map[string][]byte) (context.Context, bool)
	ReadUnchanged(ctx context.Context, state tfsdk.State, identity *tfsdk.ResourceIdentity, private map[string][]byte) (context.Context, bool)
}

// unchangingResource is one that has what the provider was configured with.
type unchangingResource struct {
	unchanging
	schema            resource.SchemaResponse
	identity          resource.IdentitySchemaResponse
	state, identifier tftypes.Type
	checker           *validity.Checker
}

// unchangingResources returns those of the register, by resource type.
func unchangingResources(ctx context.Context, data *configured.Data) map[string]unchangingResource {
	all := map[string]unchangingResource{}
	for _, entry := range resources {
		if r, ok := entry.New().(unchanging); ok {
			made := unchangingResource{unchanging: r}
			r.Configure(ctx, resource.ConfigureRequest{ProviderData: data}, &resource.ConfigureResponse{})
			r.Schema(ctx, resource.SchemaRequest{}, &made.schema)
			r.IdentitySchema(ctx, resource.IdentitySchemaRequest{}, &made.identity)
			made.state = made.schema.Schema.Type().TerraformType(ctx)
			made.checker = validity.New(made.schema.Schema)
			made.identifier = made.identity.IdentitySchema.Type().TerraformType(ctx)
			all[entry.Type] = made
		}
	}
	return all
}

func (p *keyward) unchangingResource(resourceType string) (r unchangingResource, ok bool) {
	if all := p.unchanging.Load(); all != nil {
		r, ok = (*all)[resourceType]
	}
	return r, ok
}

// decode reads a value that is an object; what is wrong with another is the
// framework's to say.
func (r *unchangingResource) decode(value *tfprotov6.DynamicValue) (tftypes.Value, bool) {
	decoded, err := value.Unmarshal(r.state)
	return decoded, err == nil && !decoded.IsNull()
}

// ValidConfig reports whether the framework would have nothing to say of a
// configuration. See serve.Unchanging.
func (p *keyward) ValidConfig(ctx context.Context, resourceType string, config *tfprotov6.DynamicValue) bool {
	r, ok := p.unchangingResource(resourceType)
	if !ok {
		return false
	}
	declared, isDeclared := r.decode(config)
	request := resource.ValidateConfigRequest{Config: tfsdk.Config{Raw: declared, Schema: r.schema.Schema}}
	if !isDeclared || !r.checker.Valid(ctx, request.Config) {
		return false
	}
	var said resource.ValidateConfigResponse
	r.ValidateConfig(ctx, request, &said)
	return len(said.Diagnostics) == 0
}

// StateUnchanged reports whether a state that Terraform has kept is the state of
// today's schema. See serve.Unchanging.
func (p *keyward) StateUnchanged(resourceType string, version int64, state []byte) bool {
	r, ok := p.unchangingResource(resourceType)
	return ok && version == r.schema.Schema.Version && codec.Fits(state, r.state)
}

// PlanUnchanged reports whether the state that a resource has is its plan too, with
// nothing to tell; then it returns the identity. private is what Terraform keeps
// beside the state, to which it adds. See serve.Unchanging.
func (p *keyward) PlanUnchanged(ctx context.Context, resourceType string, config, state, identity *tfprotov6.DynamicValue, private map[string][]byte) (context.Context, *tfprotov6.DynamicValue, bool) {
	r, ok := p.unchangingResource(resourceType)
	if !ok {
		return ctx, nil, false
	}
	declared, isDeclared := r.decode(config)
	is, exists := r.decode(state)
	same, identified := r.sameIdentity(identity)
	if !isDeclared || !exists || !identified {
		return ctx, nil, false
	}
	ctx, unchanged := r.PlanUnchanged(ctx, tfsdk.Config{Raw: declared, Schema: r.schema.Schema}, tfsdk.State{Raw: is, Schema: r.schema.Schema}, private)
	return ctx, same, unchanged
}

// sameIdentity is an identity as the framework hands it back: null for none.
func (r *unchangingResource) sameIdentity(identity *tfprotov6.DynamicValue) (*tfprotov6.DynamicValue, bool) {
	is := tftypes.NewValue(r.identifier, nil)
	if identity != nil {
		var err error
		if is, err = identity.Unmarshal(r.identifier); err != nil {
			return nil, false
		}
	}
	same, err := tfprotov6.NewDynamicValue(r.identifier, is)
	return &same, err == nil
}

// ReadUnchanged refreshes a resource and reports whether it is as its state has it,
// with nothing to tell; then it returns the identity. See serve.Unchanging.
func (p *keyward) ReadUnchanged(ctx context.Context, resourceType string, state *tfprotov6.DynamicValue, private map[string][]byte) (context.Context, *tfprotov6.DynamicValue, bool) {
	r, ok := p.unchangingResource(resourceType)
	if !ok {
		return ctx, nil, false
	}
	is, exists := r.decode(state)
	if !exists {
		return ctx, nil, false
	}
	identity := &tfsdk.ResourceIdentity{Raw: tftypes.NewValue(r.identifier, nil), Schema: r.identity.IdentitySchema}
	ctx, unchanged := r.ReadUnchanged(ctx, tfsdk.State{Raw: is, Schema: r.schema.Schema}, identity, private)
	if !unchanged {
		return ctx, nil, false
	}
	encoded, err := tfprotov6.NewDynamicValue(r.identifier, identity.Raw)
	return ctx, &encoded, err == nil
}
