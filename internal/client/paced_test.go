package client

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"sync"
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
	f := serve(t, script.ServeHTTP, func(c *Config) { c.MaxWait = time.Hour })
	if err := f.Do(t.Context(), post(""), nil); err != nil || script.requests() != 3*DefaultMaxAttempts+1 {
		t.Errorf("got %v after %d requests", err, script.requests())
	}
}

// A platform that answers with nothing but 429 doesn't hold a run up for ever. All of
// its requests end, with whichever credential; a person is told once what they wait for.
func TestDoEndsWhereEveryAnswerIsARefusal(t *testing.T) {
	t.Parallel()
	script := inOrder(answer(429, `{"error":"slow"}`, "Retry-After", "1"))
	f := serve(t, script.ServeHTTP, func(c *Config) { c.MaxWait, c.MaxWaitSetting = 2*time.Minute, "--max-wait" })
	other, err := f.WithCredential(NewSecret(corebillToken(t)))
	if err != nil {
		t.Fatal(err)
	}
	var all sync.WaitGroup
	for i := range 8 {
		all.Go(func() {
			c := []*Client{f.Client, other}[i%2]
			err := c.Do(t.Context(), get("/v1/things"), nil)
			if !errors.Is(err, ErrRateLimited) || errors.Is(err, ErrOutcomeUnknown) {
				t.Errorf("got %v", err)
			}
			for _, want := range []string{"Testbill", "every request since 2026-03-01T12:0", "429", "no longer than 2m", "--max-wait sets how long"} {
				if !strings.Contains(err.Error(), want) {
					t.Errorf("%q doesn't say %q", err, want)
				}
			}
		})
	}
	all.Wait()
	if n := script.requests(); n < 100 || n > 8*130 {
		t.Errorf("it took %d requests", n)
	}
	var notices []string
	for _, event := range f.seen() {
		if event.Notice != "" {
			notices = append(notices, event.Notice)
		}
	}
	want := "Waiting for Testbill: it answers every request with 429 (too many requests) since 12:00:0"
	if len(notices) != 1 || !strings.HasPrefix(notices[0], want) || !strings.Contains(notices[0], "until 12:02:0") {
		t.Errorf("a person is told %q", notices)
	}
	bad := testConfig("http://localhost", corebillToken(t), &naps{})
	bad.MaxWait = -1
	if _, err := New(bad); err == nil {
		t.Error("a wait that is less than nothing is accepted")
	}
}

// While some requests get through, many refusals are no error.
func TestDoWaitsInALongQueue(t *testing.T) {
	t.Parallel()
	var steps []http.HandlerFunc
	for i := range 400 {
		if i%10 == 9 {
			steps = append(steps, answer(200, `{}`))
		} else {
			steps = append(steps, answer(429, `{"error":"slow"}`, "Retry-After", "10"))
		}
	}
	f := serve(t, inOrder(steps...).ServeHTTP, func(c *Config) { c.MaxWait = 2 * time.Minute })
	for range 40 { // a minute and a half each
		if err := f.Do(t.Context(), get("/v1/things"), nil); err != nil {
			t.Fatal(err)
		}
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
