package client

import (
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptrace"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"github.com/keyward/terraform-provider-keyward/internal/client/budget"
)

// result is what came of one attempt.
type result struct {
	outcome outcome
	status  int
	header  http.Header
	body    []byte
	// fault is why there is no answer, or why its body is of no use.
	fault *fault
	// final: another attempt would end the same way.
	final bool
}

// send makes one attempt. It reads the whole body, so that the connection can
// carry the next request.
func (c *Client) send(ctx context.Context, ready *call) result {
	if err := ctx.Err(); err != nil {
		return result{outcome: unsent, final: true, fault: &fault{text: err.Error(), origin: err}}
	}
	alive := ctx
	if ready.SeeThrough {
		alive = context.WithoutCancel(ctx)
	}
	limited, cancel := context.WithTimeout(alive, c.config.Timeout)
	defer cancel()
	var seen trace
	request := c.newRequest(seen.attach(limited), ready)
	// The transport itself, not an http.Client: it follows no redirect and keeps
	// no cookie, so the credential goes nowhere but to the base URL.
	response, err := c.config.Transport.RoundTrip(request)
	if err != nil {
		return c.failed(ctx, limited, seen.outcome(err), err)
	}
	defer func() { _ = response.Body.Close() }()
	body, err := io.ReadAll(io.LimitReader(response.Body, c.config.MaxResponseBytes+1))
	if err != nil {
		return c.failed(ctx, limited, unanswered, err)
	}
	got := result{outcome: answered, status: response.StatusCode, header: response.Header, body: body}
	if int64(len(body)) > c.config.MaxResponseBytes {
		got.body, got.final = nil, true
		got.fault = &fault{kind: ErrInvalidResponse, text: fmt.Sprintf("the answer is larger than the limit of %d bytes", c.config.MaxResponseBytes)}
	}
	return got
}

func (c *Client) newRequest(ctx context.Context, ready *call) *http.Request {
	request := &http.Request{
		Method: ready.Method, URL: ready.url, Host: ready.url.Host, Header: c.header(ready),
		Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
	}
	if ready.body != nil {
		// GetBody lets the transport change to another connection where it finds
		// the one it chose closed before it wrote anything.
		request.GetBody = func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(ready.body)), nil }
		request.Body = io.NopCloser(bytes.NewReader(ready.body))
		request.ContentLength = int64(len(ready.body))
	}
	return request.WithContext(ctx)
}

// failed explains an attempt without an answer. ctx is the caller's, limited the
// attempt's own.
func (c *Client) failed(ctx, limited context.Context, known outcome, err error) result {
	got := result{outcome: known, final: permanent(err)}
	switch {
	case ctx.Err() != nil:
		got.final = true
		got.fault = &fault{text: ctx.Err().Error(), origin: ctx.Err()}
	case limited.Err() != nil:
		missing := "answer"
		if known == unsent {
			missing = "connection"
		}
		got.fault = &fault{kind: ErrConnection, text: fmt.Sprintf("no %s within %s", missing, c.config.Timeout)}
	case known == unsent:
		got.fault = &fault{kind: ErrConnection, origin: err, text: "no connection: " + c.scrubber.words(err.Error())}
	default:
		got.fault = &fault{kind: ErrConnection, origin: err, text: "the connection was lost before the answer: " + c.scrubber.words(err.Error())}
	}
	return got
}

// permanent reports whether connecting again would fail in the same way: the
// certificate is wrong, the server speaks no TLS, or there is no such host.
func permanent(err error) bool {
	var certificate *tls.CertificateVerificationError
	var record tls.RecordHeaderError
	var dns *net.DNSError
	return errors.As(err, &certificate) || errors.As(err, &record) ||
		errors.Is(err, http.ErrSchemeMismatch) || errors.As(err, &dns) && dns.IsNotFound
}

// trace watches how far a request gets.
type trace struct{ asked, connected atomic.Bool }

func (t *trace) attach(ctx context.Context) context.Context {
	return httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{
		GetConn: func(string) { t.asked.Store(true) },
		GotConn: func(httptrace.GotConnInfo) { t.connected.Store(true) },
	})
}

// outcome tells what is known of a request that failed with err. It takes proof to
// call it unsent: a dial that failed, or a transport that asked for a connection
// and never got one. A transport that doesn't say has perhaps sent it.
func (t *trace) outcome(err error) outcome {
	if t.connected.Load() {
		return unanswered
	}
	var operation *net.OpError
	if t.asked.Load() || errors.As(err, &operation) && operation.Op == "dial" {
		return unsent
	}
	return unanswered
}

const (
	firstBackoff = 500 * time.Millisecond
	maxBackoff   = 15 * time.Second
	// maxRetryAfter is the longest wait that a server may ask for: anyone who is told
	// to come back in an hour wants to know now.
	maxRetryAfter = budget.MaxPause
)

// outcome is what is known of a request after an attempt.
type outcome int

const (
	// unsent: not one byte of it has left, and that is certain.
	unsent outcome = iota
	// unanswered: it may have arrived, and no complete answer came back.
	unanswered
	// answered: it has a status and a complete body.
	answered
)

