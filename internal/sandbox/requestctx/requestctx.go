// Package requestctx accompanies one request and its response: it gives it an id
// and writes its row of the log before the first byte of the answer leaves, so
// that a client that has the answer finds the row.
package requestctx

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net"
	"net/http"
	"regexp"
	"runtime/debug"
	"strconv"
	"strings"
	"time"

	"github.com/keyward/terraform-provider-keyward/internal/platform/random"
	"github.com/keyward/terraform-provider-keyward/internal/sandbox/store"
)

// Exchange is what is known about the request so far.
type Exchange struct {
	// ID is the X-Request-Id.
	ID string
	// KeyID is the key that the token matched, revoked or disabled ones included.
	KeyID *string
	// ScopeID is the company or merchant that the request is for.
	ScopeID *string
	// Body is the request's body, once it was validated.
	Body []byte

	start time.Time
}

type key struct{}

// From returns the exchange that Recording.Wrap put into the context.
func From(ctx context.Context) *Exchange {
	x, ok := ctx.Value(key{}).(*Exchange)
	if !ok {
		return &Exchange{}
	}
	return x
}

// Recording says how the exchanges of one platform are recorded.
type Recording struct {
	Platform store.Platform
	// Add takes the row of the log; used tells whether its key was used, that is,
	// whether the request succeeded.
	Add      func(row store.Log, used bool)
	NewLogID func(random io.Reader) (string, error)
	Now      func() time.Time
	Rand     io.Reader
	Logger   *slog.Logger
	// Requests gets a line per request; nil for none.
	Requests *slog.Logger
	// Fail answers a request whose handler failed: 500 in the platform's envelope.
	Fail func(w http.ResponseWriter)
}

// Wrap puts the recording around a handler.
func (c Recording) Wrap(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		x := &Exchange{start: c.Now()}
		id, err := random.String(c.Rand, random.Hex, 16)
		if err != nil {
			c.Logger.Error("no request id", "error", err)
		}
		x.ID = "req_" + id
		w.Header().Set("X-Request-Id", x.ID)
		w.Header().Set("Date", x.start.UTC().Format(http.TimeFormat)) // by the sandbox's clock
		recorded := &writer{ResponseWriter: w, before: func(status int) { c.record(x, r, status) }}
		defer c.rescue(recorded, x)
		next.ServeHTTP(recorded, r.WithContext(context.WithValue(r.Context(), key{}, x)))
	})
}

// rescue turns a panic into a 500.
func (c Recording) rescue(w *writer, x *Exchange) {
	reason := recover()
	if reason == nil {
		return
	}
	c.Logger.Error("a request panicked", "request_id", x.ID, "panic", reason, "stack", string(debug.Stack()))
	if w.wrote {
		panic(http.ErrAbortHandler) // the answer is half out: break the connection
	}
	c.Fail(w)
}

func (c Recording) record(x *Exchange, r *http.Request, status int) {
	id, err := c.NewLogID(c.Rand)
	if err != nil {
		c.Logger.Error("a request could not be recorded", "request_id", x.ID, "error", err)
		return
	}
	took := c.Now().Sub(x.start)
	row := store.Log{
		ID: id, Platform: c.Platform, KeyID: x.KeyID, ScopeID: x.ScopeID,
		Method: clean(r.Method, maxMethod), Path: clean(r.URL.Path, maxPath), Status: status, DurationMS: max(0, took.Milliseconds()),
		IP: ClientIP(r), UserAgent: clean(r.UserAgent(), maxUserAgent), CreatedAt: x.start,
	}
	c.Add(row, status >= 200 && status < 300)
	if c.Requests != nil {
		c.Requests.Info("request", "platform", c.Platform, "method", row.Method, "path", row.Path, "status", status,
			"duration", took, "request_id", x.ID, "key_id", text(x.KeyID))
	}
}

func text(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}

// ClientIP returns the address that the connection comes from. Headers that claim
// another are not believed.
func ClientIP(r *http.Request) string {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		return r.RemoteAddr
	}
	return host
}

const (
	maxMethod    = 32
	maxPath      = 2048
	maxUserAgent = 512
)

// clean makes a client's text fit to be stored: valid, of bounded length, and
// without a token that got into it by mistake.
func clean(s string, limit int) string {
	s = strings.ToValidUTF8(strings.ReplaceAll(s, "\x00", "\uFFFD"), "\uFFFD")
	s = redact(s)
	if len(s) > limit {
		s = strings.ToValidUTF8(s[:limit], "")
	}
	return s
}

// writer calls before ahead of the response's first byte.
type writer struct {
	http.ResponseWriter

	before func(status int)
	wrote  bool
}

func (w *writer) WriteHeader(status int) {
	if !w.wrote && status >= 200 {
		w.wrote = true
		w.before(status)
	}
	w.ResponseWriter.WriteHeader(status)
}

func (w *writer) Write(p []byte) (int, error) {
	if !w.wrote {
		w.WriteHeader(http.StatusOK)
	}
	return w.ResponseWriter.Write(p)
}

// tokens matches what may be a token of either platform, whole or in part.
var tokens = regexp.MustCompile(`(sk_live|sk|pk)_[0-9A-Za-z]{16,}`)

// redact replaces everything in s that looks like a token.
func redact(s string) string {
	if !strings.Contains(s, "k_") {
		return s
	}
	return tokens.ReplaceAllString(s, "${1}_[redacted]")
}

// JSON answers with a value. The whole body is made before the first byte of it
// is sent, so that a value that has no JSON form is an error and no half answer.
func JSON(w http.ResponseWriter, status int, value any) error {
	var body bytes.Buffer
	encoder := json.NewEncoder(&body)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(value); err != nil {
		return err
	}
	Raw(w, status, body.Bytes())
	return nil
}

// Raw answers with a body that is JSON already.
func Raw(w http.ResponseWriter, status int, body []byte) {
	header := w.Header()
	header.Set("Content-Type", "application/json; charset=utf-8")
	header.Set("Content-Length", strconv.Itoa(len(body)))
	header.Set("Cache-Control", "no-store") // some bodies hold a token
	w.WriteHeader(status)
	_, _ = w.Write(body) // an error means that the client is gone
}
