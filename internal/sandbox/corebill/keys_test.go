package corebill_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/keyward/terraform-provider-keyward/internal/sandbox/sandboxtest"
)

func TestKeyLife(t *testing.T) {
	both(t, func(t *testing.T, s *sandboxtest.Sandbox) {
		admin, company := s.Credentials.Corebill.APIKey, s.Credentials.Corebill.CompanyID
		created := s.CallCorebill(t, admin, "POST", scoped(s, "/api_keys"), map[string]any{"name": "ci", "permission_level": "write"}).Want(t, 201)
		token, id := created.Text(t, "token"), created.Text(t, "id")
		if got := created.Text(t, "key_prefix"); got != token[:10] || created.Text(t, "company_id") != company {
			t.Errorf("created %s", strings.ReplaceAll(created.Body, token, "…"))
		}
		path := scoped(s, "/api_keys/"+id)
		if got := s.CallCorebill(t, admin, "GET", path, nil).Want(t, 200).Object(t); got["last_used_at"] != nil || got["token"] != nil {
			t.Errorf("a key that was not used yet: %v", got)
		}
		s.CallCorebill(t, token, "POST", scoped(s, "/customers"), map[string]any{"name": "a"}).Want(t, 201)
		used := s.CallCorebill(t, admin, "GET", path, nil).Text(t, "last_used_at")
		s.CallCorebill(t, token, "DELETE", scoped(s, "/customers/x"), nil).Want(t, 403)
		if got := s.CallCorebill(t, admin, "GET", path, nil).Text(t, "last_used_at"); got != used {
			t.Error("a refused request counts as use")
		}

		s.CallCorebill(t, admin, "PATCH", path, map[string]any{"name": "ci 2", "disabled": true}).Want(t, 200)
		wantError(t, s.CallCorebill(t, token, "GET", "/companies", nil), 401, "API key is disabled")
		s.CallCorebill(t, admin, "PATCH", path, map[string]any{"disabled": false}).Want(t, 200)
		s.CallCorebill(t, token, "GET", "/companies", nil).Want(t, 200)

		revoked := s.CallCorebill(t, admin, "DELETE", path, nil).Want(t, 200)
		wantError(t, s.CallCorebill(t, token, "GET", "/companies", nil), 401, "Invalid API key")
		again := s.CallCorebill(t, admin, "DELETE", path, nil).Want(t, 200)
		if again.Text(t, "revoked_at") != revoked.Text(t, "revoked_at") || again.Text(t, "name") != "ci 2" {
			t.Errorf("revoked again: %s", again.Body)
		}
		wantError(t, s.CallCorebill(t, admin, "PATCH", path, map[string]any{"name": "x"}), 400, "API key is revoked")
		listed := func(query string) bool {
			return slices.ContainsFunc(s.CallCorebill(t, admin, "GET", scoped(s, "/api_keys"+query), nil).Data(t), func(k map[string]any) bool { return k["id"] == id })
		}
		if listed("") || !listed("?include_revoked=true") {
			t.Error("the list does not tell revoked keys apart")
		}
	})
}

func TestRevokedKeyIsForgottenAfter90Days(t *testing.T) {
	now := time.Date(2026, 1, 15, 10, 0, 0, 0, time.UTC)
	var mu sync.Mutex
	s := sandboxtest.Start(t, sandboxtest.WithClock(func() time.Time {
		mu.Lock()
		defer mu.Unlock()
		now = now.Add(time.Millisecond)
		return now
	}))
	admin := s.Credentials.Corebill.APIKey
	id := s.CallCorebill(t, admin, "POST", scoped(s, "/api_keys"), map[string]any{"name": "a", "permission_level": "read"}).Text(t, "id")
	s.CallCorebill(t, admin, "DELETE", scoped(s, "/api_keys/"+id), nil).Want(t, 200)
	pass := func(d time.Duration) {
		mu.Lock()
		defer mu.Unlock()
		now = now.Add(d)
	}
	pass(90*24*time.Hour - time.Second)
	s.CallCorebill(t, admin, "GET", scoped(s, "/api_keys/"+id), nil).Want(t, 200)
	pass(time.Second)
	wantError(t, s.CallCorebill(t, admin, "GET", scoped(s, "/api_keys/"+id), nil), 404, "API key not found")
	wantError(t, s.CallCorebill(t, admin, "DELETE", scoped(s, "/api_keys/"+id), nil), 404, "API key not found")
}

