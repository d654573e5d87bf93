package client

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"hash/maphash"
	"io"
	"iter"
	"log/slog"
	"mime"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// Do sends a request, as often as the rules of decide allow, and decodes the
// answer's JSON into out, unless out is nil. A *json.RawMessage takes the answer
// as it is, provided that it is JSON. Every error is an *Error.
func (c *Client) Do(ctx context.Context, request Request, out any) error {
	ready, err := c.prepare(request)
	if err != nil {
		return &Error{
			Platform: c.config.Platform, Method: request.Method, Path: ready.path,
			Err: &fault{kind: ErrBadRequest, text: err.Error()},
		}
	}
	unknown, ticket, waited := false, c.budget.Ticket(isUrgent(ctx)), time.Duration(0)
	for number := 1; ; number++ {
		got, event := c.attempt(ctx, ready, ticket, number)
		failure := c.judge(ready, got, out, number)
		if failure == nil {
			c.observe(ctx, ready, got, event)
			return nil
		}
		unknown = failure.CreatedID == "" && (unknown || leavesDoubt(ready, got))
		failure.OutcomeUnknown = unknown
		event.Err = failure
		event.Wait, event.Retry = decide(c.describe(ctx, ready, got, failure))
		waited += event.Duration
		event.Retry = c.patient(&event, failure, waited)
		waited += event.Wait
		c.observe(ctx, ready, got, event)
		if !event.Retry {
			return failure
		}
		if err := c.pause(ctx, event.Wait, failure); err != nil {
			return interrupted(failure, err)
		}
	}
}

// judge returns what is wrong with a result, or nil after it has decoded it.
func (c *Client) judge(ready *call, got result, out any, number int) *Error {
	failure := &Error{
		Platform: c.config.Platform, Method: ready.Method, Path: ready.path,
		Status: got.status, RequestID: c.requestID(got), Attempts: number,
	}
	switch {
	case got.fault != nil:
		failure.Err = got.fault
	case got.status >= 200 && got.status < 300:
		problem := c.decode(ready, got, out)
		if problem == nil {
			return nil
		}
		failure.Err, failure.CreatedID = problem, c.createdID(got)
	case got.status >= 300 && got.status < 400:
		failure.Err = &fault{text: c.redirect(ready, got)}
	default:
		failure.RetryAfter = retryAfter(got.status, got.header, c.config.Now())
		failure.Message = c.scrubber.words(c.config.ErrorMessage(got.body))
		switch {
		case failure.Message == "":
			failure.Err = c.foreign(got)
		case (got.status == http.StatusUnauthorized || got.status == http.StatusForbidden) && !c.config.Own(got.status, got.body):
			failure.Err = &fault{kind: ErrInvalidResponse, text: fmt.Sprintf("that is not how %s answers an API key: is the base URL %s right, or does a proxy answer in its place?",
				c.config.Platform, c.base)}
		case got.status == http.StatusNotFound && c.config.NoRoute(failure.Message):
			failure.Err = &fault{kind: ErrInvalidResponse, text: fmt.Sprintf("there is no such endpoint at %s: check the base URL", c.base)}
		}
	}
	return failure
}

// decode reads a success. Its fault never repeats the body, which may hold a token.
func (c *Client) decode(ready *call, got result, out any) *fault {
	if out == nil {
		return nil
	}
	if !json.Valid(got.body) {
		return c.foreign(got)
	}
	if err := json.Unmarshal(got.body, out); err != nil {
		return &fault{kind: ErrInvalidResponse, text: "the answer is not the platform's: " + c.scrubber.words(unlike(err))}
	}
	if ready.Check == nil {
		return nil
	}
	if err := ready.Check(); err != nil {
		return &fault{kind: ErrInvalidResponse, text: "the answer is not what it should be: " + c.scrubber.words(err.Error())}
	}
	return nil
}

// unlike says in plain words in what an answer's JSON is unlike what it should be.
func unlike(err error) string {
	kind, ok := errors.AsType[*json.UnmarshalTypeError](err)
	switch {
	case ok && kind.Field == "":
		return "it is of another kind of JSON (" + kind.Value + ")"
	case ok:
		return fmt.Sprintf("its %s is of another kind of JSON (%s)", kind.Field, kind.Value)
	}
	if _, ok := errors.AsType[*time.ParseError](err); ok {
		return "a time in it is not valid RFC 3339"
	}
	return "something in it is of another form"
}

// createdID finds the id in an answer that is of no other use, so that what was
// created isn't lost. Both platforms' objects have it at the top.
func (c *Client) createdID(got result) string {
	var object struct {
		ID string `json:"id"`
	}
	if got.status != http.StatusCreated || json.Unmarshal(got.body, &object) != nil {
		return ""
	}
	return c.short(object.ID)
}

