// Package corebill has the actions of Corebill.
package corebill

import (
	"github.com/hashicorp/terraform-plugin-framework/action/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/keyward/terraform-provider-keyward/internal/configured"
	"github.com/keyward/terraform-provider-keyward/internal/validate"
)

// access is the access to Corebill that every action has.
type access struct{ configured.ToCorebill }

func companyIDAttribute(object string) schema.StringAttribute {
	return schema.StringAttribute{
		Optional:            true,
		Validators:          []validator.String{validate.ID("company_id")},
		MarkdownDescription: "Company that the " + object + " belongs to (`com_…`); the provider's `company_id` where it is not set.",
	}
}

// company returns the company that a request names: the one configured here, or
// else the provider's. It is unknown while it is not known yet.
func (a *access) company(configured types.String, diags *diag.Diagnostics) types.String {
	switch {
	case configured.IsUnknown() || configured.ValueString() != "":
		return configured
	case a.CompanyUnknown:
		return types.StringUnknown()
	case a.CompanyID == "":
		diags.AddAttributeError(path.Root("company_id"), "No Corebill company",
			"Every request to Corebill names a company. Set company_id here, corebill.company_id in the provider block or COREBILL_COMPANY_ID in the environment.")
	}
	return types.StringValue(a.CompanyID)
}
