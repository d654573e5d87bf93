package client

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/keyward/terraform-provider-keyward/internal/platform/random"
)

// ErrUnidentified says that it is not certain which key a credential or a token is:
// the platform does not say it, or could not be asked. Nothing that depends on the
// answer may be done then.
var ErrUnidentified = errors.New("the key could not be identified")

// Identity is which key a token is, as the platform says for certain.
type Identity struct {
	// KeyID is the key's id.
	KeyID string
	// Refusal is the 401 that the platform gives the token; nil for a live key.
	Refusal error
}

// Unidentified returns the error that says why an identity is not certain. cause may
// be nil; errors.Is finds it, and ErrUnidentified.
func Unidentified(why string, cause error) error {
	return &unidentified{why, cause}
}

type unidentified struct {
	why   string
	cause error
}

func (e *unidentified) Error() string {
	if e.cause == nil {
		return fmt.Sprintf("%v: %s", ErrUnidentified, e.why)
	}
	return fmt.Sprintf("%v: %s: %v", ErrUnidentified, e.why, e.cause)
}

func (e *unidentified) Unwrap() []error {
	if e.cause == nil {
		return []error{ErrUnidentified}
	}
	return []error{ErrUnidentified, e.cause}
}

// CheckPrefix returns the error, ErrUnidentified, for a key that the platform names as
// the client's own and whose prefix is not that of the client's credential. Then the
// answer is about another key.
func (c *Client) CheckPrefix(keyID, keyPrefix string) error {
	if strings.HasPrefix(c.config.APIKey.Reveal(), keyPrefix) {
		return nil
	}
	return Unidentified(fmt.Sprintf("%s names the key %s (%s…), but the token begins otherwise", c.config.Platform, keyID, keyPrefix), nil)
}

// Reason returns the error without the words of ErrUnidentified in front of it, for a
// sentence that says them itself. errors.Is finds in it what it finds in err.
func Reason(err error) error {
	if u, ok := err.(*unidentified); ok { //nolint:errorlint // what wraps it has words of its own
		return &reason{u}
	}
	return err
}

type reason struct{ *unidentified }

func (r *reason) Error() string {
	if r.cause == nil {
		return r.why
	}
	return fmt.Sprintf("%s: %v", r.why, r.cause)
}

// nonceLength is how many characters a nonce has: 160 random bits.
const nonceLength = 40

// nonceWord comes before a nonce in a user agent.
const nonceWord = "nonce "

// WithNonce returns a client like this one whose user agent ends with a fresh
// nonce, and the nonce: the row of the platform's log that has it is of this
// client's request and of no other.
func (c *Client) WithNonce() (*Client, string, error) {
	nonce, err := random.String(c.config.Entropy, random.Hex, nonceLength)
	if err != nil {
		return nil, "", err
	}
	return c.WithComment(nonceWord + nonce), nonce, nil
}

// HasNonce reports whether a user agent ends with the nonce.
func HasNonce(userAgent, nonce string) bool {
	return nonce != "" && strings.HasSuffix(userAgent, "("+nonceWord+nonce+")")
}

// WithoutNonce returns a user agent without the nonce that it may end with, which
// differs from request to request and says nothing about the program.
func WithoutNonce(userAgent string) string {
	program, rest, found := strings.Cut(userAgent, " ("+nonceWord)
	if !found || len(rest) != nonceLength+1 || !random.Only(rest[:nonceLength], random.Hex, nonceLength) {
		return userAgent
	}
	return program
}

// logSlack is how far the time in a platform's log may be from its Date, which has
// whole seconds.
const logSlack = time.Minute

// LogSince returns the time from which on a log has a request that was answered
// just now and was sent at started, by this machine's clock.
func (c *Client) LogSince(started time.Time) time.Time {
	return c.PlatformNow().Add(started.Sub(c.config.Now()) - logSlack)
}

// Sleep waits as the client's options have it.
func (c *Client) Sleep(ctx context.Context, d time.Duration) error { return c.config.Sleep(ctx, d) }

// Now returns the time by this machine's clock.
func (c *Client) Now() time.Time { return c.config.Now() }
