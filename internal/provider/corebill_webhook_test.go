package provider_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/compare"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"

	"github.com/keyward/terraform-provider-keyward/internal/platform/corebill"
)

const corebillWebhook = "keyward_corebill_webhook.test"

func corebillWebhookConfig(body string) string {
	return "resource \"keyward_corebill_webhook\" \"test\" {\n" + body + "\n}\n"
}

func signingSecret() knownvalue.Check {
	return tokenOf(func(s string) bool { return strings.HasPrefix(s, corebill.SecretPrefix) && len(s) == 38 })
}

// serverHook wants one webhook on the server, as described.
func (w *world) serverHook(t *testing.T, url string, enabled bool, events ...string) statecheck.StateCheck {
	t.Helper()
	return serverSees(func() error {
		hooks := w.Webhooks(t)
		if len(hooks) != 1 {
			return exactly(1, len(hooks), "webhooks")
		}
		got := hooks[0]
		slices.Sort(got.Events)
		if got.URL != url || got.Enabled != enabled || !slices.Equal(got.Events, events) {
			return fmt.Errorf("the server has %+v", got)
		}
		return nil
	})
}

func TestCorebillWebhookLives(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	company := w.Credentials.Corebill.CompanyID
	created := corebillWebhookConfig(`url = "https://example.com/hook"
		events = ["invoice.paid", "customer.created"]`)
	changed := corebillWebhookConfig(`url = "http://localhost:9/hook"
		events = ["invoice.paid", "quote.sent"]
		enabled = false`)
	moved := changed[:len(changed)-2] + `company_id = "` + w.SecondCompanyID + "\"\n}\n"
	id, secret := statecheck.CompareValue(compare.ValuesSame()), statecheck.CompareValue(compare.ValuesSame())

	w.run(t,
		resource.TestStep{
			Config: created,
			ConfigPlanChecks: preApply(
				plancheck.ExpectKnownValue(corebillWebhook, at("company_id"), knownvalue.StringExact(company)),
				plancheck.ExpectSensitiveValue(corebillWebhook, at("secret")),
			),
			ConfigStateChecks: []statecheck.StateCheck{
				known(corebillWebhook, "secret", signingSecret()),
				known(corebillWebhook, "enabled", knownvalue.Bool(true)),
				known(corebillWebhook, "secret_preview", tokenOf(func(s string) bool { return len(s) == corebill.SecretPreviewLength })),
				id.AddStateValue(corebillWebhook, at("id")),
				secret.AddStateValue(corebillWebhook, at("secret")),
				w.serverHook(t, "https://example.com/hook", true, "customer.created", "invoice.paid"),
			},
		},
		resource.TestStep{
			PreConfig:        w.ResetRequests,
			Config:           changed,
			ConfigPlanChecks: preApply(plancheck.ExpectResourceAction(corebillWebhook, plancheck.ResourceActionUpdate)),
			ConfigStateChecks: []statecheck.StateCheck{
				id.AddStateValue(corebillWebhook, at("id")),
				secret.AddStateValue(corebillWebhook, at("secret")),
				serverSees(func() error { return exactly(1, len(w.writes()), "writing requests") }),
				w.serverHook(t, "http://localhost:9/hook", false, "invoice.paid", "quote.sent"),
			},
		},
		resource.TestStep{ // someone changes it
			PreConfig:         func() { w.SetWebhookURL(t, w.onlyWebhook(t).ID, "https://elsewhere.example.com") },
			Config:            changed,
			ConfigPlanChecks:  preApply(plancheck.ExpectResourceAction(corebillWebhook, plancheck.ResourceActionUpdate)),
			ConfigStateChecks: []statecheck.StateCheck{w.serverHook(t, "http://localhost:9/hook", false, "invoice.paid", "quote.sent")},
		},
		w.importedAs(corebillWebhook, company, "secret"),
		resource.TestStep{ // another company takes another webhook
			Config:           moved,
			ConfigPlanChecks: preApply(plancheck.ExpectResourceAction(corebillWebhook, plancheck.ResourceActionDestroyBeforeCreate)),
			ConfigStateChecks: []statecheck.StateCheck{serverSees(func() error {
				if got := w.onlyWebhook(t).ScopeID; got != w.SecondCompanyID {
					return fmt.Errorf("the webhook belongs to %s", got)
				}
				return nil
			})},
		},
		resource.TestStep{ // and someone deletes it
			PreConfig:         func() { w.DeleteObject(t, w.onlyWebhook(t).ID) },
			Config:            created,
			ConfigPlanChecks:  preApply(plancheck.ExpectResourceAction(corebillWebhook, plancheck.ResourceActionCreate)),
			ConfigStateChecks: []statecheck.StateCheck{w.serverHook(t, "https://example.com/hook", true, "customer.created", "invoice.paid")},
		},
		resource.TestStep{
			PreConfig:         func() { w.DisableWebhook(t, w.onlyWebhook(t).ID) },
			Config:            created,
			ConfigPlanChecks:  preApply(plancheck.ExpectResourceAction(corebillWebhook, plancheck.ResourceActionUpdate)),
			ConfigStateChecks: []statecheck.StateCheck{w.serverHook(t, "https://example.com/hook", true, "customer.created", "invoice.paid")},
		},
	)
	if err := exactly(0, len(w.Webhooks(t)), "webhooks"); err != nil {
		t.Error(err)
	}
}

