package provider_test

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/compare"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/keyward/terraform-provider-keyward/internal/platform/corebill"
)

const corebillKey = "keyward_corebill_api_key.test"

func corebillConfig(body string) string {
	return "resource \"keyward_corebill_api_key\" \"test\" {\n" + body + "\n}\n"
}

func at(name string) tfjsonpath.Path { return tfjsonpath.New(name) }

func known(address, attribute string, check knownvalue.Check) statecheck.StateCheck {
	return statecheck.ExpectKnownValue(address, at(attribute), check)
}

func TestCorebillKeyLives(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	company := w.Credentials.Corebill.CompanyID
	created := corebillConfig(`name = "reporting"
		permission_level = "read"`)
	renamed := corebillConfig(`name = "reports"
		permission_level = "read"
		enabled = false`)
	id := statecheck.CompareValue(compare.ValuesSame())
	token := statecheck.CompareValue(compare.ValuesSame())

	w.run(t,
		resource.TestStep{
			Config: created,
			ConfigPlanChecks: preApply(
				plancheck.ExpectResourceAction(corebillKey, plancheck.ResourceActionCreate),
				plancheck.ExpectKnownValue(corebillKey, at("company_id"), knownvalue.StringExact(company)),
				plancheck.ExpectUnknownValue(corebillKey, at("token")),
				plancheck.ExpectSensitiveValue(corebillKey, at("token")),
			),
			ConfigStateChecks: []statecheck.StateCheck{
				known(corebillKey, "name", knownvalue.StringExact("reporting")),
				known(corebillKey, "company_id", knownvalue.StringExact(company)),
				known(corebillKey, "enabled", knownvalue.Bool(true)),
				known(corebillKey, "organization", knownvalue.Bool(false)),
				known(corebillKey, "previous", knownvalue.Null()),
				known(corebillKey, "created_at", knownvalue.NotNull()),
				known(corebillKey, "token", tokenOf(corebill.ValidToken)),
				known(corebillKey, "key_prefix", tokenOf(func(s string) bool { return len(s) == corebill.KeyPrefixLength })),
				id.AddStateValue(corebillKey, at("id")),
				token.AddStateValue(corebillKey, at("token")),
				serverSees(func() error { return exactly(1, len(w.liveCorebill(t, "reporting")), "keys") }),
			},
		},
		resource.TestStep{
			PreConfig:        w.ResetRequests,
			Config:           renamed,
			ConfigPlanChecks: preApply(plancheck.ExpectResourceAction(corebillKey, plancheck.ResourceActionUpdate)),
			ConfigStateChecks: []statecheck.StateCheck{
				known(corebillKey, "enabled", knownvalue.Bool(false)),
				id.AddStateValue(corebillKey, at("id")),
				token.AddStateValue(corebillKey, at("token")),
				serverSees(func() error {
					keys := w.liveCorebill(t, "reports")
					if len(keys) != 1 || !keys[0].Disabled {
						return fmt.Errorf("the key was not renamed and disabled: %+v", keys)
					}
					return exactly(1, len(w.writes()), "writing requests")
				}),
			},
		},
		resource.TestStep{Config: `# nothing is left`, ConfigStateChecks: []statecheck.StateCheck{
			serverSees(func() error { return exactly(0, len(w.liveCorebill(t, "reports")), "live keys") }),
		}},
	)
}

