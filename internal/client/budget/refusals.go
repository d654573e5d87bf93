package budget

import (
	"fmt"
	"time"

	"github.com/keyward/terraform-provider-keyward/internal/platform/duration"
)

const (
	// DefaultMaxWait is how long a platform may answer every request with 429.
	DefaultMaxWait = 10 * time.Minute
	// LongWait is from when on a person is told that, and what for, a request waits.
	LongWait = 5 * time.Second
	// silence is how long after the last answer a new one belongs to another series: who
	// waits for a limit asks again within MaxPause.
	silence = 2 * MaxPause
)

// refusals is the series of answers that were all refusals (429), and what people were
// told of it. It is pure: times are passed in.
type refusals struct {
	// max bounds a series.
	max time.Duration
	// since is the first refusal of the series and last the newest; zero for none.
	since, last time.Time
	// gaveUp: a request has waited for its end in vain. Later ones are sent once.
	gaveUp bool
	// said: that the platform refuses was told. saidUntil is the end of the last wait
	// that was.
	said      bool
	saidUntil time.Time
}

// take takes in an answer that came.
func (r *refusals) take(now time.Time, refused bool) {
	if !refused || now.Sub(r.last) > silence && !r.gaveUp {
		r.since, r.said, r.gaveUp = time.Time{}, false, false
	}
	if refused {
		r.last = now
		if r.since.IsZero() {
			r.since = now
		}
	}
}

// exhausted returns why it is not worth to wait until a time, nil where it is. A long
// queue is no reason, as long as some requests get through.
func (r *refusals) exhausted(until time.Time) error {
	if r.since.IsZero() || until.Sub(r.since) <= r.max {
		return nil
	}
	r.gaveUp = true
	return &Exhausted{Since: r.since, Max: r.max}
}

// notice returns what to tell a person of a wait; "" where it is short, or where a wait
// was told of that is not over.
func (r *refusals) notice(now, until time.Time, why string) string {
	began := now
	if !r.since.IsZero() {
		began = r.since
	}
	if until.Sub(began) < LongWait || r.said && !r.since.IsZero() || now.Before(r.saidUntil) {
		return ""
	}
	r.saidUntil = until
	if r.since.IsZero() {
		return fmt.Sprintf("%s; the next request is sent at %s", why, clockTime(until))
	}
	r.said = true
	return fmt.Sprintf("it answers every request with 429 (too many requests) since %s; it is asked again until %s at the latest",
		clockTime(r.since), clockTime(r.since.Add(r.max)))
}

func clockTime(t time.Time) string { return t.UTC().Format("15:04:05 UTC") }

// Exhausted tells that a platform has answered every request with 429 for too long.
type Exhausted struct {
	// Since is the first of these answers, Max how long that may go on.
	Since time.Time
	Max   time.Duration
}

// Error says since when, and what the bound is.
func (e *Exhausted) Error() string {
	return fmt.Sprintf("every request since %s was answered with 429 (too many requests), and Keyward waits no longer than %s for that to end",
		e.Since.UTC().Format(time.RFC3339), duration.Short(e.Max))
}
