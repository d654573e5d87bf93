package seedtest

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/keyward/terraform-provider-keyward/internal/platform/billium"
)

var allRoles = []billium.Role{billium.Owner, billium.Administrator, billium.Member, billium.Viewer}

func billiumFourRoles(t *testing.T, w *world) {
	var got []string
	for _, role := range allRoles {
		got = append(got, w.current(t, w.keyAs(t, role).token).text(t, "role"))
	}
	if want := []string{"OWNER", "ADMIN", "MEMBER", "VIEWER"}; !slices.Equal(got, want) {
		t.Errorf("roles %v, want %v", got, want)
	}
	w.current(t, w.billiumToken).expect(t, "role", "OWNER")
}

// billiumRoleIsMaximum demotes a user and promotes it again: its keys follow at
// once, whatever was granted before.
func billiumRoleIsMaximum(t *testing.T, w *world) {
	granted := []string{"invoice:view", "invoice:create", "invoice:edit", "invoice:delete", "api_key:create"}
	narrow := w.keyAs(t, billium.Administrator, toPermissions(granted)...)
	whole := w.keyAs(t, billium.Administrator)
	member := w.memberOf(t, narrow.id)
	t.Cleanup(func() { w.sandbox.SetRole(t, member, billium.Administrator) })
	wholeMember := w.memberOf(t, whole.id)
	t.Cleanup(func() { w.sandbox.SetRole(t, wholeMember, billium.Administrator) })

	for _, c := range []struct {
		role          billium.Role
		narrow, whole []string
	}{
		{billium.Administrator, granted, adminPermissions},
		{billium.Member, granted[:3], memberPermissions},
		{billium.Viewer, granted[:1], viewerPermissions},
		{billium.Administrator, granted, adminPermissions},
	} {
		w.sandbox.SetRole(t, member, c.role)
		w.sandbox.SetRole(t, wholeMember, c.role)
		for token, want := range map[string][]string{narrow.token: c.narrow, whole.token: c.whole} {
			o := w.current(t, token)
			o.expect(t, "role", string(c.role))
			expectSet(t, string(c.role), o.texts(t, "effectivePermissions"), want)
		}
		a := w.billium(t, narrow.token, "POST /invoices", someInvoice())
		if slices.Contains(c.narrow, "invoice:create") {
			a.want(t, http.StatusCreated)
		} else {
			a.billiumRefuses(t, http.StatusForbidden, "Missing permission: invoice:create")
		}
	}
}

// memberOf finds the team member who issued a key.
func (w *world) memberOf(t *testing.T, keyID string) string {
	t.Helper()
	for _, k := range w.sandbox.BilliumKeys(t) {
		if k.ID == keyID {
			return k.MemberID
		}
	}
	t.Fatalf("there is no key %s", keyID)
	return ""
}

func toPermissions(names []string) []billium.Permission {
	permissions := make([]billium.Permission, len(names))
	for i, name := range names {
		permissions[i] = billium.Permission(name)
	}
	return permissions
}

// expectRole expects a role's permissions, and that no more can be granted.
func (w *world) expectRole(t *testing.T, role billium.Role, count int, want []string) []string {
	t.Helper()
	o := w.current(t, w.keyAs(t, role).token)
	o.expect(t, "role", string(role))
	got := o.texts(t, "effectivePermissions")
	if len(got) != count {
		t.Errorf("%s has %d permissions, want %d", role, len(got), count)
	}
	expectSet(t, string(role), got, want)
	return got
}

func billiumOwner(t *testing.T, w *world) {
	w.expectRole(t, billium.Owner, 34, allPermissions)
	got := w.current(t, w.billiumToken).texts(t, "effectivePermissions")
	for _, p := range []string{"merchant:delete", "merchant:billing"} {
		if !slices.Contains(got, p) {
			t.Errorf("the OWNER lacks %s", p)
		}
		k := w.secretKey(t, p)
		expectSet(t, "granted", k.created.texts(t, "permissions"), []string{p})
	}
	// One per merchant: whatever key an OWNER issued, the same user issued it.
	owners := map[string]bool{}
	first, second := w.keyAs(t, billium.Owner), w.secretKey(t)
	for _, id := range []string{first.id, second.id} {
		owners[w.memberOf(t, id)] = true
	}
	if len(owners) != 1 || !owners[w.sandbox.OwnerID] {
		t.Errorf("keys of the OWNER were issued by %d users", len(owners))
	}
}

