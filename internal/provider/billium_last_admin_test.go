package provider_test

import (
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"

	billiumapi "github.com/keyward/terraform-provider-keyward/internal/contract/billium"
	"github.com/keyward/terraform-provider-keyward/internal/platform/billium"
)

// twoAdmins puts Ana and Bo on the team as its only ADMINs, of the set where there
// is one, and returns their ids.
func (w *world) twoAdmins(t *testing.T, setID *string) (ana, bo string) {
	t.Helper()
	join := func(email string) string {
		_, err := w.billiumClient(t).CreateInvitation(t.Context(), w.Credentials.Billium.MerchantID, billiumapi.CreateInvitationRequest{
			Email: email, Role: billiumapi.AssignableRoleAdmin, PermissionSetID: setID,
		}, "")
		if err != nil {
			t.Fatal(err)
		}
		return w.AcceptInvitation(t, email)
	}
	return join("ana@example.com"), join("bo@example.com")
}

// withoutRoles is the same world with a key that can do all on the team and with
// sets, but not manage roles: without an ADMIN it could not either.
func (w *world) withoutRoles(t *testing.T) *world {
	t.Helper()
	return w.with("BILLIUM_API_KEY", w.BilliumKeyAs(t, billium.Owner,
		"team:view", "team:invite", "team:remove", "api_key:view", "api_key:create", "api_key:edit", "api_key:delete", "report:view"))
}

func adminConfig(name string) string {
	return fmt.Sprintf("resource \"keyward_billium_team_member\" %q {\n email = \"%s@example.com\"\n role = \"ADMIN\"\n}\n", name, name)
}

// Either of two ADMINs can go, but not both in one plan: neither is the last as
// long as the other is there.
func TestBilliumLastTwoAdminsStay(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ana, bo := w.twoAdmins(t, nil)
	merchant := w.Credentials.Billium.MerchantID
	anaAddress, boAddress := "keyward_billium_team_member.ana", "keyward_billium_team_member.bo"
	const last = `this is the last ADMIN who can manage the team`

	w.withoutRoles(t).run(t,
		resource.TestStep{Config: importBlock(anaAddress, merchant+"/"+ana) + importBlock(boAddress, merchant+"/"+bo) + adminConfig("ana") + adminConfig("bo")},
		w.planOnly(t, "# both go", last),
		resource.TestStep{Config: adminConfig("ana") + adminConfig("bo"), Destroy: true, ExpectError: says(last)},
		resource.TestStep{Config: adminConfig("bo")},
		w.planOnly(t, "# the other goes", last),
		resource.TestStep{Config: forget(boAddress)},
	)
	if _, err := w.member(t, "bo@example.com"); err != nil {
		t.Error(err)
	}
	if _, err := w.member(t, "ana@example.com"); err == nil {
		t.Error("ana is still there")
	}
}

// Nor in one apply: of two removals at the same time the second sees what the
// first left.
func TestBilliumLastTwoAdminsAreRemovedAtOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ana, bo := w.twoAdmins(t, nil)
	p := w.withoutRoles(t).protocol(t)
	w.Intercept(bothSeeTheTeam())

	var removals sync.WaitGroup
	diags := make([][]*tfprotov6.Diagnostic, 2)
	for i, id := range []string{ana, bo} {
		removals.Go(func() {
			diags[i] = p.destroy(t, "keyward_billium_team_member", values{
				"id": text(id), "member_id": text(id), "merchant_id": text(w.Credentials.Billium.MerchantID), "role": text("ADMIN"),
			})
		})
	}
	removals.Wait()
	wantOne(t, append(diags[0], diags[1]...), tfprotov6.DiagnosticSeverityError, "this is the last ADMIN who can manage the team")
	left := 0
	for _, member := range w.TeamMembers(t) {
		if member.Role == billium.Administrator {
			left++
		}
	}
	if err := exactly(1, left, "ADMINs"); err != nil {
		t.Error(err)
	}
}

// bothSeeTheTeam lets no one read the team before two ask for it.
func bothSeeTheTeam() func(http.Handler) http.Handler {
	var both sync.WaitGroup
	both.Add(2)
	waiting := make(chan struct{}, 2)
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if strings.HasSuffix(r.URL.Path, "/members") {
				select {
				case waiting <- struct{}{}:
					both.Done()
					both.Wait()
				default:
				}
			}
			next.ServeHTTP(w, r)
		})
	}
}

// destroy destroys what the state has.
func (p *protocol) destroy(t *testing.T, typeName string, state values) []*tfprotov6.Diagnostic {
	t.Helper()
	schema := p.schemas.ResourceSchemas[typeName]
	null, err := tfprotov6.NewDynamicValue(schema.ValueType(), tftypes.NewValue(schema.ValueType(), nil))
	if err != nil {
		t.Error(err)
		return nil
	}
	resp, err := p.ApplyResourceChange(t.Context(), &tfprotov6.ApplyResourceChangeRequest{
		TypeName: typeName, PriorState: configuration(t, schema, state), PlannedState: &null, Config: &null,
	})
	if err != nil {
		t.Error(err)
		return nil
	}
	return resp.Diagnostics
}

// A set isn't narrowed so that the last ADMINs who use it can't manage the team.
func TestBilliumSetOfTheLastAdminsKeepsThem(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	merchant := w.Credentials.Billium.MerchantID
	set, err := w.billiumClient(t).CreatePermissionSet(t.Context(), merchant, billiumapi.CreatePermissionSetRequest{
		Name: "shared", Permissions: []billiumapi.Permission{"team:manage_roles", "report:view"},
	}, "")
	if err != nil {
		t.Fatal(err)
	}
	_, bo := w.twoAdmins(t, &set.ID)
	w.withoutRoles(t).run(t,
		resource.TestStep{Config: importBlock(permissionSet, merchant+"/"+set.ID) + setOfPermissions("team:manage_roles", "report:view")},
		w.planOnly(t, setOfPermissions("report:view"), `the ADMINs who use this set are the last who can manage the team`),
		resource.TestStep{
			PreConfig: func() {
				all := billiumapi.UpdateTeamMemberRequest{Role: new(billiumapi.AssignableRoleAdmin)}
				if _, err := w.billiumClient(t).UpdateTeamMember(t.Context(), merchant, bo, all); err != nil {
					t.Fatal(err)
				}
			},
			Config: setOfPermissions("report:view"),
		},
		resource.TestStep{Config: forget(permissionSet)},
	)
}
