package functions

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/function"
	"github.com/hashicorp/terraform-plugin-framework/types"

	platform "github.com/keyward/terraform-provider-keyward/internal/platform/billium"
)

// NewPermissionsMissing returns the function permissions_missing.
func NewPermissionsMissing() function.Function { return &permissionsMissing{} }

type permissionsMissing struct{}

func (f *permissionsMissing) Metadata(_ context.Context, _ function.MetadataRequest, resp *function.MetadataResponse) {
	resp.Name = "permissions_missing"
}

func (f *permissionsMissing) Definition(_ context.Context, _ function.DefinitionRequest, resp *function.DefinitionResponse) {
	resp.Definition = function.Definition{
		Summary: "Returns the Billium permissions that are wanted and not held",
		MarkdownDescription: "Returns the permissions of `want` that `have` does not hold, in the order of Billium's table; an empty list where it holds them all. " +
			"A permission that does not exist is an error.",
		Parameters: []function.Parameter{
			function.SetParameter{
				Name:                "have",
				ElementType:         types.StringType,
				MarkdownDescription: "What is held. " + patternsDescription,
			},
			function.SetParameter{
				Name:                "want",
				ElementType:         types.StringType,
				MarkdownDescription: "What is wanted, written in the same way.",
			},
		},
		Return: function.ListReturn{ElementType: types.StringType},
	}
}

func (f *permissionsMissing) Run(ctx context.Context, req function.RunRequest, resp *function.RunResponse) {
	var have, want []types.String
	if resp.Error = req.Arguments.Get(ctx, &have, &want); resp.Error != nil {
		return
	}
	held, problem := expand(0, have)
	if problem != nil {
		resp.Error = problem
		return
	}
	wanted, problem := expand(1, want)
	if problem != nil {
		resp.Error = problem
		return
	}
	resp.Error = resp.Result.Set(ctx, platform.Names(platform.Missing(held, wanted)))
}
