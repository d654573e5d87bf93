package client

import (
	"net/http"
	"testing"
	"time"
)

func TestDecide(t *testing.T) {
	t.Parallel()
	answer := func(status int, replayable bool) attempt {
		return attempt{Number: 1, Max: 5, Outcome: answered, Status: status, Replayable: replayable}
	}
	with := func(a attempt, change func(*attempt)) attempt { change(&a); return a }
	tests := map[string]struct {
		attempt attempt
		wait    time.Duration
		retry   bool
	}{
		"GET 500":                           {answer(500, true), 500 * time.Millisecond, true},
		"GET 503":                           {answer(503, true), 500 * time.Millisecond, true},
		"GET 501 will never be there":       {answer(501, true), 0, false},
		"POST 500":                          {answer(500, false), 0, false},
		"POST 503 with Retry-After":         {with(answer(503, false), func(a *attempt) { a.RetryAfter = time.Second }), 0, false},
		"GET 429":                           {answer(429, true), 500 * time.Millisecond, true},
		"POST 429 was refused":              {answer(429, false), 500 * time.Millisecond, true},
		"429 with Retry-After":              {with(answer(429, false), func(a *attempt) { a.RetryAfter = time.Minute }), time.Minute, true},
		"Retry-After plus jitter":           {with(answer(429, false), func(a *attempt) { a.RetryAfter, a.Jitter = time.Minute, 0.5 }), time.Minute + 250*time.Millisecond, true},
		"the longest Retry-After":           {with(answer(429, true), func(a *attempt) { a.RetryAfter = maxRetryAfter }), maxRetryAfter, true},
		"a Retry-After too long":            {with(answer(429, true), func(a *attempt) { a.RetryAfter = maxRetryAfter + 1 }), 0, false},
		"GET 503 obeys Retry-After":         {with(answer(503, true), func(a *attempt) { a.RetryAfter = 3 * time.Second }), 3 * time.Second, true},
		"GET 400":                           {answer(400, true), 0, false},
		"GET 401":                           {answer(401, true), 0, false},
		"GET 403":                           {answer(403, true), 0, false},
		"GET 404":                           {answer(404, true), 0, false},
		"GET 301":                           {answer(301, true), 0, false},
		"409":                               {with(answer(409, true), func(a *attempt) { a.Keyed = true }), 0, false},
		"409 after a lost attempt":          {with(answer(409, true), func(a *attempt) { a.Keyed, a.Unknown = true, true }), 500 * time.Millisecond, true},
		"409 after a lost one, no key":      {with(answer(409, true), func(a *attempt) { a.Unknown = true }), 0, false},
		"200 that can't be used":            {answer(200, true), 0, false},
		"POST unsent":                       {attempt{Number: 1, Max: 5, Outcome: unsent}, 500 * time.Millisecond, true},
		"POST unanswered":                   {attempt{Number: 1, Max: 5, Outcome: unanswered}, 0, false},
		"GET unanswered":                    {attempt{Number: 1, Max: 5, Outcome: unanswered, Replayable: true}, 500 * time.Millisecond, true},
		"unsent, but for good":              {attempt{Number: 1, Max: 5, Outcome: unsent, Final: true}, 0, false},
		"the last attempt":                  {with(answer(500, true), func(a *attempt) { a.Number = 5 }), 0, false},
		"the last attempt, merely put off":  {with(answer(429, true), func(a *attempt) { a.Number, a.RetryAfter = 5, time.Minute }), time.Minute, true},
		"the last attempt, put off to when": {with(answer(429, true), func(a *attempt) { a.Number = 5 }), 8 * time.Second, true},
		"retries off, put off":              {with(answer(429, true), func(a *attempt) { a.Max, a.RetryAfter = 1, time.Minute }), 0, false},
		"retries off":                       {with(answer(500, true), func(a *attempt) { a.Max = 1 }), 0, false},
		"the wait outlasts the deadline":    {with(answer(429, true), func(a *attempt) { a.RetryAfter, a.Bounded, a.Left = time.Minute, true, time.Minute }), 0, false},
		"the wait fits into the deadline":   {with(answer(429, true), func(a *attempt) { a.RetryAfter, a.Bounded, a.Left = time.Minute, true, 61*time.Second }), time.Minute, true},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			wait, retry := decide(test.attempt)
			if wait != test.wait || retry != test.retry {
				t.Errorf("decide: got %s, %t, want %s, %t", wait, retry, test.wait, test.retry)
			}
		})
	}
}

