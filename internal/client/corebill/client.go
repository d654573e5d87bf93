// Package corebill calls Corebill's API. Every method makes typed calls over
// the shared transport; every error is a *client.Error.
//
// Every request but the list of companies names a company, which the caller
// passes. Source: Corebill authentication page, "Company Context".
package corebill

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/keyward/terraform-provider-keyward/internal/client"
	corebillapi "github.com/keyward/terraform-provider-keyward/internal/contract/corebill"
	"github.com/keyward/terraform-provider-keyward/internal/platform/vendor"
)

// DefaultBaseURL is where Corebill is. Source: docs.
const DefaultBaseURL = "https://api.corebill.io"

// Options are the settings of a client. Only APIKey is required.
type Options = client.Options

// Company is a company of Corebill's, as the contract has it.
type Company = corebillapi.Company

// Client calls Corebill with one API key. It is safe for parallel use.
type Client struct{ http *client.Client }

// New returns a client. It makes no request, and refuses a key that is obviously the
// other platform's.
func New(options Options) (*Client, error) {
	if options.BaseURL == "" {
		options.BaseURL = DefaultBaseURL
	}
	if err := vendor.Check(vendor.Corebill, options.APIKey.Reveal()); err != nil {
		return nil, err
	}
	transport, err := client.New(client.Config{
		Options: options, Platform: vendor.Corebill,
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

// Verify proves that the client's API key works: Corebill answers a request
// made with it. The request counts as a use of the key.
func (c *Client) Verify(ctx context.Context) error {
	_, err := c.companyPage(ctx, "", 1)
	return err
}

// VerifyIn is Verify with a request that names a company, in whose log it is then
// recorded. Source: contract.
func (c *Client) VerifyIn(ctx context.Context, companyID string) error {
	var list companyList
	return c.list(ctx, companiesPath, within(companyID), "", 1, &list)
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

// Source: Corebill authentication page, "API Keys".
func authorize(header http.Header, key client.Secret) {
	header.Set("Authorization", "Bearer "+key.Reveal())
}

// errorMessage reads {"error":"<message>"}. Source: docs.
func errorMessage(body []byte) string {
	var envelope corebillapi.Error
	if json.Unmarshal(body, &envelope) != nil {
		return ""
	}
	return envelope.Error
}

// ownRefusal knows the messages of a 401 and of a 403. Source: Corebill authentication
// page, "Authentication Errors".
func ownRefusal(status int, body []byte) bool {
	message := errorMessage(body)
	if status == http.StatusForbidden {
		return strings.HasPrefix(message, "Insufficient permissions")
	}
	return slices.Contains([]string{"Missing Authorization header", "Invalid API key", "API key is disabled"}, message)
}

// noRoute knows the message of an unknown endpoint from that of an unknown
// object, which names the kind of object ("Company not found"). Source: contract.
func noRoute(message string) bool { return strings.HasPrefix(message, "Not found") }

// within is the query that every request inside a company has.
func within(companyID string) url.Values { return url.Values{"company_id": {companyID}} }
