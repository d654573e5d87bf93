package seedtest

import (
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/keyward/terraform-provider-keyward/internal/platform/billium"
)

func billiumNeedsKey(t *testing.T, w *world) {
	for _, o := range billiumOperations {
		w.send(t, request{base: w.merchantURL("/v1"), line: o.line}).
			billiumRefuses(t, http.StatusUnauthorized, "Missing x-api-key header")
	}
	elsewhere := w.send(t, request{base: w.merchantURL("/v1"), line: "GET /invoices", header: bearer(w.billiumToken)})
	elsewhere.billiumRefuses(t, http.StatusUnauthorized, "Missing x-api-key header")
}

func billiumAcceptsKey(t *testing.T, w *world) {
	k := w.secretKey(t, "invoice:view")
	if !strings.HasPrefix(k.token, "sk_") {
		t.Fatalf("the token does not start with sk_")
	}
	w.send(t, request{base: w.merchantURL("/v1"), line: "GET /invoices", header: map[string]string{"x-api-key": k.token}}).want(t, http.StatusOK)
}

func billiumTwoTypes(t *testing.T, w *world) {
	for keyType, prefix := range map[string]string{"SECRET": "sk_", "PUBLIC": "pk_"} {
		k := w.created(t, w.billium(t, w.billiumToken, "POST /api-keys", object{"name": "row", "type": keyType}))
		k.created.expect(t, "type", keyType)
		w.billiumObject(t, k.id).expect(t, "type", keyType)
		if !strings.HasPrefix(k.token, prefix) {
			t.Errorf("a %s token does not start with %s", keyType, prefix)
		}
	}
	for _, keyType := range []any{"RESTRICTED", "secret", "", nil, 1} {
		w.billium(t, w.billiumToken, "POST /api-keys", object{"name": "row", "type": keyType}).billiumRejects(t, "type")
	}
}

func billiumSecretScope(t *testing.T, w *world) {
	for _, c := range []struct {
		role    billium.Role
		allowed []string
	}{
		{billium.Owner, allPermissions},
		{billium.Administrator, adminPermissions},
		{billium.Member, memberPermissions},
		{billium.Viewer, viewerPermissions},
	} {
		got := w.current(t, w.keyAs(t, c.role).token)
		expectSet(t, string(c.role), got.texts(t, "effectivePermissions"), c.allowed)
	}
	if n := len(w.current(t, w.billiumToken).texts(t, "effectivePermissions")); n != 34 {
		t.Errorf("the OWNER's secret key has %d permissions, want 34", n)
	}
}

func billiumPublicScope(t *testing.T, w *world) {
	k := w.publicKey(t)
	expectSet(t, "public key", w.current(t, k.token).texts(t, "effectivePermissions"), publicPermissions)
	for _, o := range billiumOperations {
		a := w.billium(t, k.token, o.line, nil)
		if !o.public {
			a.billiumRefuses(t, http.StatusForbidden, "Public keys cannot access this endpoint")
		} else if a.status == http.StatusForbidden || a.status == http.StatusUnauthorized {
			t.Errorf("%s: a public key is refused: %s", o.line, a)
		}
	}
	id := w.billium(t, k.token, "POST /invoices", someInvoice()).want(t, http.StatusCreated).object(t).text(t, "id")
	w.billium(t, k.token, "GET /invoices/"+id, nil).want(t, http.StatusOK)
	w.billium(t, k.token, "POST /invoices/"+id+"/cancel", nil).want(t, http.StatusForbidden)
	w.billium(t, w.billiumToken, "GET /invoices/"+id, nil).want(t, http.StatusOK).object(t).expect(t, "status", "CREATED")
}

func billiumTokenFormat(t *testing.T, w *world) {
	for prefix, tokens := range map[string][]string{
		"sk_": {w.billiumToken, w.secretKey(t).token, w.secretKey(t, "invoice:view").token, w.keyAs(t, billium.Viewer).token},
		"pk_": {w.publicKey(t).token, w.publicKey(t).token},
	} {
		form := regexp.MustCompile("^" + prefix + "[0-9A-Za-z]{96}$")
		for _, token := range tokens {
			if !form.MatchString(token) {
				t.Errorf("a token of %d characters does not match %s", len(token), form)
			}
		}
	}
	for _, prefix := range []string{"sk_live_", "sk_test_", "pk_live_", "pk_test_"} {
		for _, length := range []int{96, 99 - len(prefix)} {
			w.billium(t, prefix+strings.Repeat("a", length), "GET /invoices", nil).
				billiumRefuses(t, http.StatusUnauthorized, "Malformed API key")
		}
	}
}

func billiumOneKeySpace(t *testing.T, w *world) {
	secret, public := w.secretKey(t), w.publicKey(t)
	list := w.billium(t, w.billiumToken, "GET /api-keys?limit=100", nil).want(t, http.StatusOK).data(t)
	for _, k := range []key{secret, public} {
		if !slices.Contains(ids(t, list), k.id) {
			t.Errorf("the merchant's keys lack %s", k.id)
		}
		k.created.expect(t, "merchantId", w.merchant)
		// The same key works on either deployment: there is no other space.
		for _, version := range []string{"/v1", "/api/v1"} {
			w.send(t, request{base: w.merchantURL(version), line: "GET /api-keys/current", header: apiKey(k.token)}).
				want(t, http.StatusOK).object(t).expect(t, "id", k.id)
		}
	}
	for _, o := range list {
		o.expect(t, "merchantId", w.merchant)
	}
}

func billiumChoose(t *testing.T, w *world) {
	chosen := []string{"invoice:view", "invoice:create", "webhook:view"}
	k := w.secretKey(t, chosen...)
	expectSet(t, "chosen", k.created.texts(t, "permissions"), chosen)
	expectSet(t, "stored", w.billiumObject(t, k.id).texts(t, "permissions"), chosen)
	expectSet(t, "effective", w.current(t, k.token).texts(t, "effectivePermissions"), chosen)
	public := w.created(t, w.billium(t, w.billiumToken, "POST /api-keys",
		object{"name": "row", "type": "PUBLIC", "permissions": publicPermissions}))
	expectSet(t, "public", public.created.texts(t, "permissions"), publicPermissions)
}

func billiumShownOnce(t *testing.T, w *world) {
	k, public := w.secretKey(t), w.publicKey(t)
	w.expectTokenless(t, k, []answer{
		w.billium(t, w.billiumToken, "GET /api-keys/"+k.id, nil),
		w.billium(t, w.billiumToken, "GET /api-keys?limit=100", nil),
		w.billium(t, k.token, "GET /api-keys/current", nil),
		w.billium(t, w.billiumToken, "PATCH /api-keys/"+k.id, object{"name": "renamed"}),
		w.billium(t, w.billiumToken, "GET /api-logs?limit=100", nil),
		w.billium(t, w.billiumToken, "DELETE /api-keys/"+k.id, nil),
		w.billium(t, w.billiumToken, "GET /api-keys?limit=100&includeRevoked=true", nil),
	})
	w.expectTokenless(t, public, []answer{
		w.billium(t, public.token, "GET /api-keys/current", nil),
		w.billium(t, w.billiumToken, "GET /api-keys/"+public.id, nil),
	})
}
