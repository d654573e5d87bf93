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
	// numbered: the cursor of a page is its number, so that one that fails is skipped.
	numbered bool
	// claims is how many pages a platform says there are that says too much; 0 for the
	// truth.
	claims int
	// before is called before each request is answered, without the lock.
	before func(what string) error
	// now is the clock.
	now func() time.Time

	mu       sync.Mutex
	things   []thing
	requests []string
}

func newAccount(count, size int, numbered bool) *account {
	a := &account{size: size, numbered: numbered, now: time.Now}
	for i := range count {
		a.things = append(a.things, thing{id: fmt.Sprintf("t%d", i)})
	}
	return a
}

func (a *account) cache() *Cache[thing] {
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

func (a *account) page(ctx context.Context, cursor string) (objects []thing, next string, err error) {
	a.mu.Lock()
	at, _ := strconv.Atoi(cursor) // the page's place, from 0
	last := max(0, (len(a.things)-1)/a.size)
	if a.claims > 0 {
		last = a.claims
	}
	objects = slices.Clone(a.things[min(at*a.size, len(a.things)):min((at+1)*a.size, len(a.things))])
	a.mu.Unlock()
	err = errors.Join(ctx.Err(), a.asked("LIST "+cursor))
	if err == nil && at < last && len(objects) > 0 || err != nil && a.numbered && at > 0 {
		next = strconv.Itoa(at + 1)
	}
	return objects, next, err
}
