// Package billium serves Billium's API.
//
// Each request goes through, in this order: its id and its row of the log; whose
// key it carries; the rate limits (429); 401; the permission (403); the contract
// (400); the merchant (403); the Idempotency-Key (409); the handler.
package billium

import (
	"io"
	"log/slog"
	"net/http"
	"strconv"
	"time"

	"github.com/keyward/terraform-provider-keyward/api"
	billiumapi "github.com/keyward/terraform-provider-keyward/internal/contract/billium"
	"github.com/keyward/terraform-provider-keyward/internal/platform/billium"
	"github.com/keyward/terraform-provider-keyward/internal/sandbox/deliver"
	"github.com/keyward/terraform-provider-keyward/internal/sandbox/limit"
	"github.com/keyward/terraform-provider-keyward/internal/sandbox/record"
	"github.com/keyward/terraform-provider-keyward/internal/sandbox/requestctx"
	"github.com/keyward/terraform-provider-keyward/internal/sandbox/store"
	"github.com/keyward/terraform-provider-keyward/internal/sandbox/validate"
)

// bases are the current deployment's and the older one's. Source: docs, Billium.
var bases = []string{"/v1", "/api/v1"}

// Config is what the API works with. Everything but TokenStart and Requests is required.
type Config struct {
	Store    *store.Store
	Recorder *record.Recorder
	// Deliveries tells webhooks of events.
	Deliveries *deliver.Engine
	// RateLimits tells whether the documented limits apply.
	RateLimits bool
	Now        func() time.Time
	Rand       io.Reader
	// TokenStart chooses the first characters of the next token's unique part.
	TokenStart func() string
	Logger     *slog.Logger
	// Requests gets a line per request; nil for none.
	Requests *slog.Logger
}

// server implements the operations of the contract.
type server struct {
	Config

	limits   *limits
	inFlight inFlight
}

var _ billiumapi.ServerInterface = (*server)(nil)

// contract is compiled once per process.
var contract = validate.Once(api.Billium)

// New returns the API, whose paths start with /v1 or /api/v1.
func New(config Config) (http.Handler, error) {
	compiled, err := contract()
	if err != nil {
		return nil, err
	}
	s := &server{Config: config, limits: newLimits()}
	router := validate.NewRouter(compiled, s.operation)
	router.NotFound = s.failing(errNotFound)
	router.MethodNotAllowed = s.failing(errMethodNotAllowed)
	for _, base := range bases {
		billiumapi.HandlerWithOptions(s, billiumapi.StdHTTPServerOptions{
			BaseURL: base, BaseRouter: router.At(base), ErrorHandlerFunc: s.badParameter,
		})
	}
	if err := router.Err(); err != nil {
		return nil, err
	}
	recording := requestctx.Recording{
		Platform: store.Billium, Add: s.Recorder.Add,
		NewLogID: func(random io.Reader) (string, error) { return billium.NewID(random, billium.LogID) },
		Now:      s.Now, Rand: s.Rand, Logger: s.Logger, Requests: s.Requests,
		Fail: func(w http.ResponseWriter) { s.write(w, errInternal) },
	}
	return recording.Wrap(s.identify(s.throttle(s.authenticate(router)))), nil
}

// operation puts what depends on the operation around its handler.
func (s *server) operation(o *validate.Operation, next http.Handler) http.Handler {
	next = s.idempotent(o, next)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		c := callerOf(r)
		if refusal := permitted(c, o); refusal != nil {
			s.fail(w, r, refusal)
			return
		}
		body, err := o.Check(w, r)
		if err != nil {
			s.fail(w, r, err)
			return
		}
		if r.PathValue("merchantId") != c.key.MerchantID {
			s.fail(w, r, errOtherMerchant)
			return
		}
		requestctx.From(r.Context()).Body = body
		next.ServeHTTP(w, r)
	})
}

// GetTeamSecurity returns what the team demands of dashboard sessions. Nothing
// here enforces it: requests with an API key are not subject to it. Source:
// Billium authentication page, "Team-level security enforcement".
func (s *server) GetTeamSecurity(w http.ResponseWriter, r *http.Request, merchantID billiumapi.MerchantID) {
	row, err := s.Store.TeamSecurity().Get(r.Context(), merchantID)
	s.answer(w, r, http.StatusOK, teamSecurity(row), named("Merchant", err))
}

// UpdateTeamSecurity changes flags, for the OWNER alone.
func (s *server) UpdateTeamSecurity(w http.ResponseWriter, r *http.Request, merchantID billiumapi.MerchantID) {
	request, err := body[billiumapi.UpdateTeamSecurityRequest](r)
	if err == nil && callerOf(r).key.Role != billium.Owner {
		err = errOwnerOnly
	}
	if err != nil {
		s.fail(w, r, err)
		return
	}
	row, err := s.Store.TeamSecurity().Change(r.Context(), merchantID, func(t *store.TeamSecurity) {
		t.EnforceTFA, t.EnforcePasskey = or(request.EnforceTfa, t.EnforceTFA), or(request.EnforcePasskey, t.EnforcePasskey)
		t.EnforceGoogleLogin = or(request.EnforceGoogleLogin, t.EnforceGoogleLogin)
		t.EnforceGithubLogin = or(request.EnforceGithubLogin, t.EnforceGithubLogin)
		t.EnforceEmailVerified = or(request.EnforceEmailVerified, t.EnforceEmailVerified)
	})
	s.answer(w, r, http.StatusOK, teamSecurity(row), named("Merchant", err))
}

func teamSecurity(t store.TeamSecurity) billiumapi.TeamSecurity {
	return billiumapi.TeamSecurity{
		EnforceTfa: t.EnforceTFA, EnforcePasskey: t.EnforcePasskey, EnforceGoogleLogin: t.EnforceGoogleLogin,
		EnforceGithubLogin: t.EnforceGithubLogin, EnforceEmailVerified: t.EnforceEmailVerified,
	}
}

// The documented limits. Source: docs, Billium, "Rate limits".
const (
	perAddress = 50
	perKey     = 300
	window     = 60 * time.Second
)

// limits are the two that apply at once.
type limits struct {
	address, key *limit.Limiter
}

func newLimits() *limits {
	return &limits{address: limit.New(perAddress, window), key: limit.New(perKey, window)}
}

// take counts a request and returns the result that the headers describe: the
// refusal, or else the limit with the fewest requests left. A request that its
// address may not make is not counted against its key.
func (l *limits) take(address, bucket string, now time.Time) limit.Result {
	byAddress := l.address.Take(address, now)
	if !byAddress.Allowed || bucket == "" {
		return byAddress
	}
	byKey := l.key.Take(bucket, now)
	if !byKey.Allowed || byKey.Remaining < byAddress.Remaining {
		return byKey
	}
	return byAddress
}

// throttle applies the limits, before it matters whether the key is valid.
func (s *server) throttle(next http.Handler) http.Handler {
	if !s.RateLimits {
		return next
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		result := s.limits.take(requestctx.ClientIP(r), callerOf(r).bucket, s.Now())
		// Rounded up: a client that waits this long meets a new window.
		reset := strconv.FormatInt(int64((result.ResetIn+time.Second-1)/time.Second), 10)
		header := w.Header()
		header.Set("X-RateLimit-Limit", strconv.Itoa(result.Limit))
		header.Set("X-RateLimit-Remaining", strconv.Itoa(result.Remaining))
		header.Set("X-RateLimit-Reset", reset)
		if !result.Allowed {
			header.Set("Retry-After", reset)
			s.fail(w, r, errThrottled)
			return
		}
		next.ServeHTTP(w, r)
	})
}
