package corebill_test

import (
	"strings"
	"testing"

	"github.com/keyward/terraform-provider-keyward/internal/platform/corebill"
	"github.com/keyward/terraform-provider-keyward/internal/sandbox/sandboxtest"
)

// both runs a test on a fresh sandbox of each database.
func both(t *testing.T, test func(t *testing.T, s *sandboxtest.Sandbox)) {
	t.Helper()
	sandboxtest.Databases(t, func(t *testing.T, database string) {
		test(t, sandboxtest.Start(t, sandboxtest.WithDatabase(database)))
	})
}

// scoped is a path with the first company's company_id.
func scoped(s *sandboxtest.Sandbox, path string) string {
	joint := "?"
	if strings.Contains(path, "?") {
		joint = "&"
	}
	return path + joint + "company_id=" + s.Credentials.Corebill.CompanyID
}

func wantError(t *testing.T, answer sandboxtest.Answer, status int, message string) {
	t.Helper()
	answer.Want(t, status)
	if got := answer.Text(t, "error"); got != message {
		t.Errorf("got %q, want %q", got, message)
	}
}

func TestCompanies(t *testing.T) {
	both(t, func(t *testing.T, s *sandboxtest.Sandbox) {
		admin := s.Credentials.Corebill.APIKey
		created := s.CallCorebill(t, admin, "POST", scoped(s, "/companies"), map[string]any{"name": "Ängström & Söhne 2"}).Want(t, 201)
		id := created.Text(t, "id")
		for field, want := range map[string]any{"slug": "ngstr-m-s-hne-2", "currency": "USD", "invoice_prefix": "INV", "quote_prefix": "QUO", "logo_url": nil} {
			if got := created.Object(t)[field]; got != want {
				t.Errorf("%s is %v, want %v", field, got, want)
			}
		}
		path := scoped(s, "/companies/"+id)
		s.CallCorebill(t, admin, "PATCH", path, map[string]any{"currency": "EUR", "logo_url": "https://example.com/a.png"}).Want(t, 200)
		changed := s.CallCorebill(t, admin, "PATCH", path, map[string]any{"slug": "b"}).Want(t, 200)
		if changed.Text(t, "currency") != "EUR" || changed.Text(t, "logo_url") != "https://example.com/a.png" || changed.Text(t, "slug") != "b" {
			t.Errorf("changed to %s", changed.Body)
		}
		if got := s.CallCorebill(t, admin, "PATCH", path, map[string]any{"logo_url": nil}).Object(t)["logo_url"]; got != nil {
			t.Errorf("the removed logo is %v", got)
		}
		itsKey := s.CorebillKey(t, id, corebill.Admin)
		s.CallCorebill(t, itsKey, "GET", "/companies", nil).Want(t, 200)
		s.CallCorebill(t, admin, "DELETE", path, nil).Want(t, 200)
		wantError(t, s.CallCorebill(t, admin, "DELETE", path, nil), 404, "Company not found")
		wantError(t, s.CallCorebill(t, itsKey, "GET", "/companies", nil), 401, "Invalid API key")

		s.CallCorebill(t, admin, "DELETE", scoped(s, "/companies/"+s.SecondCompanyID), nil).Want(t, 200)
		last := scoped(s, "/companies/"+s.Credentials.Corebill.CompanyID)
		wantError(t, s.CallCorebill(t, admin, "DELETE", last, nil), 400, "The last company of an organization cannot be deleted")
	})
}
