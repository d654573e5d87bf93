// Package corebill has the resources of Corebill.
package corebill

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/list"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	platform "github.com/keyward/terraform-provider-keyward/internal/platform/corebill"
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

var apiKeyKind = object.Kind{Kind: resourcekind.CorebillAPIKey, Replaced: true}

// NewAPIKey returns the resource keyward_corebill_api_key.
func NewAPIKey() resource.Resource {
	return &apiKey{apikey.New[apiKeyModel](apiKeyKind, &apiKeys{})}
}

type apiKey struct {
	apikey.Resource[apiKeyModel, *apiKeyModel]
}

// NewAPIKeyList returns the list resource keyward_corebill_api_key.
func NewAPIKeyList() list.ListResource {
	return apikey.NewLister[apiKeyModel](apiKeyKind, &apiKeys{}, true)
}

type apiKeyModel struct {
	apikey.Attributes
	CompanyID       types.String `tfsdk:"company_id"`
	Organization    types.Bool   `tfsdk:"organization"`
	PermissionLevel types.String `tfsdk:"permission_level"`
}

func (r *apiKey) Schema(_ context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "An API key of Corebill. Its name and whether it is enabled change in place. Corebill can't edit a key's level or company: " +
			"if one changes, a new key is created first, and then the old one is revoked: in the same apply, or after the `overlap` of `rotation`.",
		Attributes: apikey.Schema(apiKeyKind, map[string]schema.Attribute{
			"permission_level": schema.StringAttribute{
				Required: true,
				MarkdownDescription: "What the key may do: `read` (GET), `write` (GET and POST) or `admin` (every method). " +
					"Choose the lowest that works. A change issues a new key.",
				Validators: []validator.String{validate.Word("permission level", func(name string) error {
					_, err := platform.ParseLevel(name)
					return err
				})},
			},
			"company_id": schema.StringAttribute{
				Optional: true,
				Computed: true,
				MarkdownDescription: "Company that the key belongs to; the provider's `company_id` where it is not set. " +
					"Null for an organization key. A change issues a new key.",
				Validators: []validator.String{stringvalidator.LengthAtLeast(1), validate.ID("company_id")},
			},
			"organization": schema.BoolAttribute{
				Optional: true,
				Computed: true,
				MarkdownDescription: "Whether the key is an organization key: it belongs to no company and reaches every one. " +
					"Only an organization key can create it.",
			},
		}),
	}
}

// ValidateConfig refuses an organization key that names a company.
func (r *apiKey) ValidateConfig(ctx context.Context, req resource.ValidateConfigRequest, resp *resource.ValidateConfigResponse) {
	var config apiKeyModel
	resp.Diagnostics.Append(codec.Config(ctx, req.Config, &config)...)
	if config.Organization.ValueBool() && !config.CompanyID.IsNull() {
		resp.Diagnostics.AddAttributeError(path.Root("organization"), "An organization key belongs to no company",
			"An organization key reaches every company. Remove company_id, or set organization = false for a key of that one company.")
	}
}