func TestOrganizationAndCompanyKeys(t *testing.T) {
	both(t, func(t *testing.T, s *sandboxtest.Sandbox) {
		admin, first := s.Credentials.Corebill.APIKey, s.Credentials.Corebill.CompanyID
		org := s.CallCorebill(t, admin, "POST", scoped(s, "/api_keys"), map[string]any{"name": "org", "permission_level": "admin", "company_id": nil}).Want(t, 201)
		if org.Object(t)["company_id"] != nil {
			t.Errorf("an organization key has a company")
		}
		own := s.CallCorebill(t, admin, "POST", scoped(s, "/api_keys"), map[string]any{"name": "own", "permission_level": "admin", "company_id": first}).Want(t, 201)
		companyAdmin := own.Text(t, "token")
		names := func(token string) string {
			var names []string
			for _, k := range s.CallCorebill(t, token, "GET", scoped(s, "/api_keys"), nil).Want(t, 200).Data(t) {
				names = append(names, fmt.Sprint(k["name"]))
			}
			return strings.Join(names, ", ")
		}
		if got := names(admin); got != "own, org, Sandbox bootstrap" {
			t.Errorf("the organization sees %s", got)
		}
		if got := names(companyAdmin); got != "own" {
			t.Errorf("the company sees %s", got)
		}
		for _, method := range []string{"GET", "DELETE"} {
			wantError(t, s.CallCorebill(t, companyAdmin, method, scoped(s, "/api_keys/"+org.Text(t, "id")), nil), 404, "API key not found")
		}
		elsewhere := "?company_id=" + s.SecondCompanyID
		wantError(t, s.CallCorebill(t, admin, "GET", "/api_keys/"+own.Text(t, "id")+elsewhere, nil), 404, "API key not found")
		s.CallCorebill(t, admin, "GET", "/api_keys/"+org.Text(t, "id")+elsewhere, nil).Want(t, 200)

		if got := s.CallCorebill(t, companyAdmin, "GET", "/companies", nil).Data(t); len(got) != 1 || got[0]["id"] != first {
			t.Errorf("a company key reaches %v", got)
		}
		if got := s.CallCorebill(t, admin, "GET", "/companies", nil).Data(t); len(got) != 2 {
			t.Errorf("an organization key reaches %v", got)
		}
		if got := s.CallCorebill(t, admin, "GET", "/companies"+elsewhere, nil).Data(t); len(got) != 1 || got[0]["id"] != s.SecondCompanyID {
			t.Errorf("narrowed it reaches %v", got)
		}
	})
}

func TestParallelCreates(t *testing.T) {
	both(t, func(t *testing.T, s *sandboxtest.Sandbox) {
		tokens := make([]string, 32)
		var group sync.WaitGroup
		for i := range tokens {
			group.Go(func() {
				answer := s.CallCorebill(t, s.Credentials.Corebill.APIKey, http.MethodPost, scoped(s, "/api_keys"), map[string]any{"name": fmt.Sprint(i), "permission_level": "read"})
				if answer.Status != http.StatusCreated {
					t.Errorf("key %d: %s", i, answer.Body)
					return
				}
				tokens[i] = answer.Text(t, "token")
			})
		}
		group.Wait()
		for i, token := range tokens {
			if got := s.CallCorebill(t, token, "GET", "/companies", nil).Status; got != 200 {
				t.Errorf("key %d is answered with %d", i, got)
			}
		}
	})
}
