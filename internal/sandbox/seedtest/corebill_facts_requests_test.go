package seedtest

import (
	"net/http"
	"regexp"
	"strings"
	"testing"
)

func corebillErrorBodies(t *testing.T, w *world) {
	read := w.corebillKey(t, "read")
	for _, c := range []struct {
		token, line string
		status      int
	}{
		{read.token, "GET /customers?limit=0", 400},
		{unknownCorebillToken(t), "GET /customers", 401},
		{read.token, "POST /customers", 403},
		{read.token, "GET /customers/cus_000000000000", 404},
		{read.token, "GET /nowhere", 404},
		{w.corebillToken, "PUT /customers", 405},
	} {
		a := w.corebill(t, c.token, c.line, nil)
		if a.status != c.status {
			t.Errorf("%s: got %d (%s), want %d", c.line, a.status, a, c.status)
		}
		if got := a.header.Get("Content-Type"); !strings.HasPrefix(got, "application/json") {
			t.Errorf("%s: Content-Type is %q", c.line, got)
		}
		o := a.object(t)
		o.expectFields(t, "error")
		if o.text(t, "error") == "" {
			t.Errorf("%s: the message is empty", c.line)
		}
	}
}

func corebillUnknownField(t *testing.T, w *world) {
	id := w.corebillKey(t, "read").id
	for line, body := range map[string]object{
		"POST /api_keys":                {"name": "n", "permission_level": "read", "colour": "red"},
		"PATCH /api_keys/" + id:         {"name": "n", "colour": "red"},
		"POST /customers":               {"name": "n", "colour": "red"},
		"POST /companies":               {"name": "n", "colour": "red"},
		"PATCH /companies/" + w.company: {"colour": "red"},
	} {
		w.corebill(t, w.corebillToken, line, body).corebillRejects(t, "colour")
	}
	w.corebillObject(t, id).expect(t, "name", "row")
}

func corebillUnknownParameter(t *testing.T, w *world) {
	for _, line := range []string{
		"GET /companies", "GET /customers", "GET /api_keys", "GET /api_logs", "GET /companies/" + w.company,
		"GET /api_keys/key_000000000000", "DELETE /customers/cus_000000000000",
	} {
		w.corebill(t, w.corebillToken, line+"?colour=red", nil).corebillRejects(t, "colour")
	}
	// Billium's spelling is none of Corebill's.
	w.corebill(t, w.corebillToken, "GET /api_keys?includeRevoked=true", nil).corebillRejects(t, "includeRevoked")
}

func corebillWrongType(t *testing.T, w *world) {
	id := w.corebillKey(t, "read").id
	for _, c := range []struct {
		line  string
		body  object
		field string
	}{
		{"POST /api_keys", object{"name": 5, "permission_level": "read"}, "name"},
		{"POST /api_keys", object{"name": nil, "permission_level": "read"}, "name"},
		{"POST /api_keys", object{"name": []string{"n"}, "permission_level": "read"}, "name"},
		{"POST /api_keys", object{"name": "n", "permission_level": true}, "permission_level"},
		{"PATCH /api_keys/" + id, object{"disabled": "yes"}, "disabled"},
		{"PATCH /api_keys/" + id, object{"disabled": nil}, "disabled"},
		{"POST /customers", object{"name": object{}}, "name"},
		{"PATCH /companies/" + w.company, object{"currency": 840}, "currency"},
	} {
		w.corebill(t, w.corebillToken, c.line, c.body).corebillRejects(t, c.field)
	}
	for _, body := range []string{"", "{", "[]", `"name"`, "null", `{"name":"n","permission_level":"read"}}`} {
		a := w.corebill(t, w.corebillToken, "POST /api_keys", body)
		if a.status != http.StatusBadRequest {
			t.Errorf("body %q: got %d (%s), want 400", body, a.status, a)
		}
	}
}

func corebillOrderOfChecks(t *testing.T, w *world) {
	read, admin := w.corebillKey(t, "read"), w.corebillKey(t, "admin")
	bad := object{"colour": "red"}
	post := func(token, query string) answer {
		return w.corebillUnscoped(t, token, "POST /customers"+query, bad)
	}
	post(unknownCorebillToken(t), "").corebillRefuses(t, http.StatusUnauthorized, "Invalid API key")
	post(read.token, "").corebillRefuses(t, http.StatusForbidden, accessMessage["write"])
	post(admin.token, "").corebillRefuses(t, http.StatusBadRequest, "Missing company_id query parameter")
	post(admin.token, "?company_id="+w.secondCompany).want(t, http.StatusBadRequest)
	w.corebillIn(t, w.secondCompany, admin.token, "POST /customers", object{"name": "n"}).
		corebillRefuses(t, http.StatusNotFound, "Company not found")
}

func corebillUnknownRoutes(t *testing.T, w *world) {
	for _, line := range []string{"GET /nowhere", "GET /", "POST /customers/cus_000000000000/merge", "GET /api_keys/a/b"} {
		w.corebill(t, w.corebillToken, line, nil).corebillRefuses(t, http.StatusNotFound, "Not found")
	}
	for _, line := range []string{"PUT /customers", "DELETE /companies", "PATCH /customers/cus_000000000000", "POST /api_logs"} {
		a := w.corebill(t, w.corebillToken, line, nil).want(t, http.StatusMethodNotAllowed)
		a.object(t).expectFields(t, "error")
	}
}

var requestID = regexp.MustCompile(`^req_[0-9a-f]{16}$`)

func corebillRequestIDs(t *testing.T, w *world) {
	seen := map[string]bool{}
	for _, a := range []answer{
		w.corebill(t, w.corebillToken, "GET /customers", nil),
		w.corebill(t, w.corebillToken, "POST /customers", object{"name": "C"}),
		w.corebill(t, w.corebillToken, "POST /customers", object{}),
		w.corebill(t, "hello", "GET /customers", nil),
		w.corebill(t, w.corebillToken, "GET /nowhere", nil),
		w.corebill(t, w.corebillToken, "PUT /customers", nil),
		w.send(t, request{base: w.corebillURL + "/v1", line: "GET /companies"}),
	} {
		expectRequestID(t, a, seen)
	}
}

func expectRequestID(t *testing.T, a answer, seen map[string]bool) {
	t.Helper()
	id := a.header.Get("X-Request-Id")
	if !requestID.MatchString(id) || seen[id] {
		t.Errorf("%s (%d): X-Request-Id is %q", a.line, a.status, id)
	}
	seen[id] = true
}
