// Package billium has the resources of Billium.
package billium

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework-validators/setvalidator"
	"github.com/hashicorp/terraform-plugin-framework/list"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringdefault"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	platform "github.com/keyward/terraform-provider-keyward/internal/platform/billium"
	"github.com/keyward/terraform-provider-keyward/internal/resources/apikey"
	"github.com/keyward/terraform-provider-keyward/internal/resources/object"
	"github.com/keyward/terraform-provider-keyward/internal/validate"
)

var (
	_ resource.ResourceWithConfigure      = (*apiKey)(nil)
	_ resource.ResourceWithIdentity       = (*apiKey)(nil)
	_ resource.ResourceWithImportState    = (*apiKey)(nil)
	_ resource.ResourceWithModifyPlan     = (*apiKey)(nil)
	_ resource.ResourceWithValidateConfig = (*apiKey)(nil)
	_ list.ListResourceWithConfigure      = (*apiKeyList)(nil)
)

var apiKeyKind = object.Kind{
	Type: "billium_api_key", Platform: "Billium", Noun: "API key",
	Scope: "merchant_id", IDPrefix: "key_", Replaced: true,
}

// NewAPIKey returns the resource keyward_billium_api_key.
func NewAPIKey() resource.Resource {
	keys := &apiKeys{}
	return &apiKey{Resource: apikey.New[apiKeyModel](apiKeyKind, keys), keys: keys}
}

type apiKey struct {
	apikey.Resource[apiKeyModel, *apiKeyModel]
	keys *apiKeys
}

// NewAPIKeyList returns the list resource keyward_billium_api_key.
func NewAPIKeyList() list.ListResource {
	keys := &apiKeys{}
	return &apiKeyList{Lister: apikey.NewLister[apiKeyModel](apiKeyKind, keys, false), keys: keys}
}

type apiKeyList struct {
	object.Lister[apiKeyModel]
	keys *apiKeys
}

// Configure takes the provider's access to the platform.
func (l *apiKeyList) Configure(_ context.Context, req resource.ConfigureRequest, _ *resource.ConfigureResponse) {
	l.keys.configure(req)
}

type apiKeyModel struct {
	apikey.Attributes
	MerchantID           types.String `tfsdk:"merchant_id"`
	Type                 types.String `tfsdk:"type"`
	Permissions          types.Set    `tfsdk:"permissions"`
	EffectivePermissions types.Set    `tfsdk:"effective_permissions"`
}

func (r *apiKey) Schema(_ context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "An API key of Billium. Its name, permissions and whether it is enabled change in place. " +
			"A change of its type issues a new key first and revokes the old one after it, in the same apply.",
		Attributes: apikey.Schema(apiKeyKind, map[string]schema.Attribute{
			"merchant_id": schema.StringAttribute{
				Computed:            true,
				MarkdownDescription: "Merchant that the key belongs to: the provider's.",
				PlanModifiers:       []planmodifier.String{stringplanmodifier.UseStateForUnknown()},
			},
			"type": schema.StringAttribute{
				Optional: true,
				Computed: true,
				Default:  stringdefault.StaticString(string(platform.Secret)),
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
				MarkdownDescription: "What the key may do: any of the 34 permissions, or wildcards: `invoice:*` (every action of a domain), `*:view` (an action of every domain), `*` (everything). " +
					"Where it is not set, a new secret key inherits all permissions of its creator, and the permissions are not managed. " +
					"A public key always has exactly `invoice:create`, `invoice:view` and `product:view`.",
				Validators: []validator.Set{
					setvalidator.SizeAtLeast(1),
					setvalidator.NoNullValues(),
					setvalidator.ValueStringsAre(validate.Word("permission", func(pattern string) error {
						_, err := platform.Expand(pattern)
						return err
					})),
				},
			},
			"effective_permissions": schema.SetAttribute{
				Computed:            true,
				ElementType:         types.StringType,
				MarkdownDescription: "What `permissions` means, with its wildcards written out.",
			},
		}),
	}
}

// Configure takes the provider's access to the platform.
func (r *apiKey) Configure(_ context.Context, req resource.ConfigureRequest, _ *resource.ConfigureResponse) {
	r.keys.configure(req)
}

// ValidateConfig holds a public key to its three permissions.
func (r *apiKey) ValidateConfig(ctx context.Context, req resource.ValidateConfigRequest, resp *resource.ValidateConfigResponse) {
	var config apiKeyModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	if resp.Diagnostics.HasError() || config.Type.ValueString() != string(platform.Public) {
		return
	}
	resp.Diagnostics.Append(checkPublic(config.Permissions)...)
}
