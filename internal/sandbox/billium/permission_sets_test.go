package billium_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/keyward/terraform-provider-keyward/internal/platform/billium"
	"github.com/keyward/terraform-provider-keyward/internal/sandbox/sandboxtest"
)

func TestPermissionSetLife(t *testing.T) {
	both(t, func(t *testing.T, s *sandboxtest.Sandbox) {
		owner := s.Credentials.Billium.APIKey
		body := fields{"name": "billing", "description": "for CI", "permissions": []string{"report:view", "invoice:view"}}
		created := s.CallBillium(t, owner, "POST", "/permission-sets", body, "Idempotency-Key", "k").Want(t, 201)
		if again := s.CallBillium(t, owner, "POST", "/permission-sets", body, "Idempotency-Key", "k").Want(t, 201); again.Body != created.Body {
			t.Errorf("repeated: %s", again.Body)
		}
		path := "/permission-sets/" + created.Text(t, "id")
		if got := permissions(t, created, "permissions"); !slices.Equal(got, []string{"invoice:view", "report:view"}) || created.Text(t, "description") != "for CI" {
			t.Errorf("created %s", created.Body)
		}
		if got := s.CallBillium(t, owner, "GET", path, nil).Want(t, 200); got.Body != created.Body {
			t.Errorf("read %s, created %s", got.Body, created.Body)
		}
		changed := s.CallBillium(t, owner, "PATCH", path, fields{"description": nil, "name": "b"}).Want(t, 200)
		if got := changed.Object(t); got["description"] != nil || got["name"] != "b" || len(permissions(t, changed, "permissions")) != 2 {
			t.Errorf("changed to %s", changed.Body)
		}
		s.CallBillium(t, owner, "PATCH", path, fields{"description": "new"}).Want(t, 200)
		other := set(t, s, "team:view")
		list := s.CallBillium(t, owner, "GET", "/permission-sets?limit=1", nil).Want(t, 200).Data(t)
		if len(list) != 1 || list[0]["id"] != other {
			t.Errorf("the list is %v", list)
		}
		if got := s.PermissionSets(t); len(got) != 2 || got[1].Name != "b" || *got[1].Description != "new" || !got[1].UpdatedAt.After(got[1].CreatedAt) {
			t.Errorf("the dashboard sees %+v", got)
		}
		if got := s.CallBillium(t, owner, "DELETE", path, nil).Want(t, 200); "/permission-sets/"+got.Text(t, "id") != path {
			t.Errorf("deleted %s", got.Body)
		}
		s.CallBillium(t, owner, "GET", path, nil).Want(t, 404)
	})
}

// TestASetChangesItsHolders changes a set and reads, with each of its holders,
// what that can do.
func TestASetChangesItsHolders(t *testing.T) {
	both(t, func(t *testing.T, s *sandboxtest.Sandbox) {
		owner := s.Credentials.Billium.APIKey
		id := set(t, s, "invoice:view", "invoice:create")
		created := s.CallBillium(t, owner, "POST", "/api-keys", fields{"name": "ci", "permissionSetId": id}).Want(t, 201)
		key, path := created.Text(t, "token"), "/api-keys/"+created.Text(t, "id")
		viewer := s.CallBillium(t, s.BilliumKeyAs(t, billium.Administrator), "POST", "/api-keys", fields{"name": "v", "permissionSetId": id}).Want(t, 201)
		member := ""
		for _, m := range s.TeamMembers(t) {
			if m.Role == billium.Administrator {
				member = m.ID
			}
		}
		s.SetRole(t, member, billium.Viewer)
		expect := func(when string, answer sandboxtest.Answer, field string, want ...string) {
			t.Helper()
			if got := permissions(t, answer, field); !slices.Equal(got, want) || answer.Text(t, "permissionSetId") != id {
				t.Errorf("%s: %s is %v, want %v", when, field, got, want)
			}
		}
		expect("created", created, "permissions", "invoice:view", "invoice:create")
		current := func(token string) sandboxtest.Answer {
			return s.CallBillium(t, token, "GET", "/api-keys/current", nil).Want(t, 200)
		}
		expect("within the role", current(viewer.Text(t, "token")), "effectivePermissions", "invoice:view")
		expect("within the role", current(viewer.Text(t, "token")), "permissions", "invoice:view")
		s.CallBillium(t, key, "POST", "/invoices", fields{"amount": "1", "currency": "USD"}).Want(t, 201)

		s.CallBillium(t, owner, "PATCH", "/permission-sets/"+id, fields{"permissions": []string{"invoice:view", "report:view"}}).Want(t, 200)
		wantError(t, s.CallBillium(t, key, "POST", "/invoices", fields{"amount": "1", "currency": "USD"}), 403, "Missing permission: invoice:create")
		expect("after the change", current(key), "effectivePermissions", "invoice:view", "report:view")
		expect("after the change", s.CallBillium(t, owner, "GET", path, nil), "permissions", "invoice:view", "report:view")
		expect("after the change", current(viewer.Text(t, "token")), "effectivePermissions", "invoice:view", "report:view")

		own := s.CallBillium(t, owner, "PATCH", path, fields{"permissions": []string{"team:view"}}).Want(t, 200)
		if got := own.Object(t); got["permissionSetId"] != nil || !slices.Equal(permissions(t, own, "permissions"), []string{"team:view"}) {
			t.Errorf("permissions of its own: %s", own.Body)
		}
		expect("the set again", s.CallBillium(t, owner, "PATCH", path, fields{"permissionSetId": id}).Want(t, 200), "permissions", "invoice:view", "report:view")
	})
}

