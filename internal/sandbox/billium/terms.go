package billium

import (
	"fmt"
	"net/http"
	"slices"
	"strings"

	billiumapi "github.com/keyward/terraform-provider-keyward/internal/contract/billium"
	"github.com/keyward/terraform-provider-keyward/internal/platform/billium"
	"github.com/keyward/terraform-provider-keyward/internal/sandbox/store"
)

// terms are what a member has in a team, or will have: a role, and within it
// permissions or a set, or else all that the role allows.
type terms struct {
	role        billium.Role
	permissions []billium.Permission
	set         *store.PermissionSet
}

// granted returns what the terms grant.
func (t terms) granted() []billium.Permission {
	switch {
	case t.set != nil:
		return t.set.Permissions
	case t.permissions != nil:
		return t.permissions
	default:
		return t.role.Permissions()
	}
}

// setID is the set's id, or nil.
func (t terms) setID() *string {
	if t.set == nil {
		return nil
	}
	return &t.set.ID
}

// check refuses terms that no one can have, and those that are not the caller's
// to give. before is what the member could do so far. Source: contract.
func (t terms) check(caller store.BilliumKey, before []billium.Permission) error {
	if slices.Index(billium.Roles(), t.role) < slices.Index(billium.Roles(), caller.Role) {
		return &apiError{http.StatusForbidden, fmt.Sprintf("Cannot give the role %s: it is above your own, %s", t.role, caller.Role)}
	}
	if beyond := billium.Missing(t.role.Permissions(), t.granted()); len(beyond) > 0 {
		field := "permissions"
		if t.set != nil {
			field = "permissionSetId"
		}
		return invalid(fmt.Sprintf("%s must not go beyond the role %s: %s", field, t.role, strings.Join(billium.Names(beyond), ", ")))
	}
	return checkHolds(caller, before, t.granted())
}

// checkHolds refuses to add permissions that the caller doesn't hold itself.
func checkHolds(caller store.BilliumKey, before, wanted []billium.Permission) error {
	added := billium.Missing(before, wanted)
	if missing := billium.Missing(caller.Effective(), added); len(missing) > 0 {
		return cannotGrant(missing)
	}
	return nil
}

// checkOneOf refuses a request that has both of what exclude one another.
func checkOneOf(permissions, permissionSetID bool) error {
	if permissions && permissionSetID {
		return invalid("permissionSetId cannot be combined with permissions")
	}
	return nil
}

// wireOrNil is wire for what may be null.
func wireOrNil(ps []billium.Permission) *[]billiumapi.Permission {
	if ps == nil {
		return nil
	}
	out := wire(ps)
	return &out
}
