package provider_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/terraform"
)

// Durations that a plan doesn't know yet decide nothing in it, and what the apply
// decides then is no surprise to Terraform.
func TestRotationOfUnknownDurations(t *testing.T) {
	t.Parallel()
	t.Run("overlap", func(t *testing.T) {
		t.Parallel()
		w, passing := newClockedWorld(t)
		w.runBoth(t, func(c keyCase) []resource.TestStep {
			config := func(v, overlap string) string {
				return `resource "terraform_data" "` + c.platform + `" { input = "` + overlap + `" }
				` + c.config(`name = "shop"
				rotation = {
					rotate_when_changed = { v = "`+v+`" }
					overlap             = terraform_data.`+c.platform+`.output
				}`)
			}
			return []resource.TestStep{
				{Config: config("1", "24h")},
				{Config: config("2", "24h"), ConfigStateChecks: []statecheck.StateCheck{c.wantLive(t, w, "shop", 2)}},
				{
					PreConfig: c.once(passing.advance(2 * time.Hour)), Config: config("2", "1h"),
					ConfigStateChecks: []statecheck.StateCheck{c.wantLive(t, w, "shop", 1), known(c.address, "previous", knownvalue.Null())},
				},
				{Config: config("3", "0s"), ConfigStateChecks: []statecheck.StateCheck{c.wantLive(t, w, "shop", 1)}},
			}
		})
	})
	t.Run("age", func(t *testing.T) {
		t.Parallel()
		w, passing := newClockedWorld(t)
		w.runBoth(t, func(c keyCase) []resource.TestStep {
			config := func(age string) string {
				return `resource "terraform_data" "` + c.platform + `" { input = "` + age + `" }
				` + c.config(`name = "shop"
				rotation = { rotate_after = terraform_data.`+c.platform+`.output, overlap = "1m" }`)
			}
			return []resource.TestStep{
				{Config: config("720h")},
				// The rotation is the next plan's, of each key.
				{
					PreConfig: c.once(passing.advance(30 * time.Hour)), Config: config("24h"), ExpectNonEmptyPlan: true,
					ConfigStateChecks: []statecheck.StateCheck{known(c.address, "generation", knownvalue.Int64Exact(1))},
				},
				{
					Config: config("24h"), ConfigPlanChecks: preApply(plancheck.ExpectResourceAction(c.address, plancheck.ResourceActionUpdate)),
					ConfigStateChecks: []statecheck.StateCheck{known(c.address, "generation", knownvalue.Int64Exact(2))},
				},
			}
		})
	})
}

// A company that is deleted takes its keys along, the previous one too, and the
// key in place goes on.
func TestPreviousKeyOfADeletedCompany(t *testing.T) {
	t.Parallel()
	w, _ := newClockedWorld(t)
	config := func(company string, both bool) string {
		text := `resource "keyward_corebill_company" "b" {
			name                = "B"
			deletion_protection = false
		}
		`
		if both {
			text += `resource "keyward_corebill_company" "a" {
				name                = "A"
				deletion_protection = false
			}
			`
		}
		return text + corebillConfig(`name = "shop"
			permission_level = "read"
			company_id       = keyward_corebill_company.`+company+`.id
			rotation         = { overlap = "24h" }`)
	}
	var company string
	w.run(t,
		resource.TestStep{Config: config("a", true), Check: func(state *terraform.State) error {
			company = state.RootModule().Resources["keyward_corebill_company.a"].Primary.ID
			return nil
		}},
		resource.TestStep{Config: config("b", true), ConfigStateChecks: []statecheck.StateCheck{known(corebillKey, "previous", knownvalue.NotNull())}},
		resource.TestStep{Config: config("b", false), ExpectError: says("it has live keys")},
		resource.TestStep{PreConfig: func() {
			w.CallCorebill(t, w.Credentials.Corebill.APIKey, http.MethodDelete, "/companies/"+company+"?company_id="+company, nil).Want(t, http.StatusOK)
		}, Config: config("b", false), ConfigStateChecks: []statecheck.StateCheck{known(corebillKey, "previous", knownvalue.Null())}},
	)
}
