package corebill

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"

	"github.com/keyward/terraform-provider-keyward/internal/datasources/collection"
)

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
