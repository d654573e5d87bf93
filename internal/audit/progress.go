package audit

import (
	"sync"
	"time"
)

// The documented limit that an audit meets first: Billium's per address. Source:
// Billium authentication page, "Rate limiting".
const (
	limitRequests = 50
	limitWindow   = time.Minute
)

// Progress is how far the reading is.
type Progress struct {
	// Requests made so far. Keys and Rows are the keys and log rows read.
	Requests, Keys, Rows int
	// Billium's requests made so far, and how many there will be at least: its
	// lists tell their length with the first page.
	BilliumRequests, BilliumExpected int
}

// AtMost is how long Billium's remaining requests take at the documented limit,
// when all of it is left to this audit. Against a platform without limits they
// take less. Corebill documents no limit, and its lists don't tell their length.
func (p Progress) AtMost() time.Duration {
	before := (p.BilliumRequests - 1) / limitRequests
	last := (p.BilliumExpected - 1) / limitRequests
	return time.Duration(max(last-before, 0)) * limitWindow
}

// tracker counts, and tells one at a time.
type tracker struct {
	mu   sync.Mutex
	now  Progress
	tell func(Progress)
}

func (t *tracker) change(tell bool, change func(*Progress)) {
	t.mu.Lock()
	defer t.mu.Unlock()
	change(&t.now)
	if tell && t.tell != nil {
		t.tell(t.now)
	}
}

// request counts one of Corebill's.
func (t *tracker) request() { t.change(true, func(p *Progress) { p.Requests++ }) }

// expect announces requests of Billium's.
func (t *tracker) expect(n int) { t.change(false, func(p *Progress) { p.BilliumExpected += n }) }

// billium counts a request that was announced.
func (t *tracker) billium() { t.change(true, func(p *Progress) { p.Requests++; p.BilliumRequests++ }) }

func (t *tracker) key() { t.change(false, func(p *Progress) { p.Keys++ }) }

func (t *tracker) row() { t.change(false, func(p *Progress) { p.Rows++ }) }