// A level can't be edited: the new key comes first, the old one goes after.
func TestCorebillLevelChangeIssuesANewKeyFirst(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	config := func(level string) string {
		return corebillConfig(`name = "shop"
			permission_level = "` + level + `"`)
	}
	id := statecheck.CompareValue(compare.ValuesDiffer())
	token := statecheck.CompareValue(compare.ValuesDiffer())
	var old string

	w.run(t,
		resource.TestStep{Config: config("read"), ConfigStateChecks: []statecheck.StateCheck{
			id.AddStateValue(corebillKey, at("id")),
			token.AddStateValue(corebillKey, at("token")),
			serverSees(func() error { old = w.liveCorebill(t, "shop")[0].ID; w.ResetRequests(); return nil }),
		}},
		resource.TestStep{
			Config: config("write"),
			ConfigPlanChecks: preApply(
				plancheck.ExpectResourceAction(corebillKey, plancheck.ResourceActionUpdate),
				plancheck.ExpectUnknownValue(corebillKey, at("id")),
				plancheck.ExpectUnknownValue(corebillKey, at("token")),
			),
			ConfigStateChecks: []statecheck.StateCheck{
				id.AddStateValue(corebillKey, at("id")),
				token.AddStateValue(corebillKey, at("token")),
				known(corebillKey, "previous", knownvalue.Null()),
				serverSees(func() error {
					live := w.liveCorebill(t, "shop")
					if len(live) != 1 || live[0].ID == old || live[0].PermissionLevel != corebill.Write {
						return fmt.Errorf("want one new key of level write, got %+v", live)
					}
					want := []string{"POST /corebill/v1/api_keys", "PATCH /corebill/v1/api_keys/" + w.liveCorebill(t, "shop")[0].ID, "DELETE /corebill/v1/api_keys/" + old}
					if got := w.writes(); !slices.Equal(got, want) {
						return fmt.Errorf("requests %q, want %q", got, want)
					}
					return nil
				}),
			},
		},
	)
}

func TestCorebillRotatesOnDemand(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	config := func(triggers string) string {
		return corebillConfig(`name = "ci"
			permission_level = "write"
			` + triggers)
	}
	same := statecheck.CompareValue(compare.ValuesSame())
	differs := statecheck.CompareValue(compare.ValuesDiffer())

	w.run(t,
		resource.TestStep{Config: config(""), ConfigStateChecks: []statecheck.StateCheck{same.AddStateValue(corebillKey, at("token"))}},
		resource.TestStep{Config: config(`rotation = { overlap = "0s", rotate_when_changed = { month = "1" } }`), ConfigStateChecks: []statecheck.StateCheck{
			same.AddStateValue(corebillKey, at("token")),
			differs.AddStateValue(corebillKey, at("token")),
		}},
		resource.TestStep{
			Config: config(`rotation = { overlap = "0s", rotate_when_changed = { month = "2" } }`),
			ConfigPlanChecks: preApply(
				plancheck.ExpectResourceAction(corebillKey, plancheck.ResourceActionUpdate),
				plancheck.ExpectUnknownValue(corebillKey, at("token")),
			),
			ConfigStateChecks: []statecheck.StateCheck{
				differs.AddStateValue(corebillKey, at("token")),
				serverSees(func() error { return exactly(1, len(w.liveCorebill(t, "ci")), "live keys") }),
			},
		},
		// The trigger is known only during apply, and turns out to be the same.
		resource.TestStep{
			Config: `resource "terraform_data" "month" { input = "2" }` + "\n" +
				config(`rotation = { overlap = "0s", rotate_when_changed = { month = terraform_data.month.output } }`),
			ConfigPlanChecks: preApply(plancheck.ExpectUnknownValue(corebillKey, at("token"))),
			ConfigStateChecks: []statecheck.StateCheck{
				serverSees(func() error { return exactly(3, len(w.CorebillKeys(t)), "keys, revoked and bootstrap included") }),
			},
		},
	)
}

