package corebill

import (
	"errors"

	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/keyward/terraform-provider-keyward/internal/configured"
	"github.com/keyward/terraform-provider-keyward/internal/validate"
)

// access is the access to Corebill that every list has.
type access struct{ configured.ToCorebill }

// company returns the company that a list is about: the one that its
// configuration names, or else the provider's.
func (a *access) company(named types.String) (types.String, error) {
	switch {
	case named.ValueString() != "":
		return named, nil
	case a.CompanyUnknown:
		return named, errors.New("corebill.company_id in the provider block is not known yet: set company_id here, or apply first what it depends on")
	case a.CompanyID == "":
		return named, errors.New("a list belongs to one company: set company_id here, corebill.company_id in the provider block or COREBILL_COMPANY_ID in the environment")
	default:
		return types.StringValue(a.CompanyID), nil
	}
}

func companyIDAttribute() schema.StringAttribute {
	return schema.StringAttribute{
		Optional:            true,
		Computed:            true,
		Validators:          []validator.String{validate.ID("company_id")},
		MarkdownDescription: "Company to list for (`com_…`); the provider's `company_id` where it is not set.",
	}
}