// TestACallerWithASet grants what its set holds, and no more.
func TestACallerWithASet(t *testing.T) {
	s := sandboxtest.Start(t)
	owner := s.Credentials.Billium.APIKey
	id := set(t, s, "api_key:create", "invoice:view")
	caller := s.CallBillium(t, owner, "POST", "/api-keys", fields{"name": "ci", "permissionSetId": id}).Want(t, 201).Text(t, "token")
	child := s.CallBillium(t, caller, "POST", "/api-keys", fields{"name": "child"}).Want(t, 201)
	if got := permissions(t, child, "permissions"); !slices.Equal(got, []string{"invoice:view", "api_key:create"}) || child.Object(t)["permissionSetId"] != nil {
		t.Errorf("the child is %s", strings.ReplaceAll(child.Body, child.Text(t, "token"), "…"))
	}
	wantError(t, s.CallBillium(t, caller, "POST", "/api-keys", fields{"name": "x", "permissions": []string{"team:view"}}), 403,
		"Cannot grant permissions you do not hold: team:view")
	s.CallBillium(t, caller, "POST", "/api-keys", fields{"name": "x", "permissionSetId": id}).Want(t, 201)
}

// TestASetInUse names every holder, and is free once they are gone.
func TestASetInUse(t *testing.T) {
	sandboxtest.Databases(t, func(t *testing.T, database string) {
		now := time.Date(2026, time.March, 1, 12, 0, 0, 0, time.UTC)
		s := sandboxtest.Start(t, sandboxtest.WithDatabase(database), sandboxtest.WithClock(func() time.Time { return now }))
		owner := s.Credentials.Billium.APIKey
		id := set(t, s, "invoice:view")
		key := s.CallBillium(t, owner, "POST", "/api-keys", fields{"name": "ci", "permissionSetId": id}).Want(t, 201).Text(t, "id")
		member := join(t, s, "ann@example.com", fields{"role": "MEMBER", "permissionSetId": id})
		invited := s.CallBillium(t, owner, "POST", "/team/invitations", fields{"email": "bob@example.com", "role": "VIEWER", "permissionSetId": id}).Want(t, 201).Text(t, "id")
		uses := []string{
			"api key " + key + " (ci)",
			"team member " + strings.TrimPrefix(member, "/team/members/") + " (ann@example.com)",
			"invitation " + invited + " (bob@example.com)",
		}
		for i, free := range []func(){
			func() { s.RevokeKey(t, key) },
			func() { s.CallBillium(t, owner, "DELETE", member, nil).Want(t, 200) },
			func() { now = now.Add(7 * 24 * time.Hour) },
		} {
			wantError(t, s.CallBillium(t, owner, "DELETE", "/permission-sets/"+id, nil), 409, "Permission set is in use by "+strings.Join(uses[i:], ", "))
			free()
		}
		s.CallBillium(t, owner, "DELETE", "/permission-sets/"+id, nil).Want(t, 200)
		revoked := s.CallBillium(t, owner, "GET", "/api-keys/"+key, nil).Want(t, 200)
		if got := permissions(t, revoked, "permissions"); !slices.Equal(got, []string{"invoice:view"}) || revoked.Object(t)["permissionSetId"] != nil {
			t.Errorf("a revoked key without its set is %s", revoked.Body)
		}
		expired := s.Invitations(t)
		if len(expired) != 1 || expired[0].PermissionSetID != nil || len(expired[0].Permissions) != 1 {
			t.Errorf("an expired invitation without its set is %+v", expired)
		}
	})
}
