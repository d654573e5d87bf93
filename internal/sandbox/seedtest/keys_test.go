package seedtest

import (
	"crypto/rand"
	"net/http"
	"testing"

	"github.com/keyward/terraform-provider-keyward/internal/platform/billium"
	"github.com/keyward/terraform-provider-keyward/internal/platform/corebill"
)

// key is an API key that a row made, with the response of its creation.
type key struct {
	id, token string
	created   object
}

// created takes the key out of the answer of a creation and remembers its
// token, so that no later answer may hold it.
func (w *world) created(t *testing.T, a answer) key {
	t.Helper()
	o := a.want(t, http.StatusCreated).object(t)
	k := key{id: o.text(t, "id"), token: o.text(t, "token"), created: o}
	w.tokens = append(w.tokens, k.token)
	return k
}

// corebillKey makes a key of the first company.
func (w *world) corebillKey(t *testing.T, level string) key {
	t.Helper()
	return w.created(t, w.corebill(t, w.corebillToken, "POST /api_keys", object{"name": "row", "permission_level": level}))
}

// organizationKey makes a key that belongs to no company.
func (w *world) organizationKey(t *testing.T, level string) key {
	t.Helper()
	return w.created(t, w.corebill(t, w.corebillToken, "POST /api_keys",
		object{"name": "row", "permission_level": level, "company_id": nil}))
}

// corebillObject reads a key by its id, as the organization sees it.
func (w *world) corebillObject(t *testing.T, id string) object {
	t.Helper()
	return w.corebill(t, w.corebillToken, "GET /api_keys/"+id, nil).want(t, http.StatusOK).object(t)
}

func (w *world) revokeCorebill(t *testing.T, id string) {
	t.Helper()
	w.corebill(t, w.corebillToken, "DELETE /api_keys/"+id, nil).want(t, http.StatusOK)
}

func (w *world) disableCorebill(t *testing.T, id string, disabled bool) {
	t.Helper()
	w.corebill(t, w.corebillToken, "PATCH /api_keys/"+id, object{"disabled": disabled}).want(t, http.StatusOK)
}

// secretKey makes a secret key of the OWNER; without permissions it inherits.
func (w *world) secretKey(t *testing.T, permissions ...string) key {
	t.Helper()
	body := object{"name": "row", "type": "SECRET"}
	if len(permissions) > 0 {
		body["permissions"] = permissions
	}
	return w.created(t, w.billium(t, w.billiumToken, "POST /api-keys", body))
}

// publicKey makes a public key of the OWNER.
func (w *world) publicKey(t *testing.T) key {
	t.Helper()
	return w.created(t, w.billium(t, w.billiumToken, "POST /api-keys", object{"name": "row", "type": "PUBLIC"}))
}

// keyAs has a team member of that role make a secret key.
func (w *world) keyAs(t *testing.T, role billium.Role, permissions ...billium.Permission) key {
	t.Helper()
	token := w.sandbox.BilliumKeyAs(t, role, permissions...)
	w.tokens = append(w.tokens, token)
	return key{id: w.current(t, token).text(t, "id"), token: token}
}

// billiumObject reads a key by its id, as the OWNER sees it.
func (w *world) billiumObject(t *testing.T, id string) object {
	t.Helper()
	return w.billium(t, w.billiumToken, "GET /api-keys/"+id, nil).want(t, http.StatusOK).object(t)
}

func (w *world) revokeBillium(t *testing.T, id string) {
	t.Helper()
	w.billium(t, w.billiumToken, "DELETE /api-keys/"+id, nil).want(t, http.StatusOK)
}

func (w *world) deactivateBillium(t *testing.T, id string) {
	t.Helper()
	w.billium(t, w.billiumToken, "PATCH /api-keys/"+id, object{"isActive": false}).want(t, http.StatusOK)
}

// current is what a key says of itself.
func (w *world) current(t *testing.T, token string) object {
	t.Helper()
	return w.billium(t, token, "GET /api-keys/current", nil).want(t, http.StatusOK).object(t)
}

// invoice makes an invoice and returns its id.
func (w *world) invoice(t *testing.T) string {
	t.Helper()
	return w.billium(t, w.billiumToken, "POST /invoices", someInvoice()).want(t, http.StatusCreated).object(t).text(t, "id")
}

func someInvoice() object { return object{"amount": "49.90", "currency": "USD"} }

// unknownCorebillToken is a well-formed token that belongs to no key.
func unknownCorebillToken(t *testing.T) string {
	t.Helper()
	token, err := corebill.NewToken(rand.Reader)
	if err != nil {
		t.Fatalf("minting a token: %v", err)
	}
	return token
}

// unknownBilliumToken is a well-formed token that belongs to no key.
func unknownBilliumToken(t *testing.T, keyType billium.KeyType) string {
	t.Helper()
	token, err := billium.NewToken(rand.Reader, keyType)
	if err != nil {
		t.Fatalf("minting a token: %v", err)
	}
	return token
}
