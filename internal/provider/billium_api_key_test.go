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

	"github.com/keyward/terraform-provider-keyward/internal/platform/billium"
)

const billiumKey = "keyward_billium_api_key.test"

func billiumConfig(body string) string {
	return "resource \"keyward_billium_api_key\" \"test\" {\n" + body + "\n}\n"
}

// strings wants a set of exactly these.
func setOf(words ...string) knownvalue.Check {
	checks := make([]knownvalue.Check, len(words))
	for i, word := range words {
		checks[i] = knownvalue.StringExact(word)
	}
	return knownvalue.SetExact(checks)
}

func (w *world) billiumPermissions(t *testing.T, name string) []billium.Permission {
	t.Helper()
	keys := w.liveBillium(t, name)
	if len(keys) != 1 {
		t.Fatalf("there are %d live keys %q, want 1", len(keys), name)
	}
	return keys[0].Permissions
}

func TestBilliumKeyLives(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	created := billiumConfig(`name = "checkout"
		permissions = ["invoice:create", "invoice:view"]`)
	wider := billiumConfig(`name = "checkout-2"
		permissions = ["invoice:*", "product:view"]
		enabled = false`)
	id := statecheck.CompareValue(compare.ValuesSame())
	token := statecheck.CompareValue(compare.ValuesSame())

	w.run(t,
		resource.TestStep{
			Config: created,
			ConfigPlanChecks: preApply(
				plancheck.ExpectResourceAction(billiumKey, plancheck.ResourceActionCreate),
				plancheck.ExpectKnownValue(billiumKey, at("effective_permissions"), setOf("invoice:create", "invoice:view")),
				plancheck.ExpectSensitiveValue(billiumKey, at("token")),
			),
			ConfigStateChecks: []statecheck.StateCheck{
				known(billiumKey, "type", knownvalue.StringExact("SECRET")),
				known(billiumKey, "merchant_id", knownvalue.StringExact(w.Credentials.Billium.MerchantID)),
				known(billiumKey, "enabled", knownvalue.Bool(true)),
				known(billiumKey, "token", tokenOf(billium.ValidToken)),
				known(billiumKey, "key_prefix", tokenOf(func(s string) bool { return len(s) == billium.KeyPrefixLength })),
				id.AddStateValue(billiumKey, at("id")),
				token.AddStateValue(billiumKey, at("token")),
			},
		},
		resource.TestStep{
			PreConfig: w.ResetRequests,
			Config:    wider,
			ConfigPlanChecks: preApply(
				plancheck.ExpectResourceAction(billiumKey, plancheck.ResourceActionUpdate),
				plancheck.ExpectKnownValue(billiumKey, at("effective_permissions"),
					setOf("invoice:view", "invoice:create", "invoice:edit", "invoice:delete", "product:view")),
			),
			ConfigStateChecks: []statecheck.StateCheck{
				known(billiumKey, "permissions", setOf("invoice:*", "product:view")),
				id.AddStateValue(billiumKey, at("id")),
				token.AddStateValue(billiumKey, at("token")),
				serverSees(func() error {
					want := []billium.Permission{"invoice:view", "invoice:create", "invoice:edit", "invoice:delete", "product:view"}
					if got := billium.Sort(w.billiumPermissions(t, "checkout-2")); !slices.Equal(got, want) {
						return fmt.Errorf("permissions %v, want %v", got, want)
					}
					return exactly(1, len(w.writes()), "writing requests")
				}),
			},
		},
		// The same meaning in other words needs no request.
		resource.TestStep{
			PreConfig: w.ResetRequests,
			Config: billiumConfig(`name = "checkout-2"
				permissions = ["invoice:view", "invoice:create", "invoice:edit", "invoice:delete", "product:view"]
				enabled = false`),
			ConfigStateChecks: []statecheck.StateCheck{
				serverSees(func() error { return exactly(0, len(w.writes()), "writing requests") }),
			},
		},
		resource.TestStep{Config: `# nothing is left`, ConfigStateChecks: []statecheck.StateCheck{
			serverSees(func() error { return exactly(0, len(w.liveBillium(t, "checkout-2")), "live keys") }),
		}},
	)
}

func TestBilliumPublicKey(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	public := billiumConfig(`name = "widget"
		type = "PUBLIC"`)
	spelled := billiumConfig(`name = "widget"
		type = "PUBLIC"
		permissions = ["product:view", "invoice:view", "invoice:create"]`)
	secret := billiumConfig(`name = "widget"
		permissions = ["report:view"]`)
	id := statecheck.CompareValue(compare.ValuesDiffer())
	three := setOf("invoice:create", "invoice:view", "product:view")

	w.run(t,
		resource.TestStep{
			Config: public,
			ConfigPlanChecks: preApply(
				plancheck.ExpectKnownValue(billiumKey, at("effective_permissions"), three),
			),
			ConfigStateChecks: []statecheck.StateCheck{
				known(billiumKey, "permissions", three),
				known(billiumKey, "token", tokenOf(func(s string) bool {
					keyType, ok := billium.TokenType(s)
					return ok && keyType == billium.Public
				})),
				id.AddStateValue(billiumKey, at("id")),
			},
		},
		emptyPlan(spelled),
		resource.TestStep{
			Config:           secret,
			ConfigPlanChecks: preApply(plancheck.ExpectUnknownValue(billiumKey, at("token"))),
			ConfigStateChecks: []statecheck.StateCheck{
				id.AddStateValue(billiumKey, at("id")),
				known(billiumKey, "effective_permissions", setOf("report:view")),
				serverSees(func() error { return exactly(1, len(w.liveBillium(t, "widget")), "live keys") }),
			},
		},
	)
}