// foreign is the fault of an answer that someone else seems to have given.
func (c *Client) foreign(got result) *fault {
	kind := "an empty body"
	if len(got.body) > 0 {
		kind = "a body of unknown type"
		if media, _, err := mime.ParseMediaType(got.header.Get("Content-Type")); err == nil {
			kind = c.scrubber.words(media)
		}
	}
	return &fault{kind: ErrInvalidResponse, text: fmt.Sprintf("the answer (%s) is not %s's: is the base URL %s right, or does a proxy answer in its place?",
		kind, c.config.Platform, c.base)}
}

func (c *Client) redirect(ready *call, got result) string {
	where := "somewhere else"
	if target, err := ready.url.Parse(got.header.Get("Location")); err == nil && target.Host != "" {
		where = c.scrubber.words((&url.URL{Scheme: target.Scheme, Host: target.Host}).String())
	}
	return fmt.Sprintf("the answer is a redirect to %s, which is not followed because the API key would go there too: check the base URL", where)
}

// leavesDoubt reports whether, for all that the result tells, a POST may have
// been carried out. Other methods can be repeated, so there is no need to know.
func leavesDoubt(ready *call, got result) bool {
	if ready.Method != http.MethodPost || got.outcome == unsent {
		return false
	}
	return got.outcome == unanswered || got.status >= 500 || got.status < 300
}

func (c *Client) describe(ctx context.Context, ready *call, got result, failure *Error) attempt {
	a := attempt{
		Number: failure.Attempts, Max: c.config.MaxAttempts,
		Outcome: got.outcome, Status: got.status, RetryAfter: failure.RetryAfter,
		Replayable: ready.replayable(), Keyed: ready.IdempotencyKey != "",
		Unknown: failure.OutcomeUnknown, Final: got.final, Jitter: c.config.Rand(),
	}
	if deadline, ok := ctx.Deadline(); ok {
		a.Bounded, a.Left = true, deadline.Sub(c.config.Now())
	}
	return a
}

// interrupted is a failure whose next attempt the caller didn't wait for.
func interrupted(failure *Error, cause error) *Error {
	text := "gave up waiting for the next attempt: " + cause.Error()
	if failure.Err != nil {
		text = failure.Err.Error() + "; " + text
	}
	// A copy: an observer may still be reading the original.
	last := *failure
	last.Err = &fault{text: text, origin: errors.Join(failure.Err, cause)}
	return &last
}

func (c *Client) requestID(got result) string {
	return c.short(got.header.Get("X-Request-Id"))
}

// short returns an id that someone else chose, at most 100 bytes of it.
func (c *Client) short(id string) string {
	id = c.scrubber.words(id)
	return strings.ToValidUTF8(id[:min(len(id), 100)], "")
}

func (c *Client) observe(ctx context.Context, ready *call, got result, event Event) {
	event.Platform, event.Method, event.Path = c.config.Platform, ready.Method, ready.path
	event.Status, event.RequestID = got.status, c.requestID(got)
	event.Duration = max(0, event.Duration).Round(time.Microsecond)
	c.config.Observe(ctx, event)
}

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

// maxVainPages is how many pages in a row may bring nothing new. A few do in honest
// lists: objects that are created meanwhile move others onto the next page.
const maxVainPages = 25

// Paging watches the pages of one list, so that a circular list ends. Its
// zero value is ready. It keeps 8 bytes of each id.
type Paging struct {
	seed maphash.Seed
	seen map[uint64]struct{}
	vain int
}

// Take takes in a page: the cursor that it names for the next one, "" for none, and
// the ids of its objects. It is ErrInvalidResponse where the cursor has led here
// before, and where page after page has nothing new.
func (p *Paging) Take(next string, ids iter.Seq[string]) error {
	if p.seen == nil {
		p.seed, p.seen = maphash.MakeSeed(), map[uint64]struct{}{}
	}
	fresh := false
	for id := range ids {
		fresh = p.add("id "+id) || fresh
	}
	p.vain++
	if fresh {
		p.vain = 0
	}
	switch {
	case next != "" && !p.add("cursor "+next):
		return fmt.Errorf("%w: the list is circular: it returns the same cursor for the next page again", ErrInvalidResponse)
	case p.vain > maxVainPages:
		return fmt.Errorf("%w: the list does not end: its last %d pages have only objects that were on earlier ones", ErrInvalidResponse, p.vain)
	}
	return nil
}

func (p *Paging) add(text string) bool {
	hash := maphash.String(p.seed, text)
	_, known := p.seen[hash]
	p.seen[hash] = struct{}{}
	return !known
}

// IDs yields the ids of objects.
func IDs[T any](id func(T) string, objects []T) iter.Seq[string] {
	return func(yield func(string) bool) {
		for _, object := range objects {
			if !yield(id(object)) {
				return
			}
		}
	}
}
