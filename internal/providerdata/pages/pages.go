// Package pages caches the objects of a platform's lists for one run. Reads of single
// objects are served from pages of their list: as many requests as there are pages,
// where each object by itself would take one.
package pages

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"sync"
	"time"

	"github.com/keyward/terraform-provider-keyward/internal/client"
)

const (
	// Backoff is how long no request is sent to a platform that is down: each would be
	// repeated, and everyone who waits for it waits for that.
	Backoff = 30 * time.Second
	// maxTroubles is how many requests in a row may fail before the platform counts as
	// down.
	maxTroubles = 3
	// maxFailures is how often a page may fail before reads do without it.
	maxFailures = 2
	// maxFailedPages is how many pages may have failed when another one is skipped.
	maxFailedPages = 3
	// maxRestarts is how often a list may begin anew as one of its cursors has gone.
	maxRestarts = 3
	// pageRanks is how many objects a page may have.
	pageRanks = 1 << 20
)

// Source is where the objects of one kind come from that belong to one company or
// merchant.
type Source[T any] struct {
	// ID returns an object's id.
	ID func(T) string
	// Get requests one object. Nil where the platform answers for no single one.
	Get func(ctx context.Context, id string) (T, error)
	// Page requests the page at a cursor; "" is the first one's. next is the cursor of
	// the page that follows, "" for none. A page that fails is skipped where it has one
	// all the same.
	Page func(ctx context.Context, cursor string) (objects []T, next string, err error)
	// Now is the clock.
	Now func() time.Time
}

// Cache has the lists of one kind of object, one for each company or merchant, which
// is the scope. It is safe for parallel use: its mutex guards all of it, and a method
// whose name ends in Locked is called with it, and may free it while it waits.
type Cache[T any] struct {
	source func(scope string) Source[T]

	mu      sync.Mutex
	lists   map[string]*list[T]
	backoff backoff
	// clock counts changes. written says when an object was last written to: an answer
	// to an earlier request says nothing of it.
	clock   int
	written map[string]int
}

// list is one list: what is cached of it, and which page is in flight.
type list[T any] struct {
	cache   *Cache[T]
	source  Source[T]
	state   listState
	entries map[string]entry[T]
	// todo are the pages to request, those that have failed last.
	todo     []*page
	inFlight *page
	// furthest is the greatest number of a page so far, restarts how often the list has
	// begun.
	furthest, restarts int
	paging             client.Paging
	endless            error // how the list doesn't end
	// newest are the objects of the first page, as of a clock.
	newest   []T
	newestAt int
}

// entry is an object, its rank in the list's order, and the clock at its request.
type entry[T any] struct {
	object      T
	rank, asked int
}

// page is a page of a list: its number, from 1, and how its requests have ended.
type page struct {
	number, failures int
	cursor           string
	done             chan struct{} // the end of the one in flight
	err              error
}

// New returns an empty cache. It makes no request.
func New[T any](source func(scope string) Source[T]) *Cache[T] {
	return &Cache[T]{source: source, lists: map[string]*list[T]{}, written: map[string]int{}}
}

// Get returns an object: from a page, or else by a request of its own, whose error
// says what became of it. A page that fails does not fail a read that can do without
// it. When the platform is down, the reads that need it fail at once, and none sends a
// request for a while.
func (c *Cache[T]) Get(ctx context.Context, scope, id string) (object T, err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	l := c.listLocked(scope)
	l.state.Reads++
	l.state.Pending++
	defer func() { l.state.Pending-- }()
	for {
		e, known := l.entries[id]
		if known && (e.asked >= c.written[id] || l.source.Get == nil) {
			return e.object, nil
		}
		s := l.state
		s.InFlight, s.MorePages = l.inFlight != nil, l.nextLocked() >= 0
		s.Single, s.Down = l.source.Get != nil, c.backoff.err
		byPage, err := decide(s)
		if err != nil && !known {
			return object, err
		}
		if known || !byPage {
			object, err = l.singleLocked(ctx, id)
			l.state.Singles++
			return object, err
		}
		// That a page fails says nothing of the object.
		if err = l.pageLocked(ctx); err != nil && (!s.Single || ctx.Err() != nil) {
			return object, err
		}
	}
}

