package billium_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/keyward/terraform-provider-keyward/internal/platform/billium"
	"github.com/keyward/terraform-provider-keyward/internal/sandbox/sandboxtest"
)

func TestTeamMemberLife(t *testing.T) {
	both(t, func(t *testing.T, s *sandboxtest.Sandbox) {
		owner := s.Credentials.Billium.APIKey
		path := join(t, s, "Ann@Example.com", fields{"role": "MEMBER"})
		list := s.CallBillium(t, owner, "GET", "/team/members", nil).Want(t, 200).Data(t)
		if len(list) != 2 || list[0]["email"] != "Ann@Example.com" || list[0]["role"] != "MEMBER" || list[1]["role"] != "OWNER" {
			t.Fatalf("the team is %v", list)
		}
		id := set(t, s, "invoice:view", "team:view")
		for _, step := range []struct {
			name  string
			body  fields
			role  string
			holds []string // nil: all that the role allows
			set   any
		}{
			{"permissions", fields{"permissions": []string{"report:view", "invoice:view"}}, "MEMBER", []string{"invoice:view", "report:view"}, nil},
			{"a set", fields{"permissionSetId": id}, "MEMBER", []string{"invoice:view", "team:view"}, id},
			{"null", fields{"permissions": nil}, "MEMBER", nil, nil},
			{"a role with a set", fields{"role": "VIEWER", "permissionSetId": id}, "VIEWER", []string{"invoice:view", "team:view"}, id},
			{"a role alone", fields{"role": "ADMIN"}, "ADMIN", nil, nil},
			{"a role with permissions", fields{"role": "VIEWER", "permissions": []string{"team:view"}}, "VIEWER", []string{"team:view"}, nil},
		} {
			if step.holds == nil {
				step.holds = billium.Names(billium.Role(step.role).Permissions())
			}
			got := s.CallBillium(t, owner, "PATCH", path, step.body).Want(t, 200)
			if object := got.Object(t); object["role"] != step.role || object["permissionSetId"] != step.set || !slices.Equal(permissions(t, got, "permissions"), step.holds) {
				t.Errorf("%s: %s", step.name, got.Body)
			}
		}
		if got := s.CallBillium(t, owner, "DELETE", path, nil).Want(t, 200); got.Object(t)["deleted"] != true {
			t.Errorf("removed: %s", got.Body)
		}
		wantError(t, s.CallBillium(t, owner, "DELETE", path, nil), 404, "Team member not found")
		if got := s.TeamMembers(t); len(got) != 1 || got[0].Role != billium.Owner {
			t.Errorf("the team is %+v", got)
		}
		join(t, s, "ann@example.com", fields{"role": "VIEWER"})
	})
}

// TestAMembersKeys lets the keys of a member follow the member.
func TestAMembersKeys(t *testing.T) {
	both(t, func(t *testing.T, s *sandboxtest.Sandbox) {
		owner := s.Credentials.Billium.APIKey
		inherits := s.BilliumKeyAs(t, billium.Administrator)
		narrow := s.BilliumKeyAs(t, billium.Administrator, "invoice:view", "report:view")
		id := s.TeamMembers(t)[0].ID
		path := "/team/members/" + id
		expect := func(when, token string, want ...string) {
			t.Helper()
			got := permissions(t, s.CallBillium(t, token, "GET", "/api-keys/current", nil).Want(t, 200), "effectivePermissions")
			if !slices.Equal(got, want) {
				t.Errorf("%s: %v, want %v", when, got, want)
			}
		}
		s.CallBillium(t, owner, "PATCH", path, fields{"permissions": []string{"report:view", "api_key:create"}}).Want(t, 200)
		expect("an inheriting key of a narrowed member", inherits, "api_key:create", "report:view")
		expect("a narrow key of a narrowed member", narrow, "report:view")
		wantError(t, s.CallBillium(t, inherits, "GET", "/invoices", nil), 403, "Missing permission: invoice:view")
		child := s.CallBillium(t, inherits, "POST", "/api-keys", fields{"name": "child"}).Want(t, 201).Text(t, "token")
		expect("a child", child, "api_key:create", "report:view")

		s.CallBillium(t, owner, "PATCH", path, fields{"permissionSetId": set(t, s, "invoice:view")}).Want(t, 200)
		expect("an inheriting key of a member with a set", inherits, "invoice:view")
		expect("a narrow key of a member with a set", narrow, "invoice:view")

		s.CallBillium(t, owner, "DELETE", path, nil).Want(t, 200)
		for _, token := range []string{inherits, narrow, child} {
			wantError(t, s.CallBillium(t, token, "GET", "/api-keys/current", nil), 401, "Invalid API key")
		}
		for _, k := range s.BilliumKeys(t) {
			if revoked := k.RevokedAt != nil; revoked != (k.MemberID == id) {
				t.Errorf("key %s of %s is revoked: %t", k.ID, k.MemberID, revoked)
			}
		}
		listed := s.CallBillium(t, owner, "GET", "/api-keys?includeRevoked=true", nil).Want(t, 200).Data(t)
		if len(listed) != 4 {
			t.Errorf("%d keys can be read", len(listed))
		}
	})
}

