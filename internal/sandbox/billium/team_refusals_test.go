package billium_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/keyward/terraform-provider-keyward/internal/platform/billium"
	"github.com/keyward/terraform-provider-keyward/internal/sandbox/sandboxtest"
)

const publicThree = "invoice:view, invoice:create, product:view"

// set makes a permission set as the OWNER and returns its id.
func set(t *testing.T, s *sandboxtest.Sandbox, permissions ...string) string {
	t.Helper()
	return s.CallBillium(t, s.Credentials.Billium.APIKey, "POST", "/permission-sets",
		fields{"name": "set", "permissions": permissions}).Want(t, 201).Text(t, "id")
}

// join invites someone and accepts; it returns the member's path.
func join(t *testing.T, s *sandboxtest.Sandbox, email string, invitation fields) string {
	t.Helper()
	invitation["email"] = email
	s.CallBillium(t, s.Credentials.Billium.APIKey, "POST", "/team/invitations", invitation).Want(t, 201)
	return "/team/members/" + s.AcceptInvitation(t, email)
}

// state is everything that a refused request must leave as it was.
func state(t *testing.T, s *sandboxtest.Sandbox) string {
	t.Helper()
	keys := s.BilliumKeys(t)
	for i := range keys {
		keys[i].LastUsedAt = nil
	}
	content, err := json.Marshal([]any{keys, s.PermissionSets(t), s.TeamMembers(t), s.Invitations(t), s.Security(t)})
	if err != nil {
		t.Fatal(err)
	}
	return string(content)
}

