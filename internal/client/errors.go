package client

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"
)

// What can go wrong, for errors.Is. An *Error may be several of them: a POST
// that was answered with 500 is ErrServer and ErrOutcomeUnknown.
var (
	// ErrBadRequest: 400, or a request that the client didn't even send.
	ErrBadRequest = errors.New("bad request")
	// ErrUnauthorized: 401, the API key is missing, malformed, unknown, revoked
	// or disabled.
	ErrUnauthorized = errors.New("unauthorized")
	// ErrForbidden: 403, the API key may not do this.
	ErrForbidden = errors.New("forbidden")
	// ErrNotFound: 404 in the platform's own words. A 404 page of a proxy or of a
	// wrong base URL is ErrInvalidResponse instead: it says nothing about the
	// object, and it is no evidence that the object is gone.
	ErrNotFound = errors.New("not found")
	// ErrConflict: 409.
	ErrConflict = errors.New("conflict")
	// ErrUnprocessable: 422.
	ErrUnprocessable = errors.New("unprocessable")
	// ErrRateLimited: 429, and the server asks for a longer wait than there is time
	// for, or has refused everything for as long as is waited.
	ErrRateLimited = errors.New("rate limited")
	// ErrServer: 5xx.
	ErrServer = errors.New("server error")
	// ErrRedirect: 3xx. Redirects are not followed.
	ErrRedirect = errors.New("redirected")
	// ErrConnection: no connection, no complete answer, or none in time.
	ErrConnection = errors.New("connection failed")
	// ErrInvalidResponse: an answer that is not in the platform's form: too
	// large, not JSON, or without what it must have.
	ErrInvalidResponse = errors.New("invalid response")
	// ErrOutcomeUnknown: a POST may or may not have been carried out: it was sent,
	// and no answer came, or a 5xx, or one that can't be understood. Look before
	// doing it again.
	ErrOutcomeUnknown = errors.New("outcome unknown")
)

var byStatus = map[int]error{
	http.StatusBadRequest:          ErrBadRequest,
	http.StatusUnauthorized:        ErrUnauthorized,
	http.StatusForbidden:           ErrForbidden,
	http.StatusConflict:            ErrConflict,
	http.StatusUnprocessableEntity: ErrUnprocessable,
	http.StatusTooManyRequests:     ErrRateLimited,
}

// Error is a request that failed. None of its texts holds a secret.
type Error struct {
	Platform string
	Method   string
	// Path of the request, without the base URL and without the query.
	Path string
	// Status of the last answer, 0 where there was none.
	Status int
	// Message is what the server said, "" where it said nothing in its own form.
	Message string
	// RequestID is the X-Request-Id of the last answer, or "".
	RequestID string
	// RetryAfter is how long the server asked to wait, 0 for nothing.
	RetryAfter time.Duration
	// Attempts is how often the request was tried; 0 for one that was refused
	// before it was sent.
	Attempts int
	// OutcomeUnknown: see ErrOutcomeUnknown.
	OutcomeUnknown bool
	// CreatedID is the id of an object that was created, where the answer to the
	// creation is of no other use. It is live: a caller that can't use it must remove it.
	CreatedID string
	// Err is why there was no answer, or why the answer can't be used.
	Err error
}

// Error says which request failed, how, and what the server said.
func (e *Error) Error() string {
	text := e.Platform + ": " + e.what()
	if e.OutcomeUnknown {
		text += "; it may have taken effect"
	}
	if e.CreatedID != "" {
		text += "; " + e.CreatedID + " was created"
	}
	if notes := e.notes(); len(notes) > 0 {
		text += " (" + strings.Join(notes, ", ") + ")"
	}
	return text
}

// what is the request, and what came of it.
func (e *Error) what() string {
	parts := []string{e.Method + " " + e.Path}
	if e.Status != 0 {
		parts = append(parts, statusLine(e.Status))
	}
	if e.Message != "" {
		parts = append(parts, e.Message)
	}
	if e.Err != nil {
		parts = append(parts, e.Err.Error())
	}
	return strings.Join(parts, ": ")
}

func (e *Error) notes() []string {
	var notes []string
	if e.Attempts > 1 {
		notes = append(notes, fmt.Sprintf("%d attempts", e.Attempts))
	}
	if e.RetryAfter > 0 {
		notes = append(notes, "the server asked to wait "+e.RetryAfter.Round(time.Second).String())
	}
	if e.RequestID != "" {
		notes = append(notes, "request "+e.RequestID)
	}
	return notes
}

// Is reports whether the error is one of this package's.
func (e *Error) Is(target error) bool {
	switch target {
	case ErrOutcomeUnknown:
		return e.OutcomeUnknown
	case ErrNotFound:
		return e.Status == http.StatusNotFound && e.Err == nil
	case ErrServer:
		return e.Status >= 500
	case ErrRedirect:
		return e.Status >= 300 && e.Status < 400
	default:
		kind, ok := byStatus[e.Status]
		return ok && kind == target
	}
}

// Refused reports whether the platform itself said 401. That of a proxy, or of
// whatever else a base URL leads to, says nothing about an API key.
func Refused(err error) bool {
	return errors.Is(err, ErrUnauthorized) && !errors.Is(err, ErrInvalidResponse)
}

// Forbidden reports whether the platform itself said 403: it knows the API key, which
// may not do this.
func Forbidden(err error) bool {
	return errors.Is(err, ErrForbidden) && !errors.Is(err, ErrInvalidResponse)
}

// Closed reports whether the platform is closed to every caller: nothing answers, or
// the credential, the address or the rate is refused. Any other request would be told
// the same, and this one has been repeated already as often as was worth it.
func Closed(err error) bool {
	return isAny(err, ErrConnection, ErrUnauthorized, ErrRateLimited, ErrRedirect)
}

// Trouble reports whether an error says nothing of the object that the request was
// about: the platform is closed, or fails, or something else answers in its place.
func Trouble(err error) bool {
	return Closed(err) || isAny(err, ErrServer, ErrInvalidResponse)
}

func isAny(err error, kinds ...error) bool {
	return slices.ContainsFunc(kinds, func(kind error) bool { return errors.Is(err, kind) })
}

// Unwrap returns Err.
func (e *Error) Unwrap() error { return e.Err }

func statusLine(status int) string {
	return strings.TrimSpace(fmt.Sprintf("%d %s", status, http.StatusText(status)))
}

// fault is why there is no usable answer. Its text is scrubbed. The error it
// came from answers errors.Is only and is never handed out, for its own text is
// not scrubbed.
type fault struct {
	text   string
	kind   error
	origin error
}

func (f *fault) Error() string { return f.text }

func (f *fault) Is(target error) bool {
	return f.kind == target || f.origin != nil && errors.Is(f.origin, target)
}
