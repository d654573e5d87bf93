package seedtest

import (
	"net/http"
	"net/netip"
	"testing"
	"time"

	"github.com/keyward/terraform-provider-keyward/internal/sandbox/sandboxtest"
)

// world is a running sandbox with its clock. Rows share it one after another,
// so each makes the keys and objects that it needs.
type world struct {
	sandbox *sandboxtest.Sandbox
	clock   *clock
	client  *http.Client

	// The addresses of the platforms, without a version.
	corebillURL, billiumURL string
	// The keys that the sandbox made at first: an organization admin key and an
	// OWNER's secret key.
	corebillToken, billiumToken string
	company, secondCompany      string
	merchant                    string

	// tokens are the ones handed out so far, none of which may ever come back.
	tokens []string
}

// newWorld starts a sandbox whose clock moves on by a millisecond whenever it
// is read, so that nothing happens at the same time as anything else. With
// limits the clock stands still.
func newWorld(t *testing.T, database string, limits bool) *world {
	t.Helper()
	c := &clock{now: time.Date(2026, time.March, 1, 12, 0, 0, 0, time.UTC), tick: time.Millisecond}
	options := []sandboxtest.Option{sandboxtest.WithDatabase(database), sandboxtest.WithClock(c.Now)}
	if limits {
		c.tick = 0
		options = append(options, sandboxtest.WithDocumentedLimits())
	}
	s := sandboxtest.Start(t, options...)
	s.Intercept(pretendAddress)
	return &world{
		sandbox:       s,
		clock:         c,
		client:        newClient(t),
		corebillURL:   s.Credentials.Corebill.BaseURL,
		billiumURL:    s.Credentials.Billium.BaseURL,
		corebillToken: s.Credentials.Corebill.APIKey,
		billiumToken:  s.Credentials.Billium.APIKey,
		company:       s.Credentials.Corebill.CompanyID,
		secondCompany: s.SecondCompanyID,
		merchant:      s.Credentials.Billium.MerchantID,
		tokens:        []string{s.Credentials.Corebill.APIKey, s.Credentials.Billium.APIKey},
	}
}

func newClient(t *testing.T) *http.Client {
	t.Helper()
	transport := &http.Transport{MaxIdleConnsPerHost: 16}
	t.Cleanup(transport.CloseIdleConnections)
	return &http.Client{
		Transport: transport,
		CheckRedirect: func(*http.Request, []*http.Request) error {
			return http.ErrUseLastResponse
		},
	}
}

// addressHeader lets a test come from another IP address: loopback has one
// that every system can use, and the limit per address needs more.
const addressHeader = "X-Seedtest-Address"

func pretendAddress(next http.Handler) http.Handler {
	return http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		if address, err := netip.ParseAddr(r.Header.Get(addressHeader)); err == nil {
			r.RemoteAddr = netip.AddrPortFrom(address, 50000).String()
			r.Header.Del(addressHeader)
		}
		next.ServeHTTP(rw, r)
	})
}
