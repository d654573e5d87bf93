package budget

import (
	"fmt"
	"time"
)

// state is what is known of the limits at an address. It is pure: times are
// passed in.
//
// Which of an address's limits a header describes, no one says: only that it is
// the one with the fewest requests left. So a window is known by its limit and by
// the credential that met it, and every request counts against all of them. That
// never allows too much.
type state struct {
	// known tells that some request has come back: until then one is sent at a
	// time, because nothing tells how many may be.
	known    bool
	inFlight int
	// promised is how many urgent requests are still to come that room is kept for.
	promised int
	windows  map[bucket]*window
	byHand   perMinute
}

// bucket names a limit: how many requests, and whose credential met it.
type bucket struct{ lane, limit int }

// window is a limit's current window. It ends, for certain, between early and
// late.
type window struct {
	remaining   int
	early, late time.Time
	// fresh: it has ended, and no one has yet heard of the one that follows. One
	// request asks.
	fresh, asked bool
	since        time.Time
}

// verdict is what a request may do.
type verdict struct {
	// admitted: it is sent now. Otherwise it waits until a time, or until another
	// request comes back where until is zero.
	admitted bool
	until    time.Time
	// why says what it waits for.
	why string
}

// next decides about the next request, beside which there must be room for others. It
// changes nothing but what time changes.
func (s *state) next(now time.Time, beside int) verdict {
	s.expire(now)
	if until, full := s.byHand.until(now, 1+beside); full {
		return verdict{until: until, why: fmt.Sprintf("%d requests a minute are allowed by max_requests_per_minute", s.byHand.limit)}
	}
	if !s.known && s.inFlight > 0 {
		return verdict{why: "the platform's limits are not known yet"}
	}
	wait := verdict{admitted: true}
	for name, w := range s.windows {
		beside := beside
		if beside >= name.limit {
			beside = 0 // there never is so much room
		}
		short := w.remaining <= s.inFlight+beside
		switch {
		case w.fresh && w.asked, w.remaining > 0 && short && s.inFlight+s.promised > 0:
			// Answers that are under way tell more.
			if wait.until.IsZero() {
				wait = verdict{why: "an answer tells how many requests are left"}
			}
		case short && w.late.After(wait.until):
			wait = verdict{until: w.late, why: name.reason()}
		}
	}
	return wait
}

func (b bucket) reason() string {
	if b.limit == 0 {
		return "the platform asks to wait"
	}
	return fmt.Sprintf("the platform's limit of %d requests is used up", b.limit)
}

// expire opens the windows anew that have ended.
func (s *state) expire(now time.Time) {
	for name, w := range s.windows {
		switch {
		case w.fresh || now.Before(w.late):
		case name.limit == 0:
			delete(s.windows, name)
		default:
			*w = window{remaining: name.limit, fresh: true, since: now}
		}
	}
}

// sent counts a request that was admitted.
func (s *state) sent(now time.Time) {
	s.inFlight++
	s.byHand.sent(now)
	for _, w := range s.windows {
		w.asked = w.fresh
	}
}

// done takes in what became of a request of a lane.
func (s *state) done(lane int, sent, now time.Time, answer Answer) {
	s.inFlight--
	s.known = true
	described := bucket{lane: lane, limit: answer.Limit}
	for name, w := range s.windows {
		switch {
		case !answer.Received:
			w.asked = false // another one asks
		case answer.Limited && name == described:
		case w.fresh && !sent.Before(w.since):
			// It has more left than the one that was described; it is met again once
			// that changes.
			delete(s.windows, name)
		case !w.fresh && answer.Pause == 0:
			w.remaining--
		}
	}
	if answer.Limited {
		s.describe(described, sent, now, answer)
	}
	if answer.Pause > 0 {
		s.pause(described, now, answer)
	}
}

// describe takes in what an answer says of a limit. The platform counted at some
// time between sent and now, and rounded up to a second: so much is known of when
// the window ends.
func (s *state) describe(name bucket, sent, now time.Time, answer Answer) {
	early, late := sent.Add(answer.Reset-time.Second), now.Add(answer.Reset)
	w := s.windows[name]
	switch {
	case w == nil || w.fresh && !sent.Before(w.since) || !w.fresh && early.After(w.late):
		if s.windows == nil {
			s.windows = map[bucket]*window{}
		}
		s.windows[name] = &window{remaining: answer.Remaining, early: early, late: late}
	case w.fresh || late.Before(w.early):
		// It is about a window that has ended since.
	default:
		w.remaining = min(w.remaining, answer.Remaining)
		w.early, w.late = later(w.early, early), earlier(w.late, late)
	}
}

// pause takes in that a request was refused.
func (s *state) pause(name bucket, now time.Time, answer Answer) {
	if !answer.Limited {
		name.limit = 0
	}
	if s.windows == nil {
		s.windows = map[bucket]*window{}
	}
	until := now.Add(answer.Pause)
	if w := s.windows[name]; w != nil && !w.fresh {
		until = later(until, w.late)
	}
	s.windows[name] = &window{early: now, late: until}
}

func earlier(a, b time.Time) time.Time {
	if b.Before(a) {
		return b
	}
	return a
}

func later(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}
