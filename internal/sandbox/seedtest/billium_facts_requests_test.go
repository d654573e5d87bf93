package seedtest

import (
	"net/http"
	"reflect"
	"strings"
	"testing"

	"github.com/keyward/terraform-provider-keyward/internal/platform/billium"
)

func billiumBothVersions(t *testing.T, w *world) {
	invoice := w.invoice(t)
	for _, line := range []string{"GET ", "GET /invoices?limit=3", "GET /invoices/" + invoice, "GET /api-keys/current", "GET /invoices?limit=0"} {
		var answers []object
		for _, version := range []string{"/v1", "/api/v1"} {
			o := w.send(t, request{base: w.merchantURL(version), line: line, header: apiKey(w.billiumToken)}).object(t)
			delete(o, "lastUsedAt")
			answers = append(answers, o)
		}
		if !reflect.DeepEqual(answers[0], answers[1]) {
			t.Errorf("%s: /v1 answers %v, /api/v1 %v", line, answers[0], answers[1])
		}
	}
	made := w.send(t, request{base: w.merchantURL("/api/v1"), line: "POST /invoices", header: apiKey(w.billiumToken), body: someInvoice()})
	id := made.want(t, http.StatusCreated).object(t).text(t, "id")
	w.billium(t, w.billiumToken, "GET /invoices/"+id, nil).want(t, http.StatusOK)
}

func billiumErrorBodies(t *testing.T, w *world) {
	k := w.secretKey(t, "invoice:view")
	for _, c := range []struct {
		token, line string
		body        any
		status      int
	}{
		{k.token, "GET /invoices?limit=0", nil, 400},
		{"hello", "GET /invoices", nil, 401},
		{k.token, "POST /invoices", someInvoice(), 403},
		{k.token, "GET /invoices/" + noID("inv"), nil, 404},
		{w.billiumToken, "GET /nowhere", nil, 404},
		{w.billiumToken, "POST /invoices", object{"amount": "0", "currency": "USD"}, 422},
	} {
		a := w.billium(t, c.token, c.line, c.body)
		if a.status != c.status {
			t.Errorf("%s: got %d (%s), want %d", c.line, a.status, a, c.status)
		}
		if got := a.header.Get("Content-Type"); !strings.HasPrefix(got, "application/json") {
			t.Errorf("%s: Content-Type is %q", c.line, got)
		}
		o := a.object(t)
		o.expectFields(t, "statusCode", "message", "error")
		o.expect(t, "error", http.StatusText(c.status))
		if got := o.number(t, "statusCode"); got != c.status {
			t.Errorf("%s: statusCode is %d, want %d", c.line, got, c.status)
		}
		if c.status == http.StatusBadRequest {
			o.texts(t, "message")
		} else if o.text(t, "message") == "" {
			t.Errorf("%s: the message is empty", c.line)
		}
	}
}

