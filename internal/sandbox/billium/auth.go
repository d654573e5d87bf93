package billium

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"

	billiumapi "github.com/keyward/terraform-provider-keyward/internal/contract/billium"
	"github.com/keyward/terraform-provider-keyward/internal/platform/billium"
	"github.com/keyward/terraform-provider-keyward/internal/sandbox/requestctx"
	"github.com/keyward/terraform-provider-keyward/internal/sandbox/secret"
	"github.com/keyward/terraform-provider-keyward/internal/sandbox/store"
	"github.com/keyward/terraform-provider-keyward/internal/sandbox/validate"
)

// anyKey is the x-permission of an operation that every valid key may call.
const anyKey = "none"

// caller is the key that a request carries.
type caller struct {
	key store.BilliumKey
	// bucket is what the key's rate limit counts by: the first 16 characters of
	// what was presented, or empty.
	bucket string
	// refusal is why the key does not let the request in, or nil.
	refusal *apiError
}

type callerKey struct{}

// callerOf returns who makes the request. Every handler runs behind identify.
func callerOf(r *http.Request) *caller {
	c, ok := r.Context().Value(callerKey{}).(*caller)
	if !ok {
		return &caller{refusal: errInvalidKey}
	}
	return c
}

// identify finds out whose key the request carries. It refuses no request yet, but
// attributes the request's row of the log.
func (s *server) identify(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		c, err := s.lookUp(r)
		if err != nil {
			s.fail(w, r, err)
			return
		}
		if c.key.ID != "" {
			x := requestctx.From(r.Context())
			x.KeyID, x.ScopeID = &c.key.ID, &c.key.MerchantID
		}
		next.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), callerKey{}, c)))
	})
}

func (s *server) lookUp(r *http.Request) (*caller, error) {
	values := r.Header.Values("X-Api-Key")
	if len(values) == 0 || values[0] == "" {
		return &caller{refusal: errMissingHeader}, nil
	}
	token := values[0]
	c := &caller{bucket: billium.KeyPrefix(token)}
	if len(values) > 1 || !billium.ValidToken(token) {
		c.refusal = errMalformedKey
		return c, nil
	}
	candidates, err := s.Store.BilliumCandidates(r.Context(), billium.KeyPrefix(token))
	if err != nil {
		return nil, err
	}
	found := secret.Find(token, candidates, func(k store.BilliumKey) string { return k.TokenHash })
	if found < 0 {
		c.refusal = errInvalidKey
		return c, nil
	}
	c.key = candidates[found]
	switch {
	case c.key.RevokedAt != nil:
		c.refusal = errInvalidKey
	case !c.key.IsActive:
		c.refusal = errInactiveKey
	}
	return c, nil
}

// authenticate refuses a key that is not valid.
func (s *server) authenticate(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if refusal := callerOf(r).refusal; refusal != nil {
			s.fail(w, r, refusal)
			return
		}
		next.ServeHTTP(w, r)
	})
}

// permitted returns why the key may not call the operation, or nil. Source:
// Billium authentication page, "Permissions" and "API key types".
func permitted(c *caller, o *validate.Operation) *apiError {
	switch {
	case o.SecretOnly && c.key.Type == billium.Public:
		return errPublicKey
	case o.Permission == anyKey:
		return nil
	case !slices.Contains(c.key.Effective(), billium.Permission(o.Permission)):
		return missingPermission(o.Permission)
	default:
		return nil
	}
}

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
