// Package client is the HTTP transport of both platforms' clients: it
// authenticates, encodes, paces, bounds, retries and explains requests, and it
// keeps the credential out of everything that it says.
//
// The packages below it (corebill, billium) put typed calls on top.
package client

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/netip"
	"net/url"
	"path"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/keyward/terraform-provider-keyward/internal/client/budget"
)

// Client sends requests to one platform with one credential. It is immutable
// and safe for parallel use.
type Client struct {
	config   Config
	base     string
	scrubber scrubber
	// budget is that of the address (Shared), lane is the credential's own part of it.
	budget *budget.Budget
	lane   int
	// clock is shared with them, too.
	clock *clock
}

// New returns a client of a platform. It makes no request. The errors tell what
// is wrong with which setting and never show the credential.
func New(config Config) (*Client, error) {
	if err := config.validate(); err != nil {
		return nil, err
	}
	if err := checkCredential(config.Platform, config.APIKey); err != nil {
		return nil, err
	}
	base, err := parseBaseURL(config.BaseURL)
	if err != nil {
		return nil, err
	}
	config = config.withDefaults()
	shared := config.Shared.of(base, config)
	return &Client{config: config, base: base, scrubber: newScrubber(config.APIKey), budget: shared.budget, lane: shared.budget.Lane(), clock: shared.clock}, nil
}

// WithCredential returns a client like this one, on the same connections and
// within the same limits, that authenticates with another API key.
func (c *Client) WithCredential(credential Secret) (*Client, error) {
	if err := checkCredential(c.config.Platform, credential); err != nil {
		return nil, err
	}
	other := *c
	other.config.APIKey = credential
	other.scrubber = newScrubber(credential)
	other.lane = c.budget.Lane()
	return &other, nil
}

// WithComment returns a client like this one, on the same connections, whose user
// agent ends with a comment, which the platforms' logs show; "" is none.
func (c *Client) WithComment(comment string) *Client {
	if comment == "" {
		return c
	}
	other := *c
	other.config.UserAgent += " (" + comment + ")"
	return &other
}

// BaseURL returns where the platform is, without a trailing slash.
func (c *Client) BaseURL() string { return c.base }

// String returns the platform and its base URL.
func (c *Client) String() string { return fmt.Sprintf("%s at %s", c.config.Platform, c.base) }

// GoString returns the platform and its base URL.
func (c *Client) GoString() string { return c.String() }

// header returns the headers of a call, the credential among them.
func (c *Client) header(ready *call) http.Header {
	header := http.Header{
		"Accept":     {"application/json"},
		"User-Agent": {c.config.UserAgent},
	}
	if ready.body != nil {
		header.Set("Content-Type", "application/json")
	}
	if ready.IdempotencyKey != "" {
		header.Set("Idempotency-Key", ready.IdempotencyKey)
	}
	c.config.Authorize(header, c.config.APIKey)
	return header
}

// parseBaseURL checks a base URL and returns it without a trailing slash. The
// errors say what to write instead; they repeat no part that may be secret.
func parseBaseURL(raw string) (string, error) {
	u, err := url.Parse(raw)
	if err != nil {
		// A *url.Error repeats the whole URL, user and password included.
		if inner := (*url.Error)(nil); errors.As(err, &inner) {
			err = inner.Err
		}
		return "", fmt.Errorf("the base URL is not a URL: %s", redactTokens(err.Error()))
	}
	switch {
	case u.Scheme != "https" && u.Scheme != "http" || u.Opaque != "":
		return "", errors.New("the base URL must start with https:// (or with http:// for a loopback address)")
	case u.User != nil:
		return "", errors.New("the base URL must not have a user or a password in it: the API key is all the authentication there is")
	case u.Hostname() == "":
		return "", errors.New("the base URL has no host")
	case u.RawQuery != "" || u.ForceQuery:
		return "", errors.New("the base URL must not have a query (the part after ?)")
	case u.Fragment != "" || strings.Contains(raw, "#"):
		return "", errors.New("the base URL must not have a fragment (the part after #)")
	case u.Scheme == "http" && !loopback(u.Hostname()):
		return "", fmt.Errorf("the base URL would send the API key to %s unencrypted: write https:// (plain http is for loopback addresses only)",
			redactTokens(u.Hostname()))
	}
	return checkBasePath(u)
}

