package provider_test

import (
	"errors"
	"fmt"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-testing/compare"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"

	"github.com/keyward/terraform-provider-keyward/internal/platform/billium"
	"github.com/keyward/terraform-provider-keyward/internal/sandbox/sandboxtest"
)

const teamMember = "keyward_billium_team_member.test"

func memberConfig(body string) string {
	return "resource \"keyward_billium_team_member\" \"test\" {\n" + body + "\n}\n"
}

// member returns the team member of an address, or fails.
func (w *world) member(t *testing.T, email string) (sandboxtest.TeamMember, error) {
	t.Helper()
	for _, member := range w.TeamMembers(t) {
		if member.Email == email {
			return member, nil
		}
	}
	return sandboxtest.TeamMember{}, fmt.Errorf("%s is not on the team", email)
}

// serverMember wants an address to be on the team with a role and so many
// permissions.
func (w *world) serverMember(t *testing.T, email string, role billium.Role, permissions int) statecheck.StateCheck {
	t.Helper()
	return serverSees(func() error {
		member, err := w.member(t, email)
		if err == nil && (member.Role != role || len(member.Effective) != permissions) {
			err = fmt.Errorf("%s is %s with %v", email, member.Role, member.Effective)
		}
		return err
	})
}

// From the invitation to the removal it is one resource.
func TestBilliumTeamMemberLives(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	const email = "Ana@Example.com"
	invited := memberConfig(`email = "` + email + `"
		role = "VIEWER"`)
	lower := strings.Replace(invited, email, strings.ToLower(email), 1)
	narrowed := memberConfig(`email = "` + email + `"
		role = "MEMBER"
		permissions = ["invoice:view", "invoice:create"]`)
	respelled := memberConfig(`email = "` + email + `"
		role = "MEMBER"
		permissions = ["invoice:create", "invoice:view"]`)
	full := memberConfig(`email = "` + email + `"
		role = "MEMBER"`)
	set := permissionSetConfig(`name = "set"
		permissions = ["report:view"]`)
	ofSet := set + memberConfig(`email = "`+email+`"
		role = "MEMBER"
		permission_set_id = keyward_billium_permission_set.test.id`)
	invitations := statecheck.CompareValue(compare.ValuesDiffer())
	members := statecheck.CompareValue(compare.ValuesSame())

	w.run(t,
		resource.TestStep{
			Config:           invited,
			ConfigPlanChecks: preApply(plancheck.ExpectKnownValue(teamMember, at("status"), knownvalue.StringExact("INVITED"))),
			ConfigStateChecks: []statecheck.StateCheck{
				known(teamMember, "email", knownvalue.StringExact(email)),
				known(teamMember, "member_id", knownvalue.Null()),
				invitations.AddStateValue(teamMember, at("invitation_id")),
				serverSees(func() error { return exactly(1, len(w.Invitations(t)), "invitations") }),
			},
		},
		emptyPlan(lower),
		w.imported(teamMember),
		// An open invitation can't be changed: it is cancelled and sent anew.
		resource.TestStep{Config: narrowed, ConfigStateChecks: []statecheck.StateCheck{
			invitations.AddStateValue(teamMember, at("invitation_id")),
			known(teamMember, "status", knownvalue.StringExact("INVITED")),
			serverSees(func() error {
				open := w.Invitations(t)
				if len(open) != 1 || open[0].Role != billium.Member || len(open[0].Permissions) != 2 {
					return fmt.Errorf("invitations: %+v", open)
				}
				return nil
			}),
		}},
		// Its acceptance is no change.
		resource.TestStep{
			PreConfig:        func() { w.AcceptInvitation(t, strings.ToLower(email)); w.ResetRequests() },
			Config:           narrowed,
			ConfigPlanChecks: preApply(plancheck.ExpectEmptyPlan()),
			ConfigStateChecks: []statecheck.StateCheck{
				known(teamMember, "status", knownvalue.StringExact("ACTIVE")),
				known(teamMember, "invitation_id", knownvalue.Null()),
				known(teamMember, "member_id", knownvalue.NotNull()),
				members.AddStateValue(teamMember, at("id")),
				serverSees(func() error { return exactly(0, len(w.writes()), "writing requests") }),
			},
		},
		emptyPlan(respelled),
		emptyPlan(upper(narrowed, email)),
		resource.TestStep{Config: full, ConfigStateChecks: []statecheck.StateCheck{
			members.AddStateValue(teamMember, at("id")), w.serverMember(t, email, billium.Member, 15),
		}},
		resource.TestStep{Config: ofSet, ConfigStateChecks: []statecheck.StateCheck{
			members.AddStateValue(teamMember, at("id")), w.serverMember(t, email, billium.Member, 1),
		}},
		w.imported(teamMember),
		resource.TestStep{Config: set + invited, ConfigStateChecks: []statecheck.StateCheck{
			members.AddStateValue(teamMember, at("id")), w.serverMember(t, email, billium.Viewer, 10),
		}},
		// Drift: the role, then the whole member.
		resource.TestStep{
			PreConfig: func() {
				member, err := w.member(t, email)
				if err != nil {
					t.Fatal(err)
				}
				w.SetRole(t, member.ID, billium.Administrator)
			},
			Config:            invited,
			ConfigPlanChecks:  preApply(plancheck.ExpectResourceAction(teamMember, plancheck.ResourceActionUpdate)),
			ConfigStateChecks: []statecheck.StateCheck{w.serverMember(t, email, billium.Viewer, 10)},
		},
		resource.TestStep{
			PreConfig: func() {
				member, err := w.member(t, email)
				if err != nil {
					t.Fatal(err)
				}
				w.DeleteObject(t, member.ID)
			},
			Config:            invited,
			ConfigPlanChecks:  preApply(plancheck.ExpectResourceAction(teamMember, plancheck.ResourceActionCreate)),
			ConfigStateChecks: []statecheck.StateCheck{serverSees(func() error { return exactly(1, len(w.Invitations(t)), "invitations") })},
		},
	)
	if err := exactly(0, len(w.Invitations(t)), "invitations"); err != nil {
		t.Error(err)
	}
}