// While the old key can't be revoked it stays in the state, and the next apply
// revokes it.
func TestCorebillKeepsThePreviousKeyUntilItIsRevoked(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	refuse := w.refuseRevocations()
	config := func(generation string) string {
		return corebillConfig(`name = "pos"
			permission_level = "write"
			rotation = { overlap = "0s", rotate_when_changed = { generation = "` + generation + `" } }`)
	}

	w.run(t,
		resource.TestStep{Config: config("1")},
		resource.TestStep{Config: config("2"), ExpectError: says("Could not revoke the previous key of")},
		resource.TestStep{
			PreConfig: func() {
				if err := exactly(2, len(w.liveCorebill(t, "pos")), "live keys after the failure"); err != nil {
					t.Error(err)
				}
				refuse.Store(false)
			},
			Config: config("2"),
			ConfigPlanChecks: preApply(
				plancheck.ExpectResourceAction(corebillKey, plancheck.ResourceActionUpdate),
				plancheck.ExpectKnownValue(corebillKey, at("previous"), knownvalue.Null()),
			),
			ConfigStateChecks: []statecheck.StateCheck{
				known(corebillKey, "previous", knownvalue.Null()),
				serverSees(func() error { return exactly(1, len(w.liveCorebill(t, "pos")), "live keys") }),
			},
		},
	)
}

func TestCorebillOrganizationKey(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	organization := corebillConfig(`name = "auditor"
		permission_level = "read"
		organization = true`)
	company := corebillConfig(`name = "auditor"
		permission_level = "read"
		company_id = "` + w.SecondCompanyID + `"`)

	w.run(t,
		resource.TestStep{Config: organization, ConfigStateChecks: []statecheck.StateCheck{
			known(corebillKey, "company_id", knownvalue.Null()),
			known(corebillKey, "organization", knownvalue.Bool(true)),
			serverSees(func() error {
				keys := w.liveCorebill(t, "auditor")
				if len(keys) != 1 || keys[0].CompanyID != nil {
					return fmt.Errorf("want one organization key, got %+v", keys)
				}
				return nil
			}),
		}},
		resource.TestStep{
			ResourceName: corebillKey, ImportState: true, ImportStateVerify: true,
			ImportStateVerifyIgnore: []string{"token"},
			ImportStateIdFunc:       w.importID(corebillKey, "organization"),
		},
		resource.TestStep{Config: company, ConfigStateChecks: []statecheck.StateCheck{
			known(corebillKey, "company_id", knownvalue.StringExact(w.SecondCompanyID)),
			serverSees(func() error { return exactly(1, len(w.liveCorebill(t, "auditor")), "live keys") }),
		}},
	)
}

func TestCorebillImport(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.CorebillKey(t, w.SecondCompanyID, corebill.Write)
	keys := w.CorebillKeys(t)
	minted := keys[slices.IndexFunc(keys, func(k keyOfCorebill) bool { return k.CompanyID != nil })]
	config := corebillConfig(`name = "` + minted.Name + `"
		company_id = "` + w.SecondCompanyID + `"
		permission_level = "write"`)
	imported := `import {
		to = ` + corebillKey + `
		id = "` + w.SecondCompanyID + "/" + minted.ID + `"
	}
	` + config

	w.run(t,
		resource.TestStep{
			Config:           imported,
			ConfigPlanChecks: preApply(plancheck.ExpectResourceAction(corebillKey, plancheck.ResourceActionNoop)),
			ConfigStateChecks: []statecheck.StateCheck{
				known(corebillKey, "token", knownvalue.Null()),
				known(corebillKey, "id", knownvalue.StringExact(minted.ID)),
			},
		},
		emptyPlan(config),
		// Declaring triggers on an imported key doesn't replace it.
		resource.TestStep{
			Config: strings.Replace(config, `permission_level`, `rotation = { overlap = "0s", rotate_when_changed = { v = "1" } }
				permission_level`, 1),
			ConfigStateChecks: []statecheck.StateCheck{known(corebillKey, "id", knownvalue.StringExact(minted.ID))},
		},
	)
}

