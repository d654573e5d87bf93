package corebill_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/keyward/terraform-provider-keyward/internal/client"
	"github.com/keyward/terraform-provider-keyward/internal/client/corebill"
)

func TestCompaniesReadsEveryPage(t *testing.T) {
	t.Parallel()
	s := serve(t, map[string]string{
		"GET /v1/companies?limit=100":                          list(`{"id":"com_1","name":"One",`+created+`},{"id":"com_2"}`, "com_2"),
		"GET /v1/companies?limit=100&starting_after=com_2":     list(`{"id":"com_3"}`, "com_3"),
		"GET /v1/companies?limit=100&starting_after=com_3":     list(``, ""),
		"GET /v1/companies/com_1?company_id=com_1":             `200 {"id":"com_1","name":"One","logo_url":null}`,
		"GET /v1/companies/com_other?company_id=com_other":     `404 {"error":"Company not found"}`,
		"GET /v1/companies/com_strange?company_id=com_strange": `200 {}`,
	})
	companies, err := s.Companies(t.Context())
	if err != nil || len(companies) != 3 || companies[0].Name != "One" || companies[2].ID != "com_3" {
		t.Errorf("got %+v, %v", companies, err)
	}
	if one, err := s.GetCompany(t.Context(), "com_1"); err != nil || one.Name != "One" || one.LogoURL != nil {
		t.Errorf("got %+v, %v", one, err)
	}
	if _, err := s.GetCompany(t.Context(), "com_other"); !errors.Is(err, client.ErrNotFound) {
		t.Errorf("got %v", err)
	}
	if _, err := s.GetCompany(t.Context(), "com_strange"); !errors.Is(err, client.ErrInvalidResponse) {
		t.Errorf("an answer about nothing: got %v", err)
	}
}

func TestListsThatAreNone(t *testing.T) {
	t.Parallel()
	for name, body := range map[string]string{
		"another object":     `200 {}`,
		"no data":            `200 {"object":"list","data":null,"has_more":false}`,
		"no cursor":          `200 {"object":"list","data":[],"has_more":true,"next_cursor":null}`,
		"an empty cursor":    `200 {"object":"list","data":[],"has_more":true,"next_cursor":""}`,
		"a list of the page": `200 []`,
	} {
		s := serve(t, map[string]string{"GET /v1/companies?limit=100": body})
		if companies, err := s.Companies(t.Context()); !errors.Is(err, client.ErrInvalidResponse) || companies != nil {
			t.Errorf("%s: got %v, %v", name, companies, err)
		}
	}
	s := serve(t, map[string]string{
		"GET /v1/companies?limit=100":                      list(`{"id":"com_1"}`, "com_1"),
		"GET /v1/companies?limit=100&starting_after=com_1": list(`{"id":"com_1"}`, "com_1"),
	})
	if _, err := s.Companies(t.Context()); !errors.Is(err, client.ErrInvalidResponse) {
		t.Errorf("a cursor that leads back: got %v", err)
	}
}

// Cursors that go in circles end, and so do pages that have nothing new.
func TestListsWithoutEnd(t *testing.T) {
	t.Parallel()
	circle := serve(t, map[string]string{
		"GET /v1/companies?limit=100":                      list(`{"id":"com_1"}`, "com_1"),
		"GET /v1/companies?limit=100&starting_after=com_1": list(`{"id":"com_2"}`, "com_2"),
		"GET /v1/companies?limit=100&starting_after=com_2": list(`{"id":"com_1"}`, "com_1"),
	})
	if _, err := circle.Companies(t.Context()); !errors.Is(err, client.ErrInvalidResponse) || len(circle.order) > 3 {
		t.Errorf("a circle: got %v after %d requests", err, len(circle.order))
	}
	same := map[string]string{"GET /v1/companies?limit=100": list(`{"id":"com_1"}`, "c0")}
	for i := range 1000 {
		same[fmt.Sprintf("GET /v1/companies?limit=100&starting_after=c%d", i)] = list(`{"id":"com_1"}`, fmt.Sprintf("c%d", i+1))
	}
	endless := serve(t, same)
	if _, err := endless.Companies(t.Context()); !errors.Is(err, client.ErrInvalidResponse) || len(endless.order) > 50 {
		t.Errorf("nothing new: got %v after %d requests", err, len(endless.order))
	}
}