// attempt is all that the decision about a further attempt depends on.
type attempt struct {
	// Number of this attempt, from 1, and how many there may be.
	Number, Max int
	Outcome     outcome
	// Status of the answer, where there was one.
	Status int
	// RetryAfter is what the server asked for, 0 for nothing.
	RetryAfter time.Duration
	// Replayable: carried out twice, the request does what it does once. So it is
	// for GET, PUT, PATCH, DELETE and for a POST with an idempotency key.
	Replayable bool
	// Keyed: the request has an idempotency key.
	Keyed bool
	// Unknown: after an attempt so far, the request may have been carried out.
	Unknown bool
	// Final: whatever happened will happen again, or no one waits any more.
	Final bool
	// Bounded: the caller's deadline is Left away.
	Bounded bool
	Left    time.Duration
	// Jitter in [0, 1) spreads clients that failed at the same time.
	Jitter float64
}

// decide returns whether to try again, and how long to wait first. A wait that
// outlasts the caller's deadline, or that maxRetryAfter forbids, is not begun.
func decide(a attempt) (wait time.Duration, retry bool) {
	if a.Final || a.Number >= a.Max && !a.queued() || !a.worthRepeating() {
		return 0, false
	}
	wait = backoff(a.Number, a.Jitter)
	if a.RetryAfter > 0 {
		wait = a.RetryAfter + time.Duration(a.Jitter*float64(firstBackoff))
	}
	if a.RetryAfter > maxRetryAfter || a.Bounded && wait >= a.Left {
		return 0, false
	}
	return wait, true
}

// queued reports whether the server merely puts the request off: something else
// uses the limit too. However often that happens, nothing is wrong, and MaxWait or the
// caller's context ends it where it takes too long.
func (a attempt) queued() bool {
	return a.Max > 1 && a.Outcome == answered && a.Status == http.StatusTooManyRequests
}

func (a attempt) worthRepeating() bool {
	switch {
	case a.Outcome == unsent:
		return true
	case a.Outcome == unanswered:
		return a.Replayable
	case a.Status == http.StatusTooManyRequests:
		// Refused before anything was done, so even a POST is safe to repeat.
		return true
	case a.Status == http.StatusConflict:
		// The answer to a replay while the first, lost request is still at work.
		return a.Keyed && a.Unknown
	case a.Status == http.StatusNotImplemented:
		return false
	default:
		return a.Status >= 500 && a.Replayable
	}
}

// backoff returns the wait after the nth attempt: it doubles from attempt to
// attempt up to maxBackoff, and jitter takes away up to half of it.
func backoff(n int, jitter float64) time.Duration {
	full := maxBackoff
	if doublings := n - 1; doublings < 6 {
		full = min(full, firstBackoff<<doublings)
	}
	return full - time.Duration(jitter*float64(full/2))
}

// maxSeconds keeps a number of seconds within time.Duration.
const maxSeconds = 1 << 31

// retryAfter returns how long an answer asks to wait from now on, 0 where it asks
// for nothing. A refusal (429) that has no Retry-After asks for it all the same
// where it says that no request is left before the limit's reset.
func retryAfter(status int, header http.Header, now time.Time) time.Duration {
	wait := readRetryAfter(header, now)
	if wait > 0 || status != http.StatusTooManyRequests {
		return wait
	}
	if said := budget.Read(status, header, 0); said.Limited && said.Remaining == 0 {
		return said.Reset
	}
	return 0
}

// readRetryAfter reads a Retry-After header in either of its two forms, a number
// of seconds or an HTTP date; 0 where it is in neither. A date is by the server's
// clock, which the answer's Date tells: this machine's may be another one. Source:
// RFC 9110, 10.2.3 and 6.6.1.
func readRetryAfter(header http.Header, now time.Time) time.Duration {
	value := strings.TrimSpace(header.Get("Retry-After"))
	if seconds, err := strconv.ParseInt(value, 10, 64); err == nil {
		return time.Duration(max(0, min(seconds, maxSeconds))) * time.Second
	}
	date, err := http.ParseTime(value)
	if err != nil {
		return 0
	}
	if theirs, err := http.ParseTime(header.Get("Date")); err == nil {
		now = theirs
	}
	return max(0, date.Sub(now))
}

// NewTransport returns what carries a client's requests where Options name
// nothing else, for anyone who wants to watch them.
func NewTransport() http.RoundTripper { return newTransport() }

// newTransport returns a transport of the client's own: what other code in the
// process does to http.DefaultTransport's TLS settings doesn't reach it.
func newTransport() *http.Transport {
	transport := &http.Transport{Proxy: http.ProxyFromEnvironment}
	if standard, ok := http.DefaultTransport.(*http.Transport); ok {
		transport = standard.Clone()
	}
	dialer := &net.Dialer{Timeout: 10 * time.Second, KeepAlive: 30 * time.Second}
	transport.DialContext = dialer.DialContext
	transport.TLSClientConfig = &tls.Config{MinVersion: tls.VersionTLS12}
	transport.ForceAttemptHTTP2 = true
	transport.TLSHandshakeTimeout = 10 * time.Second
	// Terraform works on ten resources at once by default; each keeps its connection.
	transport.MaxIdleConnsPerHost = 16
	transport.IdleConnTimeout = 90 * time.Second
	return transport
}
