package corebill

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"

	"github.com/keyward/terraform-provider-keyward/internal/configured"
	"github.com/keyward/terraform-provider-keyward/internal/diagnose"
)

var _ datasource.DataSourceWithConfigure = (*companies)(nil)

// NewCompanies returns the data source keyward_corebill_companies.
func NewCompanies() datasource.DataSource { return &companies{} }

type companies struct{ corebill *configured.Corebill }

type companiesModel struct {
	Companies []companyModel `tfsdk:"companies"`
}

func (d *companies) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_corebill_companies"
}

func (d *companies) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "Lists the companies that the provider's key reaches.",
		Attributes: map[string]schema.Attribute{
			"companies": schema.ListNestedAttribute{
				Computed:            true,
				MarkdownDescription: "The companies, newest first.",
				NestedObject:        schema.NestedAttributeObject{Attributes: companyAttributes()},
			},
		},
	}
}

func (d *companies) Configure(_ context.Context, req datasource.ConfigureRequest, _ *datasource.ConfigureResponse) {
	if data, ok := req.ProviderData.(*configured.Data); ok {
		d.corebill = data.Corebill
	}
}

func (d *companies) Read(ctx context.Context, _ datasource.ReadRequest, resp *datasource.ReadResponse) {
	if !d.corebill.Ready() {
		resp.Diagnostics.Append(d.corebill.Diagnostic("Corebill", "The list of companies"))
		return
	}
	found, err := d.corebill.Companies(ctx)
	if err != nil {
		resp.Diagnostics.Append(diagnose.Error("list", "the Corebill companies", err))
		return
	}
	state := companiesModel{Companies: make([]companyModel, len(found))}
	for i, c := range found {
		state.Companies[i] = modelOf(c)
	}
	resp.Diagnostics.Append(resp.State.Set(ctx, state)...)
}
