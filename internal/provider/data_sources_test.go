package provider_test

import (
	"regexp"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
)

func TestCompanyByEachOfItsNames(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	id := w.CreateCompany(t, "Harbour Coffee")
	var found rows
	for attribute, value := range map[string]string{"id": id, "slug": "harbour-coffee", "name": "Harbour Coffee"} {
		address := found.data("keyward_corebill_company", attribute+` = "`+value+`"`)
		found.check(attribute,
			known(address, "id", knownvalue.StringExact(id)),
			known(address, "name", knownvalue.StringExact("Harbour Coffee")),
			known(address, "slug", knownvalue.StringExact("harbour-coffee")),
			known(address, "currency", knownvalue.StringExact("USD")),
			known(address, "created_at", knownvalue.NotNull()),
		)
	}
	w.run(t, found.step())
}

func TestAmbiguousCompanyNamesTheChoices(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	first, second := w.CreateCompany(t, "Twin"), w.CreateCompany(t, "Twin")
	w.run(t, resource.TestStep{
		Config:      `data "keyward_corebill_company" "found" { name = "Twin" }`,
		ExpectError: regexp.MustCompile(`(?s)` + first + `.*` + second + `|` + second + `.*` + first),
	})
}

func TestCompaniesListsAll(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.run(t, resource.TestStep{
		Config: `data "keyward_corebill_companies" "all" {}`,
		ConfigStateChecks: []statecheck.StateCheck{
			known("data.keyward_corebill_companies.all", "companies", knownvalue.ListSizeExact(2)),
		},
	})
}

func TestMerchantTellsWhatTheProvidersKeyMayDo(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	const address = "data.keyward_billium_merchant.this"
	w.run(t, resource.TestStep{
		Config: `data "keyward_billium_merchant" "this" {}`,
		ConfigStateChecks: []statecheck.StateCheck{
			known(address, "id", knownvalue.StringExact(w.Credentials.Billium.MerchantID)),
			known(address, "name", knownvalue.NotNull()),
			statecheck.ExpectKnownValue(address, at("api_key").AtMapKey("role"), knownvalue.StringExact("OWNER")),
			statecheck.ExpectKnownValue(address, at("api_key").AtMapKey("effective_permissions"), knownvalue.SetSizeExact(34)),
		},
	})
}

// All that needs the companies in one run shares one request for them.
func TestCompaniesAreAskedForOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	config := `data "keyward_corebill_companies" "all" {}
		data "keyward_corebill_companies" "again" {}
		data "keyward_corebill_company" "one" { id = "` + w.SecondCompanyID + `" }
	`
	w.run(t,
		resource.TestStep{Config: config},
		resource.TestStep{PreConfig: w.ResetRequests, Config: config, PlanOnly: true},
	)
	// PlanOnly plans twice: with and without a refresh before it; then the
	// destroy at the end refreshes. Each is a run of its own.
	for _, request := range w.Requests() {
		if !strings.HasPrefix(request.Path, "/corebill/v1/companies?") {
			t.Errorf("unexpected request %s %s", request.Method, request.Path)
		}
	}
	if n := len(w.Requests()); n == 0 || n > 3 {
		t.Errorf("%d requests for the companies in at most three runs", n)
	}
}