// Without permissions a secret key inherits its creator's, which are then not
// managed; the type's change takes no permissions along that it can't have.
func TestBilliumInheritedPermissions(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w = w.with("BILLIUM_API_KEY", w.BilliumKeyAs(t, billium.Administrator))
	inherits := billiumConfig(`name = "backend"`)

	w.run(t,
		resource.TestStep{
			Config:           inherits,
			ConfigPlanChecks: preApply(plancheck.ExpectUnknownValue(billiumKey, at("effective_permissions"))),
			ConfigStateChecks: []statecheck.StateCheck{
				known(billiumKey, "effective_permissions", knownvalue.SetSizeExact(32)),
				serverSees(func() error {
					if permissions := w.billiumPermissions(t, "backend"); permissions != nil {
						return fmt.Errorf("the key does not inherit: %v", permissions)
					}
					return nil
				}),
			},
		},
		resource.TestStep{
			Config: billiumConfig(`name = "backend"
				type = "PUBLIC"`),
			ConfigStateChecks: []statecheck.StateCheck{known(billiumKey, "effective_permissions", knownvalue.SetSizeExact(3))},
		},
		resource.TestStep{
			Config:            inherits,
			ConfigStateChecks: []statecheck.StateCheck{known(billiumKey, "effective_permissions", knownvalue.SetSizeExact(32))},
		},
	)
}

func TestBilliumRotatesOnDemand(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	config := func(generation string) string {
		return billiumConfig(`name = "worker"
			permissions = ["invoice:*"]
			enabled = false
			rotation = { overlap = "0s", rotate_when_changed = { generation = "` + generation + `" } }`)
	}
	token := statecheck.CompareValue(compare.ValuesDiffer())
	var old string

	w.run(t,
		resource.TestStep{Config: config("1"), ConfigStateChecks: []statecheck.StateCheck{
			token.AddStateValue(billiumKey, at("token")),
			serverSees(func() error { old = w.liveBillium(t, "worker")[0].ID; w.ResetRequests(); return nil }),
		}},
		resource.TestStep{
			Config:           config("2"),
			ConfigPlanChecks: preApply(plancheck.ExpectUnknownValue(billiumKey, at("id"))),
			ConfigStateChecks: []statecheck.StateCheck{
				token.AddStateValue(billiumKey, at("token")),
				known(billiumKey, "previous", knownvalue.Null()),
				known(billiumKey, "enabled", knownvalue.Bool(false)),
				serverSees(func() error {
					live := w.liveBillium(t, "worker")
					if len(live) != 1 || live[0].ID == old || live[0].IsActive || len(live[0].Permissions) != 4 {
						return fmt.Errorf("want one new, inactive key of four permissions, got %+v", live)
					}
					base := "/billium/v1/merchants/merchant/" + w.Credentials.Billium.MerchantID + "/api-keys"
					want := []string{"POST " + base, "PATCH " + base + "/" + live[0].ID, "DELETE " + base + "/" + old}
					if got := w.writes(); !slices.Equal(got, want) {
						return fmt.Errorf("requests %q, want %q", got, want)
					}
					return nil
				}),
			},
		},
	)
}

func TestBilliumImport(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.BilliumKeyAs(t, billium.Owner, "invoice:view", "invoice:create")
	keys := w.BilliumKeys(t)
	minted := keys[slices.IndexFunc(keys, func(k keyOfBillium) bool { return len(k.Permissions) == 2 })]
	config := billiumConfig(`name = "` + minted.Name + `"
		permissions = ["invoice:create", "invoice:view"]`)

	w.run(t,
		resource.TestStep{
			Config: `import {
				to = ` + billiumKey + `
				id = "` + w.Credentials.Billium.MerchantID + "/" + minted.ID + `"
			}
			` + config,
			ConfigPlanChecks: preApply(plancheck.ExpectResourceAction(billiumKey, plancheck.ResourceActionNoop)),
			ConfigStateChecks: []statecheck.StateCheck{
				known(billiumKey, "token", knownvalue.Null()),
				known(billiumKey, "id", knownvalue.StringExact(minted.ID)),
			},
		},
		emptyPlan(config),
		emptyPlan(billiumConfig(`name = "`+minted.Name+`"`)), // permissions are not managed
	)
}

func TestBilliumDrift(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	managed := billiumConfig(`name = "drift"
		permissions = ["report:view"]
		enabled = true`)
	unmanaged := billiumConfig(`name = "drift"
		permissions = ["report:view"]`)
	live := func() string { return w.liveBillium(t, "drift")[0].ID }

	w.run(t,
		resource.TestStep{Config: unmanaged},
		resource.TestStep{
			PreConfig:         func() { w.DisableKey(t, live()) },
			Config:            unmanaged,
			ConfigPlanChecks:  preApply(plancheck.ExpectResourceAction(billiumKey, plancheck.ResourceActionNoop)),
			ConfigStateChecks: []statecheck.StateCheck{known(billiumKey, "enabled", knownvalue.Bool(false))},
		},
		resource.TestStep{
			Config:            managed,
			ConfigPlanChecks:  preApply(plancheck.ExpectResourceAction(billiumKey, plancheck.ResourceActionUpdate)),
			ConfigStateChecks: []statecheck.StateCheck{known(billiumKey, "enabled", knownvalue.Bool(true))},
		},
		resource.TestStep{
			PreConfig:        func() { w.RevokeKey(t, live()) },
			Config:           managed,
			ConfigPlanChecks: preApply(plancheck.ExpectResourceAction(billiumKey, plancheck.ResourceActionCreate)),
		},
	)
}