func TestInvitationLife(t *testing.T) {
	sandboxtest.Databases(t, func(t *testing.T, database string) {
		now := time.Date(2026, time.March, 1, 12, 0, 0, 0, time.UTC)
		s := sandboxtest.Start(t, sandboxtest.WithDatabase(database), sandboxtest.WithClock(func() time.Time { return now }))
		owner := s.Credentials.Billium.APIKey
		invite := func(body fields, headers ...string) sandboxtest.Answer {
			return s.CallBillium(t, owner, "POST", "/team/invitations", body, headers...).Want(t, 201)
		}
		body := fields{"email": "Ann@example.com", "role": "MEMBER", "permissions": []string{"report:view", "invoice:view"}}
		first := invite(body, "Idempotency-Key", "k")
		if again := invite(body, "Idempotency-Key", "k"); again.Body != first.Body {
			t.Errorf("repeated: %s", again.Body)
		}
		if got := first.Object(t); got["status"] != "PENDING" || got["expiresAt"] != "2026-03-08T12:00:00Z" || got["permissionSetId"] != nil ||
			fmt.Sprint(got["permissions"]) != "[invoice:view report:view]" {
			t.Errorf("invited: %s", first.Body)
		}
		now = now.Add(time.Second)
		id := set(t, s, "team:view")
		second := invite(fields{"email": "bob@example.com", "role": "VIEWER", "permissionSetId": id})
		if got := second.Object(t); got["permissions"] != nil || got["permissionSetId"] != id {
			t.Errorf("invited: %s", second.Body)
		}
		statuses := func() string {
			var got []string
			for _, i := range s.CallBillium(t, owner, "GET", "/team/invitations", nil).Want(t, 200).Data(t) {
				got = append(got, fmt.Sprint(i["email"], " ", i["status"]))
			}
			return fmt.Sprint(got)
		}
		now = now.Add(7*24*time.Hour - time.Second)
		if got := statuses(); got != "[bob@example.com PENDING Ann@example.com EXPIRED]" {
			t.Errorf("the invitations are %s", got)
		}
		bob := s.AcceptInvitation(t, "BOB@example.com")
		if got := s.TeamMembers(t)[0]; got.ID != bob || got.Email != "bob@example.com" || *got.PermissionSetID != id || !slices.Equal(got.Effective, []billium.Permission{"team:view"}) {
			t.Errorf("the member is %+v", got)
		}
		if got := statuses(); got != "[Ann@example.com EXPIRED]" {
			t.Errorf("the invitations are %s", got)
		}
		anew := invite(fields{"email": "ann@example.com", "role": "ADMIN"})
		if got := statuses(); got != "[ann@example.com PENDING]" {
			t.Errorf("the invitations are %s", got)
		}
		wantError(t, s.CallBillium(t, owner, "DELETE", "/team/invitations/"+first.Text(t, "id"), nil), 404, "Invitation not found")
		s.CallBillium(t, owner, "DELETE", "/team/invitations/"+anew.Text(t, "id"), nil).Want(t, 200)
		if got := s.Invitations(t); len(got) != 0 {
			t.Errorf("the invitations are %+v", got)
		}
	})
}

func TestTeamSecurity(t *testing.T) {
	both(t, func(t *testing.T, s *sandboxtest.Sandbox) {
		owner := s.Credentials.Billium.APIKey
		for _, body := range []fields{
			{}, {"enforceTfa": true}, {"enforcePasskey": true, "enforceTfa": false}, {"enforceGoogleLogin": true},
			{"enforceGithubLogin": true, "enforceEmailVerified": true, "enforcePasskey": false},
		} {
			want := s.Security(t)
			answer := s.CallBillium(t, owner, "GET", "/team/security", nil).Want(t, 200)
			if len(body) > 0 {
				answer = s.CallBillium(t, owner, "PATCH", "/team/security", body).Want(t, 200)
			}
			for flag, on := range body {
				want[flag] = on == true
			}
			got := answer.Object(t)
			if len(got) != 5 || fmt.Sprint(s.Security(t)) != fmt.Sprint(want) {
				t.Errorf("%v makes %v, want %v", body, s.Security(t), want)
			}
			for flag, on := range want {
				if got[flag] != on {
					t.Errorf("%v: %s is %v", body, flag, got[flag])
				}
			}
		}
	})
}

// TestParallelInvitations invites one address many times at once.
func TestParallelInvitations(t *testing.T) {
	both(t, func(t *testing.T, s *sandboxtest.Sandbox) {
		answers := make(chan int)
		for i := range 16 {
			go func() {
				email := []string{"ann@example.com", "Ann@Example.com"}[i%2]
				answers <- s.CallBillium(t, s.Credentials.Billium.APIKey, "POST", "/team/invitations", fields{"email": email, "role": "VIEWER"}).Status
			}()
		}
		count := map[int]int{}
		for range 16 {
			count[<-answers]++
		}
		if count[201] != 1 || count[409] != 15 || len(s.Invitations(t)) != 1 {
			t.Errorf("the answers are %v", count)
		}
	})
}
