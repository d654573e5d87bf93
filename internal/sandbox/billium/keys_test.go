package billium_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/keyward/terraform-provider-keyward/internal/platform/billium"
	"github.com/keyward/terraform-provider-keyward/internal/sandbox/sandboxtest"
)

func permissions(t *testing.T, answer sandboxtest.Answer, field string) []string {
	t.Helper()
	list, ok := answer.Object(t)[field].([]any)
	if !ok {
		t.Fatalf("%s is no list in %s", field, answer.Body)
	}
	names := make([]string, len(list))
	for i, name := range list {
		names[i] = fmt.Sprint(name)
	}
	return names
}

// keyID returns the id of the key that the token belongs to.
func keyID(t *testing.T, s *sandboxtest.Sandbox, token string) string {
	t.Helper()
	return s.CallBillium(t, token, "GET", "/api-keys/current", nil).Want(t, 200).Text(t, "id")
}

func TestKeyLife(t *testing.T) {
	both(t, func(t *testing.T, s *sandboxtest.Sandbox) {
		owner := s.Credentials.Billium.APIKey
		created := s.CallBillium(t, owner, "POST", "/api-keys", fields{"name": "ci", "permissions": []string{"invoice:create", "invoice:view"}}).Want(t, 201)
		token, path := created.Text(t, "token"), "/api-keys/"+created.Text(t, "id")
		if got := permissions(t, created, "permissions"); !slices.Equal(got, []string{"invoice:view", "invoice:create"}) || created.Text(t, "keyPrefix") != token[:16] {
			t.Errorf("created %s", strings.ReplaceAll(created.Body, token, "…"))
		}
		if created.Text(t, "createdBy") != keyID(t, s, owner) {
			t.Errorf("created by %s", created.Text(t, "createdBy"))
		}
		if got := s.CallBillium(t, owner, "GET", path, nil).Want(t, 200).Object(t); got["lastUsedAt"] != nil || got["token"] != nil {
			t.Errorf("a key that was not used yet: %v", got)
		}
		s.CallBillium(t, token, "POST", "/invoices", fields{"amount": "10", "currency": "USD"}).Want(t, 201)
		s.CallBillium(t, owner, "GET", path, nil).Text(t, "lastUsedAt")
		wantError(t, s.CallBillium(t, token, "GET", "/api-keys", nil), 403, "Missing permission: api_key:view")

		changed := s.CallBillium(t, owner, "PATCH", path, fields{"name": "ci 2", "permissions": []string{"api_key:view"}}).Want(t, 200)
		if got := permissions(t, changed, "permissions"); !slices.Equal(got, []string{"api_key:view"}) || changed.Text(t, "name") != "ci 2" {
			t.Errorf("changed to %s", changed.Body)
		}
		s.CallBillium(t, token, "GET", "/api-keys", nil).Want(t, 200)
		wantError(t, s.CallBillium(t, token, "GET", "/invoices", nil), 403, "Missing permission: invoice:view")

		s.CallBillium(t, owner, "PATCH", path, fields{"isActive": false}).Want(t, 200)
		wantError(t, s.CallBillium(t, token, "GET", "/api-keys", nil), 401, "API key is inactive")
		s.CallBillium(t, owner, "PATCH", path, fields{"isActive": true}).Want(t, 200)
		s.CallBillium(t, token, "GET", "/api-keys", nil).Want(t, 200)

		revoked := s.CallBillium(t, owner, "DELETE", path, nil).Want(t, 200)
		wantError(t, s.CallBillium(t, token, "GET", "/api-keys/current", nil), 401, "Invalid API key")
		if again := s.CallBillium(t, owner, "DELETE", path, nil).Want(t, 200); again.Text(t, "revokedAt") != revoked.Text(t, "revokedAt") {
			t.Errorf("revoked again: %s", again.Body)
		}
		wantError(t, s.CallBillium(t, owner, "PATCH", path, fields{"name": "x"}), 409, "API key is revoked")
		for query, want := range map[string]float64{"": 1, "?includeRevoked=true": 2} {
			pagination, _ := s.CallBillium(t, owner, "GET", "/api-keys"+query, nil).Want(t, 200).Object(t)["pagination"].(map[string]any)
			if pagination["total"] != want || pagination["lastPage"] != 1.0 || pagination["limit"] != 20.0 {
				t.Errorf("%q: pagination %v", query, pagination)
			}
		}
	})
}