func billiumInvoices(t *testing.T, w *world) {
	made := w.billium(t, w.billiumToken, "POST /invoices", object{"amount": "0.00000001", "currency": "USDT", "description": "d"}).want(t, http.StatusCreated).object(t)
	made.expectFields(t, "id", "merchantId", "status", "amount", "currency", "description", "createdAt", "cancelledAt")
	for field, value := range map[string]any{
		"merchantId": w.merchant, "status": "CREATED", "amount": "0.00000001", "currency": "USDT", "description": "d", "cancelledAt": nil,
	} {
		made.expect(t, field, value)
	}
	id := made.text(t, "id")
	if read := w.billium(t, w.billiumToken, "GET /invoices/"+id, nil).want(t, http.StatusOK).object(t); !reflect.DeepEqual(read, made) {
		t.Errorf("created as %v, reads as %v", made, read)
	}
	cancelled := w.billium(t, w.billiumToken, "POST /invoices/"+id+"/cancel", nil).want(t, http.StatusOK).object(t)
	cancelled.expect(t, "status", "CANCELLED")
	if at := cancelled.time(t, "cancelledAt"); !at.After(made.time(t, "createdAt")) {
		t.Errorf("cancelled at %v, not after its creation", at)
	}
	w.billium(t, w.billiumToken, "POST /invoices/"+id+"/cancel", nil).billiumRefuses(t, http.StatusConflict, "Invoice is already cancelled")
	for _, bad := range []struct {
		field string
		value any
	}{
		{"amount", "1.123456789"}, {"amount", "-1"}, {"amount", "1e3"}, {"amount", 49.9}, {"amount", ""},
		{"currency", "usd"}, {"currency", "US"}, {"currency", "DOLLAR"}, {"description", ""},
	} {
		body := someInvoice()
		body[bad.field] = bad.value
		w.billium(t, w.billiumToken, "POST /invoices", body).billiumRejects(t, bad.field)
	}
	w.billium(t, w.billiumToken, "POST /invoices", object{"currency": "USD"}).billiumRejects(t, "amount")
	w.billium(t, w.billiumToken, "POST /invoices", object{"amount": "1"}).billiumRejects(t, "currency")
}

func billiumMerchant(t *testing.T, w *world) {
	before := w.billium(t, w.billiumToken, "GET ", nil).want(t, http.StatusOK).object(t)
	before.expectFields(t, "id", "name", "createdAt")
	before.expect(t, "id", w.merchant)
	before.time(t, "createdAt")
	name := before.text(t, "name")
	after := w.billium(t, w.billiumToken, "PATCH ", object{"name": name + " (renamed)"}).want(t, http.StatusOK).object(t)
	after.expect(t, "name", name+" (renamed)")
	w.billium(t, w.billiumToken, "GET ", nil).want(t, http.StatusOK).object(t).expect(t, "name", name+" (renamed)")
	w.billium(t, w.billiumToken, "PATCH ", object{"name": name}).want(t, http.StatusOK)
	w.billium(t, w.billiumToken, "PATCH ", object{"name": ""}).billiumRejects(t, "name")
}

func billiumUnknownField(t *testing.T, w *world) {
	id := w.secretKey(t).id
	for line, body := range map[string]object{
		"POST /api-keys":        {"name": "n", "colour": "red"},
		"PATCH /api-keys/" + id: {"name": "n", "colour": "red"},
		"POST /invoices":        {"amount": "1", "currency": "USD", "colour": "red"},
		"PATCH ":                {"colour": "red"},
	} {
		w.billium(t, w.billiumToken, line, body).billiumRejects(t, "colour")
	}
	w.billium(t, w.billiumToken, "POST /api-keys", object{"name": "n", "permission_level": "admin"}).billiumRejects(t, "permission_level")
	w.billiumObject(t, id).expect(t, "name", "row")
}

func billiumUnknownParameter(t *testing.T, w *world) {
	for _, line := range []string{
		"GET ", "GET /invoices", "GET /api-keys", "GET /api-logs", "GET /api-keys/current",
		"GET /invoices/" + noID("inv"), "DELETE /api-keys/" + noID("key"),
	} {
		w.billium(t, w.billiumToken, line+"?colour=red", nil).billiumRejects(t, "colour")
	}
	// Corebill's spelling is none of Billium's.
	w.billium(t, w.billiumToken, "GET /api-keys?include_revoked=true", nil).billiumRejects(t, "include_revoked")
}

