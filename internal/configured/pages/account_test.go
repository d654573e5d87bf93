package pages

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"sync"
	"time"

	"github.com/keyward/terraform-provider-keyward/internal/client"
)

// thing is an object; its version tells an old answer from a new one.
type thing struct {
	id      string
	version int
}

// account is a platform with one list of things.
type account struct {
	size int
	// parallel: pages are numbered; else each tells of the next.
	parallel bool
	// claims is how many pages a platform says there are that says too much, plausibly
	// or not; 0 for the truth.
	claims    int
	plausibly bool
	// before is called before each request is answered, without the lock.
	before func(what string) error
	// now is the clock.
	now func() time.Time

	mu       sync.Mutex
	things   []thing
	requests []string
}

func newAccount(count, size int, parallel bool) *account {
	a := &account{size: size, parallel: parallel, now: time.Now}
	for i := range count {
		a.things = append(a.things, thing{id: fmt.Sprintf("t%d", i)})
	}
	return a
}

func (a *account) shared() *Shared[thing] {
	return New(func(string) Source[thing] {
		return Source[thing]{ID: func(t thing) string { return t.id }, Now: a.now, Get: a.get, Page: a.page}
	})
}

func (a *account) asked(what string) error {
	a.mu.Lock()
	a.requests = append(a.requests, what)
	a.mu.Unlock()
	if a.before != nil {
		return a.before(what)
	}
	return nil
}

func (a *account) get(ctx context.Context, id string) (thing, error) {
	a.mu.Lock()
	var found thing
	at := slices.IndexFunc(a.things, func(t thing) bool { return t.id == id })
	if at >= 0 {
		found = a.things[at]
	}
	a.mu.Unlock()
	if err := errors.Join(ctx.Err(), a.asked("GET "+id)); err != nil {
		return thing{}, err
	}
	if at < 0 {
		return thing{}, client.ErrNotFound
	}
	return found, nil
}

func (a *account) page(ctx context.Context, cursor string) (Page[thing], error) {
	a.mu.Lock()
	at := 0 // the page's place, from 0
	if n, err := strconv.Atoi(cursor); err == nil {
		at = n
		if a.parallel {
			at--
		}
	}
	from := min(at*a.size, len(a.things))
	to := min(from+a.size, len(a.things))
	answer := Page[thing]{Objects: slices.Clone(a.things[from:to])}
	last := max(0, (len(a.things)-1)/a.size)
	a.mu.Unlock()
	switch {
	case a.parallel:
		answer.Last, answer.Sound = last+1, true
		if a.claims > 0 {
			answer.Last, answer.Sound = a.claims, a.plausibly
		}
	case at < last:
		answer.Next = strconv.Itoa(at + 1)
	}
	if a.parallel && at > 0 { // requests are named by the place, as cursors are
		cursor = strconv.Itoa(at)
	}
	return answer, errors.Join(ctx.Err(), a.asked("LIST "+cursor))
}
