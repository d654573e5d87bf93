package seedtest

import (
	"net/http"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"
)

var corebillKeyFields = strings.Fields(
	"id object name company_id permission_level key_prefix disabled created_by created_at last_used_at revoked_at")

func corebillPatch(t *testing.T, w *world) {
	k := w.corebillKey(t, "read")
	before := w.corebillObject(t, k.id)
	for _, change := range []object{{"name": "renamed"}, {"disabled": true}, {"name": "again", "disabled": false}} {
		got := w.corebill(t, w.corebillToken, "PATCH /api_keys/"+k.id, change).want(t, http.StatusOK).object(t)
		for field, value := range change {
			got.expect(t, field, value)
			before[field] = value
		}
		if !reflect.DeepEqual(got, before) {
			t.Errorf("PATCH %v changed more than that: got %v, want %v", change, got, before)
		}
		if stored := w.corebillObject(t, k.id); !reflect.DeepEqual(stored, got) {
			t.Errorf("PATCH answered %v and stored %v", got, stored)
		}
	}
	patch := func(body any) answer { return w.corebill(t, w.corebillToken, "PATCH /api_keys/"+k.id, body) }
	patch(object{"permission_level": "admin"}).corebillRejects(t, "permission_level")
	patch(object{"company_id": w.secondCompany}).corebillRejects(t, "company_id")
	patch(object{"name": strings.Repeat("n", 101)}).corebillRejects(t, "name")
	patch(object{"name": strings.Repeat("n", 100)}).want(t, http.StatusOK)
	patch(object{}).want(t, http.StatusBadRequest)
}

func corebillRevokeTwice(t *testing.T, w *world) {
	k := w.corebillKey(t, "read")
	first := w.corebill(t, w.corebillToken, "DELETE /api_keys/"+k.id, nil).want(t, http.StatusOK).object(t)
	first.expect(t, "id", k.id)
	first.time(t, "revoked_at")
	w.clock.advance(time.Hour)
	second := w.corebill(t, w.corebillToken, "DELETE /api_keys/"+k.id, nil).want(t, http.StatusOK).object(t)
	if !reflect.DeepEqual(first, second) {
		t.Errorf("revoking again answered %v, first %v", second, first)
	}
}

func corebillPatchRevoked(t *testing.T, w *world) {
	k := w.corebillKey(t, "read")
	w.revokeCorebill(t, k.id)
	for _, body := range []object{{"name": "n"}, {"disabled": true}, {"disabled": false}} {
		w.corebill(t, w.corebillToken, "PATCH /api_keys/"+k.id, body).corebillRefuses(t, http.StatusBadRequest, "API key is revoked")
	}
}

func corebillKeyObject(t *testing.T, w *world) {
	k := w.corebillKey(t, "write")
	k.created.expectFields(t, append(slices.Clone(corebillKeyFields), "token")...)
	o := w.corebillObject(t, k.id)
	o.expectFields(t, corebillKeyFields...)
	want := k.created
	delete(want, "token")
	if !reflect.DeepEqual(o, want) {
		t.Errorf("the key was created as %v and reads as %v", want, o)
	}
	for field, value := range map[string]any{
		"object": "api_key", "name": "row", "company_id": w.company, "permission_level": "write",
		"disabled": false, "last_used_at": nil, "revoked_at": nil,
	} {
		o.expect(t, field, value)
	}
	for _, listed := range w.corebill(t, w.corebillToken, "GET /api_keys", nil).want(t, http.StatusOK).data(t) {
		listed.expectFields(t, corebillKeyFields...)
	}
}

func corebillCreatedBy(t *testing.T, w *world) {
	creator := w.corebillKey(t, "admin")
	made := w.created(t, w.corebill(t, creator.token, "POST /api_keys", object{"name": "n", "permission_level": "read"}))
	made.created.expect(t, "created_by", creator.id)
	w.corebillObject(t, made.id).expect(t, "created_by", creator.id)
	// The first key of all is the dashboard's; follow the makers up to it.
	top := w.corebillObject(t, creator.created.text(t, "created_by"))
	top.expect(t, "created_by", "dashboard")
	top.expect(t, "company_id", nil)
	top.expect(t, "permission_level", "admin")
}

func corebillSameName(t *testing.T, w *world) {
	first, second := w.corebillKey(t, "read"), w.corebillKey(t, "read")
	if first.id == second.id || first.created["name"] != second.created["name"] {
		t.Errorf("got ids %s and %s with names %v and %v", first.id, second.id, first.created["name"], second.created["name"])
	}
}

func corebillListWithoutRevoked(t *testing.T, w *world) {
	kept, revoked := w.corebillKey(t, "read"), w.corebillKey(t, "read")
	w.revokeCorebill(t, revoked.id)
	list := func(query string) []object {
		return w.corebill(t, w.corebillToken, "GET /api_keys?limit=100"+query, nil).want(t, http.StatusOK).data(t)
	}
	for _, query := range []string{"", "&include_revoked=false"} {
		if got := ids(t, list(query)); slices.Contains(got, revoked.id) || !slices.Contains(got, kept.id) {
			t.Errorf("the list%s holds %v, want %s and not %s", query, got, kept.id, revoked.id)
		}
	}
	all := list("&include_revoked=true")
	at := slices.Index(ids(t, all), revoked.id)
	if at < 0 || !slices.Contains(ids(t, all), kept.id) {
		t.Fatalf("the list with revoked keys lacks one of both")
	}
	all[at].time(t, "revoked_at")
	w.corebill(t, w.corebillToken, "GET /api_keys?include_revoked=maybe", nil).corebillRejects(t, "include_revoked")
}

func corebillNinetyDays(t *testing.T, w *world) {
	const days = 24 * time.Hour
	k := w.corebillKey(t, "read")
	w.revokeCorebill(t, k.id)
	revokedAt := w.corebillObject(t, k.id).time(t, "revoked_at")
	listed := func() bool {
		all := w.corebill(t, w.corebillToken, "GET /api_keys?limit=100&include_revoked=true", nil).want(t, http.StatusOK).data(t)
		return slices.Contains(ids(t, all), k.id)
	}
	w.clock.advance(90*days - time.Minute)
	if got := w.corebillObject(t, k.id).time(t, "revoked_at"); !got.Equal(revokedAt) {
		t.Errorf("revoked_at moved from %v to %v", revokedAt, got)
	}
	if !listed() {
		t.Errorf("after less than 90 days the revoked key is not listed")
	}
	w.clock.advance(2 * time.Minute)
	w.corebill(t, w.corebillToken, "GET /api_keys/"+k.id, nil).corebillRefuses(t, http.StatusNotFound, "API key not found")
	w.corebill(t, w.corebillToken, "DELETE /api_keys/"+k.id, nil).corebillRefuses(t, http.StatusNotFound, "API key not found")
	if listed() {
		t.Errorf("after 90 days the revoked key is listed still")
	}
	w.corebill(t, k.token, "GET /companies", nil).corebillRefuses(t, http.StatusUnauthorized, "Invalid API key")
}

func corebillNoIdempotency(t *testing.T, w *world) {
	var made []string
	for range 2 {
		a := w.send(t, request{
			base: w.corebillURL + "/v1", line: "POST /api_keys?company_id=" + w.company,
			header: map[string]string{"Authorization": "Bearer " + w.corebillToken, "Idempotency-Key": "the same"},
			body:   object{"name": "n", "permission_level": "read"},
		})
		made = append(made, w.created(t, a).id)
	}
	if made[0] == made[1] {
		t.Errorf("the second POST made no key of its own")
	}
}
