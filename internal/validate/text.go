package validate

import (
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"

	"github.com/keyward/terraform-provider-keyward/internal/platform/naming"
)

// Name accepts the names that people can tell apart in a list: 1 to most
// characters that naming.Check accepts.
func Name(most int) []validator.String {
	return []validator.String{
		stringvalidator.UTF8LengthBetween(1, most),
		check{what: "name", must: "must be one line of printable characters", says: naming.Check},
	}
}

// Description accepts 1 to most characters of text as in a name, and line breaks
// between them.
func Description(most int) []validator.String {
	return []validator.String{
		stringvalidator.UTF8LengthBetween(1, most),
		check{what: "description", must: "must be printable characters", says: naming.CheckDescription},
	}
}
