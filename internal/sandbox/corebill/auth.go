package corebill

import (
	"context"
	"net/http"
	"strings"

	"github.com/keyward/terraform-provider-keyward/internal/platform/corebill"
	"github.com/keyward/terraform-provider-keyward/internal/sandbox/requestctx"
	"github.com/keyward/terraform-provider-keyward/internal/sandbox/secret"
	"github.com/keyward/terraform-provider-keyward/internal/sandbox/store"
	"github.com/keyward/terraform-provider-keyward/internal/sandbox/validate"
)

// caller is the key that a request carries.
type caller struct {
	key store.CorebillKey
	// asked is the company_id of the query, or empty.
	asked string
	// reaches tells whether the asked company exists within the key's reach.
	reaches bool
	// refusal is why the key does not let the request in, or nil.
	refusal *apiError
}

// organization reports whether the caller is an organization key.
func (c *caller) organization() bool { return c.key.CompanyID == nil }

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
		x := requestctx.From(r.Context())
		if c.key.ID != "" {
			x.KeyID = &c.key.ID
		}
		if c.reaches {
			x.ScopeID = &c.asked
		}
		next.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), callerKey{}, c)))
	})
}

func (s *server) lookUp(r *http.Request) (*caller, error) {
	c := &caller{asked: r.URL.Query().Get("company_id")}
	var token string
	if token, c.refusal = bearer(r.Header); c.refusal != nil {
		return c, nil //nolint:nilerr // a refusal is an answer here, not a failure
	}
	asked := c.asked
	if !validate.ValidText(asked) {
		asked = "" // the contract refuses it later
	}
	candidates, err := s.Store.CorebillCandidates(r.Context(), corebill.KeyPrefix(token), asked)
	if err != nil {
		return nil, err
	}
	found := secret.Find(token, candidates, func(k store.CorebillCandidate) string { return k.TokenHash })
	if found < 0 {
		c.refusal = errInvalidKey
		return c, nil
	}
	c.key, c.reaches = candidates[found].CorebillKey, candidates[found].Reaches
	switch {
	case c.key.RevokedAt != nil:
		c.refusal = errInvalidKey
	case c.key.Disabled:
		c.refusal = errDisabledKey
	}
	return c, nil
}

// bearer returns the token of an Authorization header.
func bearer(header http.Header) (string, *apiError) {
	values := header.Values("Authorization")
	if len(values) == 0 || values[0] == "" {
		return "", errMissingHeader
	}
	scheme, token, _ := strings.Cut(values[0], " ")
	token = strings.TrimLeft(token, " ")
	if len(values) > 1 || !strings.EqualFold(scheme, "Bearer") || !corebill.ValidToken(token) {
		return "", errInvalidKey
	}
	return token, nil
}

// authorize refuses a key that is not valid, and one whose level does not allow
// the method. Source: Corebill authentication page, "Permission Levels".
func (s *server) authorize(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		c := callerOf(r)
		switch {
		case c.refusal != nil:
			s.fail(w, r, c.refusal)
		case !c.key.Level.Allows(r.Method):
			s.fail(w, r, needLevel(corebill.LevelFor(r.Method)))
		default:
			next.ServeHTTP(w, r)
		}
	})
}
