package billium

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// A value comes back from Terraform's form as it went there.
func TestTypesKeepTheirValues(t *testing.T) {
	t.Parallel()
	for _, value := range []patternSet{set("invoice:*"), noPatterns, unknownPatterns} {
		raw, err := value.ToTerraformValue(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if back, err := ofPatterns.ValueFromTerraform(t.Context(), raw); err != nil || !back.Equal(value) || !back.Type(t.Context()).Equal(ofPatterns) {
			t.Errorf("%s came back as %s, %v", value, back, err)
		}
	}
	for _, value := range []email{emailOf("Ana@example.com"), {types.StringNull()}, {types.StringUnknown()}} {
		raw, err := value.ToTerraformValue(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if back, err := (emailType{}).ValueFromTerraform(t.Context(), raw); err != nil || !back.Equal(value) || !back.Type(t.Context()).Equal(emailType{}) {
			t.Errorf("%s came back as %s, %v", value, back, err)
		}
	}
	if _, err := (emailType{}).ValueFromTerraform(t.Context(), tftypes.NewValue(tftypes.Bool, true)); err == nil {
		t.Error("true is no address")
	}
}

func TestKeepsState(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		state, config patternSet
		kept          bool
	}{
		"the same in other words": {set("invoice:view", "invoice:create", "invoice:edit", "invoice:delete"), set("invoice:*"), true},
		"more":                    {set("invoice:view"), set("invoice:*"), false},
		"a new resource":          {noPatterns, set("invoice:*"), false},
		"not known yet":           {set("invoice:*"), unknownPatterns, false},
		"not declared":            {set("invoice:*"), noPatterns, false},
	} {
		resp := planmodifier.SetResponse{PlanValue: c.config.SetValue}
		keepsState{}.PlanModifySet(t.Context(), planmodifier.SetRequest{StateValue: c.state.SetValue, ConfigValue: c.config.SetValue, PlanValue: c.config.SetValue}, &resp)
		if got := resp.PlanValue.Equal(c.state.SetValue); got != c.kept {
			t.Errorf("%s: planned %s", name, resp.PlanValue)
		}
	}
	for address, want := range map[string]bool{"ANA@example.com": true, "bo@example.com": false} {
		resp := planmodifier.StringResponse{PlanValue: types.StringValue(address)}
		keepsState{}.PlanModifyString(t.Context(), planmodifier.StringRequest{StateValue: types.StringValue("Ana@example.com"), PlanValue: resp.PlanValue}, &resp)
		if got := resp.PlanValue.ValueString() == "Ana@example.com"; got != want {
			t.Errorf("%s: planned %s", address, resp.PlanValue)
		}
	}
}
