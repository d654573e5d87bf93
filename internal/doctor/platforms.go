package doctor

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/keyward/terraform-provider-keyward/internal/client"
	"github.com/keyward/terraform-provider-keyward/internal/inventory"
	"github.com/keyward/terraform-provider-keyward/internal/platform/billium"
)

func (d *doctor) corebill(ctx context.Context, a inventory.CorebillAccount) {
	if !d.reach(a.Name, a.Client.BaseURL(), a.Source, func() error { return a.Client.Verify(ctx) }) {
		return
	}
	self, ok := d.self(ctx, a.Name, &inventory.Accounts{Corebill: []inventory.CorebillAccount{a}})
	if !ok {
		return
	}
	if a.DefaultCompany != "" && !slices.ContainsFunc(self.Reaches, func(p inventory.Place) bool { return p.ID == a.DefaultCompany }) {
		d.problem(a.Name, "default company", "the key doesn't reach COREBILL_COMPANY_ID, "+a.DefaultCompany,
			"Set it to a company that the key reaches (keyward whoami --output json), or use an organization key.")
	}
	switch key := self.Key; {
	case key.Level != "admin":
		d.warn(a.Name, "access", fmt.Sprintf("the key %s is of level %s", key.ID, key.Level), "It can look, but only an admin key can change and revoke. For what changes things, use one.")
	case key.Scope != nil:
		d.warn(a.Name, "access", "the key is of one company alone", "It can't see organization keys, and can't create companies. For the whole organization, use an organization key of level admin.")
	default:
		d.ok(a.Name, "access", fmt.Sprintf("the key %s may do everything in %d companies", key.ID, len(self.Reaches)))
	}
}

func (d *doctor) billium(ctx context.Context, a inventory.BilliumAccount) {
	if !d.reach(a.Name, a.Client.BaseURL(), a.Source, func() error { return a.Client.Verify(ctx, a.MerchantID) }) {
		return
	}
	self, ok := d.self(ctx, a.Name, &inventory.Accounts{Billium: []inventory.BilliumAccount{a}})
	if !ok {
		return
	}
	var lacks []string
	for _, p := range billium.Permissions() {
		if !slices.Contains(self.Key.Permissions, p) && (p.Domain() == "api_key" || p.Domain() == "team" || p.Domain() == "webhook") {
			lacks = append(lacks, string(p))
		}
	}
	if len(lacks) > 0 {
		d.warn(a.Name, "access", fmt.Sprintf("the key %s (%s) lacks %s", self.Key.ID, self.Role, strings.Join(lacks, ", ")),
			"What needs these is refused. Give the key the permissions, or use another; its user's role is the most that it can have.")
		return
	}
	d.ok(a.Name, "access", fmt.Sprintf("the key %s (%s) may manage keys, the team and webhooks", self.Key.ID, self.Role))
}

func (d *doctor) self(ctx context.Context, area string, access *inventory.Accounts) (inventory.Self, bool) {
	self := inventory.New(access).Whoami(ctx)[0]
	if self.Key == nil {
		d.warn(area, "access", "which key the credential is could not be told: "+self.Why(), "What it may do shows in the errors of what it may not.")
		return self, false
	}
	return self, true
}

// reach makes a request and judges the answer, its clock and its limits.
func (d *doctor) reach(area, base, source string, request func() error) bool {
	started := d.Now()
	err := request()
	took := d.Now().Sub(started)
	if err != nil {
		d.problem(area, "request", err.Error(), remedyFor(err, base, source))
	} else {
		d.ok(area, "request", fmt.Sprintf("%s answers in %s", base, took.Round(time.Millisecond)))
	}
	d.clock(area, started.Add(took/2))
	d.limits(area)
	return err == nil
}

func remedyFor(err error, base, source string) string {
	switch {
	case client.Refused(err):
		return "The key in " + source + " is revoked, disabled, or of another account. Look for it with another credential (keyward keys show PREFIX), or make a new one in the dashboard."
	case client.Forbidden(err):
		return "The key in " + source + " works, but not for this company or merchant: check the id."
	case errors.Is(err, client.ErrRateLimited):
		return "The rate limit of this key or address is used up, by your own runs or another client. Wait a minute, then see who it was: keyward logs --since 10m."
	case errors.Is(err, client.ErrInvalidResponse), errors.Is(err, client.ErrRedirect), errors.Is(err, client.ErrNotFound):
		return "Check the base URL, " + base + ": it is the platform's address without /v1."
	case errors.Is(err, client.ErrConnection):
		return "Check the base URL, " + base + ", the network, and HTTPS_PROXY."
	case errors.Is(err, client.ErrServer):
		return "The platform is in trouble. Try again later; what was asked is safe to ask again."
	default:
		return "See the message."
	}
}

// How far apart clocks may be. Rotations are due to the minute; a certificate or
// a signature is refused where clocks differ by minutes.
const (
	smallSkew = 30 * time.Second
	largeSkew = 5 * time.Minute
)

func (d *doctor) clock(area string, now time.Time) {
	server, ok := d.recorded.date()
	if !ok {
		return
	}
	skew := now.Sub(server).Round(time.Second)
	direction := "ahead of"
	if skew < 0 {
		direction = "behind"
	}
	text := fmt.Sprintf("this machine is %s %s the platform", skew.Abs(), direction)
	const remedy = "Set this machine's clock (NTP). Keyward tells the age of a key and what is due by the platform's clock, but keyward rotate due, which asks no platform, goes by this machine's, and so do the times in tables and logs."
	switch {
	case skew.Abs() >= largeSkew:
		d.problem(area, "clock", text, remedy)
	case skew.Abs() >= smallSkew:
		d.warn(area, "clock", text, remedy)
	default:
		d.ok(area, "clock", "agrees with the platform's")
	}
}

// limits tells how many requests are left, where the platform says.
func (d *doctor) limits(area string) {
	left, limit, reset, ok := d.recorded.limits()
	if !ok {
		return
	}
	text := fmt.Sprintf("%d of %d requests are left for %d s", left, limit, reset)
	if left*5 < limit {
		d.warn(area, "rate limit", text, "Little is left of the rate limit: an apply of your own or another client may have used it. keyward logs --since 10m shows who. keyward waits when it has to.")
		return
	}
	d.ok(area, "rate limit", text)
}

// recorder carries requests and keeps the headers of the last answer.
type recorder struct {
	next http.RoundTripper

	mu     sync.Mutex
	header http.Header
}

// RoundTrip makes a request.
func (r *recorder) RoundTrip(request *http.Request) (*http.Response, error) {
	response, err := r.next.RoundTrip(request)
	r.mu.Lock()
	defer r.mu.Unlock()
	r.header = nil
	if response != nil {
		r.header = response.Header
	}
	return response, err
}

// date is the server's clock.
func (r *recorder) date() (time.Time, bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	when, err := http.ParseTime(r.header.Get("Date"))
	return when, err == nil
}

// limits are what the server says of its rate limit; reset is in seconds.
// Source: docs.
func (r *recorder) limits() (left, limit, reset int, ok bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for name, into := range map[string]*int{"X-RateLimit-Remaining": &left, "X-RateLimit-Limit": &limit, "X-RateLimit-Reset": &reset} {
		var err error
		if *into, err = strconv.Atoi(r.header.Get(name)); err != nil {
			return 0, 0, 0, false
		}
	}
	return left, limit, reset, true
}
