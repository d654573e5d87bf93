// Package corebill has the data sources of Corebill.
package corebill

import (
	"context"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework-timetypes/timetypes"
	"github.com/hashicorp/terraform-plugin-framework-validators/datasourcevalidator"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	corebillapi "github.com/keyward/terraform-provider-keyward/internal/contract/corebill"
	"github.com/keyward/terraform-provider-keyward/internal/datasources/collection"
	"github.com/keyward/terraform-provider-keyward/internal/diagnostics"
	"github.com/keyward/terraform-provider-keyward/internal/platform/naming"
	"github.com/keyward/terraform-provider-keyward/internal/providerdata"
	"github.com/keyward/terraform-provider-keyward/internal/validate"
)

var _ datasource.DataSourceWithConfigValidators = (*company)(nil)

// NewCompany returns the data source keyward_corebill_company.
func NewCompany() datasource.DataSource {
	to := &providerdata.ToCorebill{}
	return &company{collection.Single{Access: to}, to}
}

type company struct {
	collection.Single
	*providerdata.ToCorebill
}

type companyModel struct {
	ID            types.String      `tfsdk:"id"`
	Slug          types.String      `tfsdk:"slug"`
	Name          types.String      `tfsdk:"name"`
	Currency      types.String      `tfsdk:"currency"`
	InvoicePrefix types.String      `tfsdk:"invoice_prefix"`
	QuotePrefix   types.String      `tfsdk:"quote_prefix"`
	LogoURL       types.String      `tfsdk:"logo_url"`
	CreatedAt     timetypes.RFC3339 `tfsdk:"created_at"`
}

func (d *company) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_corebill_company"
}

func (d *company) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	attributes := companyAttributes()
	for name, description := range map[string]string{
		"id":   "Id of the company (`com_…`).",
		"slug": "Slug of the company.",
		"name": "Name of the company. Several may have the same: then look it up by id or slug.",
	} {
		lookup := schema.StringAttribute{Optional: true, Computed: true, MarkdownDescription: description}
		if name == "id" {
			lookup.Validators = []validator.String{validate.ID("id")}
		}
		attributes[name] = lookup
	}
	resp.Schema = schema.Schema{
		MarkdownDescription: "Looks up a company by its id, slug or name, among those that the provider's key reaches.",
		Attributes:          attributes,
	}
}

// ConfigValidators asks for exactly one way to look up.
func (d *company) ConfigValidators(context.Context) []datasource.ConfigValidator {
	return []datasource.ConfigValidator{datasourcevalidator.ExactlyOneOf(
		path.MatchRoot("id"), path.MatchRoot("slug"), path.MatchRoot("name"),
	)}
}

func (d *company) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	var config companyModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	if resp.Diagnostics.HasError() {
		return
	}
	if !d.Ready() {
		resp.Diagnostics.Append(d.Diagnostic("Corebill", "The company"))
		return
	}
	companies, err := d.Companies(ctx)
	if err != nil {
		resp.Diagnostics.Append(diagnostics.Error("look up", "the Corebill company", err))
		return
	}
	attribute, value := config.key()
	found, problem := find(companies, attribute, value)
	if problem != "" {
		resp.Diagnostics.AddAttributeError(path.Root(attribute), "Corebill company not found", problem)
		return
	}
	resp.Diagnostics.Append(resp.State.Set(ctx, modelOf(found))...)
}

// key returns by which attribute the company is looked up, and its value.
func (m companyModel) key() (attribute, value string) {
	switch {
	case !m.ID.IsNull():
		return "id", m.ID.ValueString()
	case !m.Slug.IsNull():
		return "slug", m.Slug.ValueString()
	default:
		return "name", m.Name.ValueString()
	}
}

// find returns the one company whose attribute has the value, or what is wrong
// where there is none or more than one.
func find(companies []corebillapi.Company, attribute, value string) (found corebillapi.Company, problem string) {
	var matches []corebillapi.Company
	for _, c := range companies {
		if has := map[string]string{"id": c.ID, "slug": c.Slug, "name": c.Name}[attribute]; naming.Same(has, value) {
			matches = append(matches, c)
		}
	}
	switch len(matches) {
	case 1:
		return matches[0], ""
	case 0:
		return found, fmt.Sprintf("No company has the %s %q. The provider's key reaches %s.", attribute, value, list(companies))
	default:
		return found, fmt.Sprintf("%d companies have the %s %q: %s. Look it up by id.", len(matches), attribute, value, list(matches))
	}
}

// list names companies by all that they can be looked up by.
func list(companies []corebillapi.Company) string {
	if len(companies) == 0 {
		return "none"
	}
	words := make([]string, len(companies))
	for i, c := range companies {
		words[i] = fmt.Sprintf("%q (id %s, slug %s)", c.Name, c.ID, c.Slug)
	}
	return strings.Join(words, ", ")
}

func modelOf(c corebillapi.Company) companyModel {
	return companyModel{
		ID: types.StringValue(c.ID), Slug: types.StringValue(c.Slug), Name: types.StringValue(c.Name),
		Currency: types.StringValue(c.Currency), InvoicePrefix: types.StringValue(c.InvoicePrefix),
		QuotePrefix: types.StringValue(c.QuotePrefix), LogoURL: types.StringPointerValue(c.LogoURL),
		CreatedAt: timetypes.NewRFC3339TimeValue(c.CreatedAt.UTC()),
	}
}

// companyAttributes are a company's attributes, all computed.
func companyAttributes() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"id":             schema.StringAttribute{Computed: true, MarkdownDescription: "Id of the company (`com_…`)."},
		"slug":           schema.StringAttribute{Computed: true, MarkdownDescription: "Slug of the company."},
		"name":           schema.StringAttribute{Computed: true, MarkdownDescription: "Name of the company."},
		"currency":       schema.StringAttribute{Computed: true, MarkdownDescription: "Currency of the company (ISO 4217)."},
		"invoice_prefix": schema.StringAttribute{Computed: true, MarkdownDescription: "What its invoice numbers start with."},
		"quote_prefix":   schema.StringAttribute{Computed: true, MarkdownDescription: "What its quote numbers start with."},
		"logo_url":       schema.StringAttribute{Computed: true, MarkdownDescription: "URL of its logo; null where it has none."},
		"created_at":     collection.TimeAttribute("When it was created"),
	}
}

// NewCompanies returns the data source keyward_corebill_companies.
func NewCompanies() datasource.DataSource {
	return collection.New(collection.Kind{Type: "corebill_companies", Platform: "Corebill", Objects: "companies"}, schema.Schema{
		MarkdownDescription: "Lists the companies that the provider's key reaches.",
		Attributes: map[string]schema.Attribute{
			"companies": schema.ListNestedAttribute{
				Computed:            true,
				MarkdownDescription: "The companies, newest first.",
				NestedObject:        schema.NestedAttributeObject{Attributes: companyAttributes()},
			},
		},
	}, &companies{})
}

type companies struct{ access }

type companiesModel struct {
	Companies []companyModel `tfsdk:"companies"`
}

// Read fills in all companies.
func (d *companies) Read(ctx context.Context, m *companiesModel) error {
	found, err := d.Companies(ctx)
	m.Companies = make([]companyModel, len(found))
	for i, c := range found {
		m.Companies[i] = modelOf(c)
	}
	return err
}
