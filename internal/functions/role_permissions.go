package functions

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/function"
	"github.com/hashicorp/terraform-plugin-framework/types"

	platform "github.com/keyward/terraform-provider-keyward/internal/platform/billium"
)

// NewRolePermissions returns the function role_permissions.
func NewRolePermissions() function.Function { return &rolePermissions{} }

type rolePermissions struct{}

func (f *rolePermissions) Metadata(_ context.Context, _ function.MetadataRequest, resp *function.MetadataResponse) {
	resp.Name = "role_permissions"
}

func (f *rolePermissions) Definition(_ context.Context, _ function.DefinitionRequest, resp *function.DefinitionResponse) {
	resp.Definition = function.Definition{
		Summary: "Returns what a Billium role may hold",
		MarkdownDescription: "Returns the permissions that a role of a Billium team may hold, in the order of Billium's table. " +
			"Neither a member of that role nor a key that the member creates can be granted more.",
		Parameters: []function.Parameter{function.StringParameter{
			Name:                "role",
			MarkdownDescription: "`OWNER`, `ADMIN`, `MEMBER` or `VIEWER`.",
		}},
		Return: function.ListReturn{ElementType: types.StringType},
	}
}

func (f *rolePermissions) Run(ctx context.Context, req function.RunRequest, resp *function.RunResponse) {
	var name string
	if resp.Error = req.Arguments.Get(ctx, &name); resp.Error != nil {
		return
	}
	role, err := platform.ParseRole(name)
	if err != nil {
		resp.Error = function.NewArgumentFuncError(0, err.Error())
		return
	}
	resp.Error = resp.Result.Set(ctx, platform.Names(role.Permissions()))
}
