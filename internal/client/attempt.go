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
	"sync/atomic"
)

// result is what came of one attempt.
type result struct {
	fate   fate
	status int
	header http.Header
	body   []byte
	// fault is why there is no answer, or why its body is of no use.
	fault *fault
	// final: another attempt would end the same way.
	final bool
}

// send makes one attempt. It reads the whole body, so that the connection can
// carry the next request.
func (c *Client) send(ctx context.Context, ready *call) result {
	if err := ctx.Err(); err != nil {
		return result{fate: unsent, final: true, fault: &fault{text: err.Error(), origin: err}}
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
		return c.failed(ctx, limited, seen.fate(err), err)
	}
	defer func() { _ = response.Body.Close() }()
	body, err := io.ReadAll(io.LimitReader(response.Body, c.config.MaxResponseBytes+1))
	if err != nil {
		return c.failed(ctx, limited, unanswered, err)
	}
	got := result{fate: answered, status: response.StatusCode, header: response.Header, body: body}
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
func (c *Client) failed(ctx, limited context.Context, known fate, err error) result {
	got := result{fate: known, final: permanent(err)}
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

// fate tells what is known of a request that failed with err. It takes proof to
// call it unsent: a dial that failed, or a transport that asked for a connection
// and never got one. A transport that doesn't say has perhaps sent it.
func (t *trace) fate(err error) fate {
	if t.connected.Load() {
		return unanswered
	}
	var operation *net.OpError
	if t.asked.Load() || errors.As(err, &operation) && operation.Op == "dial" {
		return unsent
	}
	return unanswered
}
