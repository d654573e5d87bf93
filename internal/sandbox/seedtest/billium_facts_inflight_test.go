package seedtest

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"sync"
	"testing"
	"time"
)

const inFlight = "A request with this Idempotency-Key is in progress"

// patience ends a request that would never be answered, so that a sandbox that
// hangs fails the row. No row that passes waits for it.
const patience = 20 * time.Second

// idempotentInFlight holds a request up wherever it reads the clock, and repeats
// it meanwhile: the repetition is told that the first is in progress.
func idempotentInFlight(t *testing.T, w *world) {
	locked := 0
	for reading := 1; reading <= 6; reading++ {
		r := w.repeatableRequest(w.billiumToken, "POST /invoices", fmt.Sprint("in flight ", reading), someInvoice())
		first, meanwhile := w.during(t, reading, r)
		if first.status != http.StatusCreated {
			t.Fatalf("reading %d: the first request got %d (%s)", reading, first.status, first)
		}
		switch {
		case meanwhile == nil: // it reads the clock less often
		case meanwhile.status == http.StatusConflict:
			meanwhile.billiumRefuses(t, http.StatusConflict, inFlight)
			locked++
		default: // delayed before it began: the repetition was the first
			expectSameAnswer(t, first, *meanwhile)
		}
		expectSameAnswer(t, first, w.send(t, r))
	}
	if locked == 0 {
		t.Errorf("no request in flight was locked")
	}
}

// during sends a request, holds it up at its n-th reading of the clock, sends it
// once more meanwhile, and returns both answers. The second is nil where the
// first was through before.
func (w *world) during(t *testing.T, reading int, r request) (answer, *answer) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	type result struct {
		answer answer
		err    error
	}
	done := make(chan result, 1)
	held := w.clock.holdUp(reading)
	go func() {
		a, err := w.deliver(ctx, r)
		done <- result{a, err}
	}()
	var first result
	var meanwhile *answer
	var failure error
	select {
	case first = <-done:
		w.clock.letThrough()
	case <-held.reached:
		var a answer
		a, failure = w.deliver(ctx, r)
		meanwhile = &a
		w.clock.letThrough()
		first = <-done
	}
	if err := errors.Join(first.err, failure); err != nil {
		t.Fatal(err)
	}
	return first.answer, meanwhile
}

// idempotentAtOnce sends the same request many times at once: anyone who does not
// get the first answer is told that it is in progress, and one invoice is made.
func idempotentAtOnce(t *testing.T, w *world) {
	before := w.total(t, "GET /invoices")
	answers, failures := make([]answer, 8), make([]error, 8)
	var group sync.WaitGroup
	for i := range answers {
		group.Go(func() {
			r := w.repeatableRequest(w.billiumToken, "POST /invoices", "at once", someInvoice())
			answers[i], failures[i] = w.deliver(t.Context(), r)
		})
	}
	group.Wait()
	if err := errors.Join(failures...); err != nil {
		t.Fatal(err)
	}
	made := map[string]int{}
	for _, a := range answers {
		switch a.status {
		case http.StatusCreated:
			made[string(a.raw)]++
		default:
			a.billiumRefuses(t, http.StatusConflict, inFlight)
		}
	}
	if len(made) != 1 {
		t.Errorf("%d different answers of success, want one", len(made))
	}
	if after := w.total(t, "GET /invoices"); after != before+1 {
		t.Errorf("%d invoices were made, want 1", after-before)
	}
}
