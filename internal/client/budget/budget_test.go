package budget

import (
	"context"
	"errors"
	"net/http"
	"runtime"
	"slices"
	"strconv"
	"sync"
	"testing"
	"time"
)

// clock passes while someone sleeps.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

func (c *clock) read() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) sleep(ctx context.Context, d time.Duration) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
	return ctx.Err()
}

func spent(limit int) Answer {
	return Answer{Received: true, Limited: true, Limit: limit, Reset: time.Minute}
}

func acquire(t *testing.T, b *Budget) Permit {
	t.Helper()
	permit, err := b.Acquire(t.Context(), 1, b.Ticket(false), nil, func(Wait) {})
	if err != nil {
		t.Fatal(err)
	}
	return permit
}

func TestAcquireSaysWhatItWaitsFor(t *testing.T) {
	t.Parallel()
	c := &clock{now: noon}
	b := New(Limits{}, c.read, c.sleep)
	b.Done(acquire(t, b), spent(50))
	var told []Wait
	permit, err := b.Acquire(t.Context(), 1, b.Ticket(false), nil, func(w Wait) { told = append(told, w) })
	want := []Wait{{
		For: time.Minute, Why: "the platform's limit of 50 requests is used up",
		Notice: "the platform's limit of 50 requests is used up; the next request is sent at 12:01:00 UTC",
	}}
	if err != nil || permit.Waited != time.Minute || !slices.Equal(told, want) {
		t.Errorf("waited %s, told %v, %v", permit.Waited, told, err)
	}
}

func TestAcquireEndsWithItsContext(t *testing.T) {
	t.Parallel()
	b := New(Limits{}, time.Now, func(ctx context.Context, _ time.Duration) error { <-ctx.Done(); return ctx.Err() })
	b.Done(acquire(t, b), spent(50))
	ctx, cancel := context.WithCancel(t.Context())
	if _, err := b.Acquire(ctx, 1, b.Ticket(false), nil, func(Wait) { cancel() }); !errors.Is(err, context.Canceled) {
		t.Errorf("while it waits: %v", err)
	}
	if _, err := b.Acquire(ctx, 1, b.Ticket(false), nil, func(Wait) {}); !errors.Is(err, context.Canceled) {
		t.Errorf("before it waits: %v", err)
	}
	if len(b.queue) != 0 {
		t.Error("it is in the queue still")
	}
}

// queued waits until n requests are in the queue.
func queued(b *Budget, n int) {
	for {
		b.mu.Lock()
		length := len(b.queue)
		b.mu.Unlock()
		if length == n {
			return
		}
		runtime.Gosched()
	}
}

// First come, first served; and who was refused comes before who came later. Urgent
// requests come before all of them.
func TestAcquireIsFair(t *testing.T) {
	t.Parallel()
	b := New(Limits{}, func() time.Time { return noon }, func(ctx context.Context, _ time.Duration) error { <-ctx.Done(); return ctx.Err() })
	early := b.Ticket(false)
	first := acquire(t, b) // the others wait for its answer
	served := make(chan int, 6)
	var all sync.WaitGroup
	wait := func(name int, ticket Ticket) {
		all.Go(func() {
			permit, err := b.Acquire(t.Context(), 1, ticket, nil, func(Wait) {})
			if err != nil {
				t.Error(err)
			}
			served <- name
			b.Done(permit, Answer{Received: true, Limited: true, Limit: 50, Remaining: 1, Reset: time.Minute})
		})
		queued(b, name)
	}
	for name := 1; name <= 3; name++ {
		wait(name, b.Ticket(false))
	}
	wait(4, early)
	wait(5, b.Ticket(true))
	wait(6, b.Ticket(true))
	b.Done(first, Answer{Received: true, Limited: true, Limit: 50, Remaining: 1, Reset: time.Minute})
	all.Wait()
	close(served)
	var order []int
	for name := range served {
		order = append(order, name)
	}
	if !slices.Equal(order, []int{5, 6, 4, 1, 2, 3}) {
		t.Errorf("served in the order %v", order)
	}
}

func TestRead(t *testing.T) {
	t.Parallel()
	limits := func(limit, remaining, reset string) http.Header {
		return http.Header{"X-Ratelimit-Limit": {limit}, "X-Ratelimit-Remaining": {remaining}, "X-Ratelimit-Reset": {reset}}
	}
	tests := map[string]struct {
		status int
		header http.Header
		pause  time.Duration
		want   Answer
	}{
		"nothing":              {200, nil, 0, Answer{Received: true}},
		"limits":               {200, limits("50", "49", "60"), 0, Answer{Received: true, Limited: true, Limit: 50, Remaining: 49, Reset: time.Minute}},
		"a refusal":            {429, limits("50", "0", "9"), 9 * time.Second, Answer{Received: true, Refused: true, Limited: true, Limit: 50, Reset: 9 * time.Second, Pause: 9 * time.Second}},
		"a refusal, no limits": {429, nil, 9 * time.Second, Answer{Received: true, Refused: true, Pause: 9 * time.Second}},
		"busy, not limited":    {503, nil, 9 * time.Second, Answer{Received: true}},
		"an hour":              {200, limits("50", "0", "3600"), 0, Answer{Received: true}},
		"a date for a number":  {200, limits("50", "0", strconv.FormatInt(noon.Unix(), 10)), 0, Answer{Received: true}},
		"refused for an hour":  {429, nil, time.Hour, Answer{Received: true, Refused: true}},
		"no limit":             {200, limits("0", "0", "9"), 0, Answer{Received: true}},
		"no number":            {200, limits("fifty", "0", "9"), 0, Answer{Received: true}},
		"below zero":           {200, limits("50", "-1", "9"), 0, Answer{Received: true}},
		"more than there is":   {200, limits("50", "70", "9"), 0, Answer{Received: true, Limited: true, Limit: 50, Remaining: 50, Reset: 9 * time.Second}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := Read(test.status, test.header, test.pause); got != test.want {
				t.Errorf("got %+v, want %+v", got, test.want)
			}
		})
	}
}
