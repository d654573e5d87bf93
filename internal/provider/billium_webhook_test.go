package provider_test

import (
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
)

const billiumWebhook = "keyward_billium_webhook.test"

func billiumWebhookConfig(body string) string {
	return "resource \"keyward_billium_webhook\" \"test\" {\n" + body + "\n}\n"
}

// serverPolicy wants the one webhook on the server to have this description and
// these numbers.
func (w *world) serverPolicy(t *testing.T, description string, retries, timeout int) statecheck.StateCheck {
	t.Helper()
	return serverSees(func() error {
		got := w.onlyWebhook(t)
		if got.Description == nil {
			got.Description = new("")
		}
		if *got.Description != description || got.RetryCount != retries || got.TimeoutMs != timeout {
			return fmt.Errorf("the server has %q, %d retries and %d ms", *got.Description, got.RetryCount, got.TimeoutMs)
		}
		return nil
	})
}

func TestBilliumWebhookLives(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	created := billiumWebhookConfig(`url = "https://example.com/hook"
		events = ["invoice.*", "payment.paid"]
		description = "Orders"`)
	changed := billiumWebhookConfig(`url = "http://example.com/other"
		events = ["payment.*"]
		is_active = false
		retry_count = 0
		timeout = 1000`)
	id, secret := statecheck.CompareValue(compare.ValuesSame()), statecheck.CompareValue(compare.ValuesSame())

	w.run(t,
		resource.TestStep{
			Config: created,
			ConfigPlanChecks: preApply(
				plancheck.ExpectKnownValue(billiumWebhook, at("retry_count"), knownvalue.Int64Exact(3)),
				plancheck.ExpectSensitiveValue(billiumWebhook, at("secret")),
			),
			ConfigStateChecks: []statecheck.StateCheck{
				known(billiumWebhook, "merchant_id", knownvalue.StringExact(w.Credentials.Billium.MerchantID)),
				known(billiumWebhook, "secret", signingSecret()),
				known(billiumWebhook, "secrets", knownvalue.ListSizeExact(1)),
				statecheck.CompareValuePairs(billiumWebhook, at("secret_id"), billiumWebhook, firstSecret("id"), compare.ValuesSame()),
				id.AddStateValue(billiumWebhook, at("id")),
				secret.AddStateValue(billiumWebhook, at("secret")),
				w.serverHook(t, "https://example.com/hook", true, "invoice.*", "payment.paid"),
				w.serverPolicy(t, "Orders", 3, 30000),
			},
		},
		resource.TestStep{
			PreConfig:        w.ResetRequests,
			Config:           changed,
			ConfigPlanChecks: preApply(plancheck.ExpectResourceAction(billiumWebhook, plancheck.ResourceActionUpdate)),
			ConfigStateChecks: []statecheck.StateCheck{
				id.AddStateValue(billiumWebhook, at("id")),
				secret.AddStateValue(billiumWebhook, at("secret")),
				serverSees(func() error { return exactly(1, len(w.writes()), "writing requests") }),
				w.serverHook(t, "http://example.com/other", false, "payment.*"),
				w.serverPolicy(t, "", 0, 1000),
			},
		},
		resource.TestStep{ // someone changes it
			PreConfig:         func() { w.SetWebhookURL(t, w.onlyWebhook(t).ID, "https://elsewhere.example.com") },
			Config:            changed,
			ConfigPlanChecks:  preApply(plancheck.ExpectResourceAction(billiumWebhook, plancheck.ResourceActionUpdate)),
			ConfigStateChecks: []statecheck.StateCheck{w.serverHook(t, "http://example.com/other", false, "payment.*")},
		},
		w.imported(billiumWebhook, "secret", "secret_id"),
		resource.TestStep{ // and deletes it
			PreConfig:         func() { w.DeleteObject(t, w.onlyWebhook(t).ID) },
			Config:            created,
			ConfigPlanChecks:  preApply(plancheck.ExpectResourceAction(billiumWebhook, plancheck.ResourceActionCreate)),
			ConfigStateChecks: []statecheck.StateCheck{w.serverPolicy(t, "Orders", 3, 30000)},
		},
		resource.TestStep{
			PreConfig:         func() { w.DisableWebhook(t, w.onlyWebhook(t).ID) },
			Config:            created,
			ConfigPlanChecks:  preApply(plancheck.ExpectResourceAction(billiumWebhook, plancheck.ResourceActionUpdate)),
			ConfigStateChecks: []statecheck.StateCheck{w.serverHook(t, "https://example.com/hook", true, "invoice.*", "payment.paid")},
		},
	)
	if err := exactly(0, len(w.Webhooks(t)), "webhooks"); err != nil {
		t.Error(err)
	}
}

