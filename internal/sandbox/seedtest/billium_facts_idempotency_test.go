package seedtest

import (
	"bytes"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"
)

const reused = "Idempotency-Key was used with a different request"

// repeatable sends a POST under an idempotency key. The answer may be a replay,
// so it may hold a token again.
func (w *world) repeatable(t *testing.T, token, line, idempotencyKey string, body any) answer {
	t.Helper()
	return w.send(t, w.repeatableRequest(token, line, idempotencyKey, body))
}

func (w *world) repeatableRequest(token, line, idempotencyKey string, body any) request {
	header := apiKey(token)
	header["Idempotency-Key"] = idempotencyKey
	return request{base: w.merchantURL("/v1"), line: line, header: header, body: body, showsToken: true}
}

func expectSameAnswer(t *testing.T, first, again answer) {
	t.Helper()
	if again.status != first.status || !bytes.Equal(again.raw, first.raw) {
		t.Errorf("%s: the first answer was %d %s, the replay is %d %s", first.line, first.status, first, again.status, again)
	}
	if got, want := again.header.Get("Content-Type"), first.header.Get("Content-Type"); got != want {
		t.Errorf("%s: the replay's Content-Type is %q, the first one's %q", first.line, got, want)
	}
}

// total is how many items a list has.
func (w *world) total(t *testing.T, line string) int {
	t.Helper()
	return w.billium(t, w.billiumToken, line, nil).want(t, http.StatusOK).object(t).object(t, "pagination").number(t, "total")
}

func idempotentReplay(t *testing.T, w *world) {
	before := w.total(t, "GET /invoices")
	first := w.repeatable(t, w.billiumToken, "POST /invoices", "replay", someInvoice()).want(t, http.StatusCreated)
	w.clock.advance(time.Minute)
	for range 3 {
		expectSameAnswer(t, first, w.repeatable(t, w.billiumToken, "POST /invoices", "replay", someInvoice()))
	}
	if after := w.total(t, "GET /invoices"); after != before+1 {
		t.Errorf("%d invoices were made, want 1", after-before)
	}
	// Without the header, or under another one, it is a new request.
	other := w.repeatable(t, w.billiumToken, "POST /invoices", "replay 2", someInvoice()).want(t, http.StatusCreated)
	plain := w.billium(t, w.billiumToken, "POST /invoices", someInvoice()).want(t, http.StatusCreated)
	for _, a := range []answer{other, plain} {
		if bytes.Equal(a.raw, first.raw) {
			t.Errorf("a request of its own got the first one's answer")
		}
	}
}

func idempotentMismatch(t *testing.T, w *world) {
	first := w.repeatable(t, w.billiumToken, "POST /invoices", "mismatch", someInvoice()).want(t, http.StatusCreated)
	invoice := first.object(t).text(t, "id")
	for _, c := range []struct {
		line string
		body any
	}{
		{"POST /invoices", object{"amount": "49.91", "currency": "USD"}},
		{"POST /invoices", object{"amount": "49.90", "currency": "USD", "description": "d"}},
		{"POST /api-keys", object{"name": "n"}},
		{"POST /invoices/" + invoice + "/cancel", nil},
	} {
		w.repeatable(t, w.billiumToken, c.line, "mismatch", c.body).billiumRefuses(t, http.StatusConflict, reused)
	}
	w.billium(t, w.billiumToken, "GET /invoices/"+invoice, nil).want(t, http.StatusOK).object(t).expect(t, "status", "CREATED")
	expectSameAnswer(t, first, w.repeatable(t, w.billiumToken, "POST /invoices", "mismatch", someInvoice()))

	// Another path is another request, even where neither has a body.
	w.repeatable(t, w.billiumToken, "POST /invoices/"+w.invoice(t)+"/cancel", "mismatched path", nil).want(t, http.StatusOK)
	w.repeatable(t, w.billiumToken, "POST /invoices/"+invoice+"/cancel", "mismatched path", nil).billiumRefuses(t, http.StatusConflict, reused)
	w.billium(t, w.billiumToken, "GET /invoices/"+invoice, nil).want(t, http.StatusOK).object(t).expect(t, "status", "CREATED")
}

