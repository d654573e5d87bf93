package seedtest

import (
	"net/http"
	"strings"
	"testing"
)

func corebillMissingHeader(t *testing.T, w *world) {
	for _, line := range []string{"GET /companies", "GET /customers?company_id=" + w.company, "POST /api_keys?company_id=" + w.company} {
		for _, header := range []map[string]string{nil, {"Authorization": ""}} {
			w.send(t, request{base: w.corebillURL + "/v1", line: line, header: header}).
				corebillRefuses(t, http.StatusUnauthorized, "Missing Authorization header")
		}
	}
}

func corebillInvalidKey(t *testing.T, w *world) {
	revoked := w.corebillKey(t, "read")
	w.revokeCorebill(t, revoked.id)
	unknown := unknownCorebillToken(t)
	live := w.corebillKey(t, "read").token
	for name, token := range map[string]string{
		"unknown":                unknown,
		"known prefix, other":    live[:10] + unknown[10:],
		"one character less":     live[:len(live)-1],
		"one character more":     live + "x",
		"last character other":   live[:len(live)-1] + otherCharacter(live[len(live)-1]),
		"other case":             strings.ToUpper(live),
		"test key":               strings.Replace(unknown, "sk_live_", "sk_test_", 1),
		"prefix alone":           "sk_live_",
		"no key":                 "hello",
		"two words":              "sk_live_ " + unknown,
		"revoked":                revoked.token,
		"characters not allowed": "sk_live_" + strings.Repeat("-", 40),
		"very long":              "sk_live_" + strings.Repeat("a", 4000),
	} {
		a := w.corebillUnscoped(t, token, "GET /companies", nil)
		a.line += " (" + name + ")"
		a.corebillRefuses(t, http.StatusUnauthorized, "Invalid API key")
	}
	w.corebillUnscoped(t, live, "GET /companies", nil).want(t, http.StatusOK)
}

// otherCharacter returns a base62 character that is not c.
func otherCharacter(c byte) string {
	if c == 'a' {
		return "b"
	}
	return "a"
}

func corebillDisabledKey(t *testing.T, w *world) {
	k := w.corebillKey(t, "read")
	w.corebill(t, k.token, "GET /customers", nil).want(t, http.StatusOK)
	w.disableCorebill(t, k.id, true)
	w.corebillObject(t, k.id).expect(t, "disabled", true)
	for _, line := range []string{"GET /customers", "GET /companies", "POST /customers"} {
		w.corebill(t, k.token, line, nil).corebillRefuses(t, http.StatusUnauthorized, "API key is disabled")
	}
	w.disableCorebill(t, k.id, false)
	w.corebillObject(t, k.id).expect(t, "disabled", false)
	w.corebill(t, k.token, "GET /customers", nil).want(t, http.StatusOK)
}

func corebillAuditTrail(t *testing.T, w *world) {
	k := w.corebillKey(t, "write")
	agent := "audit-trail/" + k.id
	requests := []struct {
		line, path string
		body       any
		status     int
	}{
		{"GET /customers", "/v1/customers", nil, 200},
		{"POST /customers", "/v1/customers", object{"name": "C"}, 201},
		{"POST /customers", "/v1/customers", object{"nome": "C"}, 400},
		{"GET /customers/cus_000000000000", "/v1/customers/cus_000000000000", nil, 404},
		{"DELETE /customers/cus_000000000000", "/v1/customers/cus_000000000000", nil, 403},
		{"GET /companies", "/v1/companies", nil, 200},
	}
	for _, r := range requests {
		before := w.clock.Now()
		w.send(t, request{
			base: w.corebillURL + "/v1", line: r.line + "?company_id=" + w.company, body: r.body,
			header: map[string]string{"Authorization": "Bearer " + k.token, "User-Agent": agent, addressHeader: "192.0.2.7"},
		}).want(t, r.status)
		after := w.clock.Now()
		rows := w.corebill(t, w.corebillToken, "GET /api_logs?limit=1&api_key_id="+k.id, nil).want(t, http.StatusOK).data(t)
		if len(rows) != 1 {
			t.Fatalf("%s was not recorded", r.line)
		}
		row := rows[0]
		row.expect(t, "api_key_id", k.id)
		method, _, _ := strings.Cut(r.line, " ")
		row.expect(t, "method", method)
		row.expect(t, "path", r.path)
		row.expect(t, "ip", "192.0.2.7")
		row.expect(t, "user_agent", agent)
		if got := row.number(t, "status"); got != r.status {
			t.Errorf("%s: recorded status %d, want %d", r.line, got, r.status)
		}
		if got := row.number(t, "duration_ms"); got < 0 {
			t.Errorf("%s: recorded duration %d ms", r.line, got)
		}
		if at := row.time(t, "created_at"); at.Before(before) || at.After(after) {
			t.Errorf("%s: recorded at %v, want between %v and %v", r.line, at, before, after)
		}
	}
	all := w.corebill(t, w.corebillToken, "GET /api_logs?limit=100&api_key_id="+k.id, nil).want(t, http.StatusOK).data(t)
	if len(all) != len(requests) {
		t.Errorf("%d requests are recorded, want %d", len(all), len(requests))
	}
}
