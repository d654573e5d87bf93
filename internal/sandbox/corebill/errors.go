package corebill

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"

	corebillapi "github.com/keyward/terraform-provider-keyward/internal/contract/corebill"
	"github.com/keyward/terraform-provider-keyward/internal/platform/corebill"
	"github.com/keyward/terraform-provider-keyward/internal/sandbox/exchange"
	"github.com/keyward/terraform-provider-keyward/internal/sandbox/store"
	"github.com/keyward/terraform-provider-keyward/internal/sandbox/validate"
)

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
		s.Logger.Error("a request failed", "request_id", exchange.From(r.Context()).ID, "error", err)
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
	if err := exchange.JSON(w, e.status, corebillapi.Error{Error: e.message}); err != nil {
		s.Logger.Error("an answer could not be written", "error", err)
	}
}

// answer sends a value, or the error where there is one.
func (s *server) answer(w http.ResponseWriter, r *http.Request, status int, value any, err error) {
	if err != nil {
		s.fail(w, r, err)
		return
	}
	if err := exchange.JSON(w, status, value); err != nil {
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
	err := json.Unmarshal(exchange.From(r.Context()).Body, &value)
	return value, err
}
