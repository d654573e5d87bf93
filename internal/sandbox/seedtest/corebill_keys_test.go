package seedtest

import (
	"bytes"
	"net/http"
	"regexp"
	"strings"
	"testing"
)

func corebillNeedsBearer(t *testing.T, w *world) {
	k := w.corebillKey(t, "admin")
	for _, o := range corebillOperations {
		line := o.line + "?company_id=" + w.company
		none := w.send(t, request{base: w.corebillURL + "/v1", line: line})
		none.corebillRefuses(t, http.StatusUnauthorized, "Missing Authorization header")
	}
	elsewhere := w.send(t, request{base: w.corebillURL + "/v1", line: "GET /companies", header: apiKey(k.token)})
	elsewhere.corebillRefuses(t, http.StatusUnauthorized, "Missing Authorization header")
	for _, value := range []string{k.token, "Basic " + k.token, "Token " + k.token, "Bearer", "Bearer" + k.token} {
		a := w.send(t, request{base: w.corebillURL + "/v1", line: "GET /companies", header: map[string]string{"Authorization": value}})
		a.corebillRefuses(t, http.StatusUnauthorized, "Invalid API key")
	}
	w.corebillUnscoped(t, k.token, "GET /companies", nil).want(t, http.StatusOK)
}

func corebillAcceptsBearer(t *testing.T, w *world) {
	k := w.corebillKey(t, "read")
	if !strings.HasPrefix(k.token, "sk_live_") {
		t.Fatalf("the token does not start with sk_live_")
	}
	a := w.send(t, request{
		base:   w.corebillURL + "/v1",
		line:   "GET /customers?company_id=" + w.company,
		header: map[string]string{"Authorization": "Bearer " + k.token},
	})
	a.want(t, http.StatusOK)
}

func corebillTokensAreUnique(t *testing.T, w *world) {
	seen := map[string]bool{}
	for range 5 {
		k := w.corebillKey(t, "read")
		unique, ok := strings.CutPrefix(k.token, "sk_")
		if !ok || unique == "" {
			t.Fatalf("the token is not sk_ and an identifier")
		}
		if seen[unique] {
			t.Errorf("two keys have the same token")
		}
		seen[unique] = true
	}
}

var corebillTokenForm = regexp.MustCompile(`^sk_live_[0-9A-Za-z]{40}$`)

func corebillTokenFormat(t *testing.T, w *world) {
	keys := []key{w.corebillKey(t, "read"), w.corebillKey(t, "admin"), w.organizationKey(t, "write")}
	for _, k := range keys {
		if !corebillTokenForm.MatchString(k.token) {
			t.Errorf("a token of %d characters does not match %s", len(k.token), corebillTokenForm)
		}
	}
	if !corebillTokenForm.MatchString(w.corebillToken) {
		t.Errorf("the first key's token does not match %s", corebillTokenForm)
	}
}

func corebillTokenShownOnce(t *testing.T, w *world) {
	k := w.corebillKey(t, "admin")
	w.expectTokenless(t, k, []answer{
		w.corebill(t, w.corebillToken, "GET /api_keys/"+k.id, nil),
		w.corebill(t, w.corebillToken, "GET /api_keys?limit=100", nil),
		w.corebill(t, k.token, "GET /api_keys/"+k.id, nil),
		w.corebill(t, w.corebillToken, "PATCH /api_keys/"+k.id, object{"name": "renamed"}),
		w.corebill(t, w.corebillToken, "GET /api_logs?limit=100", nil),
		w.corebill(t, w.corebillToken, "DELETE /api_keys/"+k.id, nil),
		w.corebill(t, w.corebillToken, "GET /api_keys?limit=100&include_revoked=true", nil),
	})
}

// expectTokenless expects answers of 200 with neither a token nor a field for one.
func (w *world) expectTokenless(t *testing.T, k key, answers []answer) {
	t.Helper()
	for _, a := range answers {
		a.want(t, http.StatusOK)
		if bytes.Contains(a.raw, []byte(k.token)) {
			t.Errorf("%s shows the token again", a.line)
		}
		if bytes.Contains(a.raw, []byte(`"token"`)) {
			t.Errorf("%s has a field token: %s", a.line, a)
		}
	}
}

func corebillKeyPrefix(t *testing.T, w *world) {
	k := w.corebillKey(t, "read")
	o := w.corebillObject(t, k.id)
	o.expect(t, "key_prefix", k.token[:10])
	for _, line := range []string{"GET /api_keys/" + k.id, "GET /api_keys?limit=100", "GET /api_logs?limit=100"} {
		a := w.corebill(t, w.corebillToken, line, nil).want(t, http.StatusOK)
		// Eight of the remaining characters do not come up by chance.
		if bytes.Contains(a.raw, []byte(k.token[10:18])) {
			t.Errorf("%s shows more of the token than its first 10 characters", line)
		}
	}
}

func corebillLostKey(t *testing.T, w *world) {
	lost := w.corebillKey(t, "write")
	name := lost.created.text(t, "name")
	w.corebill(t, w.corebillToken, "DELETE /api_keys/"+lost.id, nil).want(t, http.StatusOK)
	fresh := w.created(t, w.corebill(t, w.corebillToken, "POST /api_keys", object{"name": name, "permission_level": "write"}))
	if fresh.token == lost.token || fresh.id == lost.id {
		t.Errorf("the new key has the token or the id of the old one")
	}
	w.corebill(t, fresh.token, "GET /customers", nil).want(t, http.StatusOK)
	w.corebill(t, lost.token, "GET /customers", nil).corebillRefuses(t, http.StatusUnauthorized, "Invalid API key")
}

func corebillPickThree(t *testing.T, w *world) {
	k := w.created(t, w.corebillIn(t, w.secondCompany, w.corebillToken, "POST /api_keys",
		object{"name": "Billing job", "company_id": w.secondCompany, "permission_level": "write"}))
	stored := w.corebillIn(t, w.secondCompany, w.corebillToken, "GET /api_keys/"+k.id, nil).want(t, http.StatusOK).object(t)
	for _, o := range []object{k.created, stored} {
		o.expect(t, "name", "Billing job")
		o.expect(t, "company_id", w.secondCompany)
		o.expect(t, "permission_level", "write")
	}
	w.corebill(t, w.corebillToken, "POST /api_keys", object{"permission_level": "read"}).corebillRejects(t, "name")
	w.corebill(t, w.corebillToken, "POST /api_keys", object{"name": "", "permission_level": "read"}).corebillRejects(t, "name")
	w.corebill(t, w.corebillToken, "POST /api_keys", object{"name": "n"}).corebillRejects(t, "permission_level")
}

func corebillNotSeenAgain(t *testing.T, w *world) {
	k := w.organizationKey(t, "admin")
	if !strings.HasPrefix(k.token, "sk_") {
		t.Errorf("the token does not start with sk_")
	}
	w.expectTokenless(t, k, []answer{
		w.corebill(t, k.token, "GET /api_keys/"+k.id, nil),
		w.corebill(t, k.token, "GET /api_keys?limit=100", nil),
		w.corebill(t, k.token, "PATCH /api_keys/"+k.id, object{"disabled": false}),
		w.corebillUnscoped(t, k.token, "GET /companies", nil),
		w.corebill(t, k.token, "DELETE /api_keys/"+k.id, nil),
		w.corebill(t, w.corebillToken, "GET /api_keys/"+k.id, nil),
	})
}
