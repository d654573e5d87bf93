package client

import (
	"context"
	"errors"
	"net/http"
	"testing"
	"time"
)

func limits(remaining string) []string {
	return []string{"X-RateLimit-Limit", "50", "X-RateLimit-Remaining", remaining, "X-RateLimit-Reset", "60"}
}

// However often somebody else was faster, the request gets through in the end.
func TestDoGetsThroughBesideOthers(t *testing.T) {
	t.Parallel()
	var steps []http.HandlerFunc
	for i := range 3 * DefaultMaxAttempts {
		headers := limits("0")
		if i%2 == 0 { // the limit's reset says the same
			headers = append(headers, "Retry-After", "60")
		}
		steps = append(steps, answer(429, `{"error":"slow"}`, headers...))
	}
	script := inOrder(append(steps, answer(200, `{}`, limits("49")...))...)
	f := serve(t, script.ServeHTTP)
	if err := f.Do(t.Context(), post(""), nil); err != nil || script.requests() != 3*DefaultMaxAttempts+1 {
		t.Errorf("got %v after %d requests", err, script.requests())
	}
}

func TestDoWaitsForItsLimit(t *testing.T) {
	t.Parallel()
	f := serve(t, answer(200, `{}`, limits("0")...))
	ctx, held := WithHeld(t.Context())
	for range 2 {
		if err := f.Do(ctx, get("/v1/things"), nil); err != nil {
			t.Fatal(err)
		}
	}
	got := f.seen()
	if len(got) != 3 {
		t.Fatalf("got events %+v", got)
	}
	wait := got[1]
	if wait.Limit == "" || wait.Wait != time.Minute || wait.Status != 0 || wait.Retry || wait.Path != "/v1/things" {
		t.Errorf("the wait: %+v", wait)
	}
	if got[0].Held != 0 || got[2].Held != time.Minute || got[2].Limit != "" || held.Total() != time.Minute {
		t.Errorf("held for %s, the events say %s and %s", held.Total(), got[0].Held, got[2].Held)
	}
}

func TestDoKeepsALimitSetByHand(t *testing.T) {
	t.Parallel()
	f := serve(t, answer(200, `{}`), func(c *Config) { c.MaxRequestsPerMinute = 2 })
	for range 5 {
		if err := f.Do(t.Context(), get("/v1/things"), nil); err != nil {
			t.Fatal(err)
		}
	}
	if len(f.slept.taken) != 2 {
		t.Errorf("five requests, two a minute: waits of %s", f.slept.taken)
	}
	bad := testConfig("http://localhost", corebillToken(t), &naps{})
	bad.MaxRequestsPerMinute = -1
	if _, err := New(bad); err == nil {
		t.Error("-1 a minute is accepted")
	}
}

// Who loses patience knows that nothing was sent.
func TestDoGivesUpWaitingForItsLimit(t *testing.T) {
	t.Parallel()
	script := inOrder(answer(200, `{}`, limits("0")...))
	ctx, cancel := context.WithCancel(t.Context())
	f := serve(t, script.ServeHTTP, func(c *Config) {
		c.Sleep = func(ctx context.Context, d time.Duration) error { cancel(); return sleep(ctx, d) }
	})
	if err := f.Do(t.Context(), get("/v1/things"), nil); err != nil {
		t.Fatal(err)
	}
	err := f.Do(ctx, post(""), nil)
	if !errors.Is(err, context.Canceled) || errors.Is(err, ErrOutcomeUnknown) || script.requests() != 1 {
		t.Errorf("got %v after %d requests", err, script.requests())
	}
}

// What has an age on the platform is measured by the platform's clock.
func TestPlatformNow(t *testing.T) {
	t.Parallel()
	f := serve(t, answer(200, `{}`, "Date", noon.Add(10*time.Minute).Format(http.TimeFormat)))
	if got := f.PlatformNow(); !got.Equal(noon) {
		t.Errorf("before any answer it is %s, want this machine's time", got)
	}
	if err := f.Do(t.Context(), get("/v1/things"), nil); err != nil {
		t.Fatal(err)
	}
	other, err := f.WithCredential(NewSecret(corebillToken(t)))
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []*Client{f.Client, other, f.WithComment("x")} {
		if got := c.PlatformNow(); !got.Equal(noon.Add(10 * time.Minute)) {
			t.Errorf("it is %s, want ten minutes later", got)
		}
	}
}
