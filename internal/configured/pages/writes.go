package pages

import (
	"context"
	"errors"
	"maps"
	"slices"

	"github.com/keyward/terraform-provider-keyward/internal/client"
)

// put keeps an object as it is now. One that no page had comes first: it is new.
func (l *list[T]) put(object T) {
	id := l.source.ID(object)
	known, ok := l.entries[id]
	if !ok {
		l.made++
		known.page, known.within = -1, -l.made
	}
	known.object, known.stale = object, false
	l.set(id, known)
	l.wake()
}

// refresh asks again for what was invalidated.
func (l *list[T]) refresh(ctx context.Context) error {
	for _, id := range slices.Collect(maps.Keys(l.dirty)) {
		when, dirty := l.dirty[id]
		if !dirty {
			continue
		}
		_, err := l.single(ctx, id)
		if err != nil && !errors.Is(err, client.ErrNotFound) {
			return err
		}
		if l.dirty[id] == when {
			delete(l.dirty, id)
		}
	}
	return nil
}

// invalidate forgets an object, and what is under way of it. Where it is not ours
// for sure, that is nothing unless it is known here or may be in what comes.
func (l *list[T]) invalidate(id string, ours bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	known, ok := l.entries[id]
	if !ours && !ok && l.standing.InFlight == 0 && l.asking == 0 {
		return
	}
	l.clock++
	l.dirty[id], l.written[id] = l.clock, l.clock
	if ok {
		known.stale = true
		l.set(id, known)
	}
	if l.source.Get == nil {
		l.restart()
	}
	l.wake()
}

// forget forgets everything.
func (l *list[T]) forget() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.restart()
	l.wake()
}
