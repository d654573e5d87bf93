package client

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

func limits(remaining string) []string {
	return []string{"X-RateLimit-Limit", "50", "X-RateLimit-Remaining", remaining, "X-RateLimit-Reset", "60"}
}

// However often someone else was faster, the request gets through in the end.
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

// Clients that share an address wait for it once, and so do refusals that say nothing
// about how long: once the time is over, every later request fails at once, until one
// is answered otherwise.
func TestDoEndsAtOnceAfterGivingUp(t *testing.T) {
	t.Parallel()
	for name, headers := range map[string][]string{"Retry-After": {"Retry-After", "1"}, "nothing": nil} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var well atomic.Bool
			f := serve(t, func(w http.ResponseWriter, r *http.Request) {
				if well.Load() {
					answer(200, `{}`)(w, r)
					return
				}
				answer(429, `{"error":"slow"}`, headers...)(w, r)
			}, func(c *Config) { c.MaxWait, c.Shared = 30*time.Second, NewShared() })
			slept := func() (sum time.Duration) {
				for _, d := range f.slept.taken {
					sum += d
				}
				return sum
			}
			if err := f.Do(t.Context(), get("/v1/things"), nil); !errors.Is(err, ErrRateLimited) || !strings.Contains(err.Error(), "no longer than 30s") {
				t.Errorf("got %v", err)
			}
			if took := slept(); took < 28*time.Second || took > 30*time.Second {
				t.Errorf("it took %s", took)
			}
			before := slept()
			for range 4 {
				config := f.config
				config.APIKey = NewSecret(corebillToken(t))
				other, err := New(config)
				if err != nil {
					t.Fatal(err)
				}
				if err := other.Do(t.Context(), get("/v1/things"), nil); !errors.Is(err, ErrRateLimited) || !strings.Contains(err.Error(), "every request since") {
					t.Errorf("got %v", err)
				}
			}
			if took := slept() - before; took != 0 {
				t.Errorf("after giving up, others wait %s", took)
			}
			well.Store(true)
			f.budget.Passed(f.budget.In(time.Second)) // that it was asked to wait
			if err := f.Do(t.Context(), get("/v1/things"), nil); err != nil {
				t.Error(err)
			}
		})
	}
}

// Long waits for anything else than a limit are told, too: once for all that wait.
func TestDoTellsOfSlowness(t *testing.T) {
	t.Parallel()
	notices := func(f *fixture) (all []string) {
		for _, event := range f.seen() {
			if event.Notice != "" {
				all = append(all, event.Notice)
			}
		}
		return all
	}
	for name, test := range map[string]struct {
		handler http.HandlerFunc
		change  func(*Config)
		want    string
	}{
		"503": {inOrder(answer(503, `{"error":"down"}`, "Retry-After", "20"), answer(200, `{}`)).ServeHTTP, func(*Config) {},
			"Waiting for Testbill: GET /v1/things: 503 Service Unavailable: down; it is asked again at 12:00:20 UTC."},
		"many short waits": {inOrder(answer(500, `{"error":"down"}`), answer(500, `{"error":"down"}`), answer(500, `{"error":"down"}`), answer(500, `{"error":"down"}`), answer(200, `{}`)).ServeHTTP,
			func(*Config) {}, "Waiting for Testbill: GET /v1/things: 500 Internal Server Error: down; it is asked again at 12:00:07 UTC."},
		"no answer": {answer(200, `{}`), func(c *Config) {
			c.AfterFunc = func(d time.Duration, f func()) func() {
				if d != 5*time.Second {
					t.Errorf("a person is told after %s", d)
				}
				f()
				return func() {}
			}
		}, "Waiting for Testbill: GET /v1/things has had no answer for 5s; it is given up at 12:00:25 UTC."},
		"an answer in time": {answer(200, `{}`), func(c *Config) {
			c.AfterFunc = func(time.Duration, func()) func() { return func() {} }
		}, ""},
		"a short wait": {inOrder(answer(503, `{"error":"down"}`, "Retry-After", "2"), answer(200, `{}`)).ServeHTTP, func(*Config) {}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := serve(t, test.handler, test.change)
			if err := f.Do(t.Context(), get("/v1/things"), nil); err != nil {
				t.Fatal(err)
			}
			if got := strings.Join(notices(f), "\n"); got != test.want {
				t.Errorf("a person is told %q, want %q", got, test.want)
			}
		})
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
	ctx, waits := WithWaits(t.Context())
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
	if got[0].Waited != 0 || got[2].Waited != time.Minute || got[2].Limit != "" || waits.Total() != time.Minute {
		t.Errorf("waited %s, the events say %s and %s", waits.Total(), got[0].Waited, got[2].Waited)
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