func TestInheritance(t *testing.T) {
	both(t, func(t *testing.T, s *sandboxtest.Sandbox) {
		admin := s.BilliumKeyAs(t, billium.Administrator)
		child := s.CallBillium(t, admin, "POST", "/api-keys", fields{"name": "child"}).Want(t, 201).Text(t, "token")
		effective := func(token string) int {
			return len(permissions(t, s.CallBillium(t, token, "GET", "/api-keys/current", nil), "effectivePermissions"))
		}
		narrow := s.CallBillium(t, admin, "POST", "/api-keys", fields{"name": "narrow", "permissions": []string{"api_key:create", "report:view"}}).Want(t, 201).Text(t, "token")
		grandchild := s.CallBillium(t, narrow, "POST", "/api-keys", fields{"name": "grandchild"}).Want(t, 201).Text(t, "token")
		public := s.CallBillium(t, admin, "POST", "/api-keys", fields{"name": "public", "type": "PUBLIC"}).Want(t, 201).Text(t, "token")
		for name, test := range map[string]struct {
			token string
			want  int
		}{"an ADMIN's": {child, 32}, "a narrow one": {narrow, 2}, "a narrow one's": {grandchild, 2}, "a public one": {public, 3}} {
			if got := effective(test.token); got != test.want {
				t.Errorf("%s key holds %d permissions, want %d", name, got, test.want)
			}
		}
		current := s.CallBillium(t, child, "GET", "/api-keys/current", nil)
		member := ""
		for _, k := range s.BilliumKeys(t) {
			if k.ID == current.Text(t, "id") {
				member = k.MemberID
			}
		}
		s.SetRole(t, member, billium.Viewer)
		current = s.CallBillium(t, child, "GET", "/api-keys/current", nil)
		if got := len(permissions(t, current, "permissions")); got != 10 || current.Text(t, "role") != "VIEWER" {
			t.Errorf("after the role changed the key inherits %d", got)
		}
		wantError(t, s.CallBillium(t, narrow, "POST", "/api-keys", fields{"name": "x"}), 403, "Missing permission: api_key:create")
		wantError(t, s.CallBillium(t, public, "POST", "/invoices", fields{"amount": "1", "currency": "USD"}), 403, "Missing permission: invoice:create")
		if got := effective(narrow); got != 1 {
			t.Errorf("a narrow key of a viewer can do %d things", got)
		}
		s.SetRole(t, member, billium.Owner)
		if got := effective(child); got != 34 {
			t.Errorf("an OWNER's key inherits %d", got)
		}
	})
}

func TestAKeyMayLoseWhatTheCallerLacks(t *testing.T) {
	s := sandboxtest.Start(t)
	owner := s.Credentials.Billium.APIKey
	strong := s.CallBillium(t, owner, "POST", "/api-keys", fields{"name": "strong", "permissions": []string{"team:view", "report:view"}}).Want(t, 201)
	editor := s.BilliumKeyAs(t, billium.Owner, "api_key:edit")
	changed := s.CallBillium(t, editor, "PATCH", "/api-keys/"+strong.Text(t, "id"), fields{"permissions": []string{"report:view"}}).Want(t, 200)
	if got := permissions(t, changed, "permissions"); !slices.Equal(got, []string{"report:view"}) {
		t.Errorf("the key holds %v", got)
	}
}

func TestParallelCreates(t *testing.T) {
	both(t, func(t *testing.T, s *sandboxtest.Sandbox) {
		tokens := make([]string, 32)
		var group sync.WaitGroup
		for i := range tokens {
			group.Go(func() {
				answer := s.CallBillium(t, s.Credentials.Billium.APIKey, "POST", "/api-keys", fields{"name": fmt.Sprint(i)}, "Idempotency-Key", fmt.Sprint("k", i))
				if answer.Status != http.StatusCreated {
					t.Errorf("key %d: %s", i, answer.Body)
					return
				}
				tokens[i] = answer.Text(t, "token")
			})
		}
		group.Wait()
		for i, token := range tokens {
			if got := s.CallBillium(t, token, "GET", "/api-keys/current", nil).Status; got != 200 {
				t.Errorf("key %d is answered with %d", i, got)
			}
		}
	})
}
