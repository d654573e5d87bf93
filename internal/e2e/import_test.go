package e2e_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// shared is an account with something of every kind, and what import has to be
// careful with: names that are the same, references, quotes, disabled objects.
const shared = `
data "keyward_corebill_companies" "all" {}

locals {
  other = [for c in data.keyward_corebill_companies.all.companies : c.id if c.slug == "second-studio"][0]
}

resource "keyward_corebill_company" "this" {
  name     = "Harbour Coffee"
  currency = "EUR"
  logo_url = "https://example.com/logo.png"
}

resource "keyward_corebill_api_key" "reporting" {
  name             = "reporting"
  permission_level = "read"
}

resource "keyward_corebill_api_key" "other" {
  name             = "reporting"
  company_id       = local.other
  permission_level = "write"
}

resource "keyward_corebill_api_key" "organization" {
  name             = "Büro \"$${x}\" %%{y}"
  organization     = true
  permission_level = "admin"
}

resource "keyward_corebill_api_key" "disabled" {
  name             = "42"
  permission_level = "read"
  enabled          = false
}

resource "keyward_corebill_webhook" "this" {
  url     = "https://example.com/corebill"
  events  = ["invoice.paid"]
  enabled = false
}

resource "keyward_billium_permission_set" "this" {
  name        = "storefront"
  description = "What a shop needs"
  permissions = ["invoice:*"]
}

resource "keyward_billium_api_key" "set" {
  name              = "shop"
  permission_set_id = keyward_billium_permission_set.this.id
}

resource "keyward_billium_api_key" "inherited" {
  name = "everything"
}

resource "keyward_billium_api_key" "public" {
  name = "browser"
  type = "PUBLIC"
}

resource "keyward_billium_api_key" "nightly" {
  name        = "nightly"
  permissions = ["report:view", "invoice:view"]
}

resource "keyward_billium_api_key" "weekly" {
  name        = "weekly"
  permissions = ["report:view", "invoice:view"]
}

resource "keyward_billium_team_member" "ana" {
  email = "ana@example.com"
  role  = "MEMBER"
}

resource "keyward_billium_team_member" "ben" {
  email             = "ben@example.com"
  role              = "ADMIN"
  permission_set_id = keyward_billium_permission_set.this.id
}

resource "keyward_billium_team_member" "cem" {
  email       = "cem@example.com"
  role        = "VIEWER"
  permissions = ["invoice:view"]
}

resource "keyward_billium_webhook" "this" {
  url         = "https://example.com/billium"
  events      = ["invoice.*"]
  description = "Orders"
  is_active   = false
  retry_count = 0
  timeout     = 1000
}
`

// keyward runs the CLI with a workspace's credentials.
func (w *workspace) keyward(t *testing.T, args ...string) string {
	t.Helper()
	bin, err := binaries()
	if err != nil {
		t.Fatal(err)
	}
	command := exec.CommandContext(t.Context(), filepath.Join(bin, "keyward"), args...)
	command.Dir, command.Env = w.dir, w.environment
	out, err := command.CombinedOutput()
	if err != nil {
		t.Fatalf("keyward %s: %v\n%s", strings.Join(args, " "), err, out)
	}
	return string(out)
}

// What keyward import writes imports everything and changes nothing, and plans
// empty once it is applied.
func TestImportedAccountPlansEmpty(t *testing.T) {
	t.Parallel()
	s := startSandbox(t, "--rate-limits", "off")
	made := newWorkspace(t, s)
	made.configure(t, shared)
	made.run(t, nil, "apply", "-auto-approve", "-input=false")

	w := newWorkspace(t, s)
	wantText(t, w.keyward(t, "import", "--out", w.dir), "19 resources with import blocks, 3 objects left out")
	w.run(t, nil, "fmt", "-check", "-diff")
	wantText(t, w.run(t, nil, "plan", "-input=false"), "Plan: 19 to import, 0 to add, 0 to change, 0 to destroy.")
	w.run(t, nil, "apply", "-auto-approve", "-input=false")
	wantText(t, w.run(t, nil, "plan", "-input=false"), "No changes.")
	if err := os.Remove(filepath.Join(w.dir, "imports.tf")); err != nil {
		t.Fatal(err)
	}
	wantText(t, w.run(t, nil, "plan", "-input=false"), "No changes.")

	w.keyward(t, "import", "--out", w.dir, "--force", "--propose-sets")
	wantText(t, w.run(t, nil, "plan", "-input=false"), "Plan: 1 to add, 2 to change, 0 to destroy.")
	w.run(t, nil, "apply", "-auto-approve", "-input=false")
	wantText(t, w.run(t, nil, "plan", "-input=false"), "No changes.")
}
