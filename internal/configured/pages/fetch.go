package pages

import (
	"context"
	"errors"
	"slices"
	"strconv"

	"github.com/keyward/terraform-provider-keyward/internal/client"
)

const (
	// maxRestarts is how often a list may begin anew because its cursors have gone.
	maxRestarts = 3
	// maxFailures is how often a page may fail before reads do without it: each of
	// its requests has been repeated already, and everyone who waits for it waits
	// for that.
	maxFailures = 2
)

// place is a page's place in the list, the cursor to ask with, and how often that
// has failed.
type place struct {
	number   int
	cursor   string
	failures int
}

// next fetches a page. It is called with the lock, and returns with it.
func (l *list[T]) next(ctx context.Context) error {
	at, asked, generation := l.todo[0], l.clock, l.generation
	l.todo = l.todo[1:]
	l.standing.Pages++
	l.standing.InFlight++
	l.mu.Unlock()
	page, err := l.source.Page(ctx, at.cursor)
	l.mu.Lock()
	defer l.wake()
	l.heard(ctx, err)
	if generation != l.generation {
		return err
	}
	l.standing.InFlight--
	if err == nil {
		l.take(at, page, asked)
		return nil
	}
	l.standing.Pages--
	if at.cursor != "" && errors.Is(err, client.ErrBadRequest) && l.lost < maxRestarts {
		l.lost++
		l.restart() // the object that the cursor names has gone
		return nil
	}
	if ctx.Err() != nil { // the page is as good as it was
		l.todo = slices.Insert(l.todo, 0, at)
		return err
	}
	l.fail(at, err)
	return err
}

// fail puts a page that has failed behind the others, or aside where it has failed
// too often, or for good. What answers for no single objects can't do without it.
func (l *list[T]) fail(at place, err error) {
	l.failures++
	l.failure = err
	at.failures++
	if at.failures < maxFailures && !client.Closed(err) || l.source.Get == nil {
		l.todo = append(l.todo, at)
		return
	}
	l.aside = append(l.aside, at)
}

// take keeps the objects of a page, but those that were written to since it was asked
// for: of them it says nothing.
func (l *list[T]) take(at place, page Page[T], asked int) {
	l.announce(at, page)
	l.begun = l.begun || at.number == 0
	for i, object := range page.Objects {
		id := l.source.ID(object)
		if l.written[id] <= asked {
			l.set(id, entry[T]{object: object, page: at.number, within: i})
		}
	}
}

// announce notes which pages there are to ask for.
func (l *list[T]) announce(at place, page Page[T]) {
	if l.endless != nil {
		return
	}
	if l.endless = l.paging.Take(page.Next, client.IDs(l.source.ID, page.Objects)); l.endless != nil {
		l.todo = nil
		return
	}
	if page.Next != "" {
		l.todo = append(l.todo, place{number: at.number + 1, cursor: page.Next})
	}
	if page.Last == 0 {
		return
	}
	empty := len(page.Objects) == 0
	if empty {
		l.todo = slices.DeleteFunc(l.todo, func(p place) bool { return p.number > at.number })
	}
	for _, number := range l.numbers.take(at.number+1, page.Last, page.Sound, empty) {
		l.todo = append(l.todo, place{number: number - 1, cursor: strconv.Itoa(number)})
	}
}
