package audit

import (
	"regexp"
	"slices"
	"strings"

	"github.com/keyward/terraform-provider-keyward/internal/platform/billium"
)

// anyPart stands for one part of a path, whatever it is.
const anyPart = "{id}"

// operation is one of Billium's: its method, its path below the merchant and the
// permission that it takes, "" where any valid key will do.
type operation struct {
	method, path string
	permission   billium.Permission
}

// Source: contract, x-permission. A test compares them.
var operations = []operation{
	{"GET", "", "merchant:view"},
	{"PATCH", "", "merchant:edit"},
	{"GET", "invoices", "invoice:view"},
	{"POST", "invoices", "invoice:create"},
	{"GET", "invoices/{id}", "invoice:view"},
	{"POST", "invoices/{id}/cancel", "invoice:edit"},
	{"GET", "api-keys", "api_key:view"},
	{"POST", "api-keys", "api_key:create"},
	{"GET", "api-keys/current", ""},
	{"GET", "api-keys/{id}", "api_key:view"},
	{"PATCH", "api-keys/{id}", "api_key:edit"},
	{"DELETE", "api-keys/{id}", "api_key:delete"},
	{"GET", "api-logs", "api_key:view"},
	{"GET", "permission-sets", "api_key:view"},
	{"POST", "permission-sets", "api_key:create"},
	{"GET", "permission-sets/{id}", "api_key:view"},
	{"PATCH", "permission-sets/{id}", "api_key:edit"},
	{"DELETE", "permission-sets/{id}", "api_key:delete"},
	{"GET", "team/members", "team:view"},
	{"PATCH", "team/members/{id}", "team:manage_roles"},
	{"DELETE", "team/members/{id}", "team:remove"},
	{"GET", "team/invitations", "team:view"},
	{"POST", "team/invitations", "team:invite"},
	{"DELETE", "team/invitations/{id}", "team:invite"},
	{"GET", "team/security", "team:view"},
	{"PATCH", "team/security", "merchant:edit"},
	{"GET", "webhooks", "webhook:view"},
	{"POST", "webhooks", "webhook:create"},
	{"PATCH", "webhooks/{id}", "webhook:edit"},
	{"DELETE", "webhooks/{id}", "webhook:delete"},
	{"POST", "webhooks/{id}/ping", "webhook:edit"},
	{"POST", "webhooks/{id}/secrets", "webhook:edit"},
}

// Domains whose operations the contract doesn't have: only their plain lists and
// objects are understood, by the convention that the others follow.
var domainsByPath = map[string]string{
	"products": "product", "customers": "customer", "wallets": "wallet", "checkouts": "checkout", "reports": "report",
}

var actionsByMethod = map[string]string{"GET": "view", "POST": "create", "PATCH": "edit", "PUT": "edit", "DELETE": "delete"}

// BilliumNeed returns the permission that a request takes, "" where any valid
// key will do, and false where the path is not one that is understood.
func BilliumNeed(method, path string) (billium.Permission, bool) {
	if method == "HEAD" {
		method = "GET"
	}
	parts, ok := belowMerchant(path)
	if !ok {
		return "", false
	}
	for _, o := range operations {
		if o.method == method && matches(o.path, parts) {
			return o.permission, true
		}
	}
	if domain, ok := domainsByPath[parts[0]]; ok && len(parts) <= 2 {
		p := billium.Permission(domain + ":" + actionsByMethod[method])
		return p, p.Known()
	}
	return "", false
}

// belowMerchant cuts a logged path into its parts below the merchant's. Of the
// merchant itself there is one, which is empty.
func belowMerchant(path string) ([]string, bool) {
	path = strings.TrimPrefix(path, "/api")
	rest, ok := strings.CutPrefix(path, "/v1/merchants/merchant/")
	if !ok {
		return nil, false
	}
	_, rest, _ = strings.Cut(rest, "/")
	return strings.Split(strings.TrimSuffix(rest, "/"), "/"), true
}

func matches(pattern string, parts []string) bool {
	return slices.EqualFunc(strings.Split(pattern, "/"), parts, func(want, got string) bool {
		return want == got || want == anyPart && got != ""
	})
}

var idPart = regexp.MustCompile(`^[a-z]+_[0-9a-z]{8,}$`)

// template is a logged request without the ids in its path, so that requests of
// one operation count as one.
func template(method, path string) string {
	if parts, ok := belowMerchant(path); ok {
		path = "…/" + strings.Join(parts, "/")
	}
	parts := strings.Split(path, "/")
	for i, part := range parts {
		if idPart.MatchString(part) {
			parts[i] = anyPart
		}
	}
	return method + " " + strings.Join(parts, "/")
}
