package object

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/keyward/terraform-provider-keyward/internal/rotation"
)

// Triggers returns a map of triggers as the decision about a rotation takes it.
func Triggers(ctx context.Context, declared types.Map) (rotation.Triggers, diag.Diagnostics) {
	if declared.IsNull() || declared.IsUnknown() {
		return rotation.Triggers{Unknown: declared.IsUnknown()}, nil
	}
	var elements map[string]types.String
	diags := declared.ElementsAs(ctx, &elements, false)
	triggers := rotation.Triggers{Values: make(map[string]string, len(elements))}
	for key, value := range elements {
		triggers.Unknown = triggers.Unknown || value.IsUnknown()
		triggers.Values[key] = value.ValueString()
	}
	return triggers, diags
}