// All returns all objects of a scope's list, in its order, with what Put added
// before them.
func (c *Cache[T]) All(ctx context.Context, scope string) ([]T, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	l := c.listLocked(scope)
	l.state.Whole = true
	for {
		for l.inFlight != nil || len(l.todo) > 0 {
			if err := l.pageLocked(ctx); err != nil {
				return nil, err
			}
		}
		objects, stale := l.objectsLocked(false)
		if l.endless != nil || len(stale) == 0 {
			return objects, l.endless
		}
		for _, id := range stale {
			if _, err := l.singleLocked(ctx, id); err != nil && !errors.Is(err, client.ErrNotFound) {
				return nil, err
			}
		}
	}
}

// First returns the objects of the first page of a scope's list, in its order,
// with what Put added before them.
func (c *Cache[T]) First(ctx context.Context, scope string) ([]T, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	l := c.listLocked(scope)
	for l.state.Pages == 0 {
		if l.inFlight == nil && l.nextLocked() < 0 { // it has failed for other reads
			return nil, l.todo[0].err
		}
		if err := l.pageLocked(ctx); err != nil {
			return nil, err
		}
	}
	if l.newestAt != c.clock { // sorted once, as every read of a key looks here
		l.newest, _ = l.objectsLocked(true)
		l.newestAt = c.clock
	}
	return l.newest, nil
}

// Put caches an object of a scope as the answer to a write shows it.
func (c *Cache[T]) Put(scope string, object T) { c.Update(scope, c.source(scope).ID(object), &object) }

// Invalidate drops an object from the lists of all scopes. Call it after every write to
// the object, whether that failed or not.
func (c *Cache[T]) Invalidate(scope, id string) { c.Update(scope, id, nil) }

// Update takes in what came of a write to an object: the object as the answer shows
// it, or nil where the write failed or the answer doesn't show it.
func (c *Cache[T]) Update(scope, id string, object *T) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.clock++
	c.written[id] = c.clock
	// What can't be requested by itself comes with a new list.
	maps.DeleteFunc(c.lists, func(_ string, l *list[T]) bool { return l.source.Get == nil })
	if l := c.listLocked(scope); object != nil && l.source.Get != nil {
		l.putLocked(id, *object, 0, c.clock)
	}
}

// InvalidateAll invalidates all objects, for a write that changes others than it names.
func (c *Cache[T]) InvalidateAll() {
	c.mu.Lock()
	defer c.mu.Unlock()
	clear(c.lists) // what is in flight goes on for those who wait already
}

// listLocked returns a scope's list, for a read or a write that begins.
func (c *Cache[T]) listLocked(scope string) *list[T] {
	l := c.lists[scope]
	if l == nil {
		l = &list[T]{cache: c, source: c.source(scope)}
		l.restartLocked()
		c.lists[scope] = l
	}
	if c.backoff.err != nil && !l.source.Now().Before(c.backoff.until) {
		c.backoff = backoff{} // it is worth another request
	}
	return l
}

// restartLocked begins the list with its first page, without what is cached.
func (l *list[T]) restartLocked() {
	l.entries, l.todo, l.furthest = map[string]entry[T]{}, []*page{{number: 1}}, 1
	l.state.Pages, l.paging, l.restarts = 0, client.Paging{}, l.restarts+1
}

// nextLocked returns which of todo is to be requested next, -1 for none.
func (l *list[T]) nextLocked() int {
	return slices.IndexFunc(l.todo, func(p *page) bool {
		return p.failures == 0 || l.source.Get == nil || p.failures < maxFailures && l.cache.backoff.err == nil
	})
}

// pageLocked waits for the page in flight, or else requests the next one.
func (l *list[T]) pageLocked(ctx context.Context) error {
	if p := l.inFlight; p != nil {
		done := p.done
		l.cache.mu.Unlock()
		select {
		case <-done:
		case <-ctx.Done():
		}
		l.cache.mu.Lock()
		return cmp.Or(ctx.Err(), p.err)
	}
	i, asked := max(0, l.nextLocked()), l.cache.clock
	p := l.todo[i]
	l.todo, l.inFlight = slices.Delete(l.todo, i, i+1), p
	p.done, p.err = make(chan struct{}), nil
	l.cache.mu.Unlock()
	objects, next, err := l.source.Page(ctx, p.cursor)
	l.cache.mu.Lock()
	close(p.done)
	l.inFlight = nil
	l.cache.backoff = l.cache.backoff.record(ctx, err, l.source.Now())
	if next != "" && p.number == l.furthest && (err == nil || len(l.todo) < maxFailedPages) {
		l.furthest++
		l.todo = slices.Insert(l.todo, 0, &page{number: l.furthest, cursor: next})
	}
	switch {
	case err == nil:
		l.cache.clock++
		l.state.Pages++
		for i, object := range objects {
			l.putLocked(l.source.ID(object), object, p.number*pageRanks+i, asked)
		}
		if l.endless = l.paging.Take(next, client.IDs(l.source.ID, objects)); l.endless != nil {
			l.todo = nil
		}
	case ctx.Err() != nil: // that says nothing of the page
		l.todo = slices.Insert(l.todo, 0, p)
	case p.cursor != "" && errors.Is(err, client.ErrBadRequest) && l.restarts <= maxRestarts:
		l.restartLocked() // the object that the cursor names has gone
		return nil
	default:
		p.failures, p.err = p.failures+1, err
		l.todo = append(l.todo, p)
	}
	return err
}

