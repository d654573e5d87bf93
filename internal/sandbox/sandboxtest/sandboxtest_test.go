package sandboxtest_test

import (
	"net/http"
	"testing"

	"github.com/keyward/terraform-provider-keyward/internal/platform/corebill"
	"github.com/keyward/terraform-provider-keyward/internal/sandbox/sandboxtest"
)

func get(t *testing.T, url, header, value string) int {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set(header, value)
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	if err := response.Body.Close(); err != nil {
		t.Fatal(err)
	}
	return response.StatusCode
}

func TestStart(t *testing.T) {
	sandboxtest.Databases(t, func(t *testing.T, database string) {
		s := sandboxtest.Start(t, sandboxtest.WithDatabase(database))
		companies := s.Credentials.Corebill.BaseURL + "/v1/companies"
		bearer := "Bearer " + s.Credentials.Corebill.APIKey
		if got := get(t, companies, "Authorization", bearer); got != http.StatusOK {
			t.Fatalf("GET /companies: %d", got)
		}
		merchant := s.Credentials.Billium.BaseURL + "/v1/merchants/merchant/" + s.Credentials.Billium.MerchantID
		if got := get(t, merchant, "x-api-key", s.Credentials.Billium.APIKey); got != http.StatusOK {
			t.Fatalf("GET the merchant: %d", got)
		}
		s.Restart(t)
		s.Intercept(func(http.Handler) http.Handler { return http.NotFoundHandler() })
		if got := get(t, companies, "Authorization", bearer); got != http.StatusNotFound {
			t.Fatalf("an intercepted GET /companies: %d", got)
		}
		want := []sandboxtest.Request{
			{Method: "GET", Path: "/corebill/v1/companies", Status: 200},
			{Method: "GET", Path: "/billium/v1/merchants/merchant/" + s.Credentials.Billium.MerchantID, Status: 200},
			{Method: "GET", Path: "/corebill/v1/companies", Status: 404},
		}
		got := s.Requests()
		if len(got) != len(want) {
			t.Fatalf("%d requests, want %d", len(got), len(want))
		}
		for i := range want {
			if got[i] != want[i] {
				t.Errorf("request %d: %+v, want %+v", i, got[i], want[i])
			}
		}
		if key := s.CorebillKeys(t)[0]; key.LastUsedAt == nil {
			t.Errorf("the key was never used: %+v", key)
		}
	})
}

func TestSave(t *testing.T) {
	t.Parallel()
	first := sandboxtest.Start(t)
	key := first.CorebillKey(t, "", corebill.Read)
	saved := t.TempDir()
	first.Save(t, saved)
	later := first.CorebillKey(t, "", corebill.Read)
	second := sandboxtest.Start(t, sandboxtest.From(saved))
	for _, tt := range []struct {
		of    *sandboxtest.Sandbox
		token string
		want  int
	}{{first, key, 200}, {first, later, 200}, {second, key, 200}, {second, later, 401}, {second, first.Credentials.Corebill.APIKey, 200}} {
		if got := get(t, tt.of.Credentials.Corebill.BaseURL+"/v1/customers?company_id="+first.Credentials.Corebill.CompanyID, "Authorization", "Bearer "+tt.token); got != tt.want {
			t.Errorf("%s: %d, want %d", tt.of.URL, got, tt.want)
		}
	}
	if first.URL == second.URL {
		t.Error("both listen at one address")
	}
}