func idempotentFor24Hours(t *testing.T, w *world) {
	first := w.repeatable(t, w.billiumToken, "POST /invoices", "a day", someInvoice()).want(t, http.StatusCreated)
	// The merchant's other keys share it.
	other := w.secretKey(t, "invoice:create")
	expectSameAnswer(t, first, w.repeatable(t, other.token, "POST /invoices", "a day", someInvoice()))
	w.clock.advance(24*time.Hour - time.Minute)
	expectSameAnswer(t, first, w.repeatable(t, w.billiumToken, "POST /invoices", "a day", someInvoice()))
	w.clock.advance(2 * time.Minute)
	later := w.repeatable(t, w.billiumToken, "POST /invoices", "a day", object{"amount": "1", "currency": "EUR"}).want(t, http.StatusCreated)
	if later.object(t).text(t, "id") == first.object(t).text(t, "id") {
		t.Errorf("after 24 hours the first answer is replayed still")
	}
	expectSameAnswer(t, later, w.repeatable(t, w.billiumToken, "POST /invoices", "a day", object{"amount": "1", "currency": "EUR"}))
	// No one gets a replay that their key does not allow.
	reader := w.secretKey(t, "invoice:view")
	w.repeatable(t, reader.token, "POST /invoices", "a day", object{"amount": "1", "currency": "EUR"}).
		billiumRefuses(t, http.StatusForbidden, "Missing permission: invoice:create")
}

func idempotencyKeyLength(t *testing.T, w *world) {
	longest := strings.Repeat("k", 255)
	first := w.repeatable(t, w.billiumToken, "POST /invoices", longest, someInvoice()).want(t, http.StatusCreated)
	expectSameAnswer(t, first, w.repeatable(t, w.billiumToken, "POST /invoices", longest, someInvoice()))
	before := w.total(t, "GET /invoices")
	w.repeatable(t, w.billiumToken, "POST /invoices", longest+"k", someInvoice()).billiumRejects(t, "Idempotency-Key")
	if after := w.total(t, "GET /invoices"); after != before {
		t.Errorf("the refused request made an invoice")
	}
}

func idempotentKeyCreation(t *testing.T, w *world) {
	for _, body := range []object{{"name": "row"}, {"name": "row", "type": "PUBLIC"}} {
		idempotencyKey := fmt.Sprint("creation ", body)
		before := w.total(t, "GET /api-keys")
		first := w.repeatable(t, w.billiumToken, "POST /api-keys", idempotencyKey, body)
		k := w.created(t, first)
		expectSameAnswer(t, first, w.repeatable(t, w.billiumToken, "POST /api-keys", idempotencyKey, body))
		if after := w.total(t, "GET /api-keys"); after != before+1 {
			t.Errorf("%d keys were made, want 1", after-before)
		}
		w.current(t, k.token).expect(t, "id", k.id)
		w.repeatable(t, w.billiumToken, "POST /api-keys", idempotencyKey, object{"name": "other"}).billiumRefuses(t, http.StatusConflict, reused)
	}
	invoice := w.invoice(t)
	cancelled := w.repeatable(t, w.billiumToken, "POST /invoices/"+invoice+"/cancel", "cancel", nil).want(t, http.StatusOK)
	expectSameAnswer(t, cancelled, w.repeatable(t, w.billiumToken, "POST /invoices/"+invoice+"/cancel", "cancel", nil))
}

func idempotentAfterRefusal(t *testing.T, w *world) {
	limited := w.secretKey(t, "invoice:view")
	w.repeatable(t, w.billiumToken, "POST /invoices", "refused", object{"amount": "x", "currency": "USD"}).want(t, http.StatusBadRequest)
	w.repeatable(t, limited.token, "POST /invoices", "refused", someInvoice()).want(t, http.StatusForbidden)
	w.repeatable(t, "hello", "POST /invoices", "refused", someInvoice()).want(t, http.StatusUnauthorized)
	// One that gets as far as the operation itself is no different.
	creator := w.secretKey(t, "api_key:create")
	body := object{"name": "row", "permissions": []string{"invoice:view"}}
	w.repeatable(t, creator.token, "POST /api-keys", "refused later", body).
		billiumRefuses(t, http.StatusForbidden, "Cannot grant permissions you do not hold: invoice:view")
	w.created(t, w.repeatable(t, w.billiumToken, "POST /api-keys", "refused later", body))
	first := w.repeatable(t, w.billiumToken, "POST /invoices", "refused", someInvoice()).want(t, http.StatusCreated)
	expectSameAnswer(t, first, w.repeatable(t, w.billiumToken, "POST /invoices", "refused", someInvoice()))
}