// singleLocked requests an object by itself.
func (l *list[T]) singleLocked(ctx context.Context, id string) (object T, err error) {
	if l.source.Get == nil {
		return object, cmp.Or(l.endless, fmt.Errorf("%w: the list has no %s", client.ErrNotFound, id))
	}
	asked := l.cache.clock
	l.cache.mu.Unlock()
	object, err = l.source.Get(ctx, id)
	l.cache.mu.Lock()
	l.cache.backoff = l.cache.backoff.record(ctx, err, l.source.Now())
	l.cache.clock++
	if err == nil {
		l.putLocked(id, object, 0, asked)
	} else if errors.Is(err, client.ErrNotFound) && asked >= l.cache.written[id] {
		delete(l.entries, id)
	}
	return object, err
}

// putLocked caches an object with its rank, unless what is cached was requested later.
// One without a rank keeps the one it has, or comes first: it is new.
func (l *list[T]) putLocked(id string, object T, rank, asked int) {
	if e := l.entries[id]; e.asked <= asked {
		l.entries[id] = entry[T]{object, cmp.Or(rank, e.rank, -l.cache.clock), asked}
	}
}

// objectsLocked returns the objects of the list, or of its first page, in order, and the
// ids of all that are stale.
func (l *list[T]) objectsLocked(first bool) (objects []T, stale []string) {
	ids := slices.SortedFunc(maps.Keys(l.entries), func(a, b string) int { return l.entries[a].rank - l.entries[b].rank })
	for _, id := range ids {
		if e := l.entries[id]; e.asked < l.cache.written[id] && l.source.Get != nil {
			stale = append(stale, id)
		} else if !first || e.rank < 2*pageRanks {
			objects = append(objects, e.object)
		}
	}
	return objects, stale
}

// backoff is how the last requests failed, as far as it is the same for every object.
type backoff struct {
	failures int
	// err is why the platform counts as down until then.
	err   error
	until time.Time
}

// record returns the backoff after a request that ended with an error, or with none.
// Whatever the platform says of one object shows that it answers.
func (b backoff) record(ctx context.Context, err error, now time.Time) backoff {
	switch {
	case ctx.Err() != nil: // no one waited for its end
		return b
	case !client.Trouble(err):
		return backoff{}
	}
	b.failures++
	if client.Closed(err) || b.failures >= maxTroubles {
		b.err, b.until = err, now.Add(Backoff)
	}
	return b
}

// listState is what was read of a list, and what that has cost.
type listState struct {
	// Reads is how many objects were read so far, Pending how many of them are neither
	// found in a page nor read singly yet.
	Reads, Pending int
	// Pages is how many pages were read, Singles how many objects singly.
	Pages, Singles int
	// Whole: a read wants all of the list. InFlight: a page is in flight. MorePages:
	// another one can be requested. Single: the platform answers for single objects.
	Whole, InFlight, MorePages, Single bool
	// Down is why the platform is down, nil where it answers.
	Down error
}

// decide reports whether a read goes on with a page: the one in flight, or the next one.
// Otherwise it requests the object by itself, or fails as the platform is down. N reads
// of a list that fills P pages cost at most 2·min(N, P) + 1 requests, however they come
// and as long as the list has what they read; no one has to know N or P.
//
// Never more than 2·N + 1: a page is requested only where there is enough left to read
// all that is pending singly. Never more than 2·P + 1: once more objects than pages were
// read, another page is affordable, as each of these objects was a read.
//
// Within that each read is worth a page: where the list is short, that is all there
// is. With a third read it is a refresh of many: then pages are requested for as long as
// they are affordable.
func decide(s listState) (page bool, err error) {
	affordable := s.Pages+s.Singles+s.Pending <= 2*s.Reads
	worth := s.Pages < s.Reads || s.Reads >= 3
	page = s.InFlight || s.MorePages && (s.Whole || !s.Single || affordable && worth)
	if !page && !s.MorePages {
		err = s.Down
	}
	return page, err
}
