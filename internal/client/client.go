// Package client is the HTTP transport of both platforms' clients: it
// authenticates, encodes, paces, bounds, retries and explains requests, and it
// keeps the credential out of everything that it says.
//
// The packages below it (corebill, billium) put typed calls on top.
package client

import (
	"fmt"
	"net/http"

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
