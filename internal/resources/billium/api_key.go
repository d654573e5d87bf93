// Package billium has the resources of Billium.
package billium

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/list"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	platform "github.com/keyward/terraform-provider-keyward/internal/platform/billium"
	"github.com/keyward/terraform-provider-keyward/internal/platform/resourcekind"
	"github.com/keyward/terraform-provider-keyward/internal/resources/apikey"
	"github.com/keyward/terraform-provider-keyward/internal/resources/codec"
	"github.com/keyward/terraform-provider-keyward/internal/resources/object"
	"github.com/keyward/terraform-provider-keyward/internal/validate"
)

var (
	_ resource.ResourceWithConfigure      = (*apiKey)(nil)
	_ resource.ResourceWithIdentity       = (*apiKey)(nil)
	_ resource.ResourceWithImportState    = (*apiKey)(nil)
	_ resource.ResourceWithModifyPlan     = (*apiKey)(nil)
	_ resource.ResourceWithValidateConfig = (*apiKey)(nil)
)

var apiKeyKind = object.Kind{Kind: resourcekind.BilliumAPIKey, Replaced: true}

// NewAPIKey returns the resource keyward_billium_api_key.
func NewAPIKey() resource.Resource {
	return &apiKey{apikey.New[apiKeyModel](apiKeyKind, &apiKeys{})}
}

type apiKey struct {
	apikey.Resource[apiKeyModel, *apiKeyModel]
}

// NewAPIKeyList returns the list resource keyward_billium_api_key.
func NewAPIKeyList() list.ListResource {
	return apikey.NewLister[apiKeyModel](apiKeyKind, &apiKeys{}, false)
}

type apiKeyModel struct {
	apikey.Attributes
	MerchantID           types.String `tfsdk:"merchant_id"`
	Type                 types.String `tfsdk:"type"`
	Permissions          types.Set    `tfsdk:"permissions"`
	PermissionSetID      types.String `tfsdk:"permission_set_id"`
	EffectivePermissions types.Set    `tfsdk:"effective_permissions"`
	PermissionsFrom      types.String `tfsdk:"permissions_from"`
}

func (r *apiKey) Schema(_ context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "An API key of Billium. Its name, permissions and whether it is enabled change in place. " +
			"If its type changes, a new key is created first, and then the old one is revoked: in the same apply, or after the `overlap` of `rotation`.",
		Attributes: apikey.Schema(apiKeyKind, map[string]schema.Attribute{
			"merchant_id": merchantIDAttribute("key"),
			"type": schema.StringAttribute{
				Optional: true,
				Computed: true,
				MarkdownDescription: "`SECRET` (the default), for servers, or `PUBLIC`, for browsers and mobile apps. " +
					"A change issues a new key.",
				Validators: []validator.String{validate.Word("key type", func(name string) error {
					_, err := platform.ParseKeyType(name)
					return err
				})},
			},
			"permissions": schema.SetAttribute{
				Optional:    true,
				Computed:    true,
				ElementType: types.StringType,
				MarkdownDescription: "What the key may do: " + wildcards + " " +
					"Where neither it nor `permission_set_id` is set, a new secret key inherits all permissions of its creator, and the permissions are not managed. " +
					"A public key always has exactly `invoice:create`, `invoice:view` and `product:view`.",
				Validators:    patternValidators(),
				PlanModifiers: []planmodifier.Set{sameMeaningStays{}},
			},
			"permission_set_id": schema.StringAttribute{
				Optional: true,
				Computed: true,
				MarkdownDescription: "Permission set that the key takes its permissions from, instead of `permissions`; a change of the set changes the key. " +
					"A public key can use only a set whose `public_key_compatible` is true. To leave the set, declare `permissions`.",
				Validators: setIDValidators(),
			},
			"effective_permissions": schema.SetAttribute{
				Computed:            true,
				ElementType:         types.StringType,
				MarkdownDescription: "What `permissions`, or the permission set, means, with its wildcards written out.",
			},
			"permissions_from": sourceAttribute("`creator` for a key that was created with neither and inherits everything."),
		}),
	}
}

// ValidateConfig holds a public key to its three permissions.
func (r *apiKey) ValidateConfig(ctx context.Context, req resource.ValidateConfigRequest, resp *resource.ValidateConfigResponse) {
	var config apiKeyModel
	resp.Diagnostics.Append(codec.Config(ctx, req.Config, &config)...)
	if resp.Diagnostics.HasError() || config.Type.ValueString() != string(platform.Public) {
		return
	}
	resp.Diagnostics.Append(checkPublic(config.Permissions)...)
}
