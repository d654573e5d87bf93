package corebill_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/keyward/terraform-provider-keyward/internal/platform/corebill"
	"github.com/keyward/terraform-provider-keyward/internal/sandbox/sandboxtest"
)

func TestRefusals(t *testing.T) {
	both(t, func(t *testing.T, s *sandboxtest.Sandbox) {
		admin, first, second := s.Credentials.Corebill.APIKey, s.Credentials.Corebill.CompanyID, s.SecondCompanyID
		read := s.CorebillKey(t, first, corebill.Read)
		write := s.CorebillKey(t, first, corebill.Write)
		companyAdmin := s.CorebillKey(t, first, corebill.Admin)
		orgWrite := s.CorebillKey(t, "", corebill.Write)
		key := map[string]any{"name": "a", "permission_level": "admin"}
		orgKey := map[string]any{"name": "a", "permission_level": "read", "company_id": nil}
		otherKey := map[string]any{"name": "a", "permission_level": "read", "company_id": second}
		company := map[string]any{"name": "a"}
		const needAdmin, needWrite = "Insufficient permissions. Admin access required.", "Insufficient permissions. Write access required."
		const needOrgAdmin = "Insufficient permissions. Organization admin access required."
		tests := []struct {
			name, token, method, path string
			body                      any
			status                    int
			message                   string
		}{
			{"no key", "", "GET", "/companies", nil, 401, "Missing Authorization header"},
			{"a malformed key", "sk_live_", "GET", "/companies", nil, 401, "Invalid API key"},
			{"no key before the contract", "", "GET", "/customers?x=1", nil, 401, "Missing Authorization header"},
			{"no key at an unknown path", "", "GET", "/nothing", nil, 401, "Missing Authorization header"},
			{"a POST with read", read, "POST", scoped(s, "/customers"), company, 403, needWrite},
			{"a PATCH with write", write, "PATCH", scoped(s, "/companies/"+first), company, 403, needAdmin},
			{"a DELETE with write", write, "DELETE", scoped(s, "/customers/cus_1"), nil, 403, needAdmin},
			{"403 before 400", read, "POST", "/customers", "{", 403, needWrite},
			{"403 before 404", read, "DELETE", "/nothing", nil, 403, needAdmin},
			{"no company_id", admin, "GET", "/customers", nil, 400, "Missing company_id query parameter"},
			{"an empty company_id", admin, "GET", "/customers?company_id=", nil, 400, "Missing company_id query parameter"},
			{"no company_id on a company", admin, "GET", "/companies/" + first, nil, 400, "Missing company_id query parameter"},
			{"no company_id on a new company", admin, "POST", "/companies", company, 400, "Missing company_id query parameter"},
			{"an unknown parameter", admin, "GET", "/companies?expand=all", nil, 400, "expand is not a known query parameter"},
			{"an unknown company", admin, "GET", "/customers?company_id=com_000000000000", nil, 404, "Company not found"},
			{"an odd company", admin, "GET", "/customers?company_id=a%00b", nil, 400, "company_id must be valid text"},
			{"another company's key", read, "GET", "/customers?company_id=" + second, nil, 404, "Company not found"},
			{"another company narrowed to", read, "GET", "/companies?company_id=" + second, nil, 404, "Company not found"},
			{"another company by id", read, "GET", scoped(s, "/companies/"+second), nil, 404, "Company not found"},
			{"an unknown customer", admin, "GET", scoped(s, "/customers/cus_000000000000"), nil, 404, "Customer not found"},
			{"an unknown key", admin, "DELETE", scoped(s, "/api_keys/key_000000000000"), nil, 404, "API key not found"},
			{"both cursors", admin, "GET", scoped(s, "/customers?starting_after=a&ending_before=b"), nil, 400, "starting_after cannot be combined with ending_before"},
			{"an unknown cursor", admin, "GET", scoped(s, "/customers?starting_after=cus_1"), nil, 400, "starting_after is not an id of this list"},
			{"the other unknown cursor", admin, "GET", scoped(s, "/api_keys?ending_before=x"), nil, 400, "ending_before is not an id of this list"},
			{"no such day", admin, "GET", scoped(s, "/api_logs?created_after=2026-02-30T00:00:00Z"), nil, 400, "created_after is not valid"},
			{"a level above one's own", write, "POST", scoped(s, "/api_keys"), key, 403, needAdmin},
			{"an organization key from a company's", companyAdmin, "POST", scoped(s, "/api_keys"), orgKey, 403, "Insufficient permissions. Organization access required."},
			{"a key of another company than asked", admin, "POST", scoped(s, "/api_keys"), otherKey, 400, "company_id must equal the company_id query parameter"},
			{"a company from a company's admin key", companyAdmin, "POST", scoped(s, "/companies"), company, 403, needOrgAdmin},
			{"a company from an organization's write key", orgWrite, "POST", scoped(s, "/companies"), company, 403, needOrgAdmin},
			{"a company deleted by its own admin key", companyAdmin, "DELETE", scoped(s, "/companies/"+first), nil, 403, needOrgAdmin},
			{"another company changed", companyAdmin, "PATCH", scoped(s, "/companies/"+second), company, 404, "Company not found"},
			{"not JSON", admin, "POST", scoped(s, "/customers"), "name=a", 400, "body must be JSON"},
			{"an unknown path", admin, "GET", "/nothing", nil, 404, "Not found"},
			{"an unknown method", admin, "PUT", scoped(s, "/customers"), company, 405, "Method not allowed"},
			{"a long body", admin, "POST", scoped(s, "/customers"), strings.Repeat(" ", 2<<20), 413, "body must be at most 1048576 bytes long"},
		}
		for _, test := range tests {
			t.Run(test.name, func(t *testing.T) {
				wantError(t, s.CallCorebill(t, test.token, test.method, test.path, test.body), test.status, test.message)
			})
		}
		if keys := len(s.CorebillKeys(t)); keys != 5 {
			t.Errorf("refused requests made %d keys", keys-5)
		}
	})
}

