package audit

import (
	"sync"
	"time"

	"github.com/keyward/terraform-provider-keyward/internal/inventory"
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

// expect announces requests. Only Billium's are counted: Corebill's lists don't tell
// their length.
func (t *tracker) expect(platform Platform, n int) {
	if platform == Billium {
		t.change(false, func(p *Progress) { p.BilliumExpected += n })
	}
}

// asked counts a request.
func (t *tracker) asked(platform Platform) {
	t.change(true, func(p *Progress) {
		p.Requests++
		if platform == Billium {
			p.BilliumRequests++
		}
	})
}

// take takes in a page that was read.
func (t *tracker) take(page inventory.Page) {
	t.expect(page.Account.Platform, page.Expected)
	t.change(false, func(p *Progress) {
		p.Rows += len(page.Requests)
		if page.Kind == KindKey {
			p.Keys += len(page.Objects)
		}
	})
	for range page.Asked {
		t.asked(page.Account.Platform)
	}
}
