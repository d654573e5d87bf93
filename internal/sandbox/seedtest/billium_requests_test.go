package seedtest

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/keyward/terraform-provider-keyward/internal/platform/billium"
)

func billiumSample(t *testing.T, w *world) {
	made := w.invoice(t)
	a := w.send(t, request{
		base:   w.billiumURL,
		line:   "GET /api/v1/merchants/merchant/" + w.merchant + "/invoices",
		header: map[string]string{"x-api-key": w.secretKey(t, "invoice:view").token},
	}).want(t, http.StatusOK)
	if !slices.Contains(ids(t, a.data(t)), made) {
		t.Errorf("the newest invoice is not listed: %s", a)
	}
}

func billiumMerchantPaths(t *testing.T, w *world) {
	k := w.secretKey(t)
	other := w.billiumURL + "/api/v1/merchants/merchant/" + noID("mer")
	for _, o := range billiumOperations {
		served := w.send(t, request{base: w.merchantURL("/api/v1"), line: o.line, header: apiKey(k.token)})
		if served.status != http.StatusOK && served.status != http.StatusBadRequest && !isMissingObject(t, served) {
			t.Errorf("%s under /api/v1: got %d (%s)", o.line, served.status, served)
		}
		w.send(t, request{base: w.merchantURL("/api/v1"), line: o.line}).
			billiumRefuses(t, http.StatusUnauthorized, "Missing x-api-key header")
		foreign := w.send(t, request{base: other, line: o.line, header: apiKey(k.token), body: bodyFor(o.line)})
		foreign.billiumRefuses(t, http.StatusForbidden, "API key does not belong to this merchant")
	}
	for _, line := range []string{"GET /invoices", "GET /merchants/merchant", "GET /merchants/" + w.merchant + "/invoices", "GET /merchant/" + w.merchant + "/invoices"} {
		a := w.send(t, request{base: w.billiumURL + "/api/v1", line: line, header: apiKey(k.token)})
		if a.status != http.StatusNotFound {
			t.Errorf("%s without the merchant's path: got %d (%s), want 404", line, a.status, a)
		}
	}
}

// isMissingObject tells a 404 about an object from that about a route.
func isMissingObject(t *testing.T, a answer) bool {
	t.Helper()
	return a.status == http.StatusNotFound && strings.HasSuffix(a.object(t).text(t, "message"), " not found")
}

// bodyFor is a body that the operation takes, so that nothing but the merchant
// is wrong with the request.
func bodyFor(line string) any {
	switch method, path, _ := strings.Cut(line, " "); {
	case strings.HasPrefix(line, "PATCH /team/members/"):
		return object{"role": "VIEWER"}
	case line == "PATCH /team/security":
		return object{"enforceTfa": true}
	case strings.HasPrefix(line, "PATCH /webhooks/"):
		return object{"isActive": true}
	case line == "POST /permission-sets":
		return object{"name": "n", "permissions": []string{"invoice:view"}}
	case line == "POST /team/invitations":
		return object{"email": "ana@example.com", "role": "VIEWER"}
	case line == "POST /webhooks":
		return object{"url": "https://example.com", "events": []string{"invoice.*"}}
	case method == "PATCH":
		return object{"name": "n"}
	case line == "POST /invoices":
		return someInvoice()
	case method == "POST" && path == "/api-keys":
		return object{"name": "n"}
	default:
		return nil
	}
}

func billiumPublicRoundTrip(t *testing.T, w *world) {
	k := w.publicKey(t)
	invoice := w.invoice(t)
	for _, c := range []struct {
		line string
		body any
	}{
		{"POST /invoices/" + invoice + "/cancel", nil},
		{"POST /webhooks", object{"url": "https://example.com/hook", "events": []string{"invoice.paid"}}},
		{"GET /invoices", nil},
		{"POST /api-keys", object{"name": "n"}},
	} {
		w.billium(t, k.token, c.line, c.body).billiumRefuses(t, http.StatusForbidden, "Public keys cannot access this endpoint")
	}
	w.billium(t, w.billiumToken, "GET /invoices/"+invoice, nil).want(t, http.StatusOK).object(t).expect(t, "status", "CREATED")
}

