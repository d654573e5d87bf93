package billium

import (
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/keyward/terraform-provider-keyward/internal/configured"
	platform "github.com/keyward/terraform-provider-keyward/internal/platform/billium"
)

// Where permissions come from. A plan always knows it, whether or not it knows
// the permissions: a reference that turns out to be null would otherwise give
// all that the creator, or the role, has. Terraform sees nothing of it but that
// the final plan says otherwise than the one that was approved, and stops before
// anything is created.
const (
	fromPermissions = "permissions"
	fromSet         = "permission_set_id"
	fromCreator     = "creator"
	fromRole        = "role"
)

func sourceAttribute(otherwise string) schema.StringAttribute {
	return schema.StringAttribute{
		Computed: true,
		MarkdownDescription: "Where the permissions come from: `permissions`, `permission_set_id`, or " + otherwise + " " +
			"If an apply finds another source than planned, because `permission_set_id` or `permissions` refers to a value that is null by then, it stops before it changes anything.",
	}
}

// declaredSource is where a configuration takes permissions from; it is otherwise
// where it has neither attribute.
func declaredSource(set types.String, permissions types.Set, otherwise types.String) types.String {
	switch {
	case !set.IsNull():
		return types.StringValue(fromSet)
	case !permissions.IsNull():
		return types.StringValue(fromPermissions)
	default:
		return otherwise
	}
}

// plannedSource plans where a key's permissions come from.
func plannedSource(config, state, plan *apiKeyModel) types.String {
	otherwise := types.StringValue(fromCreator)
	switch {
	case keeps(state, plan):
		otherwise = state.source()
	case plan.Type.IsUnknown():
		otherwise = types.StringUnknown()
	case plan.Type.ValueString() == string(platform.Public):
		otherwise = types.StringValue(fromPermissions)
	}
	return declaredSource(config.PermissionSetID, config.Permissions, otherwise)
}

// source says where the permissions of a key that is there come from. Billium
// doesn't tell of a key whether it inherits: that is known of those alone that
// were created here.
func (m *apiKeyModel) source() types.String {
	switch {
	case m.PermissionSetID.ValueString() != "":
		return types.StringValue(fromSet)
	case m.PermissionsFrom.ValueString() == fromCreator:
		return m.PermissionsFrom
	default:
		return types.StringValue(fromPermissions)
	}
}

// impliedPermissions warns of a key that inherits everything.
func impliedPermissions() diag.Diagnostic {
	return diag.NewAttributeWarningDiagnostic(path.Root("permission_set_id"), "Permissions are implied",
		"Neither permissions nor permission_set_id has a value, and so the new key inherits everything that its creator, the provider's key, may do. "+
			"Say in permissions what the key needs. Where one of the two refers to something, that is null; "+
			"if the plan did not know it yet, Terraform stops here and creates no key.")
}

// checkNull warns of a permission set that isn't known yet and is none that the
// plan creates: it may turn out to be null.
func checkNull(access *configured.Billium, set types.String, noun string) (diags diag.Diagnostics) {
	if set.IsUnknown() && !access.PlansNewPermissionSet() {
		diags.AddAttributeWarning(path.Root("permission_set_id"), "The permission set may turn out to be null",
			"What permission_set_id refers to is known only during the apply, and is no permission set that this plan creates. "+
				"Should it be null by then, the apply stops before it creates or changes the "+noun+", and says that permissions_from is not as planned: "+
				"without a set it would have more permissions than the plan says.")
	}
	return diags
}
