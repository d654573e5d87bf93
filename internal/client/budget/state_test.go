package budget

import (
	"math/rand/v2"
	"testing"
	"time"
)

var noon = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

// platform is a fixed window that opens with its first request.
type platform struct {
	limit  int
	ends   time.Time
	count  int
	denied int
}

func (p *platform) answer(now time.Time) Answer {
	if !now.Before(p.ends) {
		p.ends, p.count = now.Add(time.Minute), 0
	}
	reset := (p.ends.Sub(now) + time.Second - 1).Truncate(time.Second)
	answer := Answer{Received: true, Limited: true, Limit: p.limit, Reset: reset}
	if p.count == p.limit {
		p.denied++
		answer.Pause = reset
		return answer
	}
	p.count++
	answer.Remaining = p.limit - p.count
	return answer
}

// flight is a request under way.
type flight struct {
	sent, arrives, returns time.Time
	answer                 Answer
	arrived                bool
}

// run sends requests, at most width at once, each of which takes up to latency
// there and back, and returns how long all of them took. It is a simulation:
// nothing sleeps.
func run(t *testing.T, s *state, p *platform, random *rand.Rand, requests, width int, latency time.Duration) time.Duration {
	t.Helper()
	now, under, steps := noon, []*flight{}, 0
	for requests > 0 || len(under) > 0 {
		if steps++; steps > 1_000_000 {
			t.Fatal("it never ends")
		}
		next := s.next(now, 0)
		if next.admitted && requests > 0 && len(under) < width {
			requests--
			s.sent(now)
			there := now.Add(time.Duration(random.Int64N(int64(latency))))
			under = append(under, &flight{sent: now, arrives: there, returns: there.Add(time.Duration(random.Int64N(int64(latency))))})
			continue
		}
		var soonest time.Time
		if requests > 0 && len(under) < width {
			soonest = next.until
		}
		for _, f := range under {
			at := f.returns
			if !f.arrived {
				at = f.arrives
			}
			if soonest.IsZero() || at.Before(soonest) {
				soonest = at
			}
		}
		if soonest.IsZero() {
			t.Fatalf("%d requests wait for nothing: %s", requests, next.why)
		}
		now = soonest
		left := under[:0]
		for _, f := range under {
			switch {
			case !f.arrived && !f.arrives.After(now):
				f.arrived, f.answer = true, p.answer(f.arrives)
				left = append(left, f)
			case f.arrived && !f.returns.After(now):
				s.done(1, f.sent, now, f.answer)
				if f.answer.Pause > 0 {
					requests++ // sent again
				}
			default:
				left = append(left, f)
			}
		}
		under = left
	}
	return now.Sub(noon)
}

// Whatever the limit, the width and the latency: no request is refused, and all
// of them together take hardly longer than they must.
func TestPacingIsRightAndFast(t *testing.T) {
	t.Parallel()
	for seed := range uint64(300) {
		random := rand.New(rand.NewPCG(seed, 5))
		p := &platform{limit: 1 + random.IntN(100)}
		width, latency := 1+random.IntN(20), time.Duration(1+random.IntN(300))*time.Millisecond
		requests := p.limit*3 + random.IntN(p.limit+1)
		took := run(t, &state{}, p, random, requests, width, latency)
		windows := time.Duration((requests-1)/p.limit) * time.Minute
		// Each window's requests go there and back, and two of them one by one.
		busy := time.Duration(requests/width+requests/p.limit*4+8) * 2 * latency
		if p.denied > 0 {
			t.Errorf("seed %d: %d of %d requests were refused (limit %d, width %d, latency %s)", seed, p.denied, requests, p.limit, width, latency)
		}
		if most := windows*102/100 + busy; took > most {
			t.Errorf("seed %d: took %s, want at most %s (limit %d, width %d, latency %s, %d requests)", seed, took, most, p.limit, width, latency, requests)
		}
	}
}

