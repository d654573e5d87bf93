package billium

import (
	"regexp"

	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"

	platform "github.com/keyward/terraform-provider-keyward/internal/platform/billium"
	"github.com/keyward/terraform-provider-keyward/internal/validate"
)

// wildcards explains how permissions are written.
const wildcards = "any of the 34 permissions, or wildcards: `invoice:*` (every action of a domain), `*:view` (an action of every domain), `*` (everything)."

// maxName and maxDescription are the contract's limits, in characters.
const (
	maxName        = 100
	maxDescription = 500
)

// patternValidators accept a set of permissions, in which there may be
// wildcards.
func patternValidators() []validator.Set {
	return validate.Words("permission", func(pattern string) error {
		_, err := platform.Expand(pattern)
		return err
	})
}

func merchantIDAttribute(noun string) schema.StringAttribute {
	return schema.StringAttribute{
		Computed:            true,
		MarkdownDescription: "Merchant that the " + noun + " belongs to: the provider's.",
		PlanModifiers:       []planmodifier.String{stringplanmodifier.UseStateForUnknown()},
	}
}

var permissionSetIDForm = regexp.MustCompile(`^` + string(platform.PermissionSetID) + `_[0-9a-f]{32}$`)

// setIDValidators accept the id of a permission set where there are no
// permissions beside it.
func setIDValidators() []validator.String {
	return []validator.String{
		stringvalidator.RegexMatches(permissionSetIDForm, "must be the id of a permission set: pset_ and 32 hexadecimal digits"),
		stringvalidator.ConflictsWith(path.MatchRoot("permissions")),
	}
}
