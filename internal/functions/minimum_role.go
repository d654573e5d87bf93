package functions

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/function"
	"github.com/hashicorp/terraform-plugin-framework/types"

	platform "github.com/keyward/terraform-provider-keyward/internal/platform/billium"
)

// NewMinimumRole returns the function minimum_role.
func NewMinimumRole() function.Function { return &minimumRole{} }

type minimumRole struct{}

func (f *minimumRole) Metadata(_ context.Context, _ function.MetadataRequest, resp *function.MetadataResponse) {
	resp.Name = "minimum_role"
}

func (f *minimumRole) Definition(_ context.Context, _ function.DefinitionRequest, resp *function.DefinitionResponse) {
	resp.Definition = function.Definition{
		Summary: "Returns the lowest Billium role that may hold permissions",
		MarkdownDescription: "Returns the lowest role of a Billium team that may hold all of the permissions: `VIEWER`, `MEMBER`, `ADMIN` or `OWNER`. " +
			"For no permissions it is `VIEWER`. A permission that does not exist is an error.",
		Parameters: []function.Parameter{function.SetParameter{
			Name:                "permissions",
			ElementType:         types.StringType,
			MarkdownDescription: patternsDescription,
		}},
		Return: function.StringReturn{},
	}
}

func (f *minimumRole) Run(ctx context.Context, req function.RunRequest, resp *function.RunResponse) {
	var patterns []types.String
	if resp.Error = req.Arguments.Get(ctx, &patterns); resp.Error != nil {
		return
	}
	permissions, problem := expand(0, patterns)
	if problem != nil {
		resp.Error = problem
		return
	}
	resp.Error = resp.Result.Set(ctx, string(platform.MinimumRole(permissions)))
}
