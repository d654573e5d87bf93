package billium

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"strings"

	billiumapi "github.com/keyward/terraform-provider-keyward/internal/contract/billium"
	"github.com/keyward/terraform-provider-keyward/internal/platform/billium"
	"github.com/keyward/terraform-provider-keyward/internal/sandbox/requestctx"
	"github.com/keyward/terraform-provider-keyward/internal/sandbox/store"
	"github.com/keyward/terraform-provider-keyward/internal/sandbox/validate"
)

// apiError is an error with the status and the message that the caller gets.
type apiError struct {
	status int
	// message is a string, or for a request that fails validation a []string.
	message any
}

func (e *apiError) Error() string {
	if texts, ok := e.message.([]string); ok {
		return strings.Join(texts, "; ")
	}
	text, _ := e.message.(string)
	return text
}

// The body of 429 is documented, like which status means what; the other
// messages are the contract's.
var (
	errMissingHeader    = &apiError{http.StatusUnauthorized, "Missing x-api-key header"}
	errMalformedKey     = &apiError{http.StatusUnauthorized, "Malformed API key"}
	errInvalidKey       = &apiError{http.StatusUnauthorized, "Invalid API key"}
	errInactiveKey      = &apiError{http.StatusUnauthorized, "API key is inactive"}
	errPublicKey        = &apiError{http.StatusForbidden, "Public keys cannot access this endpoint"}
	errOtherMerchant    = &apiError{http.StatusForbidden, "API key does not belong to this merchant"}
	errOwnerOnly        = &apiError{http.StatusForbidden, "Only the owner can change team security"}
	errNotFound         = &apiError{http.StatusNotFound, "Not found"}
	errMethodNotAllowed = &apiError{http.StatusMethodNotAllowed, "Method not allowed"}
	errRevokedKey       = &apiError{http.StatusConflict, "API key is revoked"}
	errOwnerChanged     = &apiError{http.StatusConflict, "The owner cannot be changed: ownership is transferred in the dashboard"}
	errOwnerRemoved     = &apiError{http.StatusConflict, "The owner cannot be removed: ownership is transferred in the dashboard"}
	errCancelledInvoice = &apiError{http.StatusConflict, "Invoice is already cancelled"}
	errKeyReused        = &apiError{http.StatusConflict, "Idempotency-Key was used with a different request"}
	errKeyInFlight      = &apiError{http.StatusConflict, "A request with this Idempotency-Key is in progress"}
	errWebhookURL       = invalid("url must be an http or https URL with a host")
	errZeroAmount       = &apiError{http.StatusUnprocessableEntity, "amount must be greater than zero"}
	errThrottled        = &apiError{http.StatusTooManyRequests, "ThrottlerException: Too Many Requests"}
	errInternal         = &apiError{http.StatusInternalServerError, "Internal server error"}
)

// missingPermission is the refusal of a key that lacks a permission.
func missingPermission(permission string) *apiError {
	return &apiError{http.StatusForbidden, "Missing permission: " + permission}
}

// cannotGrant is the refusal of a caller that would give away what it lacks.
func cannotGrant(missing []billium.Permission) *apiError {
	return &apiError{http.StatusForbidden, "Cannot grant permissions you do not hold: " + strings.Join(billium.Names(missing), ", ")}
}

// invalid is the refusal of a field that the contract's schema can't judge.
func invalid(text string) *apiError { return &apiError{http.StatusBadRequest, []string{text}} }

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
		texts := make([]string, len(refusal.Findings))
		for i, f := range refusal.Findings {
			texts[i] = f.String()
		}
		s.write(w, &apiError{refusal.Status, texts})
		return
	}
	if !errors.Is(err, context.Canceled) {
		s.Logger.Error("a request failed", "request_id", requestctx.From(r.Context()).ID, "error", err)
	}
	s.write(w, errInternal)
}

func (s *server) write(w http.ResponseWriter, e *apiError) {
	envelope := billiumapi.Error{StatusCode: e.status, Message: e.message, Error: http.StatusText(e.status)}
	if err := requestctx.JSON(w, e.status, envelope); err != nil {
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
	name := "parameter"
	var format *billiumapi.InvalidParamFormatError
	if errors.As(err, &format) {
		name = format.ParamName
	}
	s.fail(w, r, invalid(name+" is not valid"))
}

// body decodes the request's body, which the contract has accepted already.
func body[T any](r *http.Request) (T, error) {
	var value T
	err := json.Unmarshal(requestctx.From(r.Context()).Body, &value)
	return value, err
}

// defaultLimit is a page's size where the request names none. Source: docs,
// "Paging".
const defaultLimit = 20

// paging is the page that a request asks for.
func paging(number, limit *int) store.Page {
	return store.Page{Number: or(number, 1), Limit: or(limit, defaultLimit)}
}

// page is the list envelope. It has the same fields for every kind of object.
type page[T any] struct {
	Data       []T                   `json:"data"`
	Pagination billiumapi.Pagination `json:"pagination"`
}

func newPage[Row, T any](rows []Row, total int, p store.Page, object func(Row) T) page[T] {
	data := make([]T, len(rows))
	for i, row := range rows {
		data[i] = object(row)
	}
	return page[T]{Data: data, Pagination: billiumapi.Pagination{
		Page: p.Number, Limit: p.Limit, Total: total, LastPage: max(1, (total+p.Limit-1)/p.Limit),
	}}
}

func or[T any](value *T, otherwise T) T {
	if value == nil {
		return otherwise
	}
	return *value
}
