// Package limit counts requests in fixed windows. It is pure: the clock is
// passed in.
package limit

import (
	"sync"
	"time"
)

// Limiter allows a number of requests per window and subject. A subject's window
// begins with its first request. It is safe for concurrent use.
type Limiter struct {
	limit  int
	window time.Duration

	mu      sync.Mutex
	windows map[string]*window
	// sweepAt is when expired windows are dropped next, so that memory is bounded
	// by the subjects of two windows.
	sweepAt time.Time
}

type window struct {
	ends  time.Time
	count int
}

// Result tells how a request fared and where its subject stands.
type Result struct {
	Allowed   bool
	Limit     int
	Remaining int
	// ResetIn is how long the window lasts still; it is above zero.
	ResetIn time.Duration
}

// New returns a limiter of limit requests per window.
func New(limit int, per time.Duration) *Limiter {
	return &Limiter{limit: limit, window: per, windows: map[string]*window{}}
}

// Take counts a request of the subject. One that is not allowed isn't counted.
func (l *Limiter) Take(subject string, now time.Time) Result {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.sweep(now)
	w := l.windows[subject]
	if w == nil || !now.Before(w.ends) {
		w = &window{ends: now.Add(l.window)}
		l.windows[subject] = w
	}
	allowed := w.count < l.limit
	if allowed {
		w.count++
	}
	return Result{Allowed: allowed, Limit: l.limit, Remaining: l.limit - w.count, ResetIn: w.ends.Sub(now)}
}

// sweep drops expired windows, once per window.
func (l *Limiter) sweep(now time.Time) {
	if now.Before(l.sweepAt) {
		return
	}
	l.sweepAt = now.Add(l.window)
	for subject, w := range l.windows {
		if !now.Before(w.ends) {
			delete(l.windows, subject)
		}
	}
}