func TestBackoffDoublesWithinBounds(t *testing.T) {
	t.Parallel()
	want := []time.Duration{500 * time.Millisecond, time.Second, 2 * time.Second, 4 * time.Second, 8 * time.Second, maxBackoff, maxBackoff}
	for i, full := range want {
		if got := backoff(i+1, 0); got != full {
			t.Errorf("attempt %d: got %s, want %s", i+1, got, full)
		}
		if got := backoff(i+1, 0.999999); got < full/2 || got > full {
			t.Errorf("attempt %d with jitter: got %s, want between %s and %s", i+1, got, full/2, full)
		}
	}
	if got := backoff(1_000_000, 0); got != maxBackoff {
		t.Errorf("a late attempt: got %s, want %s", got, maxBackoff)
	}
}

func TestRetryAfter(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	tests := map[string]time.Duration{
		"":                              0,
		"0":                             0,
		"7":                             7 * time.Second,
		" 60 ":                          time.Minute,
		"-5":                            0,
		"1.5":                           0,
		"soon":                          0,
		"Sun, 01 Mar 2026 12:00:30 GMT": 30 * time.Second,
		"Sun, 01 Mar 2026 11:00:00 GMT": 0,
		"4000000000":                    maxSeconds * time.Second,
		"99999999999999999999999999":    0,
	}
	for value, want := range tests {
		if got := retryAfter(http.StatusTooManyRequests, http.Header{"Retry-After": {value}}, now); got != want {
			t.Errorf("%q: got %s, want %s", value, got, want)
		}
	}
	if got := retryAfter(http.StatusTooManyRequests, nil, now); got != 0 {
		t.Errorf("no header: got %s", got)
	}
}

// A date is by the clock of the one who wrote it, however wrong that goes.
func TestRetryAfterByTheirClock(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	for _, off := range []time.Duration{-time.Hour, -time.Minute, 0, time.Minute, time.Hour} {
		theirs := now.Add(off)
		header := http.Header{
			"Date":        {theirs.Format(http.TimeFormat)},
			"Retry-After": {theirs.Add(30 * time.Second).Format(http.TimeFormat)},
		}
		if got := retryAfter(http.StatusServiceUnavailable, header, now); got != 30*time.Second {
			t.Errorf("their clock is %s off: got %s", off, got)
		}
	}
}

func TestRefusalsWithoutRetryAfter(t *testing.T) {
	t.Parallel()
	header := func(remaining, reset string) http.Header {
		return http.Header{"X-Ratelimit-Limit": {"50"}, "X-Ratelimit-Remaining": {remaining}, "X-Ratelimit-Reset": {reset}}
	}
	tests := map[string]struct {
		status int
		header http.Header
		want   time.Duration
	}{
		"the reset says it":                     {429, header("0", "17"), 17 * time.Second},
		"another limit than the one told of":    {429, header("3", "17"), 0},
		"a time in place of a number":           {429, header("0", "1767225600"), 0},
		"no refusal":                            {200, header("0", "17"), 0},
		"the server is down, and limits no one": {503, header("0", "17"), 0},
	}
	for name, test := range tests {
		if got := retryAfter(test.status, test.header, time.Time{}); got != test.want {
			t.Errorf("%s: got %s, want %s", name, got, test.want)
		}
	}
}
