// Package corebill has the resources of Corebill.
package corebill

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/list"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/keyward/terraform-provider-keyward/internal/client"
	corebillapi "github.com/keyward/terraform-provider-keyward/internal/contract/corebill"
	"github.com/keyward/terraform-provider-keyward/internal/diagnostics"
	platform "github.com/keyward/terraform-provider-keyward/internal/platform/corebill"
	"github.com/keyward/terraform-provider-keyward/internal/platform/resourcekind"
	"github.com/keyward/terraform-provider-keyward/internal/providerdata"
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
				Validators: []validator.String{validate.Word("permission level", validate.Parsed(platform.ParseLevel))},
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

// checkCompany says so where the provider's key does not reach a company.
func checkCompany(ctx context.Context, access *providerdata.Corebill, companyID string) (diags diag.Diagnostics) {
	reaches, companies, err := access.Reaches(ctx, companyID)
	switch {
	case err != nil:
		diags.Append(diagnostics.AttributeError(path.Root("company_id"), "check", "Corebill company "+companyID, err))
	case !reaches:
		diags.AddAttributeError(path.Root("company_id"), "Corebill company not found",
			fmt.Sprintf("The provider's key does not reach company %q. It reaches: %s.", companyID, describe(companies)))
	}
	return diags
}

// describe lists companies in one line.
func describe(companies []corebillapi.Company) string {
	if len(companies) == 0 {
		return "none"
	}
	words := make([]string, len(companies))
	for i, company := range companies {
		words[i] = fmt.Sprintf("%s (%s)", company.ID, company.Name)
	}
	return strings.Join(words, ", ")
}

// unreachable tells an object of a company that is gone from one that only the
// provider's key can't see any more: Corebill answers 404 to both, and an object
// must never be dropped from the state because of the credential.
func unreachable(ctx context.Context, access *providerdata.Corebill, noun string, companyID types.String, err error) error {
	if !errors.Is(err, client.ErrNotFound) {
		return err
	}
	if companyID.IsNull() {
		return unseen(ctx, access, err)
	}
	reaches, companies, lookup := access.Reaches(ctx, companyID.ValueString())
	switch {
	case lookup != nil:
		return untold(lookup)
	case !reaches && deleted(ctx, access, companies):
		return err
	case !reaches:
		return fmt.Errorf("the provider's key does not reach company %s (it reaches: %s), so nothing can be said of the %s; the state was left as it is",
			companyID.ValueString(), describe(companies), noun)
	default:
		return err
	}
}

// deleted reports whether a company that is not among those that the provider's key
// reaches is no more, and all that it had with it: an organization's key reaches
// every company there is.
func deleted(ctx context.Context, access *providerdata.Corebill, companies []corebillapi.Company) bool {
	privileges, err := access.CallerPrivileges(ctx)
	return err == nil && len(companies) > 0 && privileges.Organization
}

// unseen is unreachable for an object of the organization.
func unseen(ctx context.Context, access *providerdata.Corebill, err error) error {
	privileges, lookup := access.CallerPrivileges(ctx)
	switch {
	case lookup != nil:
		return untold(lookup)
	case !privileges.Organization:
		return errors.New("only an organization key sees the organization's keys, and the provider's is a company's, " +
			"so nothing can be said of the key; the state was left as it is")
	default:
		return err
	}
}

// untold is the error of a look-up that was to tell what "not found" means. That
// the look-up found nothing either must not pass for the object's end.
func untold(err error) error {
	if errors.Is(err, client.ErrNotFound) {
		return errors.New("whether it is gone could not be told: " + err.Error())
	}
	return err
}
