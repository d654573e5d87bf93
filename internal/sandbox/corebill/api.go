// Package corebill serves Corebill's API.
//
// Each request goes through, in this order: its id and its row of the log; whose
// key it carries; 401; the permission level (403); the contract (400); the
// company (404); the handler.
package corebill

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"time"

	"github.com/keyward/terraform-provider-keyward/api"
	corebillapi "github.com/keyward/terraform-provider-keyward/internal/contract/corebill"
	"github.com/keyward/terraform-provider-keyward/internal/platform/corebill"
	"github.com/keyward/terraform-provider-keyward/internal/sandbox/deliver"
	"github.com/keyward/terraform-provider-keyward/internal/sandbox/record"
	"github.com/keyward/terraform-provider-keyward/internal/sandbox/requestctx"
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
	recording := requestctx.Recording{
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
		requestctx.From(r.Context()).Body = body
		next.ServeHTTP(w, r)
	})
}

// apiError is an error with the status and the message that the caller gets.
type apiError struct {
	status  int
	message string
}

func (e *apiError) Error() string { return e.message }

// Source of the 401 and 403 messages: Corebill authentication page,
// "Authentication Errors". The others are the contract's.
var (
	errMissingHeader    = &apiError{http.StatusUnauthorized, "Missing Authorization header"}
	errInvalidKey       = &apiError{http.StatusUnauthorized, "Invalid API key"}
	errDisabledKey      = &apiError{http.StatusUnauthorized, "API key is disabled"}
	errNeedOrganization = &apiError{http.StatusForbidden, "Insufficient permissions. Organization access required."}
	errNeedOrgAdmin     = &apiError{http.StatusForbidden, "Insufficient permissions. Organization admin access required."}
	errBothCursors      = &apiError{http.StatusBadRequest, "starting_after cannot be combined with ending_before"}
	errOtherCompany     = &apiError{http.StatusBadRequest, "company_id must equal the company_id query parameter"}
	errRevokedKey       = &apiError{http.StatusBadRequest, "API key is revoked"}
	errWebhookURL       = &apiError{http.StatusBadRequest, "url must be an http or https URL with a host"}
	errLastCompany      = &apiError{http.StatusBadRequest, "The last company of an organization cannot be deleted"}
	errCompanyNotFound  = &apiError{http.StatusNotFound, "Company not found"}
	errNotFound         = &apiError{http.StatusNotFound, "Not found"}
	errMethodNotAllowed = &apiError{http.StatusMethodNotAllowed, "Method not allowed"}
	errInternal         = &apiError{http.StatusInternalServerError, "Internal server error"}
)

// needLevel is the refusal of a key below the level.
func needLevel(level corebill.Level) *apiError {
	return &apiError{http.StatusForbidden, "Insufficient permissions. " + level.Title() + " access required."}
}

// named turns the store's ErrNotFound into "<Thing> not found".
func named(thing string, err error) error {
	if errors.Is(err, store.ErrNotFound) {
		return &apiError{http.StatusNotFound, thing + " not found"}
	}
	return err
}

// fail answers with an error. What the caller can't help becomes a 500 and goes
// to the server's own log.
func (s *server) fail(w http.ResponseWriter, r *http.Request, err error) {
	var known *apiError
	if errors.As(err, &known) {
		s.write(w, known)
		return
	}
	var refusal *validate.Refusal
	if errors.As(err, &refusal) {
		s.write(w, &apiError{refusal.Status, message(refusal.Findings[0])})
		return
	}
	if !errors.Is(err, context.Canceled) {
		s.Logger.Error("a request failed", "request_id", requestctx.From(r.Context()).ID, "error", err)
	}
	s.write(w, errInternal)
}

func message(f validate.Finding) string {
	if f.Missing && f.In == "query" {
		return "Missing " + f.Name + " query parameter"
	}
	return f.String()
}

func (s *server) write(w http.ResponseWriter, e *apiError) {
	if err := requestctx.JSON(w, e.status, corebillapi.Error{Error: e.message}); err != nil {
		s.Logger.Error("an answer could not be written", "error", err)
	}
}

// answer sends a value, or the error where there is one.
func (s *server) answer(w http.ResponseWriter, r *http.Request, status int, value any, err error) {
	if err != nil {
		s.fail(w, r, err)
		return
	}
	if err := requestctx.JSON(w, status, value); err != nil {
		s.fail(w, r, err)
	}
}

func (s *server) failing(err error) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { s.fail(w, r, err) })
}

// badParameter answers a parameter that passed the contract's pattern but has no
// Go value, such as the 30th of February.
func (s *server) badParameter(w http.ResponseWriter, r *http.Request, err error) {
	name := "A parameter"
	var format *corebillapi.InvalidParamFormatError
	if errors.As(err, &format) {
		name = format.ParamName
	}
	s.write(w, &apiError{http.StatusBadRequest, name + " is not valid"})
}

// body decodes the request's body, which the contract has accepted already.
func body[T any](r *http.Request) (T, error) {
	var value T
	err := json.Unmarshal(requestctx.From(r.Context()).Body, &value)
	return value, err
}

// defaultLimit is a page's size where the request names none. Source: docs,
// lists.
const defaultLimit = 10

// cursor is the paging that a request asks for.
func cursor(limit *int, after, before *string) (store.Cursor, error) {
	c := store.Cursor{Limit: defaultLimit}
	if after != nil && before != nil {
		return c, errBothCursors
	}
	if limit != nil {
		c.Limit = *limit
	}
	if after != nil {
		c.After = *after
	}
	if before != nil {
		c.Before = *before
	}
	return c, nil
}

// listed turns a cursor whose row is not in the list into a 400 that names it.
func listed(c store.Cursor, err error) error {
	if !errors.Is(err, store.ErrNotFound) {
		return err
	}
	name := "starting_after"
	if c.Before != "" {
		name = "ending_before"
	}
	return &apiError{http.StatusBadRequest, name + " is not an id of this list"}
}

// page is the list envelope. It has the same fields for every kind of object.
type page[T any] struct {
	Object     corebillapi.ListObject `json:"object"`
	URL        string                 `json:"url"`
	Data       []T                    `json:"data"`
	HasMore    bool                   `json:"has_more"`
	NextCursor *string                `json:"next_cursor"`
}

// newPage makes the envelope. next_cursor goes on in the request's direction.
func newPage[Row, T any](r *http.Request, rows []Row, more bool, c store.Cursor, object func(Row) T, id func(T) string) page[T] {
	p := page[T]{Object: corebillapi.ListObjectList, URL: r.URL.Path, Data: make([]T, len(rows)), HasMore: more}
	for i, row := range rows {
		p.Data[i] = object(row)
	}
	if more && len(rows) > 0 {
		last := p.Data[len(rows)-1]
		if c.Before != "" {
			last = p.Data[0]
		}
		next := id(last)
		p.NextCursor = &next
	}
	return p
}

func utcOrNil(t *time.Time) *time.Time {
	if t == nil {
		return nil
	}
	utc := t.UTC()
	return &utc
}
