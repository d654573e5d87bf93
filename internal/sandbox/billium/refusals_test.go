package billium_test

import (
	"strings"
	"testing"

	"github.com/keyward/terraform-provider-keyward/internal/platform/billium"
	"github.com/keyward/terraform-provider-keyward/internal/sandbox/sandboxtest"
)

func TestRefusals(t *testing.T) {
	both(t, func(t *testing.T, s *sandboxtest.Sandbox) {
		owner := s.Credentials.Billium.APIKey
		public := s.BilliumPublicKey(t)
		viewer := s.BilliumKeyAs(t, billium.Viewer)
		admin := s.BilliumKeyAs(t, billium.Administrator)
		narrow := s.BilliumKeyAs(t, billium.Owner, "api_key:create", "api_key:edit", billium.InvoiceView)
		invoice := fields{"amount": "10", "currency": "USD"}
		publicID := keyID(t, s, public)
		const publicRefused = "Public keys cannot access this endpoint"
		set := "pset_" + strings.Repeat("0", 32)
		tests := []struct {
			name, token, method, path string
			body                      any
			status                    int
			message                   any
		}{
			{"no key", "", "GET", "/invoices", nil, 401, "Missing x-api-key header"},
			{"a malformed key", owner[:98], "GET", "/invoices", nil, 401, "Malformed API key"},
			{"Corebill's key", s.Credentials.Corebill.APIKey, "GET", "/invoices", nil, 401, "Malformed API key"},
			{"no key at an unknown path", "", "GET", "/nothing", nil, 401, "Missing x-api-key header"},
			{"a public key at a list", public, "GET", "/invoices", nil, 403, publicRefused},
			{"a public key that cancels", public, "POST", "/invoices/inv_1/cancel", nil, 403, publicRefused},
			{"a public key at keys", public, "POST", "/api-keys", fields{"name": "a"}, 403, publicRefused},
			{"a public key at webhooks", public, "POST", "/webhooks", nil, 403, publicRefused},
			{"a viewer that creates", viewer, "POST", "/invoices", invoice, 403, "Missing permission: invoice:create"},
			{"403 before 400", viewer, "POST", "/invoices", "{", 403, "Missing permission: invoice:create"},
			{"a narrow key", narrow, "POST", "/invoices", invoice, 403, "Missing permission: invoice:create"},
			{"a bad amount", owner, "POST", "/invoices", fields{"amount": "1,5", "currency": "USD"}, 400, []string{`amount must be a decimal number as text, such as 49.90, with at most 8 decimals`}},
			{"no amount at all", owner, "POST", "/invoices", fields{"amount": "0.00", "currency": "USD"}, 422, "amount must be greater than zero"},
			{"many faults", owner, "POST", "/api-keys", fields{"level": 1, "name": ""}, 400, []string{"level is not a known field", "name must be at least 1 character long"}},
			{"an unknown parameter", owner, "GET", "/api-keys?sort=name", nil, 400, []string{"sort is not a known query parameter"}},
			{"page 0", owner, "GET", "/api-keys?page=0&limit=101", nil, 400, []string{"page must be at least 1", "limit must be at most 100"}},
			{"an unknown invoice", owner, "GET", "/invoices/inv_1", nil, 404, "Invoice not found"},
			{"an unknown key", owner, "GET", "/api-keys/key_1", nil, 404, "API key not found"},
			{"an unknown key to revoke", owner, "DELETE", "/api-keys/key_1", nil, 404, "API key not found"},
			{"an unknown path", owner, "GET", "/nothing", nil, 404, "Not found"},
			{"an unknown method", owner, "PUT", "/invoices", nil, 405, "Method not allowed"},
			{"permissions and a set", owner, "POST", "/api-keys", fields{"name": "a", "permissions": []string{"invoice:view"}, "permissionSetId": set}, 400,
				[]string{"permissionSetId cannot be combined with permissions"}},
			{"a set that is not there", owner, "POST", "/api-keys", fields{"name": "a", "permissionSetId": set}, 404, "Permission set not found"},
			{"a public key with more", owner, "POST", "/api-keys", fields{"name": "a", "type": "PUBLIC", "permissions": []string{"invoice:create", "invoice:view", "product:view", "report:view"}}, 400,
				[]string{"permissions of a PUBLIC key must be exactly invoice:view, invoice:create, product:view"}},
			{"a public key with fewer", owner, "POST", "/api-keys", fields{"name": "a", "type": "PUBLIC", "permissions": []string{"invoice:view"}}, 400,
				[]string{"permissions of a PUBLIC key must be exactly invoice:view, invoice:create, product:view"}},
			{"a public key changed", owner, "PATCH", "/api-keys/" + publicID, fields{"permissions": []string{"invoice:view"}}, 400,
				[]string{"permissions of a PUBLIC key must be exactly invoice:view, invoice:create, product:view"}},
			{"more than a role has", admin, "POST", "/api-keys", fields{"name": "a", "permissions": []string{"merchant:billing", "report:view", "merchant:delete"}}, 403,
				"Cannot grant permissions you do not hold: merchant:delete, merchant:billing"},
			{"more than a narrow key has", narrow, "POST", "/api-keys", fields{"name": "a", "type": "PUBLIC"}, 403,
				"Cannot grant permissions you do not hold: invoice:create, product:view"},
			{"more for another key", narrow, "PATCH", "/api-keys/" + keyID(t, s, narrow), fields{"permissions": []string{"invoice:view", "team:view"}}, 403,
				"Cannot grant permissions you do not hold: team:view"},
		}
		before := len(s.BilliumKeys(t))
		for _, test := range tests {
			t.Run(test.name, func(t *testing.T) {
				wantError(t, s.CallBillium(t, test.token, test.method, test.path, test.body), test.status, test.message)
			})
		}
		if after := len(s.BilliumKeys(t)); after != before {
			t.Errorf("refused requests made %d keys", after-before)
		}
	})
}