func billiumAdmin(t *testing.T, w *world) {
	w.expectRole(t, billium.Administrator, 32, adminPermissions)
	admin := w.keyAs(t, billium.Administrator)
	for _, p := range []string{"merchant:delete", "merchant:billing"} {
		w.billium(t, admin.token, "POST /api-keys", object{"name": "n", "permissions": []string{p}}).
			billiumRefuses(t, http.StatusForbidden, "Cannot grant permissions you do not hold: "+p)
	}
	for _, p := range adminPermissions {
		w.created(t, w.billium(t, admin.token, "POST /api-keys", object{"name": "n", "permissions": []string{p}}))
	}
}

func billiumMember(t *testing.T, w *world) {
	got := w.expectRole(t, billium.Member, 15, memberPermissions)
	for _, p := range got {
		if strings.HasSuffix(p, ":delete") {
			t.Errorf("MEMBER may delete: %s", p)
		}
		if slices.Contains([]string{"team", "api_key", "webhook"}, domainOf(p)) && !strings.HasSuffix(p, ":view") {
			t.Errorf("MEMBER may more than view: %s", p)
		}
	}
	k := w.keyAs(t, billium.Member)
	invoice := w.billium(t, k.token, "POST /invoices", someInvoice()).want(t, http.StatusCreated).object(t).text(t, "id")
	w.billium(t, k.token, "POST /invoices/"+invoice+"/cancel", nil).want(t, http.StatusOK)
	w.billium(t, k.token, "GET /api-keys", nil).want(t, http.StatusOK)
	w.billium(t, k.token, "POST /api-keys", object{"name": "n"}).billiumRefuses(t, http.StatusForbidden, "Missing permission: api_key:create")
	w.billium(t, k.token, "DELETE /api-keys/"+k.id, nil).billiumRefuses(t, http.StatusForbidden, "Missing permission: api_key:delete")
}

func billiumViewer(t *testing.T, w *world) {
	got := w.expectRole(t, billium.Viewer, 10, viewerPermissions)
	domains := map[string]int{}
	for _, p := range got {
		domains[domainOf(p)]++
		if !strings.HasSuffix(p, ":view") {
			t.Errorf("VIEWER may more than view: %s", p)
		}
	}
	if len(domains) != 10 {
		t.Errorf("VIEWER sees %d domains, want 10", len(domains))
	}
	k := w.keyAs(t, billium.Viewer)
	for _, o := range billiumOperations {
		a := w.billium(t, k.token, o.line, nil)
		switch {
		case o.permission == "" || strings.HasSuffix(o.permission, ":view"):
			if a.status != http.StatusOK && a.status != http.StatusNotFound {
				t.Errorf("%s as VIEWER: got %d (%s)", o.line, a.status, a)
			}
		default:
			a.billiumRefuses(t, http.StatusForbidden, "Missing permission: "+o.permission)
		}
	}
}

func billiumInherits(t *testing.T, w *world) {
	for _, c := range []struct {
		role    billium.Role
		allowed []string
	}{{billium.Owner, allPermissions}, {billium.Administrator, adminPermissions}} {
		creator := w.keyAs(t, c.role)
		k := w.created(t, w.billium(t, creator.token, "POST /api-keys", object{"name": "n"}))
		k.created.expect(t, "type", "SECRET")
		expectSet(t, "inherited", k.created.texts(t, "permissions"), c.allowed)
		expectSet(t, "in effect", w.current(t, k.token).texts(t, "effectivePermissions"), c.allowed)
		w.current(t, k.token).expect(t, "role", string(c.role))
	}
	// A public key's type caps what it could inherit.
	public := w.publicKey(t)
	expectSet(t, "a public key", w.current(t, public.token).texts(t, "effectivePermissions"), publicPermissions)

	// Inheritance lasts: the key follows its user.
	creator := w.keyAs(t, billium.Administrator)
	k := w.created(t, w.billium(t, creator.token, "POST /api-keys", object{"name": "n"}))
	member := w.memberOf(t, k.id)
	t.Cleanup(func() { w.sandbox.SetRole(t, member, billium.Administrator) })
	w.sandbox.SetRole(t, member, billium.Member)
	demoted := w.current(t, k.token)
	expectSet(t, "after a demotion", demoted.texts(t, "effectivePermissions"), memberPermissions)
	expectSet(t, "inherited after a demotion", demoted.texts(t, "permissions"), memberPermissions)
	w.billium(t, k.token, "POST /api-keys", object{"name": "n"}).billiumRefuses(t, http.StatusForbidden, "Missing permission: api_key:create")
	w.sandbox.SetRole(t, member, billium.Administrator)
	expectSet(t, "after a promotion", w.current(t, k.token).texts(t, "effectivePermissions"), adminPermissions)
}
