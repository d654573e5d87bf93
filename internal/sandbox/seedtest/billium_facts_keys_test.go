package seedtest

import (
	"net/http"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/keyward/terraform-provider-keyward/internal/platform/billium"
)

var billiumKeyFields = strings.Fields(
	"id merchantId name type permissions permissionSetId keyPrefix isActive createdBy createdAt lastUsedAt revokedAt")

func billiumPatch(t *testing.T, w *world) {
	k := w.secretKey(t, "invoice:view", "invoice:create")
	w.billium(t, k.token, "GET /invoices", nil).want(t, http.StatusOK)
	before := w.billiumObject(t, k.id)
	patch := func(body any) answer { return w.billium(t, w.billiumToken, "PATCH /api-keys/"+k.id, body) }
	got := patch(object{"name": "renamed"}).want(t, http.StatusOK).object(t)
	before["name"] = "renamed"
	if stored := w.billiumObject(t, k.id); !reflect.DeepEqual(got, before) || !reflect.DeepEqual(stored, before) {
		t.Errorf("a new name: answered %v and stored %v, want %v", got, stored, before)
	}
	got = patch(object{"permissions": []string{"invoice:edit", "invoice:create"}}).want(t, http.StatusOK).object(t)
	expectSet(t, "new permissions", got.texts(t, "permissions"), []string{"invoice:create", "invoice:edit"})
	w.billium(t, k.token, "GET /invoices", nil).billiumRefuses(t, http.StatusForbidden, "Missing permission: invoice:view")
	w.billium(t, k.token, "POST /invoices", someInvoice()).want(t, http.StatusCreated)
	patch(object{"name": "all", "permissions": allPermissions, "isActive": false}).want(t, http.StatusOK).object(t).expect(t, "isActive", false)
	patch(object{"isActive": true}).want(t, http.StatusOK).object(t).expect(t, "isActive", true)
	expectSet(t, "all", w.current(t, k.token).texts(t, "effectivePermissions"), allPermissions)
	patch(object{"type": "PUBLIC"}).billiumRejects(t, "type")
	patch(object{"permissions": []string{}}).billiumRejects(t, "permissions")
	patch(object{"name": strings.Repeat("n", 101)}).billiumRejects(t, "name")
	patch(object{}).want(t, http.StatusBadRequest)
}

func billiumExclusiveFields(t *testing.T, w *world) {
	k := w.secretKey(t, "invoice:view")
	both := object{"permissions": []string{"invoice:view"}, "permissionSetId": noID("pset")}
	w.billium(t, w.billiumToken, "PATCH /api-keys/"+k.id, both).billiumRejects(t, "permissionSetId")
	both["name"] = "n"
	w.billium(t, w.billiumToken, "POST /api-keys", both).billiumRejects(t, "permissionSetId")
}

func billiumRevokeTwice(t *testing.T, w *world) {
	k := w.secretKey(t)
	first := w.billium(t, w.billiumToken, "DELETE /api-keys/"+k.id, nil).want(t, http.StatusOK).object(t)
	first.expect(t, "id", k.id)
	first.time(t, "revokedAt")
	w.clock.advance(time.Hour)
	second := w.billium(t, w.billiumToken, "DELETE /api-keys/"+k.id, nil).want(t, http.StatusOK).object(t)
	if !reflect.DeepEqual(first, second) {
		t.Errorf("revoking again answered %v, first %v", second, first)
	}
}

func billiumPatchRevoked(t *testing.T, w *world) {
	k := w.secretKey(t)
	w.revokeBillium(t, k.id)
	for _, body := range []object{{"name": "n"}, {"isActive": true}, {"permissions": []string{"invoice:view"}}} {
		w.billium(t, w.billiumToken, "PATCH /api-keys/"+k.id, body).billiumRefuses(t, http.StatusConflict, "API key is revoked")
	}
}

func billiumInactive(t *testing.T, w *world) {
	for _, k := range []key{w.secretKey(t), w.publicKey(t)} {
		w.deactivateBillium(t, k.id)
		for _, line := range []string{"GET /api-keys/current", "GET /invoices", "POST /invoices"} {
			w.billium(t, k.token, line, nil).billiumRefuses(t, http.StatusUnauthorized, "API key is inactive")
		}
		w.billium(t, w.billiumToken, "PATCH /api-keys/"+k.id, object{"isActive": true}).want(t, http.StatusOK)
		w.current(t, k.token).expect(t, "isActive", true)
	}
}

