package e2e_test

import (
	"path/filepath"
	"strings"
	"testing"
)

// planned writes a plan as terraform show -json has it.
func (w *workspace) planned(t *testing.T) string {
	t.Helper()
	saved, file := filepath.Join(w.dir, "plan.bin"), filepath.Join(w.dir, "plan.json")
	w.run(t, nil, "plan", "-input=false", "-out="+saved)
	w.writeFile(t, file, w.run(t, nil, "show", "-json", saved))
	return file
}

// TestCheckOfARealPlan holds plans that Terraform made against the rules: one that
// creates, with a permission set that doesn't exist yet, and one that destroys.
func TestCheckOfARealPlan(t *testing.T) {
	t.Parallel()
	s := startSandbox(t, "--rate-limits", "off")
	w := newWorkspace(t, s)
	w.configure(t, `
resource "keyward_corebill_api_key" "everything" {
  name             = "everything"
  permission_level = "admin"
}

resource "keyward_billium_permission_set" "all" {
  name        = "all"
  permissions = ["merchant:*"]
}

resource "keyward_billium_api_key" "by_set" {
  for_each          = toset(["a"])
  name              = "by set ${each.key}"
  permission_set_id = keyward_billium_permission_set.all.id
}
`)
	// What the provider's version doesn't have yet is no matter here.
	check := []string{"check", "--output", "csv", "--fail-on", "high", "--skip", "token-in-state"}
	found := w.command(t, 1, "", append(check, w.planned(t))...)
	for _, want := range []string{
		"high,admin-key,keyward_corebill_api_key.everything,",
		"critical,dangerous-permissions,keyward_billium_permission_set.all,",
		`critical,dangerous-permissions,"keyward_billium_api_key.by_set[""a""]",`,
	} {
		wantText(t, found, want)
	}
	w.run(t, nil, "apply", "-auto-approve", "-input=false")
	w.configure(t, "")
	found = w.command(t, 1, "", append(check, w.planned(t))...)
	wantText(t, found, "high,key-destroyed,keyward_corebill_api_key.everything,")
	if strings.Contains(found, s.Corebill.APIKey) {
		t.Error("it says a token")
	}
	wantText(t, w.command(t, 2, "", "check", filepath.Join(w.dir, "plan.bin")), "it is a saved plan as Terraform keeps it")
	wantText(t, w.command(t, 2, "", "check", w.show(t)), "it is a state, not a plan")
}