func upper(config, email string) string {
	return strings.Replace(config, email, strings.ToUpper(email), 1)
}

// Destroying removes a member, and another address is another member.
func TestBilliumTeamMemberIsReplacedAndRemoved(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	config := func(email string) string {
		return memberConfig(`email = "` + email + `"
			role = "ADMIN"`)
	}
	w.run(t,
		resource.TestStep{Config: config("ana@example.com")},
		resource.TestStep{PreConfig: func() { w.AcceptInvitation(t, "ana@example.com") }, Config: config("ana@example.com")},
		resource.TestStep{
			Config:           config("bo@example.com"),
			ConfigPlanChecks: preApply(plancheck.ExpectResourceAction(teamMember, plancheck.ResourceActionDestroyBeforeCreate)),
			ConfigStateChecks: []statecheck.StateCheck{serverSees(func() error {
				if _, err := w.member(t, "ana@example.com"); err == nil {
					return errors.New("ana is still there")
				}
				return exactly(1, len(w.Invitations(t)), "invitations")
			})},
		},
		resource.TestStep{PreConfig: func() { w.AcceptInvitation(t, "bo@example.com") }, Config: config("bo@example.com")},
	)
	if _, err := w.member(t, "bo@example.com"); err == nil {
		t.Error("the member was not removed")
	}
}

func TestBilliumTeamMemberIsImportedByIdentity(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	config := memberConfig(`email = "ana@example.com"
		role = "MEMBER"
		permissions = ["invoice:view"]`)
	w.runWithIdentities(t,
		resource.TestStep{Config: config},
		importedByIdentity(config, teamMember), generated(teamMember),
		resource.TestStep{PreConfig: func() { w.AcceptInvitation(t, "ana@example.com") }, Config: config, ConfigPlanChecks: preApply(plancheck.ExpectEmptyPlan())},
		importedByIdentity(config, teamMember), generated(teamMember),
	)
}

