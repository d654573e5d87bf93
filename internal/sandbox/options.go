// Package sandbox is a local server of both platforms, to run a declaration
// against before it meets the real ones.
//
// It serves Corebill under /corebill/v1 and Billium under /billium/v1 and
// /billium/api/v1, from one database. What it serves and how is the contract
// under api/.
package sandbox

import (
	"crypto/rand"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"time"
)

// RateLimits tells whether Billium's documented limits apply.
type RateLimits string

// The two choices.
const (
	RateLimitsDocumented RateLimits = "documented"
	RateLimitsOff        RateLimits = "off"
)

// ParseRateLimits returns the choice of that name.
func ParseRateLimits(name string) (RateLimits, error) {
	switch choice := RateLimits(name); choice {
	case RateLimitsDocumented, RateLimitsOff:
		return choice, nil
	}
	return "", fmt.Errorf("%q is no choice of rate limits: it must be documented or off", name)
}

// Options of a server.
type Options struct {
	// Database is an SQLite file's path, or a postgres:// URL.
	Database string
	// Listen is the address to serve at, such as 127.0.0.1:8787; port 0 is any
	// free one. Only Serve needs it.
	Listen string
	// CredentialsFile is where the bootstrap keys are handed over; empty for nowhere.
	CredentialsFile string
	// RateLimits is RateLimitsDocumented where it is empty.
	RateLimits RateLimits
	// Now is the clock, time.Now where it is nil.
	Now func() time.Time
	// Rand is where tokens and ids come from, crypto/rand where it is nil. It must
	// be safe for concurrent use.
	Rand io.Reader
	// TokenStart chooses the first characters after sk_live_, sk_ or pk_ of the next
	// token, "" for random ones. Only a test sets it; nil for random ones always.
	TokenStart func() string
	// Transport makes the deliveries to webhooks; nil for the usual one.
	Transport http.RoundTripper
	// Logger gets what goes wrong; nil for nothing.
	Logger *slog.Logger
	// Requests gets a line per request; nil for none.
	Requests *slog.Logger
	// Ready is called by Serve once the server answers; nil for nothing.
	Ready func(Ready)
}

// Ready is what a server can say about itself once it answers. It holds no token.
type Ready struct {
	// Address is what the server listens at: "127.0.0.1:8787".
	Address         string
	CorebillBaseURL string
	BilliumBaseURL  string
	// Minted tells that new bootstrap keys were made, because there was no
	// credentials file.
	Minted bool
	// Warnings are about an address beyond this machine, and about credentials
	// that are kept although they don't work.
	Warnings []string
}

func (o Options) withDefaults() Options {
	if o.RateLimits == "" {
		o.RateLimits = RateLimitsDocumented
	}
	now := o.Now
	if now == nil {
		now = time.Now
	}
	// As precise as the database is: an object reads the same right after its
	// creation as later.
	o.Now = func() time.Time { return now().UTC().Truncate(time.Microsecond) }
	if o.Rand == nil {
		o.Rand = rand.Reader
	}
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	return o
}

// reachable is an address to call a listener at: the loopback one where it
// listens at all of them.
func reachable(address string) string {
	host, port, err := net.SplitHostPort(address)
	if err != nil {
		return address
	}
	if ip := net.ParseIP(host); ip != nil && ip.IsUnspecified() {
		return net.JoinHostPort("127.0.0.1", port)
	}
	return address
}

// exposed returns the warnings about an address that others than this machine
// can call. What is served is plain HTTP: keys and secrets are sent unencrypted.
func exposed(address string) []string {
	host, port, err := net.SplitHostPort(address)
	if err != nil {
		return nil
	}
	if ip := net.ParseIP(host); ip == nil || ip.IsLoopback() {
		return nil
	}
	return []string{fmt.Sprintf("Other machines can reach %s, and anyone on the network path can read the keys: the sandbox speaks plain HTTP. "+
		"To serve this machine alone, use --listen 127.0.0.1:%s.", address, port)}
}
