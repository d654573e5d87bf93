package provider_test

import (
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-testing/config"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"

	"github.com/keyward/terraform-provider-keyward/internal/platform/billium"
)

// The functions work without credentials.
func TestFunctionsAnswer(t *testing.T) {
	t.Parallel()
	w := newWorld(t).withoutCredentials()
	var found rows
	for expression, want := range map[string]knownvalue.Check{
		`provider::keyward::expand_permissions(["report:view", "checkout:*"])`: knownvalue.ListExact([]knownvalue.Check{
			knownvalue.StringExact("checkout:view"), knownvalue.StringExact("checkout:edit"), knownvalue.StringExact("report:view"),
		}),
		`provider::keyward::expand_permissions([])`:                                                     knownvalue.ListSizeExact(0),
		`provider::keyward::role_permissions("ADMIN")`:                                                  knownvalue.ListSizeExact(32),
		`provider::keyward::minimum_role(["*:view", "invoice:create"])`:                                 knownvalue.StringExact("MEMBER"),
		`provider::keyward::permissions_missing(["*:view"], ["invoice:view"])`:                          knownvalue.ListSizeExact(0),
		`provider::keyward::permissions_missing(provider::keyward::role_permissions("ADMIN"), ["*"])`:   knownvalue.ListSizeExact(2),
		`provider::keyward::verify_webhook_signature("corebill", "whsec_x", "", "{}", plantimestamp())`: knownvalue.Bool(false),
	} {
		found.check(expression, statecheck.ExpectKnownOutputValue(found.output(expression), want))
	}
	w.run(t, found.step())
}

func TestFunctionsRefuseBadArguments(t *testing.T) {
	t.Parallel()
	w := newWorld(t).withoutCredentials()
	var bad []refusal
	for expression, want := range map[string]string{
		`provider::keyward::expand_permissions(["invoice:creat"])`:                        `"invoice:creat" is not a Billium permission. Did you mean "invoice:create"?`,
		`provider::keyward::expand_permissions(null)`:                                     `argument must not be null`,
		`provider::keyward::expand_permissions(["report:view", null])`:                    `One of the permissions is null.`,
		`provider::keyward::role_permissions("VIEWERS")`:                                  `Did you mean "VIEWER"?`,
		`provider::keyward::verify_webhook_signature("bilium", "s", "", "", "")`:          `Did you mean "billium"?`,
		`provider::keyward::verify_webhook_signature("billium", "s", "", "", "tomorrow")`: `The time must be RFC 3339`,
	} {
		bad = append(bad, refusal{mistake{expression, `output "x" { value = ` + expression + ` }`, says(want)}, w})
	}
	refusesEach(t, bad, func() error { return nil })
}

// What depends on something that does not exist yet waits for it.
func TestFunctionsWaitForUnknownValues(t *testing.T) {
	t.Parallel()
	w := newWorld(t).withoutCredentials()
	w.run(t, resource.TestStep{
		Config: `resource "terraform_data" "later" { input = "report:view" }
			output "x" { value = provider::keyward::expand_permissions([terraform_data.later.output, "checkout:view"]) }`,
		ConfigStateChecks: []statecheck.StateCheck{statecheck.ExpectKnownOutputValue("x", knownvalue.ListExact([]knownvalue.Check{
			knownvalue.StringExact("checkout:view"), knownvalue.StringExact("report:view"),
		}))},
	})
}

// A delivery is verified with a secret that is sensitive.
func TestFunctionsVerifyDeliveries(t *testing.T) {
	t.Parallel()
	w := newWorld(t).withoutCredentials()
	const secret, body = "whsec_of_the_test", `{"event":"invoice.created"}`
	at := time.Date(2026, 1, 31, 12, 0, 0, 0, time.UTC)
	step := func(now string) resource.TestStep {
		return resource.TestStep{
			Config: `variable "secret" {
				type      = string
				sensitive = true
			}
			variable "header" { type = string }
			variable "body" { type = string }
			variable "now" { type = string }
			output "x" {
				value = nonsensitive(provider::keyward::verify_webhook_signature("billium", var.secret, var.header, var.body, var.now))
			}`,
			ConfigVariables: config.Variables{
				"secret": config.StringVariable(secret), "header": config.StringVariable(billium.Sign([]string{secret}, at, []byte(body))),
				"body": config.StringVariable(body), "now": config.StringVariable(now),
			},
		}
	}
	genuine, late, refused := step("2026-01-31T12:01:00Z"), step("2026-01-31T13:00:00Z"), step("later")
	genuine.ConfigStateChecks = []statecheck.StateCheck{statecheck.ExpectKnownOutputValue("x", knownvalue.Bool(true))}
	late.ConfigStateChecks = []statecheck.StateCheck{statecheck.ExpectKnownOutputValue("x", knownvalue.Bool(false))}
	refused.ExpectError = says("The time must be RFC 3339")
	w.run(t, genuine, late, refused)
}
