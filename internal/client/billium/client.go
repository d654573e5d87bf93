// Package billium calls Billium's API. Every method makes typed calls over the
// shared transport; every error is a *client.Error.
//
// Every request is made inside a merchant, which the caller names.
package billium

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"time"

	"github.com/keyward/terraform-provider-keyward/internal/client"
	"github.com/keyward/terraform-provider-keyward/internal/platform/vendor"
)

// DefaultBaseURL is where Billium is. An older deployment has its API under
// /api: there the base URL ends in /api. Source: docs.
const DefaultBaseURL = "https://api.billium.to"

// Options are the settings of a client. Only APIKey is required.
type Options = client.Options

// Client calls Billium with one API key. It is safe for parallel use.
type Client struct{ http *client.Client }

// New returns a client. It makes no request, and refuses a key that is obviously the
// other platform's.
func New(options Options) (*Client, error) {
	if options.BaseURL == "" {
		options.BaseURL = DefaultBaseURL
	}
	if err := vendor.Check(vendor.Billium, options.APIKey.Reveal()); err != nil {
		return nil, err
	}
	transport, err := client.New(client.Config{
		Options: options, Platform: vendor.Billium,
		Authorize: authorize, ErrorMessage: errorMessage, Own: ownRefusal, NoRoute: noRoute,
	})
	if err != nil {
		return nil, err
	}
	return &Client{http: transport}, nil
}

// WithCredential returns a client like this one, on the same connections, that
// authenticates with another API key.
func (c *Client) WithCredential(key client.Secret) (*Client, error) {
	transport, err := c.http.WithCredential(key)
	if err != nil {
		return nil, err
	}
	return &Client{http: transport}, nil
}

// WithComment returns a client like this one, on the same connections, whose user
// agent ends with a comment, which the platform's log shows.
func (c *Client) WithComment(comment string) *Client {
	return &Client{http: c.http.WithComment(comment)}
}

// Verify proves that the client's API key, secret or public, works at the
// merchant: Billium answers a request made with it. The request counts as a use
// of the key.
func (c *Client) Verify(ctx context.Context, merchantID string) error {
	_, err := c.CurrentAPIKey(ctx, merchantID)
	return err
}

// PlatformNow returns the time by the platform's clock, as its last answer told it.
func (c *Client) PlatformNow() time.Time { return c.http.PlatformNow() }

// TellsTime reports whether an answer had a Date, so that PlatformNow is the
// platform's time and not this machine's.
func (c *Client) TellsTime() bool { return c.http.TellsTime() }

// BaseURL returns where the platform is, without /v1.
func (c *Client) BaseURL() string { return c.http.BaseURL() }

// String returns the platform and its base URL.
func (c *Client) String() string { return c.http.String() }

// GoString returns the platform and its base URL.
func (c *Client) GoString() string { return c.http.String() }

// Source: Billium authentication page.
func authorize(header http.Header, key client.Secret) { header.Set("X-Api-Key", key.Reveal()) }

// errorMessage reads {"statusCode","message","error"}, whose message is one text
// or several. Source: docs.
func errorMessage(body []byte) string {
	var envelope struct {
		Message json.RawMessage `json:"message"`
	}
	if json.Unmarshal(body, &envelope) != nil {
		return ""
	}
	var one string
	if json.Unmarshal(envelope.Message, &one) == nil {
		return one
	}
	var several []string
	if json.Unmarshal(envelope.Message, &several) == nil {
		return strings.Join(several, "; ")
	}
	return ""
}

// ownRefusal knows the envelope of an error, and of a 401 that its message is about an
// API key. A lone "Forbidden" is what anything before Billium says. Source: docs,
// "Errors"; contract for the messages.
func ownRefusal(status int, body []byte) bool {
	var envelope struct {
		StatusCode int `json:"statusCode"`
	}
	if json.Unmarshal(body, &envelope) != nil || envelope.StatusCode != status {
		return false
	}
	message := errorMessage(body)
	if status == http.StatusForbidden {
		return message != http.StatusText(status)
	}
	return aboutKey.MatchString(message)
}

var aboutKey = regexp.MustCompile(`(?i)\bapi[- ]key\b`)

// noRoute knows the message of an unknown endpoint from that of an unknown
// object, which names the kind of object ("API key not found"). Source:
// contract; "Cannot GET /v1/nowhere" is how NestJS says it, whose
// ThrottlerException Billium documents.
func noRoute(message string) bool {
	return strings.HasPrefix(message, "Not found") || cannotRoute.MatchString(message)
}

var cannotRoute = regexp.MustCompile(`^Cannot [A-Z]+ /`)

// at returns the path of something of a merchant's: each part is escaped.
func at(merchantID string, parts ...string) string {
	path := "/v1/merchants/merchant/" + url.PathEscape(merchantID)
	for _, part := range parts {
		path += "/" + url.PathEscape(part)
	}
	return path
}
