package billium

import (
	"strings"

	billiumapi "github.com/keyward/terraform-provider-keyward/internal/contract/billium"
	"github.com/keyward/terraform-provider-keyward/internal/platform/billium"
	"github.com/keyward/terraform-provider-keyward/internal/sandbox/store"
)

// grant returns what a new key gets: nil where it inherits from its issuing user
// for good. Source: Billium authentication page, "API key permissions".
func grant(caller store.BilliumKey, keyType billium.KeyType, request billiumapi.CreateAPIKeyRequest) ([]billium.Permission, error) {
	if err := checkGrant(keyType, request.Permissions, request.PermissionSetID); err != nil {
		return nil, err
	}
	wanted := own(request.Permissions)
	switch {
	case wanted == nil && keyType == billium.Public:
		wanted = billium.PublicPermissions()
	case wanted == nil && caller.Permissions == nil:
		return nil, nil // as the caller does
	case wanted == nil:
		// The caller is narrowed, and what it creates must not hold more than it.
		return caller.Effective(), nil
	}
	if missing := billium.Missing(caller.Effective(), wanted); len(missing) > 0 {
		return nil, cannotGrant(missing)
	}
	return wanted, nil
}

// regrant returns what an existing key gets instead: nil where the request leaves
// its permissions alone. Only what is new to the key must be the caller's to give.
func regrant(caller, key store.BilliumKey, request billiumapi.UpdateAPIKeyRequest) ([]billium.Permission, error) {
	if key.RevokedAt != nil {
		return nil, errRevokedKey
	}
	if err := checkGrant(key.Type, request.Permissions, request.PermissionSetID); err != nil {
		return nil, err
	}
	wanted := own(request.Permissions)
	added := billium.Missing(key.Granted(), wanted)
	if missing := billium.Missing(caller.Effective(), added); len(missing) > 0 {
		return nil, cannotGrant(missing)
	}
	return wanted, nil
}

// checkGrant refuses what no key of the type can have, whoever asks. The sandbox
// has no permission sets yet, so none is found.
func checkGrant(keyType billium.KeyType, permissions *[]billiumapi.Permission, permissionSetID *string) error {
	switch {
	case permissions != nil && permissionSetID != nil:
		return invalid("permissionSetId cannot be combined with permissions")
	case keyType == billium.Public && permissionSetID != nil:
		return invalid("permissionSetId cannot be given to a PUBLIC key")
	case permissionSetID != nil:
		return errNoPermissionSet
	case keyType == billium.Public && permissions != nil && !exactlyPublic(own(permissions)):
		return invalid("permissions of a PUBLIC key must be exactly " + strings.Join(billium.Names(billium.PublicPermissions()), ", "))
	default:
		return nil
	}
}

func exactlyPublic(ps []billium.Permission) bool {
	three := billium.PublicPermissions()
	return len(billium.Missing(three, ps)) == 0 && len(billium.Missing(ps, three)) == 0
}

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
