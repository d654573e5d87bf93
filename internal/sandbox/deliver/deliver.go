// Package deliver tells webhooks of events, as the platforms document it: signed
// POSTs, repeated where an endpoint is in trouble.
//
// The queue is in the database. An event is queued in the transaction that
// causes it, so that there is neither without the other, and it stays queued
// until an attempt has been logged: an endpoint may get an event twice, after a
// server that ended in between, but misses none.
package deliver

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"sync"
	"time"

	"github.com/keyward/terraform-provider-keyward/internal/sandbox/store"
)

const (
	// concurrency is how many deliveries are made at the same time.
	concurrency = 8
	// batch is how many due deliveries are read at a time. It is larger than
	// concurrency, so that those being made never hide all the others.
	batch = 64
	// lease is for how long a delivery is kept from other processes while it is
	// made: longer than any attempt may take.
	lease = MaxTimeout + 30*time.Second
	// longestPause is when the worker looks again for what other processes on the
	// database did not finish.
	longestPause = time.Minute
	// retryPause follows where the database could not be read.
	retryPause = time.Second
	// shortestPause keeps it from turning while what is due is being made already.
	shortestPause = 100 * time.Millisecond
)

// MaxTimeout is the longest that a webhook may let an attempt take. Source: docs,
// Billium.
const MaxTimeout = 30 * time.Second

var errClosed = errors.New("the deliveries have ended")

// Config is what the deliveries work with. Everything but Transport is required.
type Config struct {
	Store *store.Store
	// Transport makes the requests; a clone of http.DefaultTransport where it is nil.
	Transport http.RoundTripper
	Now       func() time.Time
	Rand      io.Reader
	Logger    *slog.Logger
}

// Engine queues events and delivers them. It is safe for concurrent use.
type Engine struct {
	Config

	client *http.Client
	wake   chan struct{}
	slots  chan struct{}
	// running is done once the engine closes; what is being delivered then ends.
	running context.Context //nolint:containedctx // deliveries outlive the requests that cause them
	stop    context.CancelFunc
	stopped chan struct{}

	// dispatching is held while due deliveries are claimed and begun.
	dispatching sync.Mutex
	// mu guards the two below. idle is closed while nothing is being delivered.
	mu       sync.Mutex
	inFlight map[string]bool
	idle     chan struct{}
}

// New starts the deliveries, with those that an earlier process did not finish.
func New(config Config) *Engine {
	e := &Engine{
		Config: config, client: newClient(config.Transport),
		wake: make(chan struct{}, 1), slots: make(chan struct{}, concurrency), stopped: make(chan struct{}),
		inFlight: map[string]bool{}, idle: make(chan struct{}),
	}
	close(e.idle)
	e.running, e.stop = context.WithCancel(context.Background())
	go e.run()
	return e
}

// Close ends the deliveries. What is on its way is broken off and stays queued,
// as if its attempt had not been made.
func (e *Engine) Close(ctx context.Context) error {
	e.stop()
	select {
	case <-e.stopped:
	case <-ctx.Done():
		return fmt.Errorf("ending the deliveries: %w", ctx.Err())
	}
	err := e.settle(ctx)
	e.client.CloseIdleConnections()
	return err
}

// Deliver makes every delivery that is due, and returns when they and those that
// were under way already have been logged.
func (e *Engine) Deliver(ctx context.Context) error {
	for {
		begun, err := e.dispatch(ctx)
		if err == nil {
			err = e.settle(ctx)
		}
		if err != nil || begun == 0 {
			return err
		}
	}
}

// run delivers what is due whenever something is queued or its time has come.
func (e *Engine) run() {
	defer close(e.stopped)
	for {
		pause := e.turn()
		timer := time.NewTimer(pause)
		select {
		case <-e.running.Done():
			timer.Stop()
			return
		case <-e.wake:
			timer.Stop()
		case <-timer.C:
		}
	}
}

// turn begins what is due and returns how long to wait for the next.
func (e *Engine) turn() time.Duration {
	_, err := e.dispatch(e.running)
	var next store.Delivery
	if err == nil {
		next, err = e.Store.Deliveries().First(e.running)
	}
	if errors.Is(err, store.ErrNotFound) {
		return longestPause
	}
	if err != nil {
		if e.running.Err() == nil {
			e.Logger.Error("could not look for deliveries, trying again", "error", err)
		}
		return retryPause
	}
	return min(max(next.NextAt.Sub(e.Now()), shortestPause), longestPause)
}

// alarm lets the worker look for what is due.
func (e *Engine) alarm() {
	select {
	case e.wake <- struct{}{}:
	default:
	}
}

// dispatch begins what is due, waiting for others to end where too many are under
// way, and returns how many it has begun. With an empty queue it does not read
// the clock.
func (e *Engine) dispatch(ctx context.Context) (int, error) {
	e.dispatching.Lock()
	defer e.dispatching.Unlock()
	total := 0
	for {
		if _, err := e.Store.Deliveries().First(ctx); errors.Is(err, store.ErrNotFound) {
			return total, nil
		} else if err != nil {
			return total, err
		}
		due, err := e.Store.DueDeliveries(ctx, e.Now(), batch)
		if err != nil {
			return total, err
		}
		begun := 0
		for _, d := range due {
			ok, err := e.begin(ctx, d)
			if err != nil {
				return total, err
			}
			if ok {
				begun++
				total++
			}
		}
		if begun == 0 {
			return total, nil
		}
	}
}

// begin makes a delivery in the background, unless it is being made already.
func (e *Engine) begin(ctx context.Context, d store.Delivery) (bool, error) {
	if e.isInFlight(d.ID) {
		return false, nil
	}
	select {
	case e.slots <- struct{}{}:
	case <-ctx.Done():
		return false, ctx.Err()
	case <-e.running.Done():
		return false, errClosed
	}
	claimed := false
	err := e.running.Err()
	if err == nil {
		claimed, err = e.Store.ClaimDelivery(ctx, d, e.Now().Add(lease))
	}
	if err != nil || !claimed {
		<-e.slots
		return false, err
	}
	e.enter(d.ID)
	go func() {
		defer e.leave(d.ID)
		if err := e.attempt(e.running, d); err != nil {
			e.Logger.Error("a delivery could not be recorded, it will be made again", "delivery", d.ID, "error", err)
		}
	}()
	return true, nil
}

// firstWait is how long the second attempt waits; every later one waits twice as
// long as the one before. Source: docs, Billium.
const firstWait = 60 * time.Second

// delivered reports whether an endpoint that answers so has taken the event.
func delivered(status int) bool { return status >= 200 && status <= 299 }

// retry returns how long after the number-th attempt (from 1) the next one
// follows, and whether one follows at all. status is the endpoint's answer, 0
// where it gave none. Source: docs, Billium: 5xx and timeouts are repeated, 4xx
// stop at once. A redirect, which is not followed, stops too: contract.
func retry(status, number, retries int) (wait time.Duration, again bool) {
	if status != 0 && status < http.StatusInternalServerError || number > retries {
		return 0, false
	}
	return firstWait << (number - 1), true
}
