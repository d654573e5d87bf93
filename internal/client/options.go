package client

import (
	"context"
	cryptorand "crypto/rand"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"strings"
	"time"
)

// Defaults of Options.
const (
	// DefaultTimeout is how long one attempt may take, its answer's body included.
	DefaultTimeout = 30 * time.Second
	// DefaultMaxAttempts is how often a request is sent at most.
	DefaultMaxAttempts = 5
	// DefaultMaxResponseBytes bounds the body of a response: a page of 100
	// objects takes well under a tenth of it.
	DefaultMaxResponseBytes = 8 << 20
)

// Options are the settings that both platforms' clients have. Only APIKey is
// required.
type Options struct {
	// BaseURL is where the platform is, without /v1. The platform's own address
	// when empty. Plain http is for loopback only.
	BaseURL string
	// APIKey authenticates every request.
	APIKey Secret
	// UserAgent is sent with every request; "keyward" when empty.
	UserAgent string
	// Transport carries the requests; nil means one of the client's own, which
	// verifies certificates and speaks TLS 1.2 or later. It must not follow
	// redirects, as http.Transport doesn't.
	Transport http.RoundTripper
	// Timeout bounds one attempt; 0 means DefaultTimeout.
	Timeout time.Duration
	// MaxAttempts bounds how often a request is sent, 0 means DefaultMaxAttempts; 1
	// switches retries off. Refusals (429) don't count: MaxWait bounds those.
	MaxAttempts int
	// MaxResponseBytes bounds a response's body; 0 means DefaultMaxResponseBytes.
	MaxResponseBytes int64
	// MaxRequestsPerMinute bounds how many requests are sent in any 60 seconds, with
	// all credentials together; 0 means that the platform's own limits alone do.
	MaxRequestsPerMinute int
	// MaxWait bounds how long every answer may be a refusal (429), with all credentials
	// together; 0 means budget.DefaultMaxWait. While some requests get through, a long
	// queue is no error.
	MaxWait time.Duration
	// MaxWaitSetting is what a user sets to change MaxWait, for messages.
	MaxWaitSetting string
	// Shared is what this client has in common with others at its address, whose limits
	// are those of the first of them; nil means nothing.
	Shared *Shared
	// Observe is told about every attempt, and about every long wait. It must be safe for parallel use.
	Observe func(context.Context, Event)
	// Now is the clock; nil means time.Now.
	Now func() time.Time
	// Sleep waits for limits and between attempts until the time has passed or the context has
	// ended, and then returns the context's error; nil means a timer.
	Sleep func(context.Context, time.Duration) error
	// AfterFunc calls f once the time has passed, unless stop was called before; nil means
	// a timer.
	AfterFunc func(d time.Duration, f func()) (stop func())
	// Rand returns a number in [0, 1) for the jitter of waits and must be safe
	// for parallel use; nil means math/rand/v2.
	Rand func() float64
	// Entropy is where nonces come from and must be safe for parallel use; nil means
	// crypto/rand.
	Entropy io.Reader
}

// Config is what New makes a Client of: a platform's ways and a user's options.
type Config struct {
	Options
	// Platform is the platform's name, for messages.
	Platform string
	// Authorize puts the credential where the platform expects it.
	Authorize func(http.Header, Secret)
	// ErrorMessage returns the message in the body of an error response, or ""
	// where the body is not in the platform's form.
	ErrorMessage func(body []byte) string
	// Own reports whether the error response of a 401 or 403 is one that the platform
	// gives to a credential: a proxy that wants a login may use the platform's form, too.
	// Nil: every one with a message is.
	Own func(status int, body []byte) bool
	// NoRoute reports whether the message of a 404 says that the platform has no
	// such endpoint, and so nothing about an object. Nil: no message says that.
	NoRoute func(message string) bool
}

