package seedtest

import (
	"net/http"
	"reflect"
	"testing"
	"time"
)

func corebillRevocation(t *testing.T, w *world) {
	k, other := w.corebillKey(t, "admin"), w.corebillKey(t, "admin")
	w.corebill(t, k.token, "GET /customers", nil).want(t, http.StatusOK)
	w.revokeCorebill(t, k.id)
	for _, line := range []string{"GET /companies", "GET /customers", "POST /customers", "DELETE /api_keys/" + k.id, "GET /api_keys/" + k.id} {
		w.corebill(t, k.token, line, nil).corebillRefuses(t, http.StatusUnauthorized, "Invalid API key")
	}
	w.corebill(t, other.token, "GET /customers", nil).want(t, http.StatusOK)
	// A key may revoke itself: that request is its last.
	w.corebill(t, other.token, "DELETE /api_keys/"+other.id, nil).want(t, http.StatusOK)
	w.corebill(t, other.token, "GET /customers", nil).corebillRefuses(t, http.StatusUnauthorized, "Invalid API key")
}

func corebillNoRotation(t *testing.T, w *world) {
	k := w.corebillKey(t, "read")
	before := w.corebillObject(t, k.id)
	for field, value := range map[string]any{
		"token": unknownCorebillToken(t), "key_prefix": "sk_live_zz", "rotate": true, "permission_level": "write",
	} {
		w.corebill(t, w.corebillToken, "PATCH /api_keys/"+k.id, object{field: value}).corebillRejects(t, field)
	}
	for _, suffix := range []string{"/rotate", "/roll", "/regenerate"} {
		w.corebill(t, w.corebillToken, "POST /api_keys/"+k.id+suffix, nil).corebillRefuses(t, http.StatusNotFound, "Not found")
	}
	for _, method := range []string{"POST", "PUT"} {
		if a := w.corebill(t, w.corebillToken, method+" /api_keys/"+k.id, nil); a.status != http.StatusMethodNotAllowed {
			t.Errorf("%s: got %d (%s), want 405", a.line, a.status, a)
		}
	}
	if after := w.corebillObject(t, k.id); !reflect.DeepEqual(after, before) {
		t.Errorf("the key changed from %v to %v", before, after)
	}
	w.corebill(t, k.token, "GET /customers", nil).want(t, http.StatusOK)
}

func corebillRotation(t *testing.T, w *world) {
	old := w.corebillKey(t, "write")
	w.corebill(t, old.token, "GET /customers", nil).want(t, http.StatusOK)
	fresh := w.created(t, w.corebill(t, w.corebillToken, "POST /api_keys",
		object{"name": old.created.text(t, "name"), "permission_level": "write"}))
	// While the deployment switches over, both work.
	w.corebill(t, old.token, "GET /customers", nil).want(t, http.StatusOK)
	w.corebill(t, fresh.token, "GET /customers", nil).want(t, http.StatusOK)
	w.revokeCorebill(t, old.id)
	w.corebill(t, old.token, "GET /customers", nil).corebillRefuses(t, http.StatusUnauthorized, "Invalid API key")
	w.corebill(t, fresh.token, "POST /customers", object{"name": "C"}).want(t, http.StatusCreated)
}

func corebillLastUsed(t *testing.T, w *world) {
	k := w.corebillKey(t, "write")
	w.corebillObject(t, k.id).expect(t, "last_used_at", nil)
	last := time.Time{}
	for _, request := range []struct {
		line string
		body any
	}{
		{"GET /customers", nil},
		{"GET /companies", nil},
		{"POST /customers", object{"name": "C"}},
		{"GET /api_keys/" + k.id, nil},
		{"GET /customers", nil},
	} {
		before := w.clock.Now()
		a := w.corebill(t, k.token, request.line, request.body)
		if a.status >= 300 {
			t.Fatalf("%s: got %d (%s)", a.line, a.status, a)
		}
		after := w.clock.Now()
		used := w.corebillObject(t, k.id).time(t, "last_used_at")
		if used.Before(before.Truncate(time.Millisecond)) || used.After(after) || !used.After(last) {
			t.Errorf("%s: last_used_at is %v, want between %v and %v and after %v", request.line, used, before, after, last)
		}
		last = used
	}
	// A refused request is not a successful one.
	w.corebill(t, k.token, "DELETE /api_keys/"+k.id, nil).want(t, http.StatusForbidden)
	w.corebill(t, k.token, "POST /customers", object{}).want(t, http.StatusBadRequest)
	w.corebill(t, k.token, "GET /customers/cus_000000000000", nil).want(t, http.StatusNotFound)
	if used := w.corebillObject(t, k.id).time(t, "last_used_at"); !used.Equal(last) {
		t.Errorf("refused requests moved last_used_at from %v to %v", last, used)
	}
}
