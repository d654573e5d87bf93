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
	// parallel: the first page tells of all others; else each tells of the next.
	parallel bool
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
	number, _ := strconv.Atoi(cursor)
	from := min(number*a.size, len(a.things))
	to := min(from+a.size, len(a.things))
	answer := Page[thing]{Objects: slices.Clone(a.things[from:to])}
	last := max(0, (len(a.things)-1)/a.size)
	a.mu.Unlock()
	switch {
	case a.parallel && number == 0:
		for n := range last {
			answer.Next = append(answer.Next, strconv.Itoa(n+1))
		}
	case !a.parallel && number < last:
		answer.Next = []string{strconv.Itoa(number + 1)}
	}
	return answer, errors.Join(ctx.Err(), a.asked("LIST "+cursor))
}
