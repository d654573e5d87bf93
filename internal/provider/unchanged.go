package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/keyward/terraform-provider-keyward/internal/configured"
)

// planner is a resource that can tell that it has nothing to plan.
type planner interface {
	resource.ResourceWithConfigure
	PlanUnchanged(ctx context.Context, config tfsdk.Config, state tfsdk.State, private map[string][]byte) bool
}

// configuredPlanner is a planner that has what the provider was configured with.
type configuredPlanner struct {
	planner
	schema    resource.SchemaResponse
	terraform tftypes.Type
}

// planners returns the planners of the register, by resource type.
func planners(ctx context.Context, data *configured.Data) map[string]configuredPlanner {
	all := map[string]configuredPlanner{}
	for _, entry := range resources {
		if p, ok := entry.New().(planner); ok {
			made := configuredPlanner{planner: p}
			p.Configure(ctx, resource.ConfigureRequest{ProviderData: data}, &resource.ConfigureResponse{})
			p.Schema(ctx, resource.SchemaRequest{}, &made.schema)
			made.terraform = made.schema.Schema.Type().TerraformType(ctx)
			all[entry.Type] = made
		}
	}
	return all
}

// PlanUnchanged reports whether the state that a resource has is its plan too, with
// nothing to tell. private is what Terraform keeps beside the state, to which it
// adds. See serve.Planner.
func (p *keyward) PlanUnchanged(ctx context.Context, resourceType string, config, state *tfprotov6.DynamicValue, private map[string][]byte) bool {
	all := p.planners.Load()
	if all == nil {
		return false
	}
	of, ok := (*all)[resourceType]
	if !ok {
		return false
	}
	declared, err := config.Unmarshal(of.terraform)
	if err != nil {
		return false // the framework says what is wrong
	}
	is, err := state.Unmarshal(of.terraform)
	if err != nil || is.IsNull() || declared.IsNull() {
		return false
	}
	return of.PlanUnchanged(ctx, tfsdk.Config{Raw: declared, Schema: of.schema.Schema}, tfsdk.State{Raw: is, Schema: of.schema.Schema}, private)
}