func TestAuthorizationHeader(t *testing.T) {
	s := sandboxtest.Start(t)
	token := s.Credentials.Corebill.APIKey
	for value, status := range map[string]int{
		"Bearer " + token: 200, "bearer " + token: 200, "BEARER  " + token: 200,
		"Basic " + token: 401, token: 401, "Bearer": 401, "Bearer " + token + " ": 200, "Bearer " + token + "x": 401,
		"Bearer " + token[:len(token)-1]: 401, "Bearer " + token + ", Bearer " + token: 401,
	} {
		if got := s.CallCorebill(t, "", "GET", "/companies", nil, "Authorization", value).Status; got != status {
			t.Errorf("%q…: got %d, want %d", value[:min(len(value), 9)], got, status)
		}
	}
	wantError(t, s.CallCorebill(t, "", "GET", "/companies", nil, "Authorization", ""), 401, "Missing Authorization header")
	wantError(t, s.CallCorebill(t, "", "GET", "/companies", nil, "x-api-key", token), 401, "Missing Authorization header")
	wantError(t, s.CallCorebill(t, s.Credentials.Billium.APIKey, "GET", "/companies", nil), 401, "Invalid API key")
	refused := s.CallCorebill(t, token, "PUT", scoped(s, "/customers"), nil)
	if got := refused.Header.Get("Allow"); got != "GET, HEAD, POST" {
		t.Errorf("Allow is %q", got)
	}
	wantError(t, s.CallCorebill(t, token, "POST", scoped(s, "/customers"), "a", "Content-Type", "text/plain"), 415, "Content-Type must be application/json")
	if head := s.CallCorebill(t, token, "HEAD", "/companies", nil).Want(t, 200); head.Body != "" || head.Header.Get("Content-Length") == "" {
		t.Errorf("HEAD answers %q", head.Body)
	}
}

// Of two keys no one can tell which one is meant.
func TestTwoAuthorizationHeaders(t *testing.T) {
	t.Parallel()
	s := sandboxtest.Start(t)
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, s.Credentials.Corebill.BaseURL+"/v1/companies", nil)
	if err != nil {
		t.Fatal(err)
	}
	for range 2 {
		request.Header.Add("Authorization", "Bearer "+s.Credentials.Corebill.APIKey)
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	if response.StatusCode != http.StatusUnauthorized {
		t.Errorf("two headers answer %s", response.Status)
	}
}
