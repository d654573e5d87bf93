package seedtest

import (
	"fmt"
	"net/http"
	"strconv"
	"testing"
	"time"

	"github.com/keyward/terraform-provider-keyward/internal/platform/billium"
)

const throttled = "ThrottlerException: Too Many Requests"

// freshWindows lets all windows of the rate limits pass.
func (w *world) freshWindows() { w.clock.advance(2 * time.Minute) }

// from sends a request with a key from an IP address.
func (w *world) from(t *testing.T, address, token, line string) answer {
	t.Helper()
	return w.billiumAs(t, token, line, nil, map[string]string{addressHeader: address})
}

// address is the n-th of a block of IP addresses kept for documentation.
func address(n int) string { return fmt.Sprintf("198.51.100.%d", n) }

func (a answer) expectLimit(t *testing.T, limit, remaining, reset int) {
	t.Helper()
	for name, want := range map[string]int{
		"X-RateLimit-Limit": limit, "X-RateLimit-Remaining": remaining, "X-RateLimit-Reset": reset,
	} {
		if got := a.header.Get(name); got != strconv.Itoa(want) {
			t.Errorf("%s (%d): %s is %q, want %d", a.line, a.status, name, got, want)
		}
	}
}

// expectThrottled expects the documented 429 with all of its headers.
func (a answer) expectThrottled(t *testing.T, limit, retryAfter int) {
	t.Helper()
	a.billiumRefuses(t, http.StatusTooManyRequests, throttled)
	a.expectLimit(t, limit, 0, retryAfter)
	if got := a.header.Get("Retry-After"); got != strconv.Itoa(retryAfter) {
		t.Errorf("%s: Retry-After is %q, want %d", a.line, got, retryAfter)
	}
}

// spend sends requests that must not be throttled.
func (w *world) spend(t *testing.T, count int, address, token string) {
	t.Helper()
	for i := range count {
		if a := w.from(t, address, token, "GET /api-keys/current"); a.status != http.StatusOK {
			t.Fatalf("request %d from %s: got %d (%s)", i+1, address, a.status, a)
		}
	}
}

func billiumSharedBucket(t *testing.T, w *world) {
	w.freshWindows()
	secret, public := w.secretKey(t), w.publicKey(t)
	w.freshWindows()
	// The same header, told apart by what is in it.
	w.from(t, address(1), secret.token, "GET /invoices").want(t, http.StatusOK)
	w.from(t, address(1), public.token, "GET /invoices").want(t, http.StatusForbidden)
	// From one address both draw on the same bucket.
	w.spend(t, 24, address(1), secret.token)
	w.spend(t, 24, address(1), public.token)
	w.from(t, address(1), secret.token, "GET /api-keys/current").expectThrottled(t, 50, 60)
	w.from(t, address(1), public.token, "GET /api-keys/current").expectThrottled(t, 50, 60)
	// And from elsewhere either has the same 300 of its own.
	for i, token := range []string{secret.token, public.token} {
		w.freshWindows()
		for n := range 6 {
			w.spend(t, 50, address(10+10*i+n), token)
		}
		w.from(t, address(19+10*i), token, "GET /api-keys/current").expectThrottled(t, 300, 60)
	}
}

func billiumKeyScopedLimit(t *testing.T, w *world) {
	w.freshWindows()
	k, other := w.secretKey(t), w.secretKey(t)
	w.freshWindows()
	for n := range 6 {
		w.spend(t, 50, address(n), k.token)
	}
	w.clock.advance(20 * time.Second)
	a := w.from(t, address(100), k.token, "GET /api-keys/current")
	a.expectThrottled(t, 300, 40)
	w.from(t, address(101), k.token, "POST /invoices").expectThrottled(t, 300, 40)
	w.from(t, address(102), other.token, "GET /api-keys/current").want(t, http.StatusOK)
	w.clock.advance(40 * time.Second)
	w.from(t, address(103), k.token, "GET /api-keys/current").want(t, http.StatusOK)
}