func billiumCurrent(t *testing.T, w *world) {
	k := w.secretKey(t, "invoice:view")
	o := w.current(t, k.token)
	o.expectFields(t, append(slices.Clone(billiumKeyFields), "role", "effectivePermissions")...)
	o.expect(t, "id", k.id)
	o.expect(t, "role", "OWNER")
	expectSet(t, "permissions", o.texts(t, "permissions"), []string{"invoice:view"})
	expectSet(t, "effectivePermissions", o.texts(t, "effectivePermissions"), []string{"invoice:view"})
	w.current(t, w.keyAs(t, billium.Viewer).token).expect(t, "role", "VIEWER")
	w.current(t, w.publicKey(t).token).expect(t, "type", "PUBLIC")
}

func billiumKeyObject(t *testing.T, w *world) {
	k := w.secretKey(t, "report:view", "invoice:create", "invoice:view")
	k.created.expectFields(t, append(slices.Clone(billiumKeyFields), "token")...)
	o := w.billiumObject(t, k.id)
	o.expectFields(t, billiumKeyFields...)
	want := k.created
	delete(want, "token")
	if !reflect.DeepEqual(o, want) {
		t.Errorf("the key was created as %v and reads as %v", want, o)
	}
	for field, value := range map[string]any{
		"merchantId": w.merchant, "name": "row", "type": "SECRET", "permissionSetId": nil,
		"isActive": true, "lastUsedAt": nil, "revokedAt": nil,
	} {
		o.expect(t, field, value)
	}
	o.time(t, "createdAt")
	if got, want := o.texts(t, "permissions"), []string{"invoice:view", "invoice:create", "report:view"}; !slices.Equal(got, want) {
		t.Errorf("permissions %v, want them in the page's order: %v", got, want)
	}
	for _, listed := range w.billium(t, w.billiumToken, "GET /api-keys", nil).want(t, http.StatusOK).data(t) {
		listed.expectFields(t, billiumKeyFields...)
	}
}

func billiumKeyPrefix(t *testing.T, w *world) {
	for _, k := range []key{w.secretKey(t), w.publicKey(t)} {
		k.created.expect(t, "keyPrefix", k.token[:16])
		w.billiumObject(t, k.id).expect(t, "keyPrefix", k.token[:16])
		a := w.billium(t, w.billiumToken, "GET /api-keys/"+k.id, nil)
		if strings.Contains(string(a.raw), k.token[16:24]) {
			t.Errorf("the key shows more of its token than 16 characters")
		}
	}
}

func billiumDefaultType(t *testing.T, w *world) {
	k := w.created(t, w.billium(t, w.billiumToken, "POST /api-keys", object{"name": "n"}))
	k.created.expect(t, "type", "SECRET")
	if !strings.HasPrefix(k.token, "sk_") {
		t.Errorf("its token does not start with sk_")
	}
}

func billiumNoEscalation(t *testing.T, w *world) {
	k := w.secretKey(t, "api_key:create", "api_key:edit", "api_key:view", "invoice:view")
	w.billium(t, k.token, "POST /api-keys", object{"name": "n", "permissions": []string{"report:view", "invoice:view", "merchant:delete"}}).
		billiumRefuses(t, http.StatusForbidden, "Cannot grant permissions you do not hold: merchant:delete, report:view")
	w.billium(t, k.token, "PATCH /api-keys/"+k.id, object{"permissions": []string{"invoice:delete"}}).
		billiumRefuses(t, http.StatusForbidden, "Cannot grant permissions you do not hold: invoice:delete")
	w.billium(t, k.token, "POST /api-keys", object{"name": "n", "type": "PUBLIC"}).
		billiumRefuses(t, http.StatusForbidden, "Cannot grant permissions you do not hold: invoice:create, product:view")
	made := w.created(t, w.billium(t, k.token, "POST /api-keys", object{"name": "n", "permissions": []string{"invoice:view"}}))
	expectSet(t, "granted", made.created.texts(t, "permissions"), []string{"invoice:view"})
	// Without permissions it inherits what its creator has, not what the user has.
	heir := w.created(t, w.billium(t, k.token, "POST /api-keys", object{"name": "n"}))
	expectSet(t, "inherited", w.current(t, heir.token).texts(t, "effectivePermissions"), w.current(t, k.token).texts(t, "permissions"))
}