func firstSecret(attribute string) tfjsonpath.Path {
	return at("secrets").AtSliceIndex(0).AtMapKey(attribute)
}

func TestBilliumWebhookIsImportedByIdentity(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	config := billiumWebhookConfig(`url = "https://example.com/hook"
		events = ["invoice.paid"]`)
	w.runWithIdentities(t, resource.TestStep{Config: config}, importedByIdentity(config, billiumWebhook))
}

// While one secret takes the other's place, both sign.
func TestBilliumWebhookSecretIsRotated(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	generation := func(n string) string {
		return billiumWebhookConfig(`url = "https://example.com/hook"
			events = ["invoice.paid"]
			rotate_secret_when_changed = { generation = ` + n + ` }`)
	}
	id, differs := statecheck.CompareValue(compare.ValuesSame()), statecheck.CompareValue(compare.ValuesDiffer())

	w.run(t,
		resource.TestStep{Config: generation("1"), ConfigStateChecks: []statecheck.StateCheck{
			id.AddStateValue(billiumWebhook, at("id")),
			differs.AddStateValue(billiumWebhook, at("secret")),
		}},
		resource.TestStep{
			Config: generation("2"),
			ConfigPlanChecks: preApply(
				plancheck.ExpectResourceAction(billiumWebhook, plancheck.ResourceActionUpdate),
				plancheck.ExpectUnknownValue(billiumWebhook, at("secret")),
				plancheck.ExpectUnknownValue(billiumWebhook, at("secrets")),
			),
			ConfigStateChecks: []statecheck.StateCheck{
				id.AddStateValue(billiumWebhook, at("id")),
				known(billiumWebhook, "secret", signingSecret()),
				differs.AddStateValue(billiumWebhook, at("secret")),
				known(billiumWebhook, "secrets", knownvalue.ListSizeExact(2)),
				statecheck.CompareValuePairs(billiumWebhook, at("secret_id"), billiumWebhook, firstSecret("id"), compare.ValuesSame()),
				statecheck.ExpectKnownValue(billiumWebhook, firstSecret("expires_at"), knownvalue.Null()),
				statecheck.ExpectKnownValue(billiumWebhook, at("secrets").AtSliceIndex(1).AtMapKey("expires_at"), knownvalue.NotNull()),
				serverSees(func() error { return exactly(2, w.onlyWebhook(t).Secrets, "secrets that sign") }),
			},
		},
	)
}

// An imported webhook has no secret until it is given a new one.
func TestBilliumWebhookImportForcesNothing(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	config := billiumWebhookConfig(`url = "https://example.com/hook"
		events = ["invoice.paid"]`)
	generation := func(n string) string {
		return billiumWebhookConfig(`url = "https://example.com/hook"
			events = ["invoice.paid"]
			rotate_secret_when_changed = { generation = ` + n + ` }`)
	}
	merchant := w.Credentials.Billium.MerchantID
	made := w.createBilliumWebhook(t)
	imported := `import {
		to = ` + billiumWebhook + `
		id = "` + merchant + `/` + made + `"
	}
	` + config
	w.run(t,
		resource.TestStep{
			Config:            imported,
			ConfigPlanChecks:  preApply(plancheck.ExpectResourceAction(billiumWebhook, plancheck.ResourceActionNoop)),
			ConfigStateChecks: []statecheck.StateCheck{known(billiumWebhook, "secret", knownvalue.Null()), known(billiumWebhook, "secret_id", knownvalue.Null())},
		},
		resource.TestStep{Config: generation("1"), ConfigStateChecks: []statecheck.StateCheck{known(billiumWebhook, "secret", knownvalue.Null())}},
		resource.TestStep{Config: generation("2"), ConfigStateChecks: []statecheck.StateCheck{
			known(billiumWebhook, "secret", signingSecret()),
			known(billiumWebhook, "id", knownvalue.StringExact(made)),
		}},
	)
}