func (c Config) withDefaults() Config {
	if c.UserAgent == "" {
		c.UserAgent = "keyward"
	}
	if c.Transport == nil {
		c.Transport = newTransport()
	}
	if c.Timeout == 0 {
		c.Timeout = DefaultTimeout
	}
	if c.MaxAttempts == 0 {
		c.MaxAttempts = DefaultMaxAttempts
	}
	if c.MaxResponseBytes == 0 {
		c.MaxResponseBytes = DefaultMaxResponseBytes
	}
	if c.Own == nil {
		c.Own = func(int, []byte) bool { return true }
	}
	if c.NoRoute == nil {
		c.NoRoute = func(string) bool { return false }
	}
	if c.Observe == nil {
		c.Observe = func(context.Context, Event) {}
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.Sleep == nil {
		c.Sleep = sleep
	}
	if c.AfterFunc == nil {
		c.AfterFunc = afterFunc
	}
	if c.Shared == nil {
		c.Shared = NewShared()
	}
	if c.Rand == nil {
		c.Rand = rand.Float64
	}
	if c.Entropy == nil {
		c.Entropy = cryptorand.Reader
	}
	return c
}

func (c Config) validate() error {
	switch {
	case c.Platform == "" || c.Authorize == nil || c.ErrorMessage == nil:
		return errors.New("a client needs a platform's name, its way to authorize and its form of errors")
	case c.Timeout < 0:
		return fmt.Errorf("the timeout of a request must be positive, not %s", c.Timeout)
	case c.MaxAttempts < 0:
		return fmt.Errorf("the number of attempts must be positive, not %d", c.MaxAttempts)
	case c.MaxRequestsPerMinute < 0:
		return fmt.Errorf("the number of requests a minute must be positive, not %d", c.MaxRequestsPerMinute)
	case c.MaxWait < 0:
		return fmt.Errorf("the longest wait for a rate limit must be positive, not %s", c.MaxWait)
	case c.MaxResponseBytes < 0:
		return fmt.Errorf("the size limit of a response must be positive, not %d", c.MaxResponseBytes)
	case strings.ContainsFunc(c.UserAgent, func(r rune) bool { return r < ' ' || r > '~' }):
		return errors.New("the user agent must consist of printable ASCII characters")
	}
	return nil
}

// checkCredential says what is wrong with a credential, without showing it.
func checkCredential(platform string, credential Secret) error {
	token := credential.Reveal()
	if token == "" {
		return fmt.Errorf("the %s API key is empty", platform)
	}
	for i, r := range token {
		if r <= ' ' || r > '~' || strings.ContainsRune("\"'`", r) {
			return fmt.Errorf("the %s API key has a character at position %d that no key has (a space, a line break, a quote or one beyond ASCII): was it copied or read with something around it?",
				platform, i+1)
		}
	}
	return nil
}

// sleep waits for d or for the context's end, whichever is first.
func sleep(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func afterFunc(d time.Duration, f func()) (stop func()) {
	timer := time.AfterFunc(d, f)
	return func() { timer.Stop() }
}

// Event is one attempt at a request, or the beginning of a wait for a limit, for
// logs. It holds no secret, no query and no body.
type Event struct {
	Platform  string
	Method    string
	Path      string
	RequestID string
	// Attempt counts from 1.
	Attempt int
	// Status of the answer, 0 where there was none.
	Status int
	// Duration of the attempt, the answer's body included.
	Duration time.Duration
	// Waited is how long the attempt had to wait for a limit first.
	Waited time.Duration
	// Limit tells what a wait is for, and Wait how long it will take at least; then
	// the event is no attempt. It is empty for an attempt.
	Limit string
	// Notice is what to tell a person of a long wait, once for all requests that wait
	// for the same; empty for none.
	Notice string
	// Unanswered is how long a request that was sent has had no answer so far; then the
	// event is no attempt, and has a Notice. It is zero for an attempt.
	Unanswered time.Duration
	// Retry tells that another attempt follows, Wait how long it waits first.
	Retry bool
	Wait  time.Duration
	// Err is what went wrong, nil for a success.
	Err error
}
