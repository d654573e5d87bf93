package e2e_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// A change of a permission set shows what its keys may do in the same plan, through a
// module too, and leaves nothing for the next one. A rename or a rotation of a key shows
// no other change of what it may do.
func TestPlanShowsWhatKeysOfASetMayDo(t *testing.T) {
	t.Parallel()
	w := newWorkspace(t, startSandbox(t))
	module := filepath.Join(w.dir, "set")
	if err := os.Mkdir(module, 0o700); err != nil {
		t.Fatal(err)
	}
	w.writeFile(t, filepath.Join(module, "main.tf"), `
terraform {
  required_providers {
    keyward = { source = "keyward/keyward" }
  }
}

variable "permissions" { type = set(string) }

resource "keyward_billium_permission_set" "this" {
  name        = "support"
  permissions = var.permissions
}

output "id" { value = keyward_billium_permission_set.this.id }
`)
	configure := func(name, trigger string, permissions ...string) {
		w.configure(t, `
module "support" {
  source      = "./set"
  permissions = ["`+strings.Join(permissions, `", "`)+`"]
}

resource "keyward_billium_api_key" "desk" {
  name              = "`+name+`"
  permission_set_id = module.support.id
  rotation          = { rotate_when_changed = { at = "`+trigger+`" } }
}
`)
	}
	apply := func(wanted string, unwanted ...string) {
		t.Helper()
		plan := unwrapped(w.run(t, nil, "plan", "-input=false", "-out=saved"))
		wantText(t, plan, wanted)
		for _, text := range unwanted {
			if strings.Contains(plan, text) {
				t.Errorf("the plan says %q:\n%s", text, plan)
			}
		}
		w.run(t, nil, "apply", "-input=false", "saved")
		wantText(t, w.run(t, nil, "plan", "-input=false", "-detailed-exitcode"), "No changes. Your infrastructure matches the configuration.")
	}
	configure("desk", "1", "invoice:view", "customer:view")
	w.run(t, nil, "get")
	w.run(t, nil, "apply", "-auto-approve", "-input=false")

	configure("desk", "1", "invoice:view")
	apply(`~ effective_permissions = [ - "customer:view",`, "known after apply", "changed outside")
	configure("help desk", "1", "invoice:view")
	apply(`~ name = "desk" -> "help desk"`, "effective_permissions", "known after apply")
	configure("help desk", "2", "invoice:view")
	apply(`Rotation of Billium API key "help desk"`, "effective_permissions", "orphaned", "permission_set_id")
}
