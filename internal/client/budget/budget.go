// Package budget paces requests so that a platform's limits are kept before they
// are felt. It learns the limits from the platform's answers.
package budget

import (
	"cmp"
	"context"
	"math"
	"slices"
	"sync"
	"time"
)

// Budget is what all requests from this process to one address share. Requests
// get their turn in the order in which they first asked for it.
type Budget struct {
	now   func() time.Time
	sleep func(context.Context, time.Duration) error

	mu      sync.Mutex
	state   state
	refused refusals
	queue   []*waiter
	tickets int
	urgent  int
	lanes   int
	// told is the end of the last wait for something else than a limit that a person was
	// told of.
	told time.Time
	// passed is the latest time that a wait has reached: for a clock that doesn't
	// keep up with sleep, it has come all the same.
	passed time.Time
}

// Limits are what is set by hand.
type Limits struct {
	// PerMinute is how many requests are sent in any 60 seconds, 0 for no such limit.
	PerMinute int
	// MaxWait is how long every answer may be a refusal (429); 0 means DefaultMaxWait.
	MaxWait time.Duration
}

// New returns a budget. sleep waits until the time has passed or the context has
// ended.
func New(limits Limits, now func() time.Time, sleep func(context.Context, time.Duration) error) *Budget {
	return &Budget{
		now: now, sleep: sleep, state: state{byHand: perMinute{limit: limits.PerMinute}},
		refused: refusals{max: cmp.Or(limits.MaxWait, DefaultMaxWait)},
	}
}

// Lane returns a new number for a credential: limits hold for each of them.
func (b *Budget) Lane() int {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.lanes++
	return b.lanes
}

// Ticket is a request's place in the queue. A request that is refused keeps it.
type Ticket int

// Ticket returns the next place. An urgent request comes after the urgent ones
// before it, and before all others.
func (b *Budget) Ticket(urgent bool) Ticket {
	b.mu.Lock()
	defer b.mu.Unlock()
	if urgent {
		b.urgent++
		return Ticket(math.MinInt/2 + b.urgent)
	}
	b.tickets++
	return Ticket(b.tickets)
}

// Reservation keeps room for urgent requests that follow a request, so that what the
// one begins the others finish before the limit is used up. Its zero value keeps none.
// Only a Budget's methods use it.
type Reservation struct {
	// Want is how many follow.
	Want int

	from *Budget
	left int
}

// Release gives back the room that was not used.
func (r *Reservation) Release() {
	if r.from == nil {
		return
	}
	r.from.mu.Lock()
	defer r.from.mu.Unlock()
	r.from.state.promised -= r.left
	r.left = 0
	r.from.rouse()
}

// beside is how much room there must be beside a request.
func (b *Budget) beside(ticket Ticket, r *Reservation) int {
	switch {
	case ticket < 0:
		return 0
	case r == nil:
		return b.state.promised
	case r.from == nil:
		return b.state.promised + r.Want
	default:
		return b.state.promised - r.left
	}
}

// Permit is a request's leave to be sent; Done gives it back.
type Permit struct {
	// Waited is how long the request had to wait for it.
	Waited time.Duration
	lane   int
	sent   time.Time
}

// Wait is what a request waits for.
type Wait struct {
	// For is how long it takes at least.
	For time.Duration
	// Why says what has to pass.
	Why string
	// Notice is what to tell a person of it: once for all requests that wait for the
	// same, and only where it takes long. Otherwise it is empty.
	Notice string
}

type waiter struct {
	ticket Ticket
	// wake has something in it once it is worth looking again.
	wake chan struct{}
}

func (w *waiter) rouse() {
	select {
	case w.wake <- struct{}{}:
	default:
	}
}

// Acquire waits until a request may be sent, for no longer than its context
// lives. onWait is told once, where it is time that has to pass. *Exhausted tells that
// it isn't worth to wait any longer.
func (b *Budget) Acquire(ctx context.Context, lane int, ticket Ticket, r *Reservation, onWait func(Wait)) (Permit, error) {
	if err := ctx.Err(); err != nil {
		return Permit{}, err
	}
	b.mu.Lock()
	now := b.time()
	next := b.state.next(now, b.beside(ticket, r))
	if len(b.queue) == 0 && next.admitted {
		defer b.mu.Unlock()
		return b.admit(lane, ticket, r, now, now), nil
	}
	w := &waiter{ticket: ticket, wake: make(chan struct{}, 1)}
	at, _ := slices.BinarySearchFunc(b.queue, ticket, func(w *waiter, t Ticket) int { return cmp.Compare(w.ticket, t) })
	b.queue = slices.Insert(b.queue, at, w)
	wait := Wait{For: next.until.Sub(now), Why: next.why}
	if err := b.refused.exhausted(later(now, next.until)); err != nil {
		defer b.mu.Unlock()
		b.leave(w)
		return Permit{}, err
	}
	if wait.For > 0 {
		wait.Notice = b.refused.notice(now, next.until, next.why)
	}
	b.mu.Unlock()
	if wait.For > 0 {
		onWait(wait)
	}
	return b.queued(ctx, w, lane, r, now)
}

