package apikey

import (
	"context"
	"time"

	"github.com/hashicorp/terraform-plugin-framework-timetypes/timetypes"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-framework/types/basetypes"

	"github.com/keyward/terraform-provider-keyward/internal/resources/object"
	"github.com/keyward/terraform-provider-keyward/internal/rotation"
)

// policy is what is declared of a key's rotation.
type policy struct {
	triggers rotation.Triggers
	// rotateAfter is 0 for no limit.
	rotateAfter      time.Duration
	rotateAfterKnown bool
	overlap          rotation.Overlap
	overlapKnown     bool
}

// policy reads what is declared. Without a rotation block there is no age and no
// overlap.
func (a *Attributes) policy(ctx context.Context) (policy, diag.Diagnostics) {
	declared := policy{rotateAfterKnown: true, overlapKnown: true}
	switch {
	case a.Rotation.IsUnknown():
		return policy{triggers: rotation.Triggers{Unknown: true}}, nil
	case a.Rotation.IsNull():
		return declared, nil
	}
	var block rotationModel
	diags := a.Rotation.As(ctx, &block, basetypes.ObjectAsOptions{})
	triggers, more := object.Triggers(ctx, block.RotateWhenChanged)
	diags.Append(more...)
	declared.triggers = triggers
	declared.rotateAfter, declared.rotateAfterKnown = length(block.RotateAfter, 0)
	var known [3]bool
	declared.overlap.For, known[0] = length(block.Overlap, defaultOverlap)
	declared.overlap.Quiet, known[1] = length(block.QuietPeriod, 0)
	declared.overlap.Max, known[2] = length(block.MaxOverlap, 0)
	declared.overlapKnown = known == [3]bool{true, true, true}
	return declared, diags
}

func rotationTypes() map[string]attr.Type {
	return map[string]attr.Type{
		"rotate_after": timetypes.GoDurationType{}, "rotate_when_changed": types.MapType{ElemType: types.StringType},
		"overlap": timetypes.GoDurationType{}, "quiet_period": timetypes.GoDurationType{}, "max_overlap": timetypes.GoDurationType{},
	}
}
