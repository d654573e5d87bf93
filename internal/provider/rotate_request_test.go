package provider_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/compare"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"

	billiumapi "github.com/keyward/terraform-provider-keyward/internal/contract/billium"
	corebillapi "github.com/keyward/terraform-provider-keyward/internal/contract/corebill"
	"github.com/keyward/terraform-provider-keyward/internal/platform/corebill"
	"github.com/keyward/terraform-provider-keyward/internal/rotation"
)

// renameCorebill renames a key as one does in the dashboard.
func (w *world) renameCorebill(t *testing.T, companyID, id, name string) {
	t.Helper()
	if _, err := w.corebillClient(t).UpdateAPIKey(t.Context(), companyID, id, corebillapi.UpdateAPIKeyRequest{Name: &name}); err != nil {
		t.Fatal(err)
	}
}

// renameBillium renames a key as one does in the dashboard.
func (w *world) renameBillium(t *testing.T, id, name string) {
	t.Helper()
	change := billiumapi.UpdateAPIKeyRequest{Name: &name}
	if _, err := w.billiumClient(t).UpdateAPIKey(t.Context(), w.Credentials.Billium.MerchantID, id, change); err != nil {
		t.Fatal(err)
	}
}

// rotates are the plan checks of an apply that makes the rotation asked for.
func rotates(address, name string) resource.ConfigPlanChecks {
	return preApply(
		plancheck.ExpectResourceAction(address, plancheck.ResourceActionUpdate),
		plancheck.ExpectUnknownValue(address, at("id")),
		plancheck.ExpectUnknownValue(address, at("token")),
		plancheck.ExpectKnownValue(address, at("name"), knownvalue.StringExact(name)),
		plancheck.ExpectKnownValue(address, at("rotation_requested"), knownvalue.Bool(false)),
	)
}

func TestCorebillRotatesWhenTheKeyAsks(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	config := corebillConfig(`name = "shop"
		permission_level = "write"`)
	renamed := corebillConfig(`name = "store"
		permission_level = "write"`)
	company := w.Credentials.Corebill.CompanyID
	var old string
	ask := func(live string) func() {
		return func() {
			old = w.liveCorebill(t, live)[0].ID
			w.renameCorebill(t, company, old, live+rotation.Marker)
			w.ResetRequests()
		}
	}
	replaced := func(name string) statecheck.StateCheck {
		return serverSees(func() error {
			want := []string{"POST /corebill/v1/api_keys", "PATCH /corebill/v1/api_keys/" + w.liveCorebill(t, name)[0].ID, "DELETE /corebill/v1/api_keys/" + old}
			if got := w.writes(); !slices.Equal(got, want) {
				return fmt.Errorf("requests %q, want %q", got, want)
			}
			return all(exactly(1, len(w.liveCorebill(t, name)), "live keys"), exactly(0, len(w.liveCorebill(t, "shop"+rotation.Marker)), "live keys that ask"))
		})
	}
	token := statecheck.CompareValue(compare.ValuesDiffer())

	w.run(t,
		resource.TestStep{Config: config, ConfigStateChecks: []statecheck.StateCheck{
			known(corebillKey, "rotation_requested", knownvalue.Bool(false)),
			token.AddStateValue(corebillKey, at("token")),
		}},
		resource.TestStep{PreConfig: ask("shop"), Config: config, ConfigPlanChecks: rotates(corebillKey, "shop"), ConfigStateChecks: []statecheck.StateCheck{
			known(corebillKey, "name", knownvalue.StringExact("shop")),
			known(corebillKey, "rotation_requested", knownvalue.Bool(false)),
			known(corebillKey, "previous", knownvalue.Null()),
			token.AddStateValue(corebillKey, at("token")),
			replaced("shop"),
		}},
		// The declared name changes together with the request.
		resource.TestStep{PreConfig: ask("shop"), Config: renamed, ConfigPlanChecks: rotates(corebillKey, "store"), ConfigStateChecks: []statecheck.StateCheck{
			replaced("store"),
		}},
		// The request is withdrawn.
		resource.TestStep{PreConfig: func() { ask("store")(); w.renameCorebill(t, company, old, "store") }, Config: renamed,
			PlanOnly: true},
		// Any other name is drift.
		resource.TestStep{
			PreConfig:         func() { w.renameCorebill(t, company, w.liveCorebill(t, "store")[0].ID, "another (rotate)") },
			Config:            renamed,
			ConfigPlanChecks:  preApply(plancheck.ExpectKnownValue(corebillKey, at("id"), knownvalue.NotNull())),
			ConfigStateChecks: []statecheck.StateCheck{serverSees(func() error { return exactly(1, len(w.liveCorebill(t, "store")), "live keys") })},
		},
	)
}

