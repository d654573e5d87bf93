package seedtest

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/keyward/terraform-provider-keyward/internal/platform/billium"
)

var securityFlags = strings.Fields("enforceTfa enforcePasskey enforceGoogleLogin enforceGithubLogin enforceEmailVerified")

// setSecurity has the OWNER set every flag.
func (w *world) setSecurity(t *testing.T, on bool) {
	t.Helper()
	body := object{}
	for _, flag := range securityFlags {
		body[flag] = on
	}
	w.billium(t, w.billiumToken, "PATCH /team/security", body).want(t, http.StatusOK)
}

// billiumTeamSecurity sets the flags one by one as the OWNER; no one else can.
func billiumTeamSecurity(t *testing.T, w *world) {
	w.setSecurity(t, false)
	defer w.setSecurity(t, false)
	admin := w.keyAs(t, billium.Administrator)
	for i, flag := range securityFlags {
		changed := w.billium(t, w.billiumToken, "PATCH /team/security", object{flag: true}).want(t, http.StatusOK).object(t)
		read := w.billium(t, w.billiumToken, "GET /team/security", nil).want(t, http.StatusOK).object(t)
		for j, other := range securityFlags {
			changed.expect(t, other, j <= i)
			read.expect(t, other, j <= i)
		}
		read.expectFields(t, securityFlags...)
		w.billium(t, admin.token, "PATCH /team/security", object{flag: false}).
			billiumRefuses(t, http.StatusForbidden, "Only the owner can change team security")
	}
}

// billiumKeysWithoutFactors demands every factor, which no key has, and sends
// requests with keys.
func billiumKeysWithoutFactors(t *testing.T, w *world) {
	w.setSecurity(t, true)
	defer w.setSecurity(t, false)
	for _, token := range []string{w.billiumToken, w.secretKey(t).token, w.keyAs(t, billium.Viewer).token} {
		for _, line := range []string{"GET ", "GET /invoices", "GET /api-keys", "GET /api-keys/current", "GET /team/members", "GET /team/security"} {
			w.billium(t, token, line, nil).want(t, http.StatusOK)
		}
	}
	w.billium(t, w.publicKey(t).token, "POST /invoices", someInvoice()).want(t, http.StatusCreated)
	w.billium(t, w.billiumToken, "PATCH ", object{"name": "My Store"}).want(t, http.StatusOK)
}

// permissionSet makes a set and returns its id.
func (w *world) permissionSet(t *testing.T, permissions ...string) string {
	t.Helper()
	return w.billium(t, w.billiumToken, "POST /permission-sets", object{"name": "set", "permissions": permissions}).
		want(t, http.StatusCreated).object(t).text(t, "id")
}

func billiumSetOnKey(t *testing.T, w *world) {
	set := w.permissionSet(t, "invoice:view")
	k := w.created(t, w.billium(t, w.billiumToken, "POST /api-keys", object{"name": "n", "permissionSetId": set}))
	old := w.secretKey(t, "team:view")
	w.billium(t, w.billiumToken, "PATCH /api-keys/"+old.id, object{"permissionSetId": set}).want(t, http.StatusOK)
	for _, permissions := range [][]string{{"invoice:view"}, {"invoice:view", "report:view"}, {"merchant:delete"}} {
		w.billium(t, w.billiumToken, "PATCH /permission-sets/"+set, object{"permissions": permissions}).want(t, http.StatusOK)
		for _, held := range []key{k, old} {
			expectSet(t, "effective", w.current(t, held.token).texts(t, "effectivePermissions"), permissions)
			o := w.billiumObject(t, held.id)
			o.expect(t, "permissionSetId", set)
			expectSet(t, "granted", o.texts(t, "permissions"), permissions)
		}
	}
	w.billium(t, k.token, "GET /invoices", nil).billiumRefuses(t, http.StatusForbidden, "Missing permission: invoice:view")
}

func billiumSets(t *testing.T, w *world) {
	set := w.permissionSet(t, "report:view", "invoice:view")
	path := "/permission-sets/" + set
	o := w.billium(t, w.billiumToken, "GET "+path, nil).want(t, http.StatusOK).object(t)
	o.expectFields(t, "id", "merchantId", "name", "description", "permissions", "createdAt", "updatedAt")
	o.expect(t, "description", nil)
	w.billium(t, w.billiumToken, "PATCH "+path, object{"description": "d"}).want(t, http.StatusOK).object(t).expect(t, "description", "d")
	if list := ids(t, w.billium(t, w.billiumToken, "GET /permission-sets", nil).want(t, http.StatusOK).data(t)); list[0] != set {
		t.Errorf("the newest set is %s, want %s", list[0], set)
	}
	k := w.created(t, w.billium(t, w.billiumToken, "POST /api-keys", object{"name": "n", "permissionSetId": set}))
	member := w.join(t, "set@example.com", object{"role": "VIEWER", "permissionSetId": set})
	w.billium(t, w.billiumToken, "DELETE "+path, nil).billiumRefuses(t, http.StatusConflict,
		fmt.Sprintf("Permission set is in use by api key %s (n), team member %s (set@example.com)", k.id, member))
	w.revokeBillium(t, k.id)
	w.billium(t, w.billiumToken, "PATCH /team/members/"+member, object{"permissions": nil}).want(t, http.StatusOK)
	w.billium(t, w.billiumToken, "DELETE "+path, nil).want(t, http.StatusOK)
	w.billium(t, w.billiumToken, "GET "+path, nil).billiumRefuses(t, http.StatusNotFound, "Permission set not found")
	w.billium(t, w.billiumToken, "DELETE /team/members/"+member, nil).want(t, http.StatusOK)
}