func billiumEnvelope(t *testing.T, w *world) {
	viewer := w.secretKey(t, "invoice:view")
	invoice := w.invoice(t)
	cancel := "POST /invoices/" + invoice + "/cancel"
	w.billium(t, w.billiumToken, cancel, nil).want(t, http.StatusOK)

	w.billium(t, unknownBilliumToken(t, billium.Secret), "GET /invoices", nil).billiumRefuses(t, 401, "Invalid API key")
	w.billium(t, viewer.token, cancel, nil).billiumRefuses(t, 403, "Missing permission: invoice:edit")
	w.billium(t, w.billiumToken, "GET /invoices/"+noID("inv"), nil).billiumRefuses(t, 404, "Invoice not found")
	w.billium(t, w.billiumToken, cancel, nil).billiumRefuses(t, 409, "Invoice is already cancelled")
	// A request that fails validation has an array of texts.
	bad := w.billium(t, w.billiumToken, "POST /invoices", object{"amount": "x", "currency": "usd"})
	bad.billiumRejects(t, "amount")
	bad.billiumRejects(t, "currency")
}

func billiumUnauthorized(t *testing.T, w *world) {
	k := w.secretKey(t, "invoice:view")
	w.billium(t, k.token, "GET /invoices", nil).want(t, http.StatusOK)
	w.revokeBillium(t, k.id)
	w.billium(t, k.token, "GET /invoices", nil).billiumRefuses(t, 401, "Invalid API key")
	w.billium(t, k.token, "POST /invoices", someInvoice()).billiumRefuses(t, 401, "Invalid API key")
	w.send(t, request{base: w.merchantURL("/v1"), line: "GET /invoices"}).billiumRefuses(t, 401, "Missing x-api-key header")
	for name, token := range map[string]string{
		"no key":               "hello",
		"prefix alone":         "sk_",
		"one character less":   k.token[:98],
		"one character more":   k.token + "x",
		"other prefix":         "rk_" + k.token[3:],
		"upper-case prefix":    "SK_" + k.token[3:],
		"no base62":            k.token[:98] + "-",
		"prefix doubled":       "sk_" + k.token[:96],
		"the other platform's": unknownCorebillToken(t),
	} {
		a := w.billium(t, token, "GET /invoices", nil)
		a.line += " (" + name + ")"
		a.billiumRefuses(t, 401, "Malformed API key")
	}
	for _, keyType := range []billium.KeyType{billium.Secret, billium.Public} {
		unknown := unknownBilliumToken(t, keyType)
		w.billium(t, unknown, "GET /api-keys/current", nil).billiumRefuses(t, 401, "Invalid API key")
		w.billium(t, k.token[:16]+unknown[16:], "GET /api-keys/current", nil).billiumRefuses(t, 401, "Invalid API key")
	}
	live := w.secretKey(t)
	w.billium(t, live.token[:98]+otherCharacter(live.token[98]), "GET /api-keys/current", nil).billiumRefuses(t, 401, "Invalid API key")
}

func billiumForbidden(t *testing.T, w *world) {
	k, public := w.secretKey(t, "invoice:create"), w.publicKey(t)
	w.billium(t, k.token, "GET /invoices", nil).billiumRefuses(t, 403, "Missing permission: invoice:view")
	w.billium(t, k.token, "GET /api-keys", nil).billiumRefuses(t, 403, "Missing permission: api_key:view")
	w.billium(t, public.token, "GET /invoices", nil).billiumRefuses(t, 403, "Public keys cannot access this endpoint")
	w.billium(t, public.token, "GET /api-keys", nil).billiumRefuses(t, 403, "Public keys cannot access this endpoint")
	w.billium(t, k.token, "POST /invoices", someInvoice()).want(t, http.StatusCreated)
	w.billium(t, public.token, "POST /invoices", someInvoice()).want(t, http.StatusCreated)
}
