package e2e_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// account is an object of each type.
const account = `
resource "keyward_corebill_company" "this" {
  name                = "Harbour Coffee"
  deletion_protection = false
}

resource "keyward_corebill_api_key" "this" {
  name             = "reporting"
  permission_level = "read"
}

resource "keyward_corebill_webhook" "this" {
  url    = "https://example.com/corebill"
  events = ["invoice.paid"]
}

resource "keyward_billium_permission_set" "this" {
  name        = "storefront"
  permissions = ["invoice:create", "invoice:view"]
}

resource "keyward_billium_api_key" "this" {
  name        = "checkout"
  permissions = ["invoice:create", "invoice:view"]
}

resource "keyward_billium_team_member" "this" {
  email = "ana@example.com"
  role  = "MEMBER"
}

resource "keyward_billium_webhook" "this" {
  url    = "https://example.com/billium"
  events = ["invoice.*"]
}
`

// terraform query lists every type, and what it generates plans empty once it is
// imported.
func TestQueriedConfigurationPlansEmpty(t *testing.T) {
	t.Parallel()
	s := startSandbox(t, "--rate-limits", "off")
	made := newWorkspace(t, s)
	made.requireTerraform(t, 14, "terraform query")
	made.configure(t, account)
	made.run(t, nil, "apply", "-auto-approve", "-input=false")

	for _, kind := range []string{
		"corebill_api_key", "corebill_company", "corebill_webhook", "billium_api_key",
		"billium_merchant", "billium_permission_set", "billium_team_member", "billium_webhook",
	} {
		t.Run(kind, func(t *testing.T) {
			w := newWorkspace(t, s)
			w.configure(t, `provider "keyward" {}`)
			w.writeFile(t, filepath.Join(w.dir, "all.tfquery.hcl"),
				fmt.Sprintf("list %q \"all\" {\n  provider = keyward\n}\n", "keyward_"+kind))
			generated := filepath.Join(w.dir, "generated.tf")
			w.run(t, nil, "query", "-generate-config-out="+generated)
			content, err := os.ReadFile(generated)
			if err != nil || !strings.Contains(string(content), "keyward_"+kind) {
				t.Fatalf("nothing was generated: %v", err)
			}
			plan := w.run(t, nil, "plan", "-input=false")
			wantText(t, plan, "to import, 0 to add, 0 to change, 0 to destroy.")
			w.run(t, nil, "apply", "-auto-approve", "-input=false")
			wantText(t, w.run(t, nil, "plan", "-input=false"), "No changes.")
		})
	}
}
