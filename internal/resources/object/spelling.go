package object

import (
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/keyward/terraform-provider-keyward/internal/platform/naming"
)

// Spelled is a name or description that a platform tells, as a model has it. now is
// nil for none. Where has is the same text, composed of other Unicode characters, it
// stays: Terraform composes every text (NFC), and a platform tells what was typed.
func Spelled(has types.String, now *string) types.String {
	if now != nil && !has.IsNull() && !has.IsUnknown() && naming.Same(has.ValueString(), *now) {
		return has
	}
	return types.StringPointerValue(now)
}