func TestNext(t *testing.T) {
	t.Parallel()
	limited := func(limit, remaining int, reset time.Duration) Answer {
		return Answer{Received: true, Limited: true, Limit: limit, Remaining: remaining, Reset: reset}
	}
	round := func(s *state, at time.Duration, lane int, answer Answer) {
		s.sent(noon.Add(at))
		s.done(lane, noon.Add(at), noon.Add(at), answer)
	}
	tests := map[string]struct {
		byHand   int
		happened func(s *state)
		at       time.Duration
		admitted bool
		until    time.Duration
	}{
		"the first request":                        {happened: func(*state) {}, admitted: true},
		"the second, before the first is answered": {happened: func(s *state) { s.sent(noon) }},
		"a platform without limits":                {happened: func(s *state) { round(s, 0, 1, Answer{Received: true}); s.sent(noon); s.sent(noon) }, admitted: true},
		"the first one failed: someone has to try": {happened: func(s *state) { round(s, 0, 1, Answer{}) }, admitted: true},
		"there is room":                            {happened: func(s *state) { round(s, 0, 1, limited(50, 1, time.Minute)) }, admitted: true},
		"there is none":                            {happened: func(s *state) { round(s, 0, 1, limited(50, 0, time.Minute)) }, until: time.Minute},
		"what is under way takes the rest":         {happened: func(s *state) { round(s, 0, 1, limited(50, 1, time.Minute)); s.sent(noon) }},
		"the window has ended: one asks":           {happened: func(s *state) { round(s, 0, 1, limited(50, 0, time.Minute)) }, at: time.Minute, admitted: true},
		"and the others wait for what it learns": {happened: func(s *state) {
			round(s, 0, 1, limited(50, 0, time.Minute))
			s.next(noon.Add(time.Minute), 0)
			s.sent(noon.Add(time.Minute))
		}, at: time.Minute},
		"it failed: another one asks": {happened: func(s *state) {
			round(s, 0, 1, limited(50, 0, time.Minute))
			s.next(noon.Add(time.Minute), 0)
			round(s, time.Minute, 1, Answer{})
		}, at: time.Minute, admitted: true},
		"answers out of order": {happened: func(s *state) {
			s.sent(noon)
			s.sent(noon)
			s.done(1, noon, noon.Add(time.Second), limited(50, 0, time.Minute))
			s.done(1, noon, noon.Add(time.Second), limited(50, 1, time.Minute))
		}, at: time.Second, until: 61 * time.Second},
		"an answer from the window before": {happened: func(s *state) {
			s.sent(noon)
			round(s, time.Minute, 1, limited(50, 7, time.Minute))
			s.done(1, noon, noon.Add(61*time.Second), limited(50, 0, time.Second))
		}, at: 62 * time.Second, admitted: true},
		"a new window, earlier than thought": {happened: func(s *state) {
			round(s, 0, 1, limited(50, 0, 10*time.Second))
			round(s, 2*time.Second, 1, limited(50, 49, time.Minute))
		}, at: 2 * time.Second, admitted: true},
		"the end is known ever better": {happened: func(s *state) {
			round(s, 0, 1, limited(50, 1, 10*time.Second))
			round(s, 1500*time.Millisecond, 1, limited(50, 0, 8*time.Second))
		}, at: 2 * time.Second, until: 9500 * time.Millisecond},
		"another credential's limit counts too": {happened: func(s *state) {
			round(s, 0, 1, limited(300, 0, time.Minute))
			round(s, 0, 2, limited(50, 20, 30*time.Second))
		}, until: time.Minute},
		"the latest of two": {happened: func(s *state) {
			round(s, 0, 1, limited(300, 0, 20*time.Second))
			round(s, 0, 2, limited(50, 0, 30*time.Second))
		}, until: 30 * time.Second},
		"refused without a word about limits": {happened: func(s *state) { round(s, 0, 1, Answer{Received: true, Pause: 9 * time.Second}) }, until: 9 * time.Second},
		"that is over":                        {happened: func(s *state) { round(s, 0, 1, Answer{Received: true, Pause: 9 * time.Second}) }, at: 9 * time.Second, admitted: true},
		"refused": {happened: func(s *state) {
			round(s, 0, 1, Answer{Received: true, Limited: true, Limit: 50, Reset: 5 * time.Second, Pause: 9 * time.Second})
		}, until: 9 * time.Second},
		"by hand: room": {byHand: 2, happened: func(s *state) { round(s, 0, 1, Answer{Received: true}) }, admitted: true},
		"by hand: none": {byHand: 2, happened: func(s *state) {
			round(s, 0, 1, Answer{Received: true})
			round(s, 20*time.Second, 1, Answer{Received: true})
		}, at: 30 * time.Second, until: time.Minute},
		"by hand: any sixty seconds": {byHand: 2, happened: func(s *state) {
			for _, at := range []time.Duration{0, 20 * time.Second, 60 * time.Second} {
				round(s, at, 1, Answer{Received: true})
			}
		}, at: 70 * time.Second, until: 80 * time.Second},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := &state{byHand: perMinute{limit: test.byHand}}
			test.happened(s)
			got := s.next(noon.Add(test.at), 0)
			var want time.Time
			if test.until > 0 {
				want = noon.Add(test.until)
			}
			if got.admitted != test.admitted || !got.until.Equal(want) {
				t.Errorf("got %+v, want admitted: %t, until %s", got, test.admitted, want)
			}
			if !got.admitted && got.why == "" {
				t.Error("it doesn't say what for")
			}
		})
	}
}
