// Package billium holds Billium's own words: permissions, roles, key types,
// tokens and ids. It is pure: no I/O, no clock.
//
// Source, unless said otherwise: Billium's authentication page.
package billium

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/keyward/terraform-provider-keyward/internal/platform/suggest"
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

// Equal reports whether both have the same permissions, in any order.
func Equal(a, b []Permission) bool { return slices.Equal(Sort(a), Sort(b)) }

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
func Names(ps []Permission) []string { return As[string](ps) }

// As returns the permissions as another type of string, in the order given.
func As[S ~string](ps []Permission) []S {
	out := make([]S, len(ps))
	for i, p := range ps {
		out[i] = S(p)
	}
	return out
}

// Of returns permissions that are another type of string, in table order without
// doubles.
func Of[S ~string](names []S) []Permission {
	out := make([]Permission, len(names))
	for i, name := range names {
		out[i] = Permission(name)
	}
	return Sort(out)
}

// UnknownPermissionError is a pattern that means no permission.
type UnknownPermissionError struct {
	// Pattern as it was given.
	Pattern string
	// Suggestion is the pattern that was probably meant, or empty.
	Suggestion string
}

// Error says what is wrong and, where it is known, what was probably meant.
func (e *UnknownPermissionError) Error() string {
	if e.Suggestion != "" {
		return fmt.Sprintf("%q is not a Billium permission. Did you mean %q?", e.Pattern, e.Suggestion)
	}
	return fmt.Sprintf("%q is not a Billium permission. Permissions are written <domain>:<action>, for example invoice:create or invoice:*; the domains are %s.",
		e.Pattern, strings.Join(domainNames(), ", "))
}

// Expand returns what a pattern means, in table order: a permission is itself,
// "invoice:*" every action of a domain, "*:view" an action of every domain that
// has it, "*" and "*:*" all 34. The error is an *UnknownPermissionError.
// Wildcards are Keyward's notation; the platform knows single permissions only.
func Expand(pattern string) ([]Permission, error) {
	if p := Permission(pattern); p.Known() {
		return []Permission{p}, nil
	}
	if pattern == "*" {
		pattern = "*:*"
	}
	domain, action, ok := strings.Cut(pattern, ":")
	if ok && (domain == "*" || action == "*") {
		if matched := match(domain, action); len(matched) > 0 {
			return matched, nil
		}
	}
	return nil, &UnknownPermissionError{Pattern: pattern, Suggestion: nearest(pattern)}
}

// ExpandAll returns what the patterns mean together, in table order without
// doubles. It stops at the first unknown one.
func ExpandAll(patterns []string) ([]Permission, error) {
	var out []Permission
	for _, pattern := range patterns {
		expanded, err := Expand(pattern)
		if err != nil {
			return nil, err
		}
		out = append(out, expanded...)
	}
	return Sort(out), nil
}

func match(domain, action string) []Permission {
	var out []Permission
	for _, p := range all {
		if (domain == "*" || domain == p.Domain()) && (action == "*" || action == p.Action()) {
			out = append(out, p)
		}
	}
	return out
}

func nearest(pattern string) string {
	known := Names(all)
	for _, d := range domains {
		known = append(known, d.Name+":*")
	}
	word, _ := suggest.Nearest(pattern, known)
	return word
}

func domainNames() []string {
	names := make([]string, len(domains))
	for i, d := range domains {
		names[i] = d.Name
	}
	return slices.Clip(names)
}

// Role of a user in a merchant's team. It is the most that the user, and any
// key that the user creates, can be granted.
type Role string

// The four roles, from the highest to the lowest. Source: "Roles".
const (
	Owner         Role = "OWNER"
	Administrator Role = "ADMIN"
	Member        Role = "MEMBER"
	Viewer        Role = "VIEWER"
)

var roles = []Role{Owner, Administrator, Member, Viewer}

// Roles returns the roles from the highest to the lowest.
func Roles() []Role { return slices.Clone(roles) }

// ParseRole returns the role of that name. The error names the roles there are.
func ParseRole(name string) (Role, error) {
	if r := Role(name); slices.Contains(roles, r) {
		return r, nil
	}
	names := make([]string, len(roles))
	for i, r := range roles {
		names[i] = string(r)
	}
	return "", fmt.Errorf("%q is not a Billium role: it must be one of %s.%s",
		name, strings.Join(names, ", "), suggest.DidYouMean(name, names))
}

// Permissions returns the role's cap in table order: OWNER 34, ADMIN 32,
// MEMBER 15, VIEWER 10.
//
// MEMBER's set: the page's note also names wallets, which would make 17; its
// count of 15 and the platform's accounts page agree on the ten views and
// create/edit of invoice and product and edit of customer.
func (r Role) Permissions() []Permission {
	switch r {
	case Owner:
		return Permissions()
	case Administrator:
		return Missing([]Permission{MerchantDelete, MerchantBilling}, all)
	case Member:
		return Sort(append(match("*", "view"),
			InvoiceCreate, InvoiceEdit, ProductCreate, ProductEdit, CustomerEdit))
	case Viewer:
		return match("*", "view")
	default:
		return nil
	}
}

// EmailKey is the e-mail address of a team member as Billium tells it from others: upper
// and lower case make no difference.
func EmailKey(address string) string { return strings.ToLower(address) }

// SameEmail reports whether both are one address.
func SameEmail(a, b string) bool { return EmailKey(a) == EmailKey(b) }

// MinimumRole returns the lowest role that may hold all of the permissions.
func MinimumRole(ps []Permission) Role {
	for _, r := range slices.Backward(roles) {
		if len(Missing(r.Permissions(), ps)) == 0 {
			return r
		}
	}
	return Owner
}
