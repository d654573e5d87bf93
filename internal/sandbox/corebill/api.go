// Package corebill serves Corebill's API.
//
// Each request goes through, in this order: its id and its row of the log; whose
// key it carries; 401; the permission level (403); the contract (400); the
// company (404); the handler.
package corebill

import (
	"io"
	"log/slog"
	"net/http"
	"time"

	"github.com/keyward/terraform-provider-keyward/api"
	corebillapi "github.com/keyward/terraform-provider-keyward/internal/contract/corebill"
	"github.com/keyward/terraform-provider-keyward/internal/platform/corebill"
	"github.com/keyward/terraform-provider-keyward/internal/sandbox/deliver"
	"github.com/keyward/terraform-provider-keyward/internal/sandbox/exchange"
	"github.com/keyward/terraform-provider-keyward/internal/sandbox/record"
	"github.com/keyward/terraform-provider-keyward/internal/sandbox/store"
	"github.com/keyward/terraform-provider-keyward/internal/sandbox/validate"
)

// base is the path that every operation starts with.
const base = "/v1"

// Config is what the API works with. Everything but TokenStart and Requests is required.
type Config struct {
	Store    *store.Store
	Recorder *record.Recorder
	// Deliveries tells webhooks of events.
	Deliveries *deliver.Engine
	Now        func() time.Time
	Rand       io.Reader
	// TokenStart chooses the first characters of the next token's unique part.
	TokenStart func() string
	Logger     *slog.Logger
	// Requests gets a line per request; nil for none.
	Requests *slog.Logger
}

// server implements the operations of the contract.
type server struct{ Config }

var _ corebillapi.ServerInterface = (*server)(nil)

// contract is compiled once per process.
var contract = validate.Once(api.Corebill)

// New returns the API, whose paths start with /v1.
func New(config Config) (http.Handler, error) {
	compiled, err := contract()
	if err != nil {
		return nil, err
	}
	s := &server{config}
	router := validate.NewRouter(compiled, s.operation)
	router.NotFound = s.failing(errNotFound)
	router.MethodNotAllowed = s.failing(errMethodNotAllowed)
	corebillapi.HandlerWithOptions(s, corebillapi.StdHTTPServerOptions{
		BaseURL: base, BaseRouter: router.At(base), ErrorHandlerFunc: s.badParameter,
	})
	if err := router.Err(); err != nil {
		return nil, err
	}
	recording := exchange.Recording{
		Platform: store.Corebill, Add: s.Recorder.Add,
		NewLogID: func(random io.Reader) (string, error) { return corebill.NewID(random, corebill.LogID) },
		Now:      s.Now, Rand: s.Rand, Logger: s.Logger, Requests: s.Requests,
		Fail: func(w http.ResponseWriter) { s.write(w, errInternal) },
	}
	return recording.Wrap(s.identify(s.authorize(router))), nil
}

// operation puts what depends on the operation around its handler: the contract
// and the company.
func (s *server) operation(o *validate.Operation, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := o.Check(w, r)
		if err != nil {
			s.fail(w, r, err)
			return
		}
		if c := callerOf(r); c.asked != "" && !c.reaches {
			s.fail(w, r, errCompanyNotFound)
			return
		}
		exchange.From(r.Context()).Body = body
		next.ServeHTTP(w, r)
	})
}
