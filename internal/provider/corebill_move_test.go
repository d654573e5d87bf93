package provider_test

import (
	"regexp"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
)

// Terraform destroys a company before it replaces a key that moves out of it: the old
// key would be dead before the new one exists.
func TestCorebillKeyMovesOutOfADestroyedCompany(t *testing.T) {
	t.Parallel()
	w, passing := newClockedWorld(t)
	company := func(name string) string {
		return `resource "keyward_corebill_company" "` + name + `" {
			name                = "` + name + `"
			deletion_protection = false
		}
		`
	}
	key := func(in string) string {
		return corebillConfig(`name = "shop"
			permission_level = "read"
			company_id       = keyward_corebill_company.` + in + `.id
			rotation         = { overlap = "1h" }`)
	}
	w.run(t,
		resource.TestStep{Config: company("old") + key("old")},
		resource.TestStep{Config: company("new") + key("new"), ExpectError: regexp.MustCompile(`Terraform[\s│]+destroys[\s│]+company`)},
		resource.TestStep{Config: company("old") + company("new") + key("new"), ConfigStateChecks: []statecheck.StateCheck{
			serverSees(func() error { return exactly(2, len(w.liveCorebill(t, "shop")), "live keys") }),
		}},
		resource.TestStep{PreConfig: passing.advance(2 * time.Hour), Config: company("old") + company("new") + key("new"), ConfigStateChecks: []statecheck.StateCheck{
			serverSees(func() error { return exactly(1, len(w.liveCorebill(t, "shop")), "live keys") }),
		}},
		resource.TestStep{Config: company("new") + key("new")},
	)
}
