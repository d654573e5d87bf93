package client

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
)

// maxIdempotencyKey is how long an Idempotency-Key may be. Source: contract.
const maxIdempotencyKey = 255

// Request is one call of a platform's API. Formatted, logged or encoded it is
// its method and path: what it sends is no one else's business.
type Request struct {
	// Method is the HTTP method.
	Method string
	// Path from the API's root, starting with /v1/. Its parts are escaped
	// (url.PathEscape), and none is empty, . or ..: an empty id is an error and
	// never a request for the list above it.
	Path string
	// Query is added to the URL; may be nil.
	Query url.Values
	// Body is sent as JSON; nil for none.
	Body any
	// IdempotencyKey makes a POST safe to repeat, where the platform knows such
	// keys: 1 to 255 visible ASCII characters, "" for none.
	IdempotencyKey string
	// Check is called once the answer to a success is decoded and says whether it
	// holds what it must; nil for no further check. Its error makes the answer an
	// invalid one.
	Check func() error
	// SeeThrough makes a request that is under way outlive its context, for no
	// longer than an attempt may take: its answer shows what no other will, or names
	// what was created, and an interrupted run must not lose it.
	SeeThrough bool
}

// String returns the method and the path.
func (r Request) String() string { return r.Method + " " + redactTokens(r.Path) }

// Format writes the method and the path for every verb.
func (r Request) Format(state fmt.State, _ rune) { _, _ = io.WriteString(state, r.String()) }

// MarshalText returns the method and the path.
func (r Request) MarshalText() ([]byte, error) { return []byte(r.String()), nil }

// LogValue returns the method and the path.
func (r Request) LogValue() slog.Value { return slog.StringValue(r.String()) }

// replayable reports whether the request may be sent twice.
func (r Request) replayable() bool {
	return r.Method != http.MethodPost || r.IdempotencyKey != ""
}

// call is a request made ready: everything that its attempts have in common.
type call struct {
	Request
	url  *url.URL
	body []byte
	// path is Request.Path as errors and events show it.
	path string
}

func (c *Client) prepare(request Request) (*call, error) {
	ready := &call{Request: request, path: c.scrubber.words(request.Path)}
	if err := checkPath(request.Path); err != nil {
		return ready, err
	}
	if err := checkIdempotencyKey(request.IdempotencyKey); err != nil {
		return ready, err
	}
	u, err := url.Parse(c.base + request.Path)
	if err != nil {
		return ready, errors.New("the path is not a URL's path")
	}
	u.RawQuery = request.Query.Encode()
	ready.url = u
	if request.Body == nil {
		return ready, nil
	}
	if ready.body, err = json.Marshal(request.Body); err != nil {
		return ready, fmt.Errorf("the body can't be encoded: %s", c.scrubber.words(err.Error()))
	}
	return ready, nil
}

func checkPath(path string) error {
	rest, ok := strings.CutPrefix(path, "/")
	if !ok || strings.ContainsAny(path, "?#") {
		return errors.New("the path must start with / and have no query")
	}
	for part := range strings.SplitSeq(rest, "/") {
		switch part {
		case "":
			return errors.New("an id in the path is empty")
		case ".", "..":
			return fmt.Errorf("%q in the path is not an id", part)
		}
	}
	return nil
}

func checkIdempotencyKey(key string) error {
	visible := !strings.ContainsFunc(key, func(r rune) bool { return r <= ' ' || r > '~' })
	if len(key) > maxIdempotencyKey || !visible {
		return fmt.Errorf("an idempotency key has 1 to %d visible ASCII characters", maxIdempotencyKey)
	}
	return nil
}
