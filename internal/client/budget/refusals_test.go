package budget

import (
	"context"
	"errors"
	"sync"
	"testing"
	"time"
)

func TestExhausted(t *testing.T) {
	t.Parallel()
	type answer struct {
		at      time.Duration
		refused bool
	}
	for name, test := range map[string]struct {
		answers []answer
		until   time.Duration
		// since is when the series began that exhausts it; -1: it isn't exhausted.
		since time.Duration
	}{
		"nothing yet":                   {nil, time.Hour, -1},
		"not for long":                  {[]answer{{0, true}, {time.Minute, true}}, 10 * time.Minute, -1},
		"for too long":                  {[]answer{{0, true}, {time.Minute, true}}, 10*time.Minute + 1, 0},
		"one gets through":              {[]answer{{0, true}, {time.Minute, false}, {2 * time.Minute, true}}, 11 * time.Minute, -1},
		"one got through, long ago":     {[]answer{{0, true}, {time.Minute, false}, {2 * time.Minute, true}}, 13 * time.Minute, 2 * time.Minute},
		"no one asked for a while":      {[]answer{{0, true}, {9 * time.Minute, true}}, 12 * time.Minute, -1},
		"one wait is longer than all":   {[]answer{{0, true}}, 11 * time.Minute, 0},
		"an answer, however late it is": {[]answer{{0, true}, {9 * time.Minute, false}}, time.Hour, -1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := refusals{max: 10 * time.Minute}
			for _, a := range test.answers {
				r.take(noon.Add(a.at), a.refused)
			}
			err := r.exhausted(noon.Add(test.until))
			var exhausted *Exhausted
			if errors.As(err, &exhausted) != (test.since >= 0) || exhausted != nil && !exhausted.Since.Equal(noon.Add(test.since)) {
				t.Errorf("got %v", err)
			}
		})
	}
}

// Once it was in vain, it is not waited for again until a request gets through.
func TestExhaustedOnce(t *testing.T) {
	t.Parallel()
	r := refusals{max: 10 * time.Minute}
	r.take(noon, true)
	if r.exhausted(noon.Add(11*time.Minute)) == nil {
		t.Fatal("it is not exhausted")
	}
	r.take(noon.Add(time.Hour), true)
	if r.exhausted(noon.Add(time.Hour+time.Second)) == nil {
		t.Error("an hour later it is waited for again")
	}
	r.take(noon.Add(2*time.Hour), false)
	r.take(noon.Add(2*time.Hour), true)
	if err := r.exhausted(noon.Add(2*time.Hour + time.Second)); err != nil {
		t.Errorf("once a request got through: %v", err)
	}
}

func TestNotice(t *testing.T) {
	t.Parallel()
	const spentWhy = "the limit is used up"
	r := refusals{max: 10 * time.Minute}
	for i, step := range []struct {
		// answer comes first: 0 for none.
		answer   int
		at, wait time.Duration
		want     string
	}{
		{0, 0, 4 * time.Second, ""},
		{0, 10 * time.Second, 5 * time.Second, "the limit is used up; the next request is sent at 12:00:15 UTC"},
		{0, 11 * time.Second, 4 * time.Second, ""}, // another one waits for the same
		{0, 12 * time.Second, 9 * time.Second, ""},
		{0, 15 * time.Second, time.Minute, "the limit is used up; the next request is sent at 12:01:15 UTC"},
		{429, 80 * time.Second, time.Second, ""},
		{429, 84 * time.Second, time.Second, "it answers every request with 429 (too many requests) since 12:01:20 UTC; it is asked again until 12:11:20 UTC at the latest"},
		{429, 85 * time.Second, time.Second, ""},
		{429, 100 * time.Second, time.Minute, ""},
		{200, 101 * time.Second, time.Second, ""},
		{429, 200 * time.Second, time.Minute, "it answers every request with 429 (too many requests) since 12:03:20 UTC; it is asked again until 12:13:20 UTC at the latest"},
	} {
		now := noon.Add(step.at)
		if step.answer != 0 {
			r.take(now, step.answer == 429)
		}
		if got := r.notice(now, now.Add(step.wait), spentWhy); got != step.want {
			t.Errorf("step %d: got %q, want %q", i+1, got, step.want)
		}
	}
}

// Anyone who waits in the queue is told, too, that it is in vain.
func TestAllWaitersAreExhausted(t *testing.T) {
	t.Parallel()
	c := &clock{now: noon}
	b := New(Limits{MaxWait: time.Minute}, c.read, func(ctx context.Context, _ time.Duration) error { <-ctx.Done(); return ctx.Err() })
	first := acquire(t, b)
	var all sync.WaitGroup
	for i := range 5 {
		all.Go(func() {
			var exhausted *Exhausted
			if _, err := b.Acquire(t.Context(), 1, b.Ticket(false), nil, func(Wait) {}); !errors.As(err, &exhausted) {
				t.Errorf("got %v", err)
			}
		})
		queued(b, i+1)
	}
	b.Done(first, Answer{Received: true, Refused: true, Pause: 90 * time.Second})
	all.Wait()
	if _, err := b.Retry(90 * time.Second); err == nil {
		t.Error("the first one is sent again")
	}
	if _, err := b.Retry(30 * time.Second); err != nil {
		t.Errorf("there was time: %v", err)
	}
}
