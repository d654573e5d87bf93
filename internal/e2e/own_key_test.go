package e2e_test

import (
	"path/filepath"
	"strings"
	"testing"
)

// A plan is made with one credential and applied with another: that of the very keys
// that the plan rotates or destroys. The apply refuses, and the keys stay alive.
func TestSavedPlanSparesTheKeyThatAppliesIt(t *testing.T) {
	t.Parallel()
	s := startSandbox(t, "--rate-limits", "off")
	w := newWorkspace(t, s)
	config := func(corebill, billium string) string {
		return `
resource "keyward_corebill_api_key" "own" {
  name             = "own"
  permission_level = "` + corebill + `"
}

resource "keyward_billium_api_key" "own" {
  name = "own"
  ` + billium + `
}

output "corebill" {
  value     = keyward_corebill_api_key.own.token
  sensitive = true
}

output "billium" {
  value     = keyward_billium_api_key.own.token
  sensitive = true
}

output "ids" {
  value = "${keyward_corebill_api_key.own.id} ${keyward_billium_api_key.own.id}"
}
`
	}
	w.configure(t, config("admin", ""))
	w.run(t, nil, "apply", "-auto-approve", "-input=false")
	own := []string{
		"COREBILL_API_KEY=" + w.run(t, nil, "output", "-raw", "corebill"),
		"BILLIUM_API_KEY=" + w.run(t, nil, "output", "-raw", "billium"),
	}
	ids := strings.Fields(w.run(t, nil, "output", "-raw", "ids"))
	w.configure(t, config("write", `type = "PUBLIC"`))
	for harm, plan := range map[string][]string{"be rotated": nil, "be revoked": {"-destroy"}} {
		saved := filepath.Join(w.dir, "plan.bin")
		w.run(t, nil, append([]string{"plan", "-input=false", "-out=" + saved}, plan...)...)
		out, err := w.output(t, own, "apply", "-input=false", saved)
		if err == nil {
			t.Errorf("%s: it was applied:\n%s", harm, out)
		}
		for _, id := range ids {
			wantText(t, out, id)
			wantText(t, w.command(t, 0, "", "keys", "show", id), "status live")
		}
		if strings.Count(unwrapped(out), "can't "+harm+": the provider itself uses it") != 2 {
			t.Errorf("%s: it says\n%s", harm, out)
		}
	}
}
