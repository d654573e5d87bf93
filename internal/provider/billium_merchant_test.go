package provider_test

import (
	"fmt"
	"maps"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/terraform"

	billiumapi "github.com/keyward/terraform-provider-keyward/internal/contract/billium"
	"github.com/keyward/terraform-provider-keyward/internal/platform/billium"
)

const merchant = "keyward_billium_merchant.test"

func merchantConfig(body string) string {
	return "resource \"keyward_billium_merchant\" \"test\" {\n" + body + "\n}\n"
}

// merchantName is what the server calls the merchant.
func (w *world) merchantName(t *testing.T) string {
	t.Helper()
	found, err := w.billiumClient(t).GetMerchant(t.Context(), w.Credentials.Billium.MerchantID)
	if err != nil {
		t.Fatal(err)
	}
	return found.Name
}

// serverSecurity wants exactly these flags on the server.
func (w *world) serverSecurity(t *testing.T, on ...string) statecheck.StateCheck {
	t.Helper()
	want := map[string]bool{
		"enforceTfa": false, "enforcePasskey": false, "enforceGoogleLogin": false, "enforceGithubLogin": false, "enforceEmailVerified": false,
	}
	for _, name := range on {
		want[name] = true
	}
	return serverSees(func() error {
		if got := w.Security(t); !maps.Equal(got, want) {
			return fmt.Errorf("the server's flags are %v", got)
		}
		return nil
	})
}

// A merchant is adopted, managed where it is declared, and forgotten as it is.
func TestBilliumMerchantLives(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	before := w.merchantName(t)
	adopted := merchantConfig(``)
	two := merchantConfig(`name = "Harbour Coffee"
		enforce_tfa = true
		enforce_email_verified = true
		caller_factors = ["tfa", "email_verified"]`)
	each := merchantConfig(`name = "Harbour Coffee"
		enforce_tfa = false
		enforce_passkey = true
		enforce_google_login = true
		enforce_github_login = true
		enforce_email_verified = false`)
	security := func(change billiumapi.UpdateTeamSecurityRequest) func() {
		return func() {
			if _, err := w.billiumClient(t).UpdateTeamSecurity(t.Context(), w.Credentials.Billium.MerchantID, change); err != nil {
				t.Fatal(err)
			}
		}
	}

	w.run(t,
		resource.TestStep{Config: adopted, ConfigStateChecks: []statecheck.StateCheck{
			known(merchant, "id", knownvalue.StringExact(w.Credentials.Billium.MerchantID)),
			known(merchant, "name", knownvalue.StringExact(before)),
			known(merchant, "enforce_tfa", knownvalue.Bool(false)),
			serverSees(func() error { return exactly(0, len(w.writes()), "writing requests") }),
		}},
		resource.TestStep{Config: two, ConfigStateChecks: []statecheck.StateCheck{
			w.serverSecurity(t, "enforceTfa", "enforceEmailVerified"),
			serverSees(func() error {
				if name := w.merchantName(t); name != "Harbour Coffee" {
					return fmt.Errorf("the merchant is called %q", name)
				}
				return nil
			}),
		}},
		resource.TestStep{Config: each, ConfigStateChecks: []statecheck.StateCheck{
			w.serverSecurity(t, "enforcePasskey", "enforceGoogleLogin", "enforceGithubLogin"),
		}},
		// Drift of what is declared is repaired, of what is not it is left alone.
		resource.TestStep{
			PreConfig:         security(billiumapi.UpdateTeamSecurityRequest{EnforcePasskey: new(false)}),
			Config:            each,
			ConfigPlanChecks:  preApply(plancheck.ExpectResourceAction(merchant, plancheck.ResourceActionUpdate)),
			ConfigStateChecks: []statecheck.StateCheck{w.serverSecurity(t, "enforcePasskey", "enforceGoogleLogin", "enforceGithubLogin")},
		},
		resource.TestStep{
			PreConfig:         security(billiumapi.UpdateTeamSecurityRequest{EnforcePasskey: new(false)}),
			Config:            adopted,
			ConfigPlanChecks:  preApply(plancheck.ExpectEmptyPlan()),
			ConfigStateChecks: []statecheck.StateCheck{known(merchant, "enforce_passkey", knownvalue.Bool(false))},
		},
		resource.TestStep{
			ResourceName: merchant, ImportState: true, ImportStateVerify: true,
			ImportStateIdFunc: func(*terraform.State) (string, error) { return w.Credentials.Billium.MerchantID, nil },
		},
		resource.TestStep{Config: "# forgotten", ConfigStateChecks: []statecheck.StateCheck{
			w.serverSecurity(t, "enforceGoogleLogin", "enforceGithubLogin"),
		}},
	)
	if name := w.merchantName(t); name != "Harbour Coffee" {
		t.Errorf("destroying the resource renamed the merchant to %q", name)
	}
}

func TestBilliumMerchantIsImportedByIdentity(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	config := merchantConfig(`enforce_tfa = true`)
	w.runWithIdentities(t, resource.TestStep{Config: config}, importedByIdentity(config, merchant), generated(merchant))
}

func TestBilliumMerchantRefusals(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	admin := w.with("BILLIUM_API_KEY", w.BilliumKeyAs(t, billium.Administrator))
	var rows []refusal
	for _, c := range []struct {
		name   string
		world  *world
		config string
		want   string
	}{
		{"a factor that the caller lacks", w, merchantConfig(`enforce_passkey = true
			caller_factors = ["tfa"]`), `enforce_passkey demands a passkey of every team member in the dashboard, and caller_factors says that you don't have it.`},
		{"no factor at all", w, merchantConfig(`enforce_tfa = true
			caller_factors = []`), `add "tfa" to caller_factors`},
		{"a factor that isn't known", w, merchantConfig(`caller_factors = ["sms"]`), `value must be one of`},
		{"flags from an ADMIN's key", admin, merchantConfig(`enforce_tfa = true`), `is ADMIN. Give the provider a key of the OWNER`},
		{"an import of another merchant", w, `import {
			to = ` + merchant + `
			id = "mer_0a1b2c3d4e5f60718293a4b5c6d7e8f9"
		}
		` + merchantConfig(``), `it is not the merchant that the provider is configured for`},
	} {
		rows = append(rows, refusal{mistake{c.name, c.config, says(c.want)}, c.world})
	}
	refusesEach(t, rows, func() error { return exactly(0, len(w.writes()), "writing requests") })
}
