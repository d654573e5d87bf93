// Package functions has the provider's functions: the platforms' words, for
// configurations to reckon with. They are pure, and need no credentials.
package functions

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/function"
	"github.com/hashicorp/terraform-plugin-framework/types"

	platform "github.com/keyward/terraform-provider-keyward/internal/platform/billium"
)

// NewExpandPermissions returns the function expand_permissions.
func NewExpandPermissions() function.Function { return &expandPermissions{} }

type expandPermissions struct{}

func (f *expandPermissions) Metadata(_ context.Context, _ function.MetadataRequest, resp *function.MetadataResponse) {
	resp.Name = "expand_permissions"
}

func (f *expandPermissions) Definition(_ context.Context, _ function.DefinitionRequest, resp *function.DefinitionResponse) {
	resp.Definition = function.Definition{
		Summary: "Writes out wildcards of Billium permissions",
		MarkdownDescription: "Returns the single permissions that the given ones mean together, without doubles and in the order of Billium's table. " +
			"A permission that does not exist is an error.",
		Parameters: []function.Parameter{function.ListParameter{
			Name:                "permissions",
			ElementType:         types.StringType,
			MarkdownDescription: patternsDescription,
		}},
		Return: function.ListReturn{ElementType: types.StringType},
	}
}

func (f *expandPermissions) Run(ctx context.Context, req function.RunRequest, resp *function.RunResponse) {
	var patterns []types.String
	if resp.Error = req.Arguments.Get(ctx, &patterns); resp.Error != nil {
		return
	}
	permissions, problem := expand(0, patterns)
	if problem != nil {
		resp.Error = problem
		return
	}
	resp.Error = resp.Result.Set(ctx, platform.Names(permissions))
}
