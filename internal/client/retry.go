package client

import (
	"net/http"
	"time"

	"github.com/keyward/terraform-provider-keyward/internal/client/budget"
)

const (
	firstBackoff = 500 * time.Millisecond
	maxBackoff   = 15 * time.Second
	// maxRetryAfter is the longest wait that a server may ask for: anyone who is told
	// to come back in an hour wants to know now.
	maxRetryAfter = budget.MaxPause
)

// fate is what is known of a request after an attempt.
type fate int

const (
	// unsent: not one byte of it has left, and that is certain.
	unsent fate = iota
	// unanswered: it may have arrived, and no complete answer came back.
	unanswered
	// answered: it has a status and a complete body.
	answered
)

// attempt is all that the decision about a further attempt depends on.
type attempt struct {
	// Number of this attempt, from 1, and how many there may be.
	Number, Max int
	Fate        fate
	// Status of the answer, where there was one.
	Status int
	// RetryAfter is what the server asked for, 0 for nothing.
	RetryAfter time.Duration
	// Replayable: carried out twice, the request does what it does once. So it is
	// for GET, PUT, PATCH, DELETE and for a POST with an idempotency key.
	Replayable bool
	// Keyed: the request has an idempotency key.
	Keyed bool
	// Unknown: after an attempt so far, the request may have been carried out.
	Unknown bool
	// Final: whatever happened will happen again, or no one waits any more.
	Final bool
	// Bounded: the caller's deadline is Left away.
	Bounded bool
	Left    time.Duration
	// Jitter in [0, 1) spreads clients that failed at the same time.
	Jitter float64
}

// decide returns whether to try again, and how long to wait first. A wait that
// outlasts the caller's deadline, or that maxRetryAfter forbids, is not begun.
func decide(a attempt) (wait time.Duration, retry bool) {
	if a.Final || a.Number >= a.Max && !a.queued() || !a.worthRepeating() {
		return 0, false
	}
	wait = backoff(a.Number, a.Jitter)
	if a.RetryAfter > 0 {
		wait = a.RetryAfter + time.Duration(a.Jitter*float64(firstBackoff))
	}
	if a.RetryAfter > maxRetryAfter || a.Bounded && wait >= a.Left {
		return 0, false
	}
	return wait, true
}

// queued reports whether the server merely puts the request off: something else
// uses the limit too. However often that happens, nothing is wrong, and MaxWait or the
// caller's context ends it where it takes too long.
func (a attempt) queued() bool {
	return a.Max > 1 && a.Fate == answered && a.Status == http.StatusTooManyRequests
}

func (a attempt) worthRepeating() bool {
	switch {
	case a.Fate == unsent:
		return true
	case a.Fate == unanswered:
		return a.Replayable
	case a.Status == http.StatusTooManyRequests:
		// Refused before anything was done, so even a POST is safe to repeat.
		return true
	case a.Status == http.StatusConflict:
		// The answer to a replay while the first, lost request is still at work.
		return a.Keyed && a.Unknown
	case a.Status == http.StatusNotImplemented:
		return false
	default:
		return a.Status >= 500 && a.Replayable
	}
}

// backoff returns the wait after the nth attempt: it doubles from attempt to
// attempt up to maxBackoff, and jitter takes away up to half of it.
func backoff(n int, jitter float64) time.Duration {
	full := maxBackoff
	if doublings := n - 1; doublings < 6 {
		full = min(full, firstBackoff<<doublings)
	}
	return full - time.Duration(jitter*float64(full/2))
}
