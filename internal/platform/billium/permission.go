// Package billium holds Billium's own words: permissions, roles, key types,
// tokens and ids. It is pure: no I/O, no clock.
//
// Source, unless said otherwise: Billium's authentication page.
package billium

import (
	"cmp"
	"slices"
	"strings"
)

// Permission gates one action of one domain: "invoice:create".
type Permission string

// Domain is one of the ten groups of permissions, with its actions in the order
// of the platform's table.
type Domain struct {
	Name    string
	Actions []string
}

// Source: the table under "Permissions".
var domains = []Domain{
	{"merchant", []string{"view", "edit", "delete", "billing"}},
	{"invoice", []string{"view", "create", "edit", "delete"}},
	{"product", []string{"view", "create", "edit", "delete"}},
	{"customer", []string{"view", "edit", "delete"}},
	{"team", []string{"view", "invite", "remove", "manage_roles"}},
	{"api_key", []string{"view", "create", "edit", "delete"}},
	{"webhook", []string{"view", "create", "edit", "delete"}},
	{"checkout", []string{"view", "edit"}},
	{"wallet", []string{"view", "create", "edit", "delete"}},
	{"report", []string{"view"}},
}

// Permissions that the rules of keys and roles name.
const (
	MerchantDelete  Permission = "merchant:delete"
	MerchantBilling Permission = "merchant:billing"
	InvoiceView     Permission = "invoice:view"
	InvoiceCreate   Permission = "invoice:create"
	InvoiceEdit     Permission = "invoice:edit"
	ProductView     Permission = "product:view"
	ProductCreate   Permission = "product:create"
	ProductEdit     Permission = "product:edit"
	CustomerEdit    Permission = "customer:edit"
)

var (
	all   = listAll()
	order = indexAll()
)

func listAll() []Permission {
	var out []Permission
	for _, d := range domains {
		for _, action := range d.Actions {
			out = append(out, Permission(d.Name+":"+action))
		}
	}
	return out
}

func indexAll() map[Permission]int {
	index := make(map[Permission]int, len(all))
	for i, p := range all {
		index[p] = i
	}
	return index
}

// Permissions returns all 34, in the order of the platform's table.
func Permissions() []Permission { return slices.Clone(all) }

// Domains returns the ten domains in the order of the platform's table.
func Domains() []Domain { return slices.Clone(domains) }

// Domain returns the part before the colon.
func (p Permission) Domain() string {
	domain, _, _ := strings.Cut(string(p), ":")
	return domain
}

// Action returns the part after the colon.
func (p Permission) Action() string {
	_, action, _ := strings.Cut(string(p), ":")
	return action
}

// Known reports whether the platform has the permission.
func (p Permission) Known() bool {
	_, ok := order[p]
	return ok
}

// Sort orders permissions as the platform's table does, without doubles.
func Sort(ps []Permission) []Permission {
	out := slices.Clone(ps)
	slices.SortFunc(out, func(a, b Permission) int {
		return cmp.Or(cmp.Compare(order[a], order[b]), cmp.Compare(a, b))
	})
	return slices.Compact(out)
}

// Missing returns those of want that have does not hold, in table order.
func Missing(have, want []Permission) []Permission {
	var out []Permission
	for _, p := range want {
		if !slices.Contains(have, p) {
			out = append(out, p)
		}
	}
	return Sort(out)
}

// Intersect returns the permissions that both hold, in table order.
func Intersect(a, b []Permission) []Permission {
	var out []Permission
	for _, p := range a {
		if slices.Contains(b, p) {
			out = append(out, p)
		}
	}
	return Sort(out)
}

// Names returns the permissions as plain strings, in the order given.
func Names(ps []Permission) []string {
	names := make([]string, len(ps))
	for i, p := range ps {
		names[i] = string(p)
	}
	return names
}
