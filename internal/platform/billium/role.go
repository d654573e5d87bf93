package billium

import (
	"fmt"
	"slices"
	"strings"

	"github.com/keyward/terraform-provider-keyward/internal/platform/suggest"
)

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

// MinimumRole returns the lowest role that may hold all of the permissions.
func MinimumRole(ps []Permission) Role {
	for _, r := range slices.Backward(roles) {
		if len(Missing(r.Permissions(), ps)) == 0 {
			return r
		}
	}
	return Owner
}