func billiumWrongType(t *testing.T, w *world) {
	id := w.secretKey(t).id
	for _, c := range []struct {
		line  string
		body  object
		field string
	}{
		{"POST /api-keys", object{"name": 5}, "name"},
		{"POST /api-keys", object{"name": nil}, "name"},
		{"POST /api-keys", object{"type": "SECRET"}, "name"},
		{"POST /api-keys", object{"name": "n", "type": true}, "type"},
		{"POST /api-keys", object{"name": "n", "permissions": "invoice:view"}, "permissions"},
		{"POST /api-keys", object{"name": "n", "permissions": []any{1}}, "permissions"},
		{"POST /api-keys", object{"name": "n", "permissions": nil}, "permissions"},
		{"POST /api-keys", object{"name": "n", "permissionSetId": "set"}, "permissionSetId"},
		{"PATCH /api-keys/" + id, object{"isActive": "yes"}, "isActive"},
		{"PATCH /api-keys/" + id, object{"permissions": []string{"invoice:view", "invoice:view"}}, "permissions"},
		{"POST /invoices", object{"amount": 5, "currency": "USD"}, "amount"},
	} {
		w.billium(t, w.billiumToken, c.line, c.body).billiumRejects(t, c.field)
	}
	for _, body := range []string{"", "{", "[]", `"name"`, "null", `{"name":"n"}}`} {
		if a := w.billium(t, w.billiumToken, "POST /api-keys", body); a.status != http.StatusBadRequest {
			t.Errorf("body %q: got %d (%s), want 400", body, a.status, a)
		}
	}
}

func billiumNotFound(t *testing.T, w *world) {
	for _, c := range []struct {
		line, message string
		body          any
	}{
		{"GET /api-keys/" + noID("key"), "API key not found", nil},
		{"PATCH /api-keys/" + noID("key"), "API key not found", object{"name": "n"}},
		{"DELETE /api-keys/" + noID("key"), "API key not found", nil},
		{"GET /invoices/" + noID("inv"), "Invoice not found", nil},
		{"POST /invoices/" + noID("inv") + "/cancel", "Invoice not found", nil},
		{"GET /invoices/nonsense", "Invoice not found", nil},
	} {
		w.billium(t, w.billiumToken, c.line, c.body).billiumRefuses(t, http.StatusNotFound, c.message)
	}
}

func billiumOrderOfChecks(t *testing.T, w *world) {
	reader, writer := w.secretKey(t, "invoice:view"), w.secretKey(t, "invoice:create")
	post := func(merchant, token string, body object) answer {
		base := w.billiumURL + "/v1/merchants/merchant/" + merchant
		return w.send(t, request{base: base, line: "POST /invoices", header: apiKey(token), body: body})
	}
	bad := object{"colour": "red"}
	post(noID("mer"), unknownBilliumToken(t, billium.Secret), bad).billiumRefuses(t, 401, "Invalid API key")
	post(noID("mer"), reader.token, bad).billiumRefuses(t, 403, "Missing permission: invoice:create")
	post(noID("mer"), writer.token, bad).billiumRejects(t, "colour")
	post(noID("mer"), writer.token, someInvoice()).billiumRefuses(t, 403, "API key does not belong to this merchant")
}

func billiumUnknownRoutes(t *testing.T, w *world) {
	for _, line := range []string{"GET /nowhere", "GET /invoices/a/b", "POST /api-keys/" + noID("key") + "/rotate"} {
		w.billium(t, w.billiumToken, line, nil).billiumRefuses(t, http.StatusNotFound, "Not found")
	}
	for _, line := range []string{"PUT /invoices", "DELETE /api-keys", "POST /api-logs"} {
		a := w.billium(t, w.billiumToken, line, nil).want(t, http.StatusMethodNotAllowed)
		a.object(t).expectFields(t, "statusCode", "message", "error")
	}
}

func billiumRequestIDs(t *testing.T, w *world) {
	seen := map[string]bool{}
	for _, a := range []answer{
		w.billium(t, w.billiumToken, "GET /invoices", nil),
		w.billium(t, w.billiumToken, "POST /invoices", someInvoice()),
		w.billium(t, w.billiumToken, "POST /invoices", object{}),
		w.billium(t, "hello", "GET /invoices", nil),
		w.billium(t, w.billiumToken, "GET /nowhere", nil),
		w.send(t, request{base: w.merchantURL("/v1"), line: "GET /invoices"}),
	} {
		expectRequestID(t, a, seen)
	}
}
