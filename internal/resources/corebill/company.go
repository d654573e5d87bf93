package corebill

import (
	"context"
	"regexp"

	"github.com/hashicorp/terraform-plugin-framework-timetypes/timetypes"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/list"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/booldefault"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/keyward/terraform-provider-keyward/internal/platform/currency"
	"github.com/keyward/terraform-provider-keyward/internal/platform/resourcekind"
	"github.com/keyward/terraform-provider-keyward/internal/resources/object"
	"github.com/keyward/terraform-provider-keyward/internal/validate"
)

var (
	_ resource.ResourceWithConfigure   = (*company)(nil)
	_ resource.ResourceWithIdentity    = (*company)(nil)
	_ resource.ResourceWithImportState = (*company)(nil)
	_ resource.ResourceWithModifyPlan  = (*company)(nil)
)

var companyKind = object.Kind{Kind: resourcekind.CorebillCompany, Same: "slug or name"}

// NewCompany returns the resource keyward_corebill_company.
func NewCompany() resource.Resource {
	return &company{object.New[companyModel](companyKind, &companies{})}
}

type company struct{ object.Resource[companyModel] }

// NewCompanyList returns the list resource keyward_corebill_company.
func NewCompanyList() list.ListResource {
	return object.NewLister[companyModel](companyKind, &companies{}, false)
}

type companyModel struct {
	ID                 types.String      `tfsdk:"id"`
	Name               types.String      `tfsdk:"name"`
	Slug               types.String      `tfsdk:"slug"`
	Currency           types.String      `tfsdk:"currency"`
	InvoicePrefix      types.String      `tfsdk:"invoice_prefix"`
	QuotePrefix        types.String      `tfsdk:"quote_prefix"`
	LogoURL            types.String      `tfsdk:"logo_url"`
	DeletionProtection types.Bool        `tfsdk:"deletion_protection"`
	CreatedAt          timetypes.RFC3339 `tfsdk:"created_at"`
	OnConflict         types.String      `tfsdk:"on_conflict"`
}

// The contract's limits.
var (
	slugForm   = regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)
	prefixForm = regexp.MustCompile(`^[A-Z0-9]{1,10}$`)
)

const (
	maxCompanyName = 100
	maxSlug        = 63
)

func (r *company) Schema(_ context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	stays := []planmodifier.String{stringplanmodifier.UseStateForUnknown()}
	resp.Schema = schema.Schema{
		MarkdownDescription: "A company of the Corebill organization. Everything about it changes in place. " +
			"Creating and deleting one takes an organization key of level `admin`. " +
			"What is deleted with a company, such as its customers, is gone: `deletion_protection` prevents that, and a company that has live API keys is not deleted.",
		Attributes: map[string]schema.Attribute{
			"id": schema.StringAttribute{
				Computed:            true,
				MarkdownDescription: "Id of the company.",
				PlanModifiers:       stays,
			},
			"name": schema.StringAttribute{
				Required:            true,
				MarkdownDescription: "Name of the company, 1 to 100 characters.",
				Validators:          validate.Name(maxCompanyName),
			},
			"slug": schema.StringAttribute{
				Optional: true,
				Computed: true,
				MarkdownDescription: "Short name for addresses: small letters, digits and single hyphens between them, at most 63 characters. " +
					"Where it is not set, Corebill derives it from the first name, and it is not managed.",
				PlanModifiers: stays,
				Validators: []validator.String{
					stringvalidator.LengthAtMost(maxSlug),
					stringvalidator.RegexMatches(slugForm, "must be small letters and digits, with single hyphens between them"),
				},
			},
			"currency": schema.StringAttribute{
				Optional: true,
				Computed: true,
				MarkdownDescription: "Currency that the company bills in, an ISO 4217 code such as `EUR`. " +
					"Where it is not set, a new company bills in `USD`, and the currency is not managed.",
				PlanModifiers: stays,
				Validators:    []validator.String{validate.Word("currency", currency.Check)},
			},
			"on_conflict":    object.OnConflict(companyKind.Noun, "slug (set here, or derived from the name)"),
			"invoice_prefix": prefixAttribute("invoice", "INV", stays),
			"quote_prefix":   prefixAttribute("quote", "QUO", stays),
			"logo_url": schema.StringAttribute{
				Optional:            true,
				MarkdownDescription: "Where the company's logo is, an http or https URL. Where it is not set, the company has none.",
				Validators:          []validator.String{validate.URL("logo URL")},
			},
			"deletion_protection": schema.BoolAttribute{
				Optional: true,
				Computed: true,
				Default:  booldefault.StaticBool(true),
				MarkdownDescription: "Whether a plan that deletes the company is refused; `true` where it is not set. " +
					"To delete the company, set it to `false` and apply that first. Kept by Terraform alone: the platform does not know it.",
			},
			"created_at": schema.StringAttribute{
				CustomType:          timetypes.RFC3339Type{},
				Computed:            true,
				MarkdownDescription: "When the company was created (RFC 3339, UTC).",
				PlanModifiers:       stays,
			},
		},
	}
}

func prefixAttribute(document, otherwise string, stays []planmodifier.String) schema.StringAttribute {
	return schema.StringAttribute{
		Optional: true,
		Computed: true,
		MarkdownDescription: "What the company's " + document + " numbers start with: 1 to 10 capital letters and digits. " +
			"Where it is not set, a new company has `" + otherwise + "`, and the prefix is not managed.",
		PlanModifiers: stays,
		Validators:    []validator.String{stringvalidator.RegexMatches(prefixForm, "must be 1 to 10 capital letters and digits")},
	}
}
