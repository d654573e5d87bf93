package client

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"github.com/keyward/terraform-provider-keyward/internal/client/budget"
)

// attempt sends a request once the limits allow it, and tells them what became of
// it.
func (c *Client) attempt(ctx context.Context, ready *call, ticket budget.Ticket, number int) (result, Event) {
	permit, err := c.budget.Acquire(ctx, c.lane, ticket, reserved(ctx), func(wait budget.Wait) {
		c.observe(ctx, ready, result{}, Event{Attempt: number, Wait: wait.For, Limit: wait.Why, Notice: c.notice(wait.Notice)})
	})
	if err != nil {
		return result{outcome: unsent, final: true, fault: c.gaveUp(err)}, Event{Attempt: number}
	}
	hold(ctx, permit.Waited)
	started := c.config.Now()
	over := c.watch(ctx, ready, number)
	got := c.send(ctx, ready)
	over()
	ended := c.config.Now()
	var answer budget.Answer
	if got.outcome == answered {
		c.clock.learn(got.header, ended)
		answer = budget.Read(got.status, got.header, retryAfter(got.status, got.header, ended))
	}
	c.budget.Done(permit, answer)
	return got, Event{Attempt: number, Duration: ended.Sub(started), Waited: permit.Waited}
}

// gaveUp explains why a request is not sent.
func (c *Client) gaveUp(err error) *fault {
	var exhausted *budget.Exhausted
	if !errors.As(err, &exhausted) {
		return &fault{text: err.Error(), origin: err}
	}
	text := err.Error()
	if c.config.MaxWaitSetting != "" {
		text += " (" + c.config.MaxWaitSetting + " sets how long)"
	}
	return &fault{kind: ErrRateLimited, origin: err, text: text}
}

// notice writes what a person is told of a wait.
func (c *Client) notice(text string) string {
	if text == "" {
		return ""
	}
	return "Waiting for " + c.config.Platform + ": " + text + "."
}

// watch tells a person of a request that has had no answer for long. The function that
// it returns is called once there is one, and after that nothing is told.
func (c *Client) watch(ctx context.Context, ready *call, number int) (stopped func()) {
	var mu sync.Mutex
	over := false
	stop := c.config.AfterFunc(budget.LongWait, func() {
		mu.Lock()
		defer mu.Unlock()
		if over {
			return
		}
		if until, tell := c.budget.Slow(budget.LongWait, c.config.Timeout-budget.LongWait); tell {
			c.observe(ctx, ready, result{}, Event{Attempt: number, Unanswered: budget.LongWait, Notice: c.notice(fmt.Sprintf(
				"%s %s has had no answer for %s; it is given up at %s", ready.Method, ready.path, budget.LongWait, until))})
		}
	})
	return func() {
		stop()
		mu.Lock()
		defer mu.Unlock()
		over = true
	}
}

// patient returns whether to send a request again after all: not where every
// request was refused for too long. It completes the failure or the event. waited is how
// long the request has taken so far.
func (c *Client) patient(event *Event, failure *Error, waited time.Duration) bool {
	if !event.Retry {
		return false
	}
	if failure.Status != http.StatusTooManyRequests {
		if until, tell := c.budget.Slow(waited, event.Wait); tell {
			event.Notice = c.notice(fmt.Sprintf("%s; it is asked again at %s", failure.what(), until))
		}
		return true
	}
	if left := c.budget.Left(); failure.RetryAfter == 0 && left > 0 {
		event.Wait = min(event.Wait, left)
	}
	notice, err := c.budget.Retry(event.Wait)
	if err != nil {
		failure.Err = c.gaveUp(err)
		event.Wait = 0
		return false
	}
	event.Notice = c.notice(notice)
	return true
}

// pause waits before the next attempt.
func (c *Client) pause(ctx context.Context, wait time.Duration, failure *Error) error {
	until := c.budget.In(wait)
	if err := c.config.Sleep(ctx, wait); err != nil {
		return err
	}
	c.budget.Passed(until)
	if failure.Status == http.StatusTooManyRequests {
		hold(ctx, wait)
	}
	return nil
}

// Waits sums up how long the requests of a context were throttled. It is safe
// for parallel use.
type Waits struct{ total atomic.Int64 }

type waitsKey struct{}

// WithWaits returns a context whose requests add to a sum.
func WithWaits(ctx context.Context) (context.Context, *Waits) {
	waits := &Waits{}
	return context.WithValue(ctx, waitsKey{}, waits), waits
}

// Total returns the sum so far.
func (h *Waits) Total() time.Duration { return time.Duration(h.total.Load()) }

func hold(ctx context.Context, wait time.Duration) {
	if waits, ok := ctx.Value(waitsKey{}).(*Waits); ok && wait > 0 {
		waits.total.Add(int64(wait))
	}
}

type urgentKey struct{}

// Urgent returns a context whose requests overtake all others that wait for a
// limit: those that finish what others began.
func Urgent(ctx context.Context) context.Context { return context.WithValue(ctx, urgentKey{}, true) }

func isUrgent(ctx context.Context) bool {
	urgent, _ := ctx.Value(urgentKey{}).(bool)
	return urgent
}

type reservedKey struct{}

// Reserve returns a context whose first request waits until the limits allow n more
// beside it, which are kept for the urgent requests of that context. Anyone who reserves
// calls release in the end.
func Reserve(ctx context.Context, n int) (reserving context.Context, release func()) {
	r := &budget.Reservation{Want: n}
	return context.WithValue(ctx, reservedKey{}, r), r.Release
}

func reserved(ctx context.Context) *budget.Reservation {
	r, _ := ctx.Value(reservedKey{}).(*budget.Reservation)
	return r
}

// clock knows how far the platform's clock is ahead of this machine's, once an answer
// had a Date.
type clock struct {
	ahead atomic.Int64
	known atomic.Bool
}

// learn takes in the Date of an answer, which has whole seconds. Source: RFC 9110,
// 6.6.1.
func (c *clock) learn(header http.Header, now time.Time) {
	if theirs, err := http.ParseTime(header.Get("Date")); err == nil {
		c.ahead.Store(int64(theirs.Sub(now.Truncate(time.Second))))
		c.known.Store(true)
	}
}

// PlatformNow returns the time by the platform's clock, as its last answer told it;
// this machine's before there is one, and where no answer has a Date.
func (c *Client) PlatformNow() time.Time {
	return c.config.Now().Add(time.Duration(c.clock.ahead.Load()))
}

// TellsTime reports whether an answer had a Date, so that PlatformNow is the
// platform's time.
func (c *Client) TellsTime() bool { return c.clock.known.Load() }

// Shared is what the clients of one run have in common for each address: the pace that
// its limits allow, how long it may refuse everything, and its clock. It is safe for
// parallel use.
type Shared struct {
	mu sync.Mutex
	at map[string]*address
}

// address is what is known of an address.
type address struct {
	budget *budget.Budget
	clock  *clock
}

// NewShared returns what knows of no address yet.
func NewShared() *Shared { return &Shared{at: map[string]*address{}} }

// of returns what is known of the address of a client, whose settings hold where
// nothing is.
func (s *Shared) of(base string, config Config) *address {
	s.mu.Lock()
	defer s.mu.Unlock()
	known := s.at[base]
	if known == nil {
		limits := budget.Limits{PerMinute: config.MaxRequestsPerMinute, MaxWait: config.MaxWait}
		known = &address{budget: budget.New(limits, config.Now, config.Sleep), clock: &clock{}}
		s.at[base] = known
	}
	return known
}