// queued waits for a waiter's turn.
func (b *Budget) queued(ctx context.Context, w *waiter, lane int, r *Reservation, asked time.Time) (Permit, error) {
	for {
		b.mu.Lock()
		now := b.time()
		var until time.Time
		var err error
		if b.queue[0] == w {
			next := b.state.next(now, b.beside(w.ticket, r))
			if next.admitted {
				defer b.mu.Unlock()
				b.leave(w)
				return b.admit(lane, w.ticket, r, asked, now), nil
			}
			until = next.until
			err = b.refused.exhausted(later(now, until))
		}
		b.mu.Unlock()
		if err == nil {
			err = b.rest(ctx, w, now, until)
		}
		if err != nil {
			b.mu.Lock()
			defer b.mu.Unlock()
			b.leave(w)
			return Permit{}, err
		}
	}
}

// rest waits until something has changed for a waiter: it was roused, or the time
// has come, unless that is zero.
func (b *Budget) rest(ctx context.Context, w *waiter, now, until time.Time) error {
	if until.IsZero() {
		select {
		case <-w.wake:
			return nil
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	napping, cancel := context.WithCancel(ctx)
	var listening sync.WaitGroup
	listening.Go(func() {
		select {
		case <-w.wake:
			cancel()
		case <-napping.Done():
		}
	})
	err := b.sleep(napping, until.Sub(now))
	cancel()
	listening.Wait() // or it would swallow the next call
	if err == nil {
		b.Passed(until)
	}
	return ctx.Err()
}

// leave takes a waiter out of the queue and lets the first one look again.
func (b *Budget) leave(w *waiter) {
	b.queue = slices.DeleteFunc(b.queue, func(other *waiter) bool { return other == w })
	b.rouse()
}

func (b *Budget) rouse() {
	if len(b.queue) > 0 {
		b.queue[0].rouse()
	}
}

func (b *Budget) admit(lane int, ticket Ticket, r *Reservation, asked, now time.Time) Permit {
	b.state.sent(now)
	switch {
	case r == nil:
	case ticket < 0 && r.left > 0:
		r.left--
		b.state.promised--
	case ticket >= 0 && r.from == nil:
		r.from, r.left = b, r.Want
		b.state.promised += r.Want
	}
	return Permit{Waited: now.Sub(asked), lane: lane, sent: now}
}

// Done tells what became of a request.
func (b *Budget) Done(permit Permit, answer Answer) {
	b.mu.Lock()
	defer b.mu.Unlock()
	now := b.time()
	b.state.done(permit.lane, permit.sent, now, answer)
	if answer.Received {
		b.refused.take(now, answer.Refused)
	}
	b.rouse()
}

// Retry tells that a request that was refused is to be sent again after a wait. It
// returns what to tell a person of that, as Wait.Notice is; *Exhausted tells that it
// isn't worth it.
func (b *Budget) Retry(wait time.Duration) (notice string, err error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	now := b.time()
	until := now.Add(wait)
	if err := b.refused.exhausted(until); err != nil {
		return "", err
	}
	return b.refused.notice(now, until, ""), nil
}

// Slow tells that a request waits for something else than a limit, after it has waited
// already. It returns until when, and whether to tell a person of that: once for all
// requests that wait at the same time, and only where it takes long.
func (b *Budget) Slow(waited, wait time.Duration) (until string, tell bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	now := b.time()
	end := now.Add(wait)
	tell = waited+wait >= LongWait && !now.Before(b.told)
	if tell {
		b.told = end
	}
	return clockTime(end), tell
}

// Left is how long the series of refusals may still go on; 0 where there is none.
func (b *Budget) Left() time.Duration {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.refused.since.IsZero() {
		return 0
	}
	return max(0, b.refused.since.Add(b.refused.max).Sub(b.time()))
}

// In returns the time after a wait that begins now.
func (b *Budget) In(wait time.Duration) time.Time {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.time().Add(wait)
}

// Passed tells that someone has waited until a time.
func (b *Budget) Passed(until time.Time) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.passed = later(b.passed, until)
	b.rouse()
}

func (b *Budget) time() time.Time { return later(b.passed, b.now()) }