func TestBilliumExpiredInvitationIsSentAnew(t *testing.T) {
	t.Parallel()
	var passed atomic.Int64
	start := time.Now()
	w := newWorld(t, sandboxtest.WithClock(func() time.Time { return start.Add(time.Duration(passed.Load())) }))
	config := memberConfig(`email = "ana@example.com"
		role = "VIEWER"`)
	ids := statecheck.CompareValue(compare.ValuesDiffer())
	w.run(t,
		resource.TestStep{Config: config, ConfigStateChecks: []statecheck.StateCheck{ids.AddStateValue(teamMember, at("invitation_id"))}},
		resource.TestStep{
			PreConfig:        func() { passed.Store(int64(8 * 24 * time.Hour)) },
			Config:           config,
			ConfigPlanChecks: preApply(plancheck.ExpectResourceAction(teamMember, plancheck.ResourceActionUpdate)),
			ConfigStateChecks: []statecheck.StateCheck{
				ids.AddStateValue(teamMember, at("invitation_id")),
				known(teamMember, "status", knownvalue.StringExact("INVITED")),
				serverSees(func() error { return exactly(1, len(w.Invitations(t)), "invitations") }),
			},
		},
	)
}

func TestBilliumTeamMemberRefusals(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	admin := w.with("BILLIUM_API_KEY", w.BilliumKeyAs(t, billium.Administrator))
	narrow := w.with("BILLIUM_API_KEY", w.BilliumKeyAs(t, billium.Owner, "team:view", "team:invite", "team:manage_roles", "team:remove", "api_key:view", "invoice:view"))
	viewer := w.with("BILLIUM_API_KEY", w.BilliumKeyAs(t, billium.Viewer))
	taken := ""
	for _, member := range w.TeamMembers(t) {
		if member.Role == billium.Administrator {
			taken = member.Email
		}
	}
	cases := []struct {
		name  string
		world *world
		body  string
		want  string
	}{
		{"the owner's role", w, `email = "a@example.com"
			role = "OWNER"`, `ownership is transferred in Billium's dashboard`},
		{"a role with a slip", w, `email = "a@example.com"
			role = "MEMBERS"`, `Did you mean "MEMBER"?`},
		{"no address", w, `email = "ana"
			role = "VIEWER"`, `must be an e-mail address`},
		{"permissions and a set", w, `email = "a@example.com"
			role = "VIEWER"
			permissions = ["invoice:view"]
			permission_set_id = "pset_0a1b2c3d4e5f60718293a4b5c6d7e8f9"`, `cannot be specified when`},
		{"a set that isn't there", w, `email = "a@example.com"
			role = "VIEWER"
			permission_set_id = "pset_0a1b2c3d4e5f60718293a4b5c6d7e8f9"`, `Could not find Billium permission set pset_0a1b2c3d4e5f60718293a4b5c6d7e8f9`},
		{"beyond the role", w, `email = "a@example.com"
			role = "VIEWER"
			permissions = ["invoice:*"]`, `A team member with the role VIEWER can't have invoice:create, invoice:edit, invoice:delete. The lowest role that allows all of it is ADMIN.`},
		{"a role above the provider's own", viewer, `email = "a@example.com"
			role = "MEMBER"`, `A user can't give a role above their own`},
		{"more than the provider's key holds", narrow, `email = "a@example.com"
			role = "VIEWER"
			permissions = ["invoice:view", "report:view"]`, `does not hold: report:view`},
		{"a role of more than the provider's key holds", narrow, `email = "a@example.com"
			role = "VIEWER"`, `does not hold: merchant:view`},
		{"the owner", w, `email = "OWNER@example.com"
			role = "ADMIN"`, `is the OWNER`},
		{"a member already", admin, `email = "` + strings.ToUpper(taken) + `"
			role = "ADMIN"`, `To manage it here, import it`},
	}
	members, invitations := len(w.TeamMembers(t)), len(w.Invitations(t))
	rows := make([]refusal, len(cases))
	for i, c := range cases {
		rows[i] = refusal{mistake{c.name, memberConfig(c.body), says(c.want)}, c.world}
	}
	refusesEach(t, rows, func() error {
		return all(exactly(members, len(w.TeamMembers(t)), "members"), exactly(invitations, len(w.Invitations(t)), "invitations"))
	})
}