func checkBasePath(u *url.URL) (string, error) {
	base := strings.TrimRight(u.EscapedPath(), "/")
	if base != "" && path.Clean(base) != base {
		return "", errors.New("the path of the base URL must not have empty, . or .. parts")
	}
	origin := u.Scheme + "://" + u.Host
	if without, ok := strings.CutSuffix(base, "/v1"); ok {
		return "", fmt.Errorf("the base URL must not end in /v1, which the client adds itself: write %s", redactTokens(origin+without))
	}
	return origin + base, nil
}

// loopback reports whether a host is this machine by its name or address alone,
// with no look-up that someone else could answer.
func loopback(host string) bool {
	if strings.EqualFold(host, "localhost") {
		return true
	}
	address, err := netip.ParseAddr(host)
	return err == nil && address.Unmap().IsLoopback()
}

// redacted stands wherever a secret was.
const redacted = "(redacted)"

// Secret holds a token. Whatever prints, formats, logs or encodes it gets
// "(redacted)"; only Reveal gives the token, so that every use of it can be
// found by that name.
//
// It holds a pointer because fmt calls no methods on unexported fields: of a
// struct that hides a Secret, fmt shows an address and never the token.
type Secret struct {
	_     [0]func() // == would compare addresses, so it doesn't compile
	value *string
}

// NewSecret wraps a token.
func NewSecret(token string) Secret { return Secret{value: &token} }

// Reveal returns the token, or "" for the zero Secret.
func (s Secret) Reveal() string {
	if s.value == nil {
		return ""
	}
	return *s.value
}

// Empty reports whether there is no token.
func (s Secret) Empty() bool { return s.Reveal() == "" }

// Fingerprint returns "sha256:" and the SHA-256 of the token in hex, as states have
// it in token_fingerprint: it compares tokens and can't be turned back into one.
func (s Secret) Fingerprint() string {
	sum := sha256.Sum256([]byte(s.Reveal()))
	return "sha256:" + hex.EncodeToString(sum[:])
}

// String returns "(redacted)".
func (s Secret) String() string { return redacted }

// GoString returns "(redacted)".
func (s Secret) GoString() string { return redacted }

// Format writes "(redacted)" for every verb.
func (s Secret) Format(state fmt.State, _ rune) { _, _ = io.WriteString(state, redacted) }

// MarshalText returns "(redacted)".
func (s Secret) MarshalText() ([]byte, error) { return []byte(redacted), nil }

// MarshalJSON returns "(redacted)" as a JSON string.
func (s Secret) MarshalJSON() ([]byte, error) { return []byte(`"` + redacted + `"`), nil }

// UnmarshalText takes the token, so that a response is decoded straight into a
// Secret.
func (s *Secret) UnmarshalText(token []byte) error {
	*s = NewSecret(string(token))
	return nil
}

// LogValue returns "(redacted)".
func (s Secret) LogValue() slog.Value { return slog.StringValue(redacted) }

// tokenShaped matches what may be a secret of either platform: more of an API
// key than the prefix that the platforms show themselves (10 characters of a
// Corebill key, 16 of a Billium key), a webhook secret, a bearer credential.
var tokenShaped = regexp.MustCompile(
	`[sp]k_(?:(?:live|test)_[0-9A-Za-z_-]{3,}|[0-9A-Za-z]{14,})` +
		`|whsec_[0-9A-Za-z+/=_-]+` +
		`|(?i:\bbearer\s+)[0-9A-Za-z._~+/=-]{20,}`)

// maxMessage is how many bytes of someone else's words an error repeats.
const maxMessage = 500

// scrubber takes the credential and everything token-shaped out of text.
type scrubber struct{ credential *strings.Replacer }

func newScrubber(credential Secret) scrubber {
	token := credential.Reveal()
	if token == "" {
		return scrubber{credential: strings.NewReplacer()}
	}
	return scrubber{credential: strings.NewReplacer(
		token, redacted,
		url.QueryEscape(token), redacted,
		url.PathEscape(token), redacted,
	)}
}

// scrub returns the text without secrets.
func (s scrubber) scrub(text string) string {
	return redactTokens(s.credential.Replace(text))
}

// words returns someone else's words without secrets, on one line, without
// control characters (a terminal would obey them) and at most maxMessage long.
func (s scrubber) words(text string) string {
	text = s.scrub(strings.Join(strings.FieldsFunc(text, unprintable), " "))
	if len(text) <= maxMessage {
		return text
	}
	end := maxMessage
	for !utf8.RuneStart(text[end]) {
		end--
	}
	return text[:end] + "…"
}

func unprintable(r rune) bool { return unicode.IsSpace(r) || !unicode.IsPrint(r) }

// redactTokens takes out what is token-shaped.
func redactTokens(text string) string {
	return tokenShaped.ReplaceAllString(text, redacted)
}