// What the key is besides its name stays as it is: this one is disabled, and has
// its permissions from a set.
func TestBilliumRotatesWhenTheKeyAsks(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	config := `resource "keyward_billium_permission_set" "test" {
			name = "sales"
			permissions = ["invoice:view", "product:view"]
		}
		` + billiumConfig(`name = "checkout"
		permission_set_id = keyward_billium_permission_set.test.id
		enabled = false`)
	var old string
	token := statecheck.CompareValue(compare.ValuesDiffer())
	w.run(t,
		resource.TestStep{Config: config, ConfigStateChecks: []statecheck.StateCheck{token.AddStateValue(billiumKey, at("token"))}},
		resource.TestStep{
			PreConfig: func() {
				old = w.liveBillium(t, "checkout")[0].ID
				w.renameBillium(t, old, "checkout"+rotation.Marker)
			},
			Config: config, ConfigPlanChecks: rotates(billiumKey, "checkout"),
			ConfigStateChecks: []statecheck.StateCheck{
				known(billiumKey, "rotation_requested", knownvalue.Bool(false)),
				known(billiumKey, "effective_permissions", setOf("invoice:view", "product:view")),
				token.AddStateValue(billiumKey, at("token")),
				serverSees(func() error {
					live := w.liveBillium(t, "checkout")
					if len(live) != 1 || live[0].ID == old || live[0].IsActive || !w.revoked(t, old) {
						return fmt.Errorf("want one new key, disabled, in place of %s: %+v", old, live)
					}
					return nil
				}),
			},
		},
	)
}

// A request made after the plan waits for the next one.
func TestRequestDuringAnEditIsKept(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	config := func(enabled string) string {
		return corebillConfig(`name = "shop"
			permission_level = "write"
			enabled = ` + enabled)
	}
	var id string
	w.run(t,
		resource.TestStep{Config: config("true")},
		resource.TestStep{
			Config: config("false"),
			ConfigPlanChecks: preApply(planHook(func() {
				id = w.liveCorebill(t, "shop")[0].ID
				w.renameCorebill(t, w.Credentials.Corebill.CompanyID, id, "shop"+rotation.Marker)
			})),
			ConfigStateChecks: []statecheck.StateCheck{
				known(corebillKey, "name", knownvalue.StringExact("shop")),
				serverSees(func() error {
					return exactly(1, len(w.liveCorebill(t, "shop"+rotation.Marker)), "live keys that ask")
				}),
			},
			ExpectNonEmptyPlan: true,
		},
		resource.TestStep{Config: config("false"), ConfigPlanChecks: rotates(corebillKey, "shop")},
	)
	if !w.revoked(t, id) {
		t.Error("the key that asked is still live")
	}
}

// An imported key has no declared name before: it shows the name that it has,
// and its request is heard.
func TestImportedKeyThatAsksIsRotated(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.CorebillKey(t, w.SecondCompanyID, corebill.Write)
	id := w.CorebillKeys(t)[0].ID
	w.renameCorebill(t, w.SecondCompanyID, id, "shop"+rotation.Marker)
	config := corebillConfig(`name = "shop"
		company_id = "` + w.SecondCompanyID + `"
		permission_level = "write"`)
	w.run(t,
		resource.TestStep{
			Config: `import {
				to = ` + corebillKey + `
				id = "` + w.SecondCompanyID + "/" + id + `"
			}
			` + config,
			ConfigPlanChecks: rotates(corebillKey, "shop"),
			ConfigStateChecks: []statecheck.StateCheck{
				known(corebillKey, "token", tokenOf(corebill.ValidToken)),
				serverSees(func() error { return exactly(1, len(w.liveCorebill(t, "shop")), "live keys") }),
			},
		},
		emptyPlan(config),
	)
	if !w.revoked(t, id) {
		t.Error("the imported key is still live")
	}
}

func TestNameThatAsksCannotBeDeclared(t *testing.T) {
	t.Parallel()
	newWorld(t).run(t,
		resource.TestStep{
			Config: corebillConfig(`name = "shop (rotate)"
				permission_level = "read"`),
			ExpectError: says("on the platform asks for the key's rotation"),
		},
		resource.TestStep{Config: billiumConfig(`name = "shop (rotate)"`), ExpectError: says("on the platform asks for the key's rotation")},
	)
}