func TestCorebillWebhookIsImportedByIdentity(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	config := corebillWebhookConfig(`url = "https://example.com/hook"
		events = ["invoice.paid"]`)
	w.runWithIdentities(t, resource.TestStep{Config: config}, importedByIdentity(config, corebillWebhook))
}

func TestCorebillWebhookSecretIsRotated(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	config := func(trigger string) string {
		return corebillWebhookConfig(`url = "https://example.com/hook"
			events = ["invoice.paid"]
			` + trigger)
	}
	generation := func(n string) string { return config(`rotate_secret_when_changed = { generation = ` + n + ` }`) }
	id := statecheck.CompareValue(compare.ValuesSame())
	same, differs := statecheck.CompareValue(compare.ValuesSame()), statecheck.CompareValue(compare.ValuesDiffer())

	w.run(t,
		resource.TestStep{Config: config(""), ConfigStateChecks: []statecheck.StateCheck{
			id.AddStateValue(corebillWebhook, at("id")),
			same.AddStateValue(corebillWebhook, at("secret")),
		}},
		resource.TestStep{Config: generation("1"), ConfigStateChecks: []statecheck.StateCheck{
			same.AddStateValue(corebillWebhook, at("secret")),
			differs.AddStateValue(corebillWebhook, at("secret")),
		}},
		resource.TestStep{
			Config: generation("2"),
			ConfigPlanChecks: preApply(
				plancheck.ExpectResourceAction(corebillWebhook, plancheck.ResourceActionUpdate),
				plancheck.ExpectUnknownValue(corebillWebhook, at("secret")),
				plancheck.ExpectUnknownValue(corebillWebhook, at("secret_preview")),
			),
			ConfigStateChecks: []statecheck.StateCheck{
				id.AddStateValue(corebillWebhook, at("id")),
				known(corebillWebhook, "secret", signingSecret()),
				differs.AddStateValue(corebillWebhook, at("secret")),
				serverSees(func() error { return exactly(1, w.onlyWebhook(t).Secrets, "secrets") }),
			},
		},
		// Someone rotates it in the dashboard: the secret in the state signs no more.
		resource.TestStep{
			PreConfig: func() {
				if _, err := w.corebillClient(t).RotateWebhookSecret(t.Context(), w.Credentials.Corebill.CompanyID, w.onlyWebhook(t).ID); err != nil {
					t.Fatal(err)
				}
			},
			Config:            generation("2"),
			ConfigPlanChecks:  preApply(plancheck.ExpectResourceAction(corebillWebhook, plancheck.ResourceActionNoop)),
			ConfigStateChecks: []statecheck.StateCheck{known(corebillWebhook, "secret", knownvalue.Null())},
		},
		resource.TestStep{Config: generation("3"), ConfigStateChecks: []statecheck.StateCheck{known(corebillWebhook, "secret", signingSecret())}},
	)
}

// badWebhooks are configurations that no platform takes.
func badWebhooks(config func(string) string) map[string]struct{ config, want string } {
	return map[string]struct{ config, want string }{
		"an event with a slip": {config(`url = "https://example.com"
			events = ["invoice.payd"]`), `Did you mean "invoice.paid"?`},
		"no event": {config(`url = "https://example.com"
			events = []`), `set must contain at least 1 elements`},
		"no URL": {config(`url = "example.com"
			events = ["invoice.paid"]`), `"example.com" is not a URL that can be called`},
	}
}

func TestCorebillWebhookRefusesBadInput(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	bad := badWebhooks(corebillWebhookConfig)
	bad["plain http"] = struct{ config, want string }{corebillWebhookConfig(`url = "http://example.com"
		events = ["invoice.paid"]`), `the URL must be https`}
	bad["a company out of reach"] = struct{ config, want string }{corebillWebhookConfig(`url = "https://example.com"
		events = ["invoice.paid"]
		company_id = "com_a1b2c3d4e5f6"`), `The provider's key does not reach company "com_a1b2c3d4e5f6"`}
	var rows []refusal
	for name, c := range bad {
		rows = append(rows, refusal{mistake{name, c.config, says(c.want)}, w})
	}
	nowhere := corebillWebhookConfig(`url = "https://example.com"
		events = ["invoice.paid"]`)
	rows = append(rows, refusal{mistake{"no company", nowhere, says(`A webhook belongs to one company.`)}, w.with("COREBILL_COMPANY_ID", "")})
	refusesEach(t, rows, func() error { return exactly(0, len(w.Webhooks(t)), "webhooks") })
}
