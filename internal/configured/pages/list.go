package pages

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"sync"

	"github.com/keyward/terraform-provider-keyward/internal/client"
)

// list is one list: what is known of it, and who waits for more of it.
type list[T any] struct {
	source Source[T]

	mu sync.Mutex
	// changed is closed and replaced whenever someone who waits should look again.
	changed  chan struct{}
	standing Standing
	entries  map[string]entry[T]
	// top are the objects of the first page, in order; nil where entries have
	// changed since someone asked.
	top []T
	// todo are the pages that are not asked for yet, aside those that have failed
	// too often: reads do without them.
	todo, aside []place
	// clock counts invalidations. dirty says when an object was invalidated last:
	// what was asked for before that says nothing of it.
	clock int
	dirty map[string]int
	// written says when an object was last written to: no answer to a question from
	// before that says anything of it, whatever the write's own answer was.
	written map[string]int
	// wanting counts those who want the whole list.
	wanting int
	// generation counts restarts: a page of an earlier one is of no use. lost counts
	// those for a cursor that had gone.
	generation, lost int
	// failures counts pages that failed, failure is how the last one did.
	failures int
	failure  error
	health   health
	// made counts objects that no page had, asking the single reads under way.
	made, asking int
	// begun: the first page is there.
	begun   bool
	numbers numbers
	// paging watches that the list ends, endless says how it doesn't.
	paging  client.Paging
	endless error
}

// entry is an object, and where in the list it stands.
type entry[T any] struct {
	object       T
	page, within int
	// stale: it was written to, and no one has asked again.
	stale bool
}

func newList[T any](source Source[T]) *list[T] {
	l := &list[T]{source: source, changed: make(chan struct{}), dirty: map[string]int{}, written: map[string]int{}}
	l.restart()
	return l
}

// restart forgets all pages.
func (l *list[T]) restart() {
	l.generation++
	l.entries, l.top = map[string]entry[T]{}, nil
	l.todo, l.aside = []place{{}}, nil
	l.begun = false
	l.numbers, l.paging, l.endless = numbers{}, client.Paging{}, nil
	s := l.standing
	l.standing = Standing{Single: l.source.Get != nil, Reads: s.Pending, Pending: s.Pending, Fresh: s.Fresh}
}

// now returns the standing as it is.
func (l *list[T]) now() Standing {
	s := l.standing
	s.MorePages, s.Whole = len(l.todo) > 0, l.wanting > 0
	return s
}

func (l *list[T]) wake() {
	close(l.changed)
	l.changed = make(chan struct{})
}

// wait waits for a change. It is called with the lock, and returns with it.
func (l *list[T]) wait(ctx context.Context) error {
	changed := l.changed
	l.mu.Unlock()
	defer l.mu.Lock()
	select {
	case <-changed:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// get returns an object.
func (l *list[T]) get(ctx context.Context, id string) (T, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if _, dirty := l.dirty[id]; dirty && l.source.Get != nil {
		return l.single(ctx, id)
	}
	l.standing.Reads++
	l.standing.Pending++
	l.standing.Fresh++
	fresh, alone, failures := true, false, l.failures
	settle := func() {
		l.standing.Pending--
		if fresh {
			l.standing.Fresh--
		}
		l.wake()
	}
	for {
		if found, ok := l.entries[id]; ok && !found.stale {
			settle()
			return found.object, nil
		}
		down := l.down()
		s := l.now()
		move := Decide(s)
		unlisted := !s.MorePages && s.InFlight == 0
		var err error
		switch {
		case (alone || move == SingleRead && unlisted) && down != nil && l.source.Get != nil:
			err = down
		case alone || move == SingleRead:
			settle()
			if alone || !unlisted || s.Pages == 0 {
				l.standing.Singles++
			}
			return l.single(ctx, id)
		case move == NextPage && (fresh || s.Fresh == 0):
			if fresh {
				fresh = false
				l.standing.Fresh--
			}
			if err = l.next(ctx); err != nil && l.source.Get != nil && ctx.Err() == nil {
				// That a page has failed, or that there is no list, says nothing of the
				// object, unless no one would be told anything else.
				alone, err = !client.Closed(err), nil
			}
		default:
			err = l.wait(ctx)
			if err == nil && l.source.Get == nil && l.failures != failures {
				err = l.failure // of what this read needed, too
			}
		}
		if err != nil {
			settle()
			var none T
			return none, err
		}
	}
}

// single asks for an object by itself. It is called with the lock, and returns
// with it.
func (l *list[T]) single(ctx context.Context, id string) (T, error) {
	if l.source.Get == nil {
		var none T
		return none, cmp.Or(l.endless, fmt.Errorf("%w: the list has no %s", client.ErrNotFound, id))
	}
	asked, generation := l.clock, l.generation
	l.asking++
	l.mu.Unlock()
	object, err := l.source.Get(ctx, id)
	l.mu.Lock()
	l.asking--
	l.heard(ctx, err)
	if err == nil && l.written[id] <= asked && l.generation == generation {
		delete(l.dirty, id)
		l.put(object)
	}
	return object, err
}

// all returns the whole list.
func (l *list[T]) all(ctx context.Context) ([]T, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.wanting++
	defer func() { l.wanting--; l.wake() }()
	for len(l.todo)+len(l.aside) > 0 || l.standing.InFlight > 0 {
		l.todo, l.aside = append(l.todo, l.aside...), nil // anyone who wants all can't do without
		step := l.wait
		if len(l.todo) > 0 {
			step = l.next
		}
		if err := step(ctx); err != nil {
			return nil, err
		}
	}
	if l.endless != nil {
		return nil, l.endless
	}
	if err := l.refresh(ctx); err != nil {
		return nil, err
	}
	return l.sorted(func(entry[T]) bool { return true }), nil
}

// first returns the objects of the first page, which every read asks for anyway.
func (l *list[T]) first(ctx context.Context) ([]T, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for !l.begun {
		down := l.down()
		if len(l.aside) > 0 && l.standing.InFlight == 0 { // it has failed for others
			return nil, cmp.Or(down, l.failure)
		}
		step := l.wait
		if len(l.todo) > 0 && l.todo[0].number == 0 {
			step = l.next
		}
		if err := step(ctx); err != nil {
			return nil, err
		}
	}
	if l.top == nil { // every read asks
		l.top = l.sorted(func(e entry[T]) bool { return e.page <= 0 })
	}
	return l.top, nil
}

// sorted returns what is known of the list, in its order.
func (l *list[T]) sorted(wanted func(entry[T]) bool) []T {
	var found []entry[T]
	for _, e := range l.entries {
		if !e.stale && wanted(e) {
			found = append(found, e)
		}
	}
	slices.SortFunc(found, func(a, b entry[T]) int { return cmp.Or(a.page-b.page, a.within-b.within) })
	objects := make([]T, len(found))
	for i, e := range found {
		objects[i] = e.object
	}
	return objects
}

// set keeps what is known of an object.
func (l *list[T]) set(id string, e entry[T]) {
	l.entries[id] = e
	l.top = nil
}
