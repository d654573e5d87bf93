package seedtest

import "strings"

// corebillOperation is an operation of Corebill with ids that name nothing, and
// the lowest level that may call it.
type corebillOperation struct {
	line  string
	level string
}

// corebillOperations are all that the contract has.
var corebillOperations = []corebillOperation{
	{"GET /companies", "read"},
	{"POST /companies", "write"},
	{"GET /companies/com_000000000000", "read"},
	{"PATCH /companies/com_000000000000", "admin"},
	{"DELETE /companies/com_000000000000", "admin"},
	{"GET /api_keys", "read"},
	{"POST /api_keys", "write"},
	{"GET /api_keys/key_000000000000", "read"},
	{"PATCH /api_keys/key_000000000000", "admin"},
	{"DELETE /api_keys/key_000000000000", "admin"},
	{"GET /api_logs", "read"},
	{"GET /customers", "read"},
	{"POST /customers", "write"},
	{"GET /customers/cus_000000000000", "read"},
	{"DELETE /customers/cus_000000000000", "admin"},
	{"GET /webhooks", "read"},
	{"POST /webhooks", "write"},
	{"GET /webhooks/wh_000000000000", "read"},
	{"PATCH /webhooks/wh_000000000000", "admin"},
	{"DELETE /webhooks/wh_000000000000", "admin"},
	{"POST /webhooks/wh_000000000000/rotate_secret", "write"},
	{"POST /webhooks/wh_000000000000/ping", "write"},
}

// rank orders the levels.
var rank = map[string]int{"read": 1, "write": 2, "admin": 3}

// accessMessage is 403's text for a level that is missing.
var accessMessage = map[string]string{
	"write": "Insufficient permissions. Write access required.",
	"admin": "Insufficient permissions. Admin access required.",
}

const organizationMessage = "Insufficient permissions. Organization admin access required."

// billiumOperation is an operation of Billium with ids that name nothing, the
// permission that gates it and whether a public key may call it.
type billiumOperation struct {
	line       string
	permission string
	public     bool
}

// billiumOperations are all that the contract has.
var billiumOperations = []billiumOperation{
	{"GET ", "merchant:view", false},
	{"PATCH ", "merchant:edit", false},
	{"GET /invoices", "invoice:view", false},
	{"POST /invoices", "invoice:create", true},
	{"GET /invoices/" + noID("inv"), "invoice:view", true},
	{"POST /invoices/" + noID("inv") + "/cancel", "invoice:edit", false},
	{"GET /api-keys", "api_key:view", false},
	{"POST /api-keys", "api_key:create", false},
	{"GET /api-keys/current", "", true},
	{"GET /api-keys/" + noID("key"), "api_key:view", false},
	{"PATCH /api-keys/" + noID("key"), "api_key:edit", false},
	{"DELETE /api-keys/" + noID("key"), "api_key:delete", false},
	{"GET /api-logs", "api_key:view", false},
	{"GET /permission-sets", "api_key:view", false},
	{"POST /permission-sets", "api_key:create", false},
	{"GET /permission-sets/" + noID("pset"), "api_key:view", false},
	{"PATCH /permission-sets/" + noID("pset"), "api_key:edit", false},
	{"DELETE /permission-sets/" + noID("pset"), "api_key:delete", false},
	{"GET /team/members", "team:view", false},
	{"PATCH /team/members/" + noID("tm"), "team:manage_roles", false},
	{"DELETE /team/members/" + noID("tm"), "team:remove", false},
	{"GET /team/invitations", "team:view", false},
	{"POST /team/invitations", "team:invite", false},
	{"DELETE /team/invitations/" + noID("invite"), "team:invite", false},
	{"GET /team/security", "team:view", false},
	{"PATCH /team/security", "merchant:edit", false},
	{"GET /webhooks", "webhook:view", false},
	{"POST /webhooks", "webhook:create", false},
	{"PATCH /webhooks/" + noID("wh"), "webhook:edit", false},
	{"DELETE /webhooks/" + noID("wh"), "webhook:delete", false},
	{"POST /webhooks/" + noID("wh") + "/ping", "webhook:edit", false},
	{"POST /webhooks/" + noID("wh") + "/secrets", "webhook:edit", false},
}

// noID is a well-formed Billium id that names nothing.
func noID(kind string) string { return kind + "_" + strings.Repeat("0", 32) }
