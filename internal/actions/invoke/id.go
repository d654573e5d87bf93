package invoke

import (
	"errors"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/action/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"

	"github.com/keyward/terraform-provider-keyward/internal/platform/naming"
	"github.com/keyward/terraform-provider-keyward/internal/validate"
)

// ID is the attribute that names the object of an action by an id of that
// prefix. Its error does not repeat what was given, which may be a token.
func ID(prefix, object string) schema.StringAttribute {
	return schema.StringAttribute{
		Required:            true,
		MarkdownDescription: "Id of the " + object + " (`" + prefix + "…`).",
		Validators: []validator.String{validate.Word("id of the "+object, func(id string) error {
			if !strings.HasPrefix(id, prefix) || strings.ContainsAny(id, "/?#") {
				return errors.New("the id of a " + object + " starts with " + prefix)
			}
			return naming.CheckID("the id of the "+object, id)
		})},
	}
}