func limitPerAddress(t *testing.T, w *world) {
	w.freshWindows()
	k, other := w.secretKey(t), w.secretKey(t)
	w.freshWindows()
	w.from(t, address(1), k.token, "GET /api-keys/current").expectLimit(t, 50, 49, 60)
	w.clock.advance(10 * time.Second)
	w.from(t, address(1), other.token, "GET /api-keys/current").expectLimit(t, 50, 48, 50)
	w.spend(t, 47, address(1), k.token)
	w.from(t, address(1), k.token, "GET /api-keys/current").expectLimit(t, 50, 0, 50)
	w.from(t, address(1), k.token, "GET /api-keys/current").expectThrottled(t, 50, 50)
	w.from(t, address(1), other.token, "GET /api-keys/current").expectThrottled(t, 50, 50)
	w.from(t, address(2), k.token, "GET /api-keys/current").want(t, http.StatusOK)
	// A part of a second is rounded up: who waits that long gets through.
	w.clock.advance(49*time.Second + 500*time.Millisecond)
	w.from(t, address(1), k.token, "GET /api-keys/current").expectThrottled(t, 50, 1)
	w.clock.advance(500 * time.Millisecond)
	w.from(t, address(1), k.token, "GET /api-keys/current").expectLimit(t, 50, 49, 60)
}

func limitPerKey(t *testing.T, w *world) {
	w.freshWindows()
	k := w.secretKey(t)
	w.freshWindows()
	for n := range 5 {
		w.spend(t, 50, address(n), k.token)
	}
	// The bucket with the fewest left is the one that the headers describe.
	w.spend(t, 10, address(5), k.token)
	w.from(t, address(6), k.token, "GET /api-keys/current").expectLimit(t, 300, 39, 60)
	w.spend(t, 39, address(5), k.token)
	w.from(t, address(7), k.token, "GET /api-keys/current").expectThrottled(t, 300, 60)
}

func limitKeyedOnPrefix(t *testing.T, w *world) {
	w.freshWindows()
	k := w.secretKey(t)
	w.freshWindows()
	for n := range 6 {
		w.spend(t, 50, address(n), k.token)
	}
	unknown := unknownBilliumToken(t, billium.Secret)
	same := k.token[:16] + unknown[16:]
	almost := k.token[:15] + otherCharacter(k.token[15]) + unknown[16:]
	w.from(t, address(50), same, "GET /api-keys/current").expectThrottled(t, 300, 60)
	w.from(t, address(51), almost, "GET /api-keys/current").billiumRefuses(t, http.StatusUnauthorized, "Invalid API key")
}

func limitOnRefusals(t *testing.T, w *world) {
	w.freshWindows()
	limited := w.secretKey(t, "invoice:view")
	w.freshWindows()
	missing := w.send(t, request{base: w.merchantURL("/v1"), line: "GET /invoices", header: map[string]string{addressHeader: address(1)}})
	missing.billiumRefuses(t, http.StatusUnauthorized, "Missing x-api-key header")
	missing.expectLimit(t, 50, 49, 60)
	for i, c := range []struct {
		token, line string
		status      int
	}{
		{unknownBilliumToken(t, billium.Public), "GET /invoices", 401},
		{"hello", "GET /invoices", 401},
		{limited.token, "POST /invoices", 403},
		{limited.token, "GET /invoices?limit=0", 400},
		{limited.token, "GET /invoices/" + noID("inv"), 404},
		{limited.token, "GET /invoices", 200},
	} {
		w.from(t, address(1), c.token, c.line).want(t, c.status).expectLimit(t, 50, 48-i, 60)
	}
	// A refused client is held to the limit like any other.
	for range 43 {
		w.from(t, address(1), "hello", "GET /invoices").want(t, http.StatusUnauthorized)
	}
	w.from(t, address(1), "hello", "GET /invoices").expectThrottled(t, 50, 60)
	// The older deployment shares the buckets.
	older := w.send(t, request{base: w.merchantURL("/api/v1"), line: "GET /invoices", header: map[string]string{"x-api-key": limited.token, addressHeader: address(1)}})
	older.expectThrottled(t, 50, 60)
}