func TestAPIKeysArePaged(t *testing.T) {
	t.Parallel()
	s := serve(t, map[string]string{
		"GET /v1/api_keys?company_id=c&include_revoked=true&limit=100":                      list(`{"id":"key_1"},{"id":"key_2"}`, "key_2"),
		"GET /v1/api_keys?company_id=c&include_revoked=true&limit=100&starting_after=key_2": list(`{"id":"key_3"}`, ""),
		"GET /v1/api_keys?company_id=c&limit=100":                                           list(`{"id":"key_1"}`, "key_1"),
	})
	var ids []string
	for key, err := range s.APIKeys(t.Context(), "c", corebill.KeyFilter{IncludeRevoked: true}) {
		if err != nil {
			t.Fatal(err)
		}
		ids = append(ids, key.ID)
	}
	if !slices.Equal(ids, []string{"key_1", "key_2", "key_3"}) || len(s.order) != 2 {
		t.Errorf("got %v from %v", ids, s.order)
	}
	for _, err := range s.APIKeys(t.Context(), "c", corebill.KeyFilter{}) {
		if err != nil {
			t.Fatal(err)
		}
		break
	}
	if len(s.order) != 3 {
		t.Errorf("a page no one asked for: %v", s.order)
	}
	failures := 0
	for _, err := range s.APIKeys(t.Context(), "c", corebill.KeyFilter{}) {
		if err != nil {
			failures++
		}
	}
	if failures != 1 {
		t.Errorf("a failed page yields %d errors", failures)
	}
}

func TestAPILogsAreFiltered(t *testing.T) {
	t.Parallel()
	s := serve(t, map[string]string{
		"GET /v1/api_logs?api_key_id=key_1&company_id=c&created_after=2026-01-01T00%3A00%3A00Z&created_before=2026-01-02T00%3A00%3A00.5Z&limit=1&status=401": list(`{"id":"log_1","status":401,"ip":"192.0.2.1"}`, ""),
		"GET /v1/api_logs?company_id=c&limit=100": list(``, ""),
	})
	after := time.Date(2026, 1, 1, 1, 0, 0, 0, time.FixedZone("", 3600))
	filter := corebill.LogFilter{
		APIKeyID: "key_1", Status: 401, CreatedAfter: after, PageSize: 1,
		CreatedBefore: time.Date(2026, 1, 2, 0, 0, 0, 5e8, time.UTC),
	}
	for row, err := range s.APILogs(t.Context(), "c", filter) {
		if err != nil || row.IP != "192.0.2.1" {
			t.Errorf("got %+v, %v", row, err)
		}
	}
	for row, err := range s.APILogs(t.Context(), "c", corebill.LogFilter{}) {
		t.Errorf("got %+v, %v", row, err)
	}
}

func TestVerifyAndCredentials(t *testing.T) {
	t.Parallel()
	s := serve(t, map[string]string{"GET /v1/companies?limit=1": list(`{"id":"com_1"}`, "com_1")})
	if err := s.Verify(t.Context()); err != nil {
		t.Error(err)
	}
	other, err := s.WithCredential(client.NewSecret(newToken(t)))
	if err != nil {
		t.Fatal(err)
	}
	if err := other.Verify(t.Context()); !errors.Is(err, client.ErrUnauthorized) || !strings.Contains(err.Error(), "Invalid API key") {
		t.Errorf("got %v", err)
	}
	if _, err := s.WithCredential(client.Secret{}); err == nil {
		t.Error("an empty key was taken")
	}
	if _, err := corebill.New(corebill.Options{}); err == nil || !strings.Contains(err.Error(), "Corebill API key is empty") {
		t.Errorf("got %v", err)
	}
	standard, err := corebill.New(corebill.Options{APIKey: client.NewSecret(s.token)})
	if err != nil || standard.BaseURL() != "https://api.corebill.io" {
		t.Errorf("got %v, %v", standard, err)
	}
	if shown := fmt.Sprintf("%v %+v %#v %v", s.Client, *s.Client, s.Client, *s.Client); strings.Contains(shown, s.token) {
		t.Error("a client shows its key")
	}
}
