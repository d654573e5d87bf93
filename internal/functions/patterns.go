package functions

import (
	"github.com/hashicorp/terraform-plugin-framework/function"
	"github.com/hashicorp/terraform-plugin-framework/types"

	platform "github.com/keyward/terraform-provider-keyward/internal/platform/billium"
)

const patternsDescription = "Billium permissions (`invoice:create`) or wildcards: `invoice:*` (every action of a domain), " +
	"`*:view` (an action of every domain), `*` (everything)."

// expand returns what the patterns of the argument at a position mean together.
// Terraform itself refuses a null argument, but not one that holds a null.
func expand(position int64, patterns []types.String) ([]platform.Permission, *function.FuncError) {
	words := make([]string, len(patterns))
	for i, pattern := range patterns {
		if pattern.IsNull() {
			return nil, function.NewArgumentFuncError(position, "One of the permissions is null. Leave it out, for example with compact().")
		}
		words[i] = pattern.ValueString()
	}
	permissions, err := platform.ExpandAll(words)
	if err != nil {
		return nil, function.NewArgumentFuncError(position, err.Error())
	}
	return permissions, nil
}
