package billium

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/types"

	billiumapi "github.com/keyward/terraform-provider-keyward/internal/contract/billium"
	platform "github.com/keyward/terraform-provider-keyward/internal/platform/billium"
	"github.com/keyward/terraform-provider-keyward/internal/providerdata"
)

func onTeam(id, email string, role platform.Role, permissions ...platform.Permission) billiumapi.TeamMember {
	if permissions == nil {
		permissions = role.Permissions()
	}
	return billiumapi.TeamMember{ID: id, MerchantID: "mer_1", Email: email, Role: billiumapi.Role(role), Permissions: *toAPI(permissions)}
}

func pending(id, email string) billiumapi.Invitation {
	return billiumapi.Invitation{ID: id, MerchantID: "mer_1", Email: email, Role: "VIEWER", Status: billiumapi.InvitationStatusPending}
}

func TestFindMember(t *testing.T) {
	t.Parallel()
	team := &providerdata.Team{
		Members:     []billiumapi.TeamMember{onTeam("tm_1", "ana@example.com", platform.Viewer), onTeam("tm_2", "bo@example.com", platform.Member)},
		Invitations: []billiumapi.Invitation{pending("invite_3", "cy@example.com"), pending("invite_2", "BO@example.com")},
	}
	text := types.StringValue
	for _, c := range []struct {
		name               string
		model              teamMemberModel
		member, invitation string
	}{
		{"by the member's id", teamMemberModel{ID: text("tm_2")}, "tm_2", ""},
		{"by the invitation's id", teamMemberModel{ID: text("invite_3")}, "", "invite_3"},
		{"by the address in another case", teamMemberModel{Email: emailOf("Ana@Example.com")}, "tm_1", ""},
		{"an accepted invitation", teamMemberModel{ID: text("invite_9"), InvitationID: text("invite_9"), Email: emailOf("ANA@example.com")}, "tm_1", ""},
		{"in both lists", teamMemberModel{Email: emailOf("bo@example.com")}, "tm_2", "invite_2"},
		{"the id counts before the address", teamMemberModel{ID: text("tm_2"), Email: emailOf("ana@example.com")}, "tm_2", ""},
		{"no one", teamMemberModel{ID: text("tm_9"), Email: emailOf("dee@example.com")}, "", ""},
		{"no one without an address", teamMemberModel{ID: text("tm_9")}, "", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			found := find(team, &c.model)
			var member, invitation string
			if found.member != nil {
				member = found.member.ID
			}
			if found.invitation != nil {
				invitation = found.invitation.ID
			}
			if member != c.member || invitation != c.invitation {
				t.Errorf("found %q and %q, want %q and %q", member, invitation, c.member, c.invitation)
			}
		})
	}
}

func TestAdoptKeepsWhatMeansTheSame(t *testing.T) {
	t.Parallel()
	null := noPatterns
	setID := "pset_1"
	narrow := onTeam("tm_1", "ana@example.com", platform.Member, "invoice:view", "invoice:create")
	held := narrow
	held.PermissionSetID = &setID
	for _, c := range []struct {
		name     string
		declared patternSet
		member   billiumapi.TeamMember
		want     patternSet
	}{
		{"patterns that mean it", set("invoice:create", "invoice:view"), narrow, set("invoice:create", "invoice:view")},
		{"all that the role allows", null, onTeam("tm_1", "ana@example.com", platform.Viewer), null},
		{"all that the role allows, spelled out", set("*:view"), onTeam("tm_1", "ana@example.com", platform.Viewer), set("*:view")},
		{"widened meanwhile", set("report:view"), onTeam("tm_1", "ana@example.com", platform.Viewer), null},
		{"narrowed meanwhile", null, narrow, set("invoice:view", "invoice:create")},
		{"of a set", set("invoice:view"), held, null},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			m := teamMemberModel{Email: emailOf("Ana@Example.com"), Permissions: c.declared}
			m.adoptMember(c.member)
			if got := kept(t, c.declared, m.Permissions); !got.Equal(c.want) {
				t.Errorf("permissions are %v, want %v", got, c.want)
			}
			if same, diags := m.Email.StringSemanticEquals(t.Context(), emailOf("Ana@Example.com")); !same || len(diags) > 0 {
				t.Errorf("the address is %s", m.Email)
			}
		})
	}
}

func TestUpdateRequestSaysAllOfTheAccess(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name  string
		model teamMemberModel
		want  string
	}{
		{"a role", teamMemberModel{Role: types.StringValue("VIEWER"), Permissions: noPatterns}, `{"permissions":null,"role":"VIEWER"}`},
		{"permissions", teamMemberModel{Role: types.StringValue("MEMBER"), Permissions: set("report:*")}, `{"permissions":["report:view"],"role":"MEMBER"}`},
		{"a set", teamMemberModel{Role: types.StringValue("MEMBER"), PermissionSetID: types.StringValue("pset_1")}, `{"permissionSetId":"pset_1","role":"MEMBER"}`},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			got, err := json.Marshal(c.model.updateRequest())
			if err != nil || string(got) != c.want {
				t.Errorf("the request is %s, %v, want %s", got, err, c.want)
			}
		})
	}
}

