package provider_test

import (
	"fmt"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/compare"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"

	corebillapi "github.com/keyward/terraform-provider-keyward/internal/contract/corebill"
	"github.com/keyward/terraform-provider-keyward/internal/platform/corebill"
)

const corebillCompany = "keyward_corebill_company.test"

func companyConfig(body string) string {
	return "resource \"keyward_corebill_company\" \"test\" {\n" + body + "\n}\n"
}

// serverCompany wants one company of the name, with these words: slug, currency,
// both prefixes and the logo, if any.
func (w *world) serverCompany(t *testing.T, name, words string) statecheck.StateCheck {
	t.Helper()
	return serverSees(func() error {
		found := w.serverCompanies(t, name)
		if len(found) != 1 {
			return exactly(1, len(found), "companies "+name)
		}
		c := found[0]
		got := c.Slug + " " + c.Currency + " " + c.InvoicePrefix + " " + c.QuotePrefix
		if c.LogoURL != nil {
			got += " " + *c.LogoURL
		}
		if got != words {
			return fmt.Errorf("the server has %q, want %q", got, words)
		}
		return nil
	})
}

func TestCorebillCompanyLives(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	created := companyConfig(`name = "My Shop"`)
	changed := companyConfig(`name = "Your Shop"
		slug = "your-shop"
		currency = "EUR"
		invoice_prefix = "YS"
		quote_prefix = "YSQ"
		logo_url = "https://example.com/logo.png"`)
	unprotected := companyConfig(`name = "Your Shop"
		deletion_protection = false`)
	id := statecheck.CompareValue(compare.ValuesSame())
	all := "your-shop EUR YS YSQ https://example.com/logo.png"

	w.run(t,
		resource.TestStep{
			Config: created,
			ConfigPlanChecks: preApply(
				plancheck.ExpectUnknownValue(corebillCompany, at("slug")),
				plancheck.ExpectKnownValue(corebillCompany, at("deletion_protection"), knownvalue.Bool(true)),
			),
			ConfigStateChecks: []statecheck.StateCheck{
				id.AddStateValue(corebillCompany, at("id")),
				known(corebillCompany, "slug", knownvalue.StringExact("my-shop")),
				known(corebillCompany, "currency", knownvalue.StringExact("USD")),
				known(corebillCompany, "logo_url", knownvalue.Null()),
				known(corebillCompany, "created_at", knownvalue.NotNull()),
				w.serverCompany(t, "My Shop", "my-shop USD INV QUO"),
			},
		},
		resource.TestStep{
			PreConfig:        w.ResetRequests,
			Config:           changed,
			ConfigPlanChecks: preApply(plancheck.ExpectResourceAction(corebillCompany, plancheck.ResourceActionUpdate)),
			ConfigStateChecks: []statecheck.StateCheck{
				id.AddStateValue(corebillCompany, at("id")),
				serverSees(func() error { return exactly(1, len(w.writes()), "writing requests") }),
				w.serverCompany(t, "Your Shop", all),
			},
		},
		resource.TestStep{ // someone changes it in the dashboard
			PreConfig: func() {
				drift := corebillapi.UpdateCompanyRequest{Currency: new("GBP"), Name: new("Drifted")}
				if _, err := w.corebillClient(t).UpdateCompany(t.Context(), w.serverCompanies(t, "Your Shop")[0].ID, drift); err != nil {
					t.Fatal(err)
				}
			},
			Config:            changed,
			ConfigPlanChecks:  preApply(plancheck.ExpectResourceAction(corebillCompany, plancheck.ResourceActionUpdate)),
			ConfigStateChecks: []statecheck.StateCheck{w.serverCompany(t, "Your Shop", all)},
		},
		resource.TestStep{
			ResourceName: corebillCompany, ImportState: true, ImportStateVerify: true,
		},
		// What is no longer declared stays as it is, but for the logo.
		resource.TestStep{Config: unprotected, ConfigStateChecks: []statecheck.StateCheck{
			w.serverCompany(t, "Your Shop", "your-shop EUR YS YSQ"),
		}},
		resource.TestStep{ // and deletes it
			PreConfig:         func() { w.DeleteObject(t, w.serverCompanies(t, "Your Shop")[0].ID) },
			Config:            unprotected,
			ConfigPlanChecks:  preApply(plancheck.ExpectResourceAction(corebillCompany, plancheck.ResourceActionCreate)),
			ConfigStateChecks: []statecheck.StateCheck{w.serverCompany(t, "Your Shop", "your-shop USD INV QUO")},
		},
	)
	if err := exactly(0, len(w.serverCompanies(t, "Your Shop")), "companies"); err != nil {
		t.Error(err)
	}
}