// createBilliumWebhook makes a webhook outside Terraform and returns its id.
func (w *world) createBilliumWebhook(t *testing.T) string {
	t.Helper()
	made, err := w.billiumClient(t).CreateWebhook(t.Context(), w.Credentials.Billium.MerchantID, createWebhookRequest("https://example.com/hook", "invoice.paid"), "")
	if err != nil {
		t.Fatal(err)
	}
	return made.Webhook.ID
}

func TestBilliumWebhookRefusesBadInput(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	bad := badWebhooks(billiumWebhookConfig)
	for name, attribute := range map[string]string{"too many retries": "retry_count = 11", "an early timeout": "timeout = 999", "a late timeout": "timeout = 30001"} {
		bad[name] = struct{ config, want string }{billiumWebhookConfig(`url = "https://example.com"
			events = ["invoice.paid"]
			` + attribute), `value must be between`}
	}
	var mistakes []mistake
	for name, c := range bad {
		mistakes = append(mistakes, mistake{name, c.config, says(c.want)})
	}
	w.refusesAll(t, mistakes)
	if hooks := w.Webhooks(t); slices.ContainsFunc(hooks, func(h hookOfSandbox) bool { return h.Platform == "billium" }) {
		t.Error("a plan made a webhook")
	}
}

// A rotation that is refused is tried again, and a new secret is in the state
// even where the list of secrets doesn't come.
func TestBilliumWebhookRotationLosesNoSecret(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	var refuse, lose atomic.Bool
	w.Intercept(func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
			rotates := strings.HasSuffix(r.URL.Path, "/secrets")
			if rotates && refuse.Load() || r.Method == http.MethodGet && lose.CompareAndSwap(true, false) {
				rw.Header().Set("Content-Type", "application/json")
				rw.WriteHeader(http.StatusForbidden)
				_, _ = rw.Write([]byte(`{"statusCode":403,"message":"Missing permission: webhook:edit","error":"Forbidden"}`))
				return
			}
			next.ServeHTTP(rw, r)
			lose.Store(rotates)
		})
	})
	config := func(url, generation string) string {
		return billiumWebhookConfig(`url = "` + url + `"
			events = ["invoice.paid"]
			rotate_secret_when_changed = { generation = ` + generation + ` }`)
	}
	differs := statecheck.CompareValue(compare.ValuesDiffer())
	w.run(t,
		resource.TestStep{Config: config("https://example.com/1", "1"), ConfigStateChecks: []statecheck.StateCheck{
			differs.AddStateValue(billiumWebhook, at("secret")),
		}},
		resource.TestStep{
			PreConfig:   func() { refuse.Store(true) },
			Config:      config("https://example.com/2", "2"),
			ExpectError: says(`The secret was not rotated. The next apply tries again.`),
		},
		resource.TestStep{
			PreConfig:        func() { refuse.Store(false) },
			Config:           config("https://example.com/2", "2"),
			ConfigPlanChecks: preApply(plancheck.ExpectUnknownValue(billiumWebhook, at("secret"))),
			ConfigStateChecks: []statecheck.StateCheck{
				differs.AddStateValue(billiumWebhook, at("secret")),
				known(billiumWebhook, "secrets", knownvalue.ListSizeExact(2)),
				statecheck.CompareValuePairs(billiumWebhook, at("secret_id"), billiumWebhook, firstSecret("id"), compare.ValuesSame()),
				w.serverHook(t, "https://example.com/2", true, "invoice.paid"),
			},
		},
	)
}