func TestCorebillDrift(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	managed := corebillConfig(`name = "drift"
		permission_level = "read"
		enabled = true`)
	unmanaged := corebillConfig(`name = "drift"
		permission_level = "read"`)
	live := func() string {
		keys := w.liveCorebill(t, "drift")
		if len(keys) != 1 {
			t.Fatalf("there are %d live keys, want 1", len(keys))
		}
		return keys[0].ID
	}
	var before string

	w.run(t,
		resource.TestStep{Config: unmanaged},
		resource.TestStep{ // disabled by someone, not managed: stays so
			PreConfig:         func() { w.DisableKey(t, live()) },
			Config:            unmanaged,
			ConfigPlanChecks:  preApply(plancheck.ExpectResourceAction(corebillKey, plancheck.ResourceActionNoop)),
			ConfigStateChecks: []statecheck.StateCheck{known(corebillKey, "enabled", knownvalue.Bool(false))},
		},
		resource.TestStep{ // managed: the plan enables it
			Config:            managed,
			ConfigPlanChecks:  preApply(plancheck.ExpectResourceAction(corebillKey, plancheck.ResourceActionUpdate)),
			ConfigStateChecks: []statecheck.StateCheck{known(corebillKey, "enabled", knownvalue.Bool(true))},
		},
		resource.TestStep{ // revoked by someone: a new one is planned
			PreConfig:        func() { before = live(); w.RevokeKey(t, before) },
			Config:           managed,
			ConfigPlanChecks: preApply(plancheck.ExpectResourceAction(corebillKey, plancheck.ResourceActionCreate)),
			ConfigStateChecks: []statecheck.StateCheck{serverSees(func() error {
				if live() == before {
					return errors.New("the revoked key is back")
				}
				return nil
			})},
		},
	)
}

// A destroy revokes the previous key too, where it still has to be.
func TestCorebillDestroyRevokesThePreviousKeyToo(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	refuse := w.refuseRevocations()
	config := func(level string) string {
		return corebillConfig(`name = "pos"
			permission_level = "` + level + `"`)
	}
	w.run(t,
		resource.TestStep{Config: config("read")},
		resource.TestStep{Config: config("write"), ExpectError: says("Could not revoke the previous key of")},
		resource.TestStep{
			PreConfig: func() { refuse.Store(false) },
			Config:    config("write"),
			Destroy:   true,
		},
	)
	if err := exactly(0, len(w.liveCorebill(t, "pos")), "live keys"); err != nil {
		t.Error(err)
	}
}

// A company's key can't see the organization's keys; that it is told they are
// not there must not drop them from the state, nor pass for their revocation.
func TestCorebillOrganizationKeyOutOfSight(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	config := corebillConfig(`name = "auditor"
		permission_level = "read"
		organization = true`)
	key := w.environment["COREBILL_API_KEY"]
	blind := w.CorebillKey(t, w.Credentials.Corebill.CompanyID, corebill.Admin)
	use := func(token string) func() { return func() { w.environment["COREBILL_API_KEY"] = token } }

	w.run(t,
		resource.TestStep{Config: config},
		resource.TestStep{PreConfig: use(blind), Config: config, ExpectError: says("only an organization key sees the organization's keys")},
		resource.TestStep{
			PreConfig: func() {
				use(key)()
				if err := exactly(1, len(w.liveCorebill(t, "auditor")), "live keys"); err != nil {
					t.Error(err)
				}
			},
			Config:   config,
			PlanOnly: true,
		},
		resource.TestStep{ // revoked for real: a new one is planned
			PreConfig:        func() { w.RevokeKey(t, w.liveCorebill(t, "auditor")[0].ID) },
			Config:           config,
			ConfigPlanChecks: preApply(plancheck.ExpectResourceAction(corebillKey, plancheck.ResourceActionCreate)),
		},
	)
}

// refuseRevocations answers 403 to every revocation while it is true.
func (w *world) refuseRevocations() *atomic.Bool {
	var refuse atomic.Bool
	refuse.Store(true)
	w.Intercept(func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
			if !refuse.Load() || r.Method != http.MethodDelete {
				next.ServeHTTP(rw, r)
				return
			}
			rw.Header().Set("Content-Type", "application/json")
			rw.WriteHeader(http.StatusForbidden)
			_, _ = rw.Write([]byte(`{"error":"Insufficient permissions. Admin access required."}`))
		})
	})
	return &refuse
}
