package corebill

import (
	"encoding/json"
	"slices"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/types"
	"golang.org/x/text/unicode/norm"

	corebillapi "github.com/keyward/terraform-provider-keyward/internal/contract/corebill"
)

func agency() *companyModel {
	var m companyModel
	m.adopt(corebillapi.Company{
		ID: "com_a1b2c3d4e5f6", Name: "My Agency", Slug: "my-agency", Currency: "USD", InvoicePrefix: "INV", QuotePrefix: "QUO",
		LogoURL: new("https://example.com/logo.png"), CreatedAt: time.Date(2026, 1, 15, 10, 0, 0, 0, time.UTC),
	})
	return &m
}

func encoded(t *testing.T, request any) string {
	t.Helper()
	text, err := json.Marshal(request)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func TestCompanyCreateRequestLeavesTheRestToCorebill(t *testing.T) {
	t.Parallel()
	m := companyModel{
		Name: types.StringValue("Shop"), Slug: types.StringUnknown(), Currency: types.StringValue("EUR"),
		InvoicePrefix: types.StringUnknown(), QuotePrefix: types.StringUnknown(), LogoURL: types.StringNull(),
	}
	if got := encoded(t, m.createRequest()); got != `{"currency":"EUR","name":"Shop"}` {
		t.Errorf("got %s", got)
	}
}

func TestCompanyUpdateRequestHoldsWhatDiffers(t *testing.T) {
	t.Parallel()
	for want, change := range map[string]func(*companyModel){
		`{}`:                                     func(*companyModel) {},
		`{"name":"Shop"}`:                        func(m *companyModel) { m.Name = types.StringValue("Shop") },
		`{"slug":"shop"}`:                        func(m *companyModel) { m.Slug = types.StringValue("shop") },
		`{"currency":"EUR"}`:                     func(m *companyModel) { m.Currency = types.StringValue("EUR") },
		`{"invoice_prefix":"A"}`:                 func(m *companyModel) { m.InvoicePrefix = types.StringValue("A") },
		`{"quote_prefix":"B"}`:                   func(m *companyModel) { m.QuotePrefix = types.StringValue("B") },
		`{"logo_url":null}`:                      func(m *companyModel) { m.LogoURL = types.StringNull() },
		`{"logo_url":"https://example.com/new"}`: func(m *companyModel) { m.LogoURL = types.StringValue("https://example.com/new") },
	} {
		plan := agency()
		change(plan)
		plan.DeletionProtection = types.BoolValue(false) // no business of the platform's
		request, different := plan.updateRequest(agency())
		if got := encoded(t, request); got != want || different != (want != `{}`) {
			t.Errorf("got %s, want %s", got, want)
		}
	}
}

func TestCompaniesOfOneName(t *testing.T) {
	t.Parallel()
	marks := func(name string) []string {
		return (&companies{}).Unique(&companyModel{Name: types.StringValue(name), Slug: types.StringUnknown()}).Marks
	}
	for _, name := range []string{"Zo\u00eb", "\u00eb"} {
		if one, other := marks(name), marks(norm.NFD.String(name)); len(one) != 1 || !slices.Equal(one, other) {
			t.Errorf("%q is told by %q and, composed in another way, by %q", name, one, other)
		}
	}
}

func TestCompanyIsProtectedUntilSaidOtherwise(t *testing.T) {
	t.Parallel()
	m := agency()
	if !m.DeletionProtection.ValueBool() || (&companies{}).checkProtection(m) == nil {
		t.Error("an imported company is not protected")
	}
	m.DeletionProtection = types.BoolValue(false)
	m.adopt(corebillapi.Company{})
	if m.DeletionProtection.ValueBool() || (&companies{}).checkProtection(m) != nil {
		t.Error("a refresh protects a company again")
	}
}
