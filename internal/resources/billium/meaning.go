package billium

import (
	"context"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
)

// sameMeaningStays keeps permissions as the state has them while the
// configuration only writes them in other words, as it does of what was imported
// where it uses wildcards: there is nothing to change then.
type sameMeaningStays struct{}

func (sameMeaningStays) Description(context.Context) string {
	return "Other words for the same permissions are no change."
}

func (m sameMeaningStays) MarkdownDescription(ctx context.Context) string { return m.Description(ctx) }

func (sameMeaningStays) PlanModifySet(_ context.Context, req planmodifier.SetRequest, resp *planmodifier.SetResponse) {
	if req.ConfigValue.IsNull() {
		return
	}
	before, knownBefore := expand(req.StateValue)
	after, knownAfter := expand(req.PlanValue)
	if knownBefore && knownAfter && slices.Equal(before, after) {
		resp.PlanValue = req.StateValue
	}
}
