package billium

import (
	"context"
	"net/http"
	"slices"

	"github.com/keyward/terraform-provider-keyward/internal/platform/billium"
	"github.com/keyward/terraform-provider-keyward/internal/sandbox/exchange"
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
			x := exchange.From(r.Context())
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
