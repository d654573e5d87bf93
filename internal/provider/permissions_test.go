package provider_test

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
)

// withoutCredentials configures neither platform.
func (w *world) withoutCredentials() *world {
	return w.with("COREBILL_API_KEY", "", "COREBILL_COMPANY_ID", "", "BILLIUM_API_KEY", "", "BILLIUM_MERCHANT_ID", "")
}

func TestPermissionsAreListed(t *testing.T) {
	t.Parallel()
	w := newWorld(t).withoutCredentials()
	names := func(words ...string) knownvalue.Check {
		checks := make([]knownvalue.Check, len(words))
		for i, word := range words {
			checks[i] = knownvalue.StringExact(word)
		}
		return knownvalue.ListExact(checks)
	}
	permission := func(index int, name, domain, action string, roles knownvalue.Check) func(address string) statecheck.StateCheck {
		object := knownvalue.ObjectExact(map[string]knownvalue.Check{
			"name": knownvalue.StringExact(name), "domain": knownvalue.StringExact(domain), "action": knownvalue.StringExact(action), "roles": roles,
		})
		return func(address string) statecheck.StateCheck {
			return statecheck.ExpectKnownValue(address, at("permissions").AtSliceIndex(index), object)
		}
	}
	cases := map[string]struct {
		filter string
		size   int
		first  func(address string) statecheck.StateCheck
	}{
		"all":         {``, 34, permission(0, "merchant:view", "merchant", "view", names("OWNER", "ADMIN", "MEMBER", "VIEWER"))},
		"of a domain": {`domain = "api_key"`, 4, permission(1, "api_key:create", "api_key", "create", names("OWNER", "ADMIN"))},
		"of a role":   {`role = "MEMBER"`, 15, permission(2, "invoice:create", "invoice", "create", names("OWNER", "ADMIN", "MEMBER"))},
		"of both":     {"domain = \"merchant\"\nrole = \"OWNER\"", 4, permission(3, "merchant:billing", "merchant", "billing", names("OWNER"))},
	}
	var found rows
	for name, c := range cases {
		address := found.data("keyward_billium_permissions", c.filter)
		found.check(name, known(address, "permissions", knownvalue.ListSizeExact(c.size)), c.first(address))
	}
	w.run(t, found.step())
	if requests := w.Requests(); len(requests) > 0 {
		t.Errorf("it made %d requests, the first is %s %s", len(requests), requests[0].Method, requests[0].Path)
	}
}

func TestPermissionsRefuseUnknownFilters(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	var bad []mistake
	for filter, want := range map[string]string{
		`domain = "invoices"`: `"invoices" is not a domain of Billium permissions: it must be one of merchant, invoice, product, customer, team, api_key, webhook, checkout, wallet, report. Did you mean "invoice"?`,
		`role = "VIEWERS"`:    `"VIEWERS" is not a Billium role: it must be one of OWNER, ADMIN, MEMBER, VIEWER. Did you mean "VIEWER"?`,
		`role = ""`:           `"" is not a Billium role`,
	} {
		bad = append(bad, mistake{filter, `data "keyward_billium_permissions" "found" { ` + filter + ` }`, says(want)})
	}
	w.refusesAll(t, bad)
}
