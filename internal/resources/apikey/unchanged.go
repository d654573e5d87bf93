package apikey

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"

	"github.com/keyward/terraform-provider-keyward/internal/resources/codec"
)

// PlanUnchanged plans a key for which Terraform proposes the state that it has. It
// reports whether that is the plan, and whether there is nothing to tell; where it
// isn't, ModifyPlan has to plan, and PlanUnchanged has changed nothing. private is
// the private state, to which it adds what a plan keeps.
func (r *Resource[M, P]) PlanUnchanged(ctx context.Context, config tfsdk.Config, state tfsdk.State, private map[string][]byte) bool {
	var declared, is M
	if codec.Config(ctx, config, &declared).HasError() || codec.State(ctx, state, &is).HasError() {
		return false
	}
	plan := is
	kept := privateMap(private)
	diags := r.plan(ctx, &declared, &is, &plan, kept, kept)
	return len(diags) == 0 && codec.Equal(plan, is)
}

// privateMap is private state as it is outside the framework.
type privateMap map[string][]byte

func (p privateMap) GetKey(_ context.Context, key string) ([]byte, diag.Diagnostics) {
	return p[key], nil
}

func (p privateMap) SetKey(_ context.Context, key string, value []byte) diag.Diagnostics {
	p[key] = value
	return nil
}
