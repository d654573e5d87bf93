package billium

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/list"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/keyward/terraform-provider-keyward/internal/platform/resourcekind"
	"github.com/keyward/terraform-provider-keyward/internal/resources/object"
	"github.com/keyward/terraform-provider-keyward/internal/validate"
)

var (
	_ resource.ResourceWithConfigure   = (*permissionSet)(nil)
	_ resource.ResourceWithIdentity    = (*permissionSet)(nil)
	_ resource.ResourceWithImportState = (*permissionSet)(nil)
	_ resource.ResourceWithModifyPlan  = (*permissionSet)(nil)
)

var permissionSetKind = object.Kind{Kind: resourcekind.BilliumPermissionSet, Same: "name"}

// NewPermissionSet returns the resource keyward_billium_permission_set.
func NewPermissionSet() resource.Resource {
	return &permissionSet{object.New[permissionSetModel](permissionSetKind, &permissionSets{})}
}

type permissionSet struct {
	object.Resource[permissionSetModel]
}

// NewPermissionSetList returns the list resource keyward_billium_permission_set.
func NewPermissionSetList() list.ListResource {
	return object.NewLister[permissionSetModel](permissionSetKind, &permissionSets{}, false)
}

type permissionSetModel struct {
	ID                   types.String `tfsdk:"id"`
	MerchantID           types.String `tfsdk:"merchant_id"`
	Name                 types.String `tfsdk:"name"`
	Description          types.String `tfsdk:"description"`
	Permissions          types.Set    `tfsdk:"permissions"`
	EffectivePermissions types.Set    `tfsdk:"effective_permissions"`
	MinimumRole          types.String `tfsdk:"minimum_role"`
	PublicKeyCompatible  types.Bool   `tfsdk:"public_key_compatible"`
	OnConflict           types.String `tfsdk:"on_conflict"`
}

func (r *permissionSet) Schema(_ context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "A named set of Billium permissions. API keys and team members that refer to it by its id all change with it, in one request. " +
			"A set that is in use can't be deleted; the error lists its holders.",
		Attributes: map[string]schema.Attribute{
			"id": schema.StringAttribute{
				Computed:            true,
				MarkdownDescription: "Id of the permission set.",
				PlanModifiers:       []planmodifier.String{stringplanmodifier.UseStateForUnknown()},
			},
			"merchant_id": merchantIDAttribute("permission set"),
			"name": schema.StringAttribute{
				Required:            true,
				MarkdownDescription: "Name of the set, 1 to 100 characters.",
				Validators:          validate.Name(maxName),
			},
			"on_conflict": object.OnConflict(permissionSetKind.Noun, permissionSetKind.Same),
			"description": schema.StringAttribute{
				Optional:            true,
				MarkdownDescription: "What the set is for, 1 to 500 characters.",
				Validators:          validate.Description(maxDescription),
			},
			"permissions": schema.SetAttribute{
				Required:            true,
				ElementType:         types.StringType,
				MarkdownDescription: "What the set grants: " + wildcards + " The provider's key must hold what it is to grant.",
				Validators:          patternValidators(),
				PlanModifiers:       []planmodifier.Set{sameMeaningStays{}},
			},
			"effective_permissions": schema.SetAttribute{
				Computed:            true,
				ElementType:         types.StringType,
				MarkdownDescription: "What `permissions` means, with its wildcards written out.",
			},
			"minimum_role": schema.StringAttribute{
				Computed:            true,
				MarkdownDescription: "The lowest role that may hold all of the permissions: `OWNER`, `ADMIN`, `MEMBER` or `VIEWER`.",
			},
			"public_key_compatible": schema.BoolAttribute{
				Computed:            true,
				MarkdownDescription: "Whether a public key can use the set: that it has exactly `invoice:create`, `invoice:view` and `product:view`.",
			},
		},
	}
}