func TestCorebillCompanyIsImportedByIdentity(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	config := companyConfig(`name = "My Shop"
		deletion_protection = false`)
	protected := companyConfig(`name = "My Shop"`)
	w.runWithIdentities(t,
		resource.TestStep{Config: protected},
		importedByIdentity(protected, corebillCompany),
		resource.TestStep{Config: config},
	)
}

func TestCorebillCompanyIsProtected(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	protected := companyConfig(`name = "My Shop"`)
	w.run(t,
		resource.TestStep{Config: protected},
		resource.TestStep{
			PreConfig:   w.ResetRequests,
			Config:      `# the company goes`,
			ExpectError: says(`Corebill company "My Shop" is protected`),
		},
		resource.TestStep{Config: protected, Destroy: true, ExpectError: says(`but deletion_protection is true`)},
		resource.TestStep{
			PreConfig: func() {
				if err := exactly(0, len(w.writes()), "writing requests"); err != nil {
					t.Error(err)
				}
			},
			Config: companyConfig(`name = "My Shop"
				deletion_protection = false`),
			ConfigStateChecks: []statecheck.StateCheck{
				serverSees(func() error { return exactly(0, len(w.writes()), "writing requests") }),
			},
		},
		resource.TestStep{Config: `# the company goes`, ConfigStateChecks: []statecheck.StateCheck{
			serverSees(func() error { return exactly(0, len(w.serverCompanies(t, "My Shop")), "companies") }),
		}},
	)
}

// A company, and what belongs to it, in one apply.
func TestCorebillCompanyWithItsObjects(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	config := companyConfig(`name = "My Shop"
			deletion_protection = false`) +
		corebillConfig(`name = "shop"
			permission_level = "read"
			company_id = keyward_corebill_company.test.id`) +
		corebillWebhookConfig(`url = "https://example.com/hook"
			events = ["invoice.paid"]
			company_id = keyward_corebill_company.test.id`)
	w.run(t, resource.TestStep{Config: config})
}

func TestCorebillCompanyTakesAnOrganizationAdmin(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	own := w.with("COREBILL_API_KEY", w.CorebillKey(t, w.Credentials.Corebill.CompanyID, corebill.Admin))
	writer := w.with("COREBILL_API_KEY", w.otherOrganizationKey(t, corebill.Write))
	var rows []refusal
	for name, c := range map[string]struct {
		world *world
		body  string
		want  string
	}{
		"a company's key":         {own, `name = "x"`, `the provider's key belongs to one company`},
		"a key of a lower level":  {writer, `name = "x"`, `the provider's organization key has a lower level`},
		"no currency":             {w, `name = "x"` + "\n" + `currency = "eur"`, `"eur" is not the ISO 4217 code of a currency in use: three capital letters, such as USD, EUR or JPY. Did you mean "EUR"?`},
		"a currency of yesterday": {w, `name = "x"` + "\n" + `currency = "HRK"`, `"HRK" is no longer in use: EUR took its place`},
		"an odd slug":             {w, `name = "x"` + "\n" + `slug = "My Shop"`, `must be small letters and digits`},
		"an odd prefix":           {w, `name = "x"` + "\n" + `invoice_prefix = "inv-"`, `must be 1 to 10 capital letters and digits`},
		"an odd logo":             {w, `name = "x"` + "\n" + `logo_url = "logo.png"`, `"logo.png" is not a URL that can be called: it starts with https://`},
		"no name":                 {w, `name = ""`, `must be between 1 and 100`},
	} {
		rows = append(rows, refusal{mistake{name, companyConfig(c.body), says(c.want)}, c.world})
	}
	companies := len(w.allCompanies(t))
	refusesEach(t, rows, func() error { return exactly(companies, len(w.allCompanies(t)), "companies") })
}

// A key that can't see a company says nothing about whether it is there.
func TestCorebillCompanyOutOfReachStays(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	config := companyConfig(`name = "My Shop"
		deletion_protection = false`)
	w.run(t,
		resource.TestStep{Config: config},
		resource.TestStep{
			PreConfig: func() {
				w.environment["COREBILL_API_KEY"] = w.CorebillKey(t, w.Credentials.Corebill.CompanyID, corebill.Admin)
			},
			Config:      config,
			ExpectError: says(`the provider's key belongs to another company`),
		},
		resource.TestStep{
			PreConfig: func() { w.environment["COREBILL_API_KEY"] = w.Credentials.Corebill.APIKey },
			Config:    config,
			PlanOnly:  true,
		},
	)
}

// otherOrganizationKey makes an organization key that can be told from the first
// one by what is shown of it.
func (w *world) otherOrganizationKey(t *testing.T, level corebill.Level) string {
	t.Helper()
	for {
		token := w.CorebillKey(t, "", level)
		if corebill.KeyPrefix(token) != corebill.KeyPrefix(w.Credentials.Corebill.APIKey) {
			return token
		}
	}
}