func TestLastManagerStays(t *testing.T) {
	t.Parallel()
	boss := onTeam("tm_0", "owner@example.com", platform.Owner)
	ana := onTeam("tm_1", "ana@example.com", platform.Administrator)
	bo := onTeam("tm_2", "bo@example.com", platform.Administrator)
	narrow := onTeam("tm_3", "cy@example.com", platform.Administrator, "invoice:view")
	member := onTeam("tm_4", "dee@example.com", platform.Member)
	key := func(role platform.Role, permissions ...platform.Permission) *billiumapi.CurrentAPIKey {
		if permissions == nil {
			permissions = role.Permissions()
		}
		return &billiumapi.CurrentAPIKey{Role: billiumapi.Role(role), EffectivePermissions: *toAPI(permissions)}
	}
	for _, c := range []struct {
		name    string
		team    []billiumapi.TeamMember
		leaving billiumapi.TeamMember
		key     *billiumapi.CurrentAPIKey
		left    []platform.Permission
		refused bool
	}{
		{"the last one", []billiumapi.TeamMember{boss, ana}, ana, key(platform.Administrator), nil, true},
		{"the last one who can", []billiumapi.TeamMember{boss, ana, narrow}, ana, key(platform.Administrator), nil, true},
		{"demoted", []billiumapi.TeamMember{boss, ana}, ana, key(platform.Administrator), platform.Viewer.Permissions(), true},
		{"narrowed, but not in this", []billiumapi.TeamMember{boss, ana}, ana, key(platform.Administrator), []platform.Permission{"team:manage_roles"}, false},
		{"one of two", []billiumapi.TeamMember{boss, ana, bo}, ana, key(platform.Administrator), nil, false},
		{"the provider has the OWNER's key", []billiumapi.TeamMember{boss, ana}, ana, key(platform.Owner), nil, false},
		{"the provider has a narrow key of the OWNER", []billiumapi.TeamMember{boss, ana}, ana, key(platform.Owner, "team:remove"), nil, true},
		{"no manager at all", []billiumapi.TeamMember{boss, member}, member, key(platform.Administrator), nil, false},
		{"an ADMIN who can't manage", []billiumapi.TeamMember{boss, narrow}, narrow, key(platform.Administrator), nil, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			refused := stopsManaging(&c.leaving, c.left) && lastManager(c.team, &c.leaving, c.key) != nil
			if refused != c.refused {
				t.Errorf("refused: %t", refused)
			}
		})
	}
}

func TestWhoseKeyItIs(t *testing.T) {
	t.Parallel()
	ana, vera := onTeam("tm_1", "ana@example.com", platform.Administrator), onTeam("tm_2", "vera@example.com", platform.Viewer)
	current := &billiumapi.CurrentAPIKey{Role: billiumapi.RoleAdmin, KeyPrefix: "sk_0123456789abc", EffectivePermissions: *toAPI([]platform.Permission{"team:view"})}
	for _, c := range []struct {
		name   string
		member billiumapi.TeamMember
		issuer string
		want   bool
	}{
		{"Billium says so", ana, "tm_1", true},
		{"Billium says otherwise", ana, "tm_3", false},
		{"it can't be told, and the role is the key's", ana, "", true},
		{"it can't be told, but the role is another", vera, "", false},
	} {
		if got := isIssuer(&c.member, current, c.issuer); got != c.want {
			t.Errorf("%s: %t", c.name, got)
		}
	}
	if cutsOff(current, []platform.Permission{"team:view"}, false) != nil {
		t.Error("losing what the key doesn't hold is no harm to it")
	}
	if cutsOff(current, nil, false) == nil || cutsOff(current, []platform.Permission{"team:view"}, true) == nil {
		t.Error("the key may not lose what it holds")
	}
}

func TestHowToImport(t *testing.T) {
	t.Parallel()
	ana, boss := onTeam("tm_1", "ana@example.com", platform.Member), onTeam("tm_0", "owner@example.com", platform.Owner)
	open, expired := pending("invite_1", "cy@example.com"), pending("invite_2", "dee@example.com")
	expired.Status = billiumapi.InvitationStatusExpired
	for _, c := range []struct {
		found place
		want  string
	}{
		{place{member: &ana}, `id = "mer_1/tm_1"`},
		{place{invitation: &open}, `id = "mer_1/invite_1"`},
		{place{member: &boss}, "can't be managed here"},
		{place{invitation: &expired}, ""},
		{place{}, ""},
	} {
		if got := howToImport("mer_1", c.found); !strings.Contains(got, c.want) || (c.want == "") != (got == "") {
			t.Errorf("got %q, want %q", got, c.want)
		}
	}
}
