package billium

import (
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/keyward/terraform-provider-keyward/internal/configured"
	billiumapi "github.com/keyward/terraform-provider-keyward/internal/contract/billium"
	platform "github.com/keyward/terraform-provider-keyward/internal/platform/billium"
	"github.com/keyward/terraform-provider-keyward/internal/validate"
)

// access is the access to Billium that every list has.
type access struct{ configured.ToBillium }

func (a *access) merchantID() types.String { return types.StringValue(a.MerchantID) }

func merchantIDAttribute() schema.StringAttribute {
	return schema.StringAttribute{Computed: true, MarkdownDescription: "Merchant that the list is of: the provider's (`mer_…`)."}
}

// permissionFilter is the attribute that picks those who hold a permission.
func permissionFilter(who string) schema.StringAttribute {
	return schema.StringAttribute{
		Optional:            true,
		MarkdownDescription: "Only " + who + " this permission (`invoice:create`) or, for a wildcard (`team:*`), at least one of those that it means.",
		Validators: []validator.String{validate.Word("permission", func(pattern string) error {
			_, err := platform.Expand(pattern)
			return err
		})},
	}
}

// holder returns whether permissions have one that the filter asks for. A filter
// that is not set asks for nothing.
func holder(filter types.String) (func([]billiumapi.Permission) bool, error) {
	if filter.IsNull() {
		return func([]billiumapi.Permission) bool { return true }, nil
	}
	wanted, err := platform.Expand(filter.ValueString())
	return func(held []billiumapi.Permission) bool {
		return slices.ContainsFunc(held, func(p billiumapi.Permission) bool {
			return slices.Contains(wanted, platform.Permission(p))
		})
	}, err
}

// setOf returns permissions as a set.
func setOf(permissions []billiumapi.Permission) types.Set {
	elements := make([]attr.Value, len(permissions))
	for i, p := range permissions {
		elements[i] = types.StringValue(string(p))
	}
	return types.SetValueMust(types.StringType, elements)
}
