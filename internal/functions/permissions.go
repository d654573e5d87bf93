// Package functions has the provider's functions: the platforms' words, for
// configurations to reckon with. They are pure, and need no credentials.
package functions

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/function"
	"github.com/hashicorp/terraform-plugin-framework/types"

	platform "github.com/keyward/terraform-provider-keyward/internal/platform/billium"
)

const patternsDescription = "Billium permissions (`invoice:create`) or wildcards: `invoice:*` (every action of a domain), " +
	"`*:view` (an action of every domain), `*` (everything)."

// expand returns what the patterns of the argument at a position mean together.
// Terraform itself refuses a null argument, but not one that holds a null.
func expand(position int64, patterns []types.String) ([]platform.Permission, *function.FuncError) {
	words := make([]string, len(patterns))
	for i, pattern := range patterns {
		if pattern.IsNull() {
			return nil, function.NewArgumentFuncError(position, "One of the permissions is null. Leave it out, for example with compact().")
		}
		words[i] = pattern.ValueString()
	}
	permissions, err := platform.ExpandAll(words)
	if err != nil {
		return nil, function.NewArgumentFuncError(position, err.Error())
	}
	return permissions, nil
}

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
