package billium

import (
	"strings"

	billiumapi "github.com/keyward/terraform-provider-keyward/internal/contract/billium"
	"github.com/keyward/terraform-provider-keyward/internal/platform/billium"
	"github.com/keyward/terraform-provider-keyward/internal/sandbox/store"
)

// grant returns the permissions of a new key: nil where it has the set, or
// inherits from its issuing user for good. Source: Billium authentication page,
// "API key permissions".
func grant(caller store.BilliumKey, keyType billium.KeyType, wanted []billium.Permission, set *store.PermissionSet) ([]billium.Permission, error) {
	if err := checkType(keyType, wanted, set); err != nil {
		return nil, err
	}
	switch {
	case set != nil:
		return nil, checkHolds(caller, nil, set.Permissions)
	case wanted == nil && keyType == billium.Public:
		wanted = billium.PublicPermissions()
	case wanted == nil && caller.Inherits():
		return nil, nil // as the caller does
	case wanted == nil:
		// The caller is narrowed, and what it creates must not hold more than it.
		return caller.Effective(), nil
	}
	return wanted, checkHolds(caller, nil, wanted)
}

// checkRegrant refuses what an existing key can't get instead. Only what is new
// to the key must be the caller's to give.
func checkRegrant(caller, key store.BilliumKey, wanted []billium.Permission, set *store.PermissionSet) error {
	if key.RevokedAt != nil {
		return errRevokedKey
	}
	if err := checkType(key.Type, wanted, set); err != nil {
		return err
	}
	if set != nil {
		wanted = set.Permissions
	}
	return checkHolds(caller, key.Granted(), wanted)
}

// checkType refuses what no key of the type can have, whatever the caller.
func checkType(keyType billium.KeyType, wanted []billium.Permission, set *store.PermissionSet) error {
	switch {
	case keyType != billium.Public:
		return nil
	case set != nil && !exactlyPublic(set.Permissions):
		return invalid("permissionSetId of a PUBLIC key must name a set of exactly " + publicNames())
	case wanted != nil && !exactlyPublic(wanted):
		return invalid("permissions of a PUBLIC key must be exactly " + publicNames())
	default:
		return nil
	}
}

func exactlyPublic(ps []billium.Permission) bool {
	three := billium.PublicPermissions()
	return len(billium.Missing(three, ps)) == 0 && len(billium.Missing(ps, three)) == 0
}

func publicNames() string { return strings.Join(billium.Names(billium.PublicPermissions()), ", ") }

// own is a request's permissions in the platform's type and order; nil where it
// has none.
func own(permissions *[]billiumapi.Permission) []billium.Permission {
	if permissions == nil {
		return nil
	}
	out := make([]billium.Permission, 0, len(*permissions))
	for _, p := range *permissions {
		out = append(out, billium.Permission(p))
	}
	return billium.Sort(out)
}