// join invites someone, who accepts, and returns the member's id.
func (w *world) join(t *testing.T, email string, invitation object) string {
	t.Helper()
	invitation["email"] = email
	w.billium(t, w.billiumToken, "POST /team/invitations", invitation).want(t, http.StatusCreated)
	return w.sandbox.AcceptInvitation(t, email)
}

func billiumInvitations(t *testing.T, w *world) {
	invite := object{"email": "New@example.com", "role": "MEMBER"}
	made := w.billium(t, w.billiumToken, "POST /team/invitations", invite).want(t, http.StatusCreated).object(t)
	made.expectFields(t, "id", "merchantId", "email", "role", "permissions", "permissionSetId", "status", "expiresAt", "createdAt")
	made.expect(t, "status", "PENDING")
	if week := made.time(t, "expiresAt").Sub(made.time(t, "createdAt")); week.Hours() != 7*24 {
		t.Errorf("it expires after %v, want a week", week)
	}
	list := ids(t, w.billium(t, w.billiumToken, "GET /team/invitations", nil).want(t, http.StatusOK).data(t))
	if len(list) != 1 || list[0] != made.text(t, "id") {
		t.Errorf("the invitations are %v", list)
	}
	w.billium(t, w.billiumToken, "DELETE /team/invitations/"+list[0], nil).want(t, http.StatusOK)
	w.billium(t, w.billiumToken, "DELETE /team/invitations/"+list[0], nil).billiumRefuses(t, http.StatusNotFound, "Invitation not found")

	member := w.join(t, "New@example.com", invite)
	found := false
	for _, m := range w.billium(t, w.billiumToken, "GET /team/members", nil).want(t, http.StatusOK).data(t) {
		if m.text(t, "id") != member {
			continue
		}
		found = true
		m.expectFields(t, "id", "merchantId", "email", "role", "permissions", "permissionSetId", "joinedAt")
		m.expect(t, "email", "New@example.com")
		expectSet(t, "member", m.texts(t, "permissions"), memberPermissions)
	}
	if !found {
		t.Errorf("%s is not in the team", member)
	}
	w.billium(t, w.billiumToken, "POST /team/invitations", object{"email": "new@EXAMPLE.com", "role": "ADMIN"}).
		billiumRefuses(t, http.StatusConflict, "new@EXAMPLE.com is already a member of the team")
	w.billium(t, w.billiumToken, "DELETE /team/members/"+member, nil).want(t, http.StatusOK)
}

func billiumMembers(t *testing.T, w *world) {
	member := w.join(t, "keys@example.com", object{"role": "VIEWER"})
	path := "/team/members/" + member
	k := w.keyAs(t, billium.Viewer)
	if issuer := w.memberOf(t, k.id); issuer != member {
		t.Fatalf("%s issued the key, want the newest VIEWER, %s", issuer, member)
	}
	for _, c := range []struct {
		body object
		role string
		want []string
	}{
		{object{"role": "ADMIN"}, "ADMIN", adminPermissions},
		{object{"permissions": []string{"invoice:view"}}, "ADMIN", []string{"invoice:view"}},
		{object{"role": "MEMBER"}, "MEMBER", memberPermissions},
	} {
		o := w.billium(t, w.billiumToken, "PATCH "+path, c.body).want(t, http.StatusOK).object(t)
		o.expect(t, "role", c.role)
		expectSet(t, "member", o.texts(t, "permissions"), c.want)
		expectSet(t, "its key", w.current(t, k.token).texts(t, "effectivePermissions"), c.want)
	}
	w.billium(t, w.billiumToken, "PATCH "+path, object{"permissions": []string{"invoice:delete"}}).billiumRejects(t, "permissions")
	w.billium(t, w.billiumToken, "DELETE "+path, nil).want(t, http.StatusOK)
	w.billium(t, k.token, "GET /api-keys/current", nil).billiumRefuses(t, http.StatusUnauthorized, "Invalid API key")
	w.billiumObject(t, k.id).time(t, "revokedAt")
	w.billium(t, w.billiumToken, "DELETE "+path, nil).billiumRefuses(t, http.StatusNotFound, "Team member not found")
}

func billiumOneOwner(t *testing.T, w *world) {
	owner := "/team/members/" + w.sandbox.OwnerID
	const transferred = ": ownership is transferred in the dashboard"
	w.billium(t, w.billiumToken, "PATCH "+owner, object{"role": "ADMIN"}).billiumRefuses(t, http.StatusConflict, "The owner cannot be changed"+transferred)
	w.billium(t, w.billiumToken, "DELETE "+owner, nil).billiumRefuses(t, http.StatusConflict, "The owner cannot be removed"+transferred)
	w.billium(t, w.billiumToken, "POST /team/invitations", object{"email": "OWNER@example.com", "role": "ADMIN"}).
		billiumRefuses(t, http.StatusConflict, "OWNER@example.com is already a member of the team")
	w.billium(t, w.billiumToken, "POST /team/invitations", object{"email": "second@example.com", "role": "OWNER"}).billiumRejects(t, "role")
	member := w.join(t, "third@example.com", object{"role": "VIEWER"})
	w.billium(t, w.billiumToken, "PATCH /team/members/"+member, object{"role": "OWNER"}).billiumRejects(t, "role")
	owners := 0
	for _, m := range w.billium(t, w.billiumToken, "GET /team/members?limit=100", nil).want(t, http.StatusOK).data(t) {
		if m.text(t, "role") == "OWNER" {
			owners++
		}
	}
	if owners != 1 {
		t.Errorf("there are %d owners", owners)
	}
	w.billium(t, w.billiumToken, "DELETE /team/members/"+member, nil).want(t, http.StatusOK)
}