func TestTeamRefusals(t *testing.T) {
	both(t, func(t *testing.T, s *sandboxtest.Sandbox) {
		owner := s.Credentials.Billium.APIKey
		admin := s.BilliumKeyAs(t, billium.Administrator)
		narrow := s.BilliumKeyAs(t, billium.Owner, "api_key:create", "api_key:edit", "team:manage_roles", "team:invite", "merchant:edit", "invoice:view", "product:view")
		member := join(t, s, "Ann@example.com", fields{"role": "MEMBER"})
		invited := s.CallBillium(t, owner, "POST", "/team/invitations", fields{"email": "bob@example.com", "role": "VIEWER"}).Want(t, 201).Text(t, "id")
		wide, small := set(t, s, "merchant:view", "merchant:delete"), set(t, s, "invoice:view")
		three := set(t, s, "invoice:view", "invoice:create", "product:view")
		public := s.CallBillium(t, owner, "POST", "/api-keys", fields{"name": "shop", "type": "PUBLIC", "permissionSetId": three}).Want(t, 201).Text(t, "id")
		secret := s.CallBillium(t, owner, "POST", "/api-keys", fields{"name": "ci", "permissions": []string{"invoice:view"}}).Want(t, 201).Text(t, "id")
		ownerPath := "/team/members/" + s.OwnerID
		none := strings.Repeat("0", 32)
		tests := []struct {
			name, token, method, path string
			body                      any
			status                    int
			message                   any
		}{
			{"an empty set", owner, "POST", "/permission-sets", fields{"name": "a", "permissions": []string{}}, 400, []string{"permissions must have at least 1 item"}},
			{"a set of more than the role has", admin, "POST", "/permission-sets", fields{"name": "a", "permissions": []string{"merchant:billing"}}, 403,
				"Cannot grant permissions you do not hold: merchant:billing"},
			{"a set of more than the key has", narrow, "POST", "/permission-sets", fields{"name": "a", "permissions": []string{"invoice:view", "report:view"}}, 403,
				"Cannot grant permissions you do not hold: report:view"},
			{"a set that grows by what the caller lacks", narrow, "PATCH", "/permission-sets/" + small, fields{"permissions": []string{"invoice:view", "report:view"}}, 403,
				"Cannot grant permissions you do not hold: report:view"},
			{"a public key's set", owner, "PATCH", "/permission-sets/" + three, fields{"permissions": []string{"invoice:view"}}, 400,
				[]string{"permissions must stay exactly " + publicThree + " while a PUBLIC key uses the set: api key " + public + " (shop)"}},
			{"a set in use", owner, "DELETE", "/permission-sets/" + three, nil, 409, "Permission set is in use by api key " + public + " (shop)"},
			{"no such set", owner, "GET", "/permission-sets/pset_" + none, nil, 404, "Permission set not found"},
			{"no such set to change", owner, "PATCH", "/permission-sets/pset_" + none, fields{"name": "a"}, 404, "Permission set not found"},
			{"no such set to delete", owner, "DELETE", "/permission-sets/pset_" + none, nil, 404, "Permission set not found"},

			{"a key with a set that the caller lacks", admin, "POST", "/api-keys", fields{"name": "a", "permissionSetId": wide}, 403,
				"Cannot grant permissions you do not hold: merchant:delete"},
			{"a key that gets such a set", admin, "PATCH", "/api-keys/" + secret, fields{"permissionSetId": wide}, 403,
				"Cannot grant permissions you do not hold: merchant:delete"},
			{"a public key with another set", owner, "POST", "/api-keys", fields{"name": "a", "type": "PUBLIC", "permissionSetId": small}, 400,
				[]string{"permissionSetId of a PUBLIC key must name a set of exactly " + publicThree}},
			{"a key that gets a set and permissions", owner, "PATCH", "/api-keys/" + secret, fields{"permissionSetId": small, "permissions": []string{"invoice:view"}}, 400,
				[]string{"permissionSetId cannot be combined with permissions"}},
			{"a key that gets no such set", owner, "PATCH", "/api-keys/" + secret, fields{"permissionSetId": "pset_" + none}, 404, "Permission set not found"},

			{"the owner changed", owner, "PATCH", ownerPath, fields{"role": "ADMIN"}, 409, "The owner cannot be changed: ownership is transferred in the dashboard"},
			{"the owner removed", owner, "DELETE", ownerPath, nil, 409, "The owner cannot be removed: ownership is transferred in the dashboard"},
			{"a second owner", owner, "PATCH", member, fields{"role": "OWNER"}, 400, []string{"role must be one of ADMIN, MEMBER, VIEWER"}},
			{"permissions beyond the role", owner, "PATCH", member, fields{"permissions": []string{"invoice:view", "invoice:delete"}}, 400,
				[]string{"permissions must not go beyond the role MEMBER: invoice:delete"}},
			{"a set beyond the role", owner, "PATCH", member, fields{"role": "ADMIN", "permissionSetId": wide}, 400,
				[]string{"permissionSetId must not go beyond the role ADMIN: merchant:delete"}},
			{"permissions and a set", owner, "PATCH", member, fields{"permissions": nil, "permissionSetId": small}, 400,
				[]string{"permissionSetId cannot be combined with permissions"}},
			{"a role with what the caller lacks", narrow, "PATCH", member, fields{"role": "ADMIN", "permissions": []string{"invoice:view", "api_key:delete"}}, 403,
				"Cannot grant permissions you do not hold: api_key:delete"},
			{"nothing to change", owner, "PATCH", member, fields{}, 400, []string{"body must have at least 1 field"}},
			{"no such member", owner, "PATCH", "/team/members/tm_" + none, fields{"role": "ADMIN"}, 404, "Team member not found"},
			{"no such member to remove", owner, "DELETE", "/team/members/tm_" + none, nil, 404, "Team member not found"},

			{"a member invited", owner, "POST", "/team/invitations", fields{"email": "ann@EXAMPLE.com", "role": "VIEWER"}, 409, "ann@EXAMPLE.com is already a member of the team"},
			{"the owner invited", owner, "POST", "/team/invitations", fields{"email": "owner@example.com", "role": "VIEWER"}, 409, "owner@example.com is already a member of the team"},
			{"someone invited twice", owner, "POST", "/team/invitations", fields{"email": "BOB@example.com", "role": "ADMIN"}, 409, "BOB@example.com has already been invited"},
			{"an owner invited", owner, "POST", "/team/invitations", fields{"email": "c@example.com", "role": "OWNER"}, 400, []string{"role must be one of ADMIN, MEMBER, VIEWER"}},
			{"no address", owner, "POST", "/team/invitations", fields{"email": "c d", "role": "ADMIN"}, 400, []string{`email must be an e-mail address`}},
			{"an invitation beyond its role", owner, "POST", "/team/invitations", fields{"email": "c@example.com", "role": "VIEWER", "permissions": []string{"invoice:create"}}, 400,
				[]string{"permissions must not go beyond the role VIEWER: invoice:create"}},
			{"an invitation with both", owner, "POST", "/team/invitations", fields{"email": "c@example.com", "role": "VIEWER", "permissions": []string{"invoice:view"}, "permissionSetId": small}, 400,
				[]string{"permissionSetId cannot be combined with permissions"}},
			{"an invitation with no such set", owner, "POST", "/team/invitations", fields{"email": "c@example.com", "role": "VIEWER", "permissionSetId": "pset_" + none}, 404, "Permission set not found"},
			{"an invitation to what the caller lacks", narrow, "POST", "/team/invitations", fields{"email": "c@example.com", "role": "VIEWER", "permissions": []string{"invoice:view", "wallet:view"}}, 403,
				"Cannot grant permissions you do not hold: wallet:view"},
			{"no such invitation", owner, "DELETE", "/team/invitations/invite_" + none, nil, 404, "Invitation not found"},
			{"a member's id for an invitation", owner, "DELETE", "/team/invitations/" + invited[:len(invited)-1], nil, 404, "Invitation not found"},

			{"security by another than the owner", admin, "PATCH", "/team/security", fields{"enforceTfa": true}, 403, "Only the owner can change team security"},
			{"no flags", owner, "PATCH", "/team/security", fields{}, 400, []string{"body must have at least 1 field"}},
			{"an unknown flag", owner, "PATCH", "/team/security", fields{"enforceSms": true}, 400, []string{"enforceSms is not a known field"}},
		}
		before := state(t, s)
		for _, test := range tests {
			t.Run(test.name, func(t *testing.T) {
				wantError(t, s.CallBillium(t, test.token, test.method, test.path, test.body), test.status, test.message)
			})
		}
		if after := state(t, s); after != before {
			t.Errorf("refused requests changed\n%s\nto\n%s", before, after)
		}
	})
}
