//go:build unix

package e2e_test

import (
	"strings"
	"testing"
)

// The key for plans reads only, as the guide on CI says. What it may not do says
// nothing of the key that applies, so that a plan which adds and rotates keys is
// made with warnings, and applies.
func TestPlanWithAReadOnlyKey(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	reading := []string{
		"COREBILL_API_KEY=" + w.CorebillKey(t, w.Credentials.Corebill.CompanyID, "read"),
		"BILLIUM_API_KEY=" + w.BilliumKeyAs(t, "OWNER", "api_key:view", "merchant:view"),
	}
	for _, level := range []string{"read", "write"} {
		w.configure(t, `resource "keyward_corebill_api_key" "shop" {
			name             = "shop"
			permission_level = "`+level+`"
		}
		resource "keyward_billium_api_key" "shop" {
			name        = "shop"
			permissions = ["invoice:view", "report:view"]
			rotation    = { rotate_when_changed = { level = "`+level+`" } }
		}`)
		out := w.run(t, reading, "plan", "-input=false", "-out=saved")
		wantText(t, out, `The provider's key can't create Corebill API key "shop"`)
		wantText(t, out, "it lacks the level admin")
		wantText(t, out, "it lacks api_key:create, api_key:edit, api_key:delete")
		if refused, err := w.output(t, reading, "apply", "-input=false", "saved"); err == nil || !strings.Contains(unwrapped(refused), "Nothing was created.") {
			t.Errorf("an apply with that key: %v\n%s", err, refused)
		}
		w.run(t, reading, "plan", "-input=false", "-out=saved")
		w.run(t, nil, "apply", "-input=false", "saved")
		if again := w.run(t, reading, "plan", "-input=false"); !strings.Contains(again, "No changes.") {
			t.Errorf("the plan after it is not empty:\n%s", again)
		}
	}
}