func billiumCreatedBy(t *testing.T, w *world) {
	creator := w.secretKey(t)
	made := w.created(t, w.billium(t, creator.token, "POST /api-keys", object{"name": "n"}))
	made.created.expect(t, "createdBy", creator.id)
	w.billiumObject(t, made.id).expect(t, "createdBy", creator.id)
	w.current(t, w.billiumToken).expect(t, "createdBy", w.sandbox.OwnerID)
}

func billiumLastUsed(t *testing.T, w *world) {
	k := w.secretKey(t, "invoice:view", "invoice:create")
	w.billiumObject(t, k.id).expect(t, "lastUsedAt", nil)
	last := time.Time{}
	for _, line := range []string{"GET /invoices", "POST /invoices", "GET /api-keys/current"} {
		before := w.clock.Now()
		var body any
		if strings.HasPrefix(line, "POST") {
			body = someInvoice()
		}
		if a := w.billium(t, k.token, line, body); a.status >= 300 {
			t.Fatalf("%s: got %d (%s)", line, a.status, a)
		}
		after := w.clock.Now()
		used := w.billiumObject(t, k.id).time(t, "lastUsedAt")
		if used.Before(before) || used.After(after) || !used.After(last) {
			t.Errorf("%s: lastUsedAt is %v, want between %v and %v", line, used, before, after)
		}
		last = used
	}
	w.billium(t, k.token, "GET /api-keys", nil).want(t, http.StatusForbidden)
	w.billium(t, k.token, "POST /invoices", object{}).want(t, http.StatusBadRequest)
	if used := w.billiumObject(t, k.id).time(t, "lastUsedAt"); !used.Equal(last) {
		t.Errorf("refused requests moved lastUsedAt from %v to %v", last, used)
	}
}

func billiumSameName(t *testing.T, w *world) {
	first, second := w.secretKey(t), w.secretKey(t)
	if first.id == second.id || first.created["name"] != second.created["name"] {
		t.Errorf("got ids %s and %s with names %v and %v", first.id, second.id, first.created["name"], second.created["name"])
	}
}

func billiumListWithoutRevoked(t *testing.T, w *world) {
	kept, revoked := w.secretKey(t), w.secretKey(t)
	w.revokeBillium(t, revoked.id)
	list := func(query string) []string {
		return ids(t, w.billium(t, w.billiumToken, "GET /api-keys?limit=100"+query, nil).want(t, http.StatusOK).data(t))
	}
	for _, query := range []string{"", "&includeRevoked=false"} {
		if got := list(query); slices.Contains(got, revoked.id) || !slices.Contains(got, kept.id) {
			t.Errorf("the list%s does not hold %s alone of both", query, kept.id)
		}
	}
	if got := list("&includeRevoked=true"); !slices.Contains(got, revoked.id) || !slices.Contains(got, kept.id) {
		t.Errorf("the list with revoked keys lacks one of both")
	}
	w.billium(t, w.billiumToken, "GET /api-keys?includeRevoked=maybe", nil).billiumRejects(t, "includeRevoked")
}

func billiumNinetyDays(t *testing.T, w *world) {
	const days = 24 * time.Hour
	k := w.secretKey(t)
	w.revokeBillium(t, k.id)
	revokedAt := w.billiumObject(t, k.id).time(t, "revokedAt")
	listed := func() bool {
		all := w.billium(t, w.billiumToken, "GET /api-keys?limit=100&includeRevoked=true", nil).want(t, http.StatusOK).data(t)
		return slices.Contains(ids(t, all), k.id)
	}
	w.clock.advance(90*days - time.Minute)
	if got := w.billiumObject(t, k.id).time(t, "revokedAt"); !got.Equal(revokedAt) || !listed() {
		t.Errorf("after less than 90 days: revoked at %v (was %v), listed %t", got, revokedAt, listed())
	}
	w.clock.advance(2 * time.Minute)
	w.billium(t, w.billiumToken, "GET /api-keys/"+k.id, nil).billiumRefuses(t, http.StatusNotFound, "API key not found")
	w.billium(t, w.billiumToken, "DELETE /api-keys/"+k.id, nil).billiumRefuses(t, http.StatusNotFound, "API key not found")
	if listed() {
		t.Errorf("after 90 days the revoked key is listed still")
	}
	w.billium(t, k.token, "GET /api-keys/current", nil).billiumRefuses(t, http.StatusUnauthorized, "Invalid API key")
}
