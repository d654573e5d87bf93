// Package pages serves reads of single objects from pages of their list, which all
// resources of a run share: as many requests as there are pages, where each object
// by itself would take one.
package pages

import (
	"context"
	"maps"
	"sync"
	"time"
)

// Source is where the objects of one kind come from that belong to one company or
// merchant.
type Source[T any] struct {
	// ID returns an object's id.
	ID func(T) string
	// Get asks for one object. Nil where the platform answers for no single one.
	Get func(ctx context.Context, id string) (T, error)
	// Page asks for the page at a cursor; "" is the first one's. The cursor of a
	// numbered page is its number, from 1.
	Page func(ctx context.Context, cursor string) (Page[T], error)
	// Now is the clock.
	Now func() time.Time
}

// Page is a page of a list.
type Page[T any] struct {
	Objects []T
	// Next is the cursor of the page that follows, where only this page tells it.
	Next string
	// Last is the number of the list's last page, where pages are numbered. Where
	// that is Sound they are fetched side by side; otherwise, one by one.
	Last  int
	Sound bool
}

// Shared are the lists of one kind of object, one for each company or merchant.
// It is safe for parallel use.
type Shared[T any] struct {
	source func(scope string) Source[T]

	mu    sync.Mutex
	lists map[string]*list[T]
}

// New returns the lists of a kind. It makes no request.
func New[T any](source func(scope string) Source[T]) *Shared[T] {
	return &Shared[T]{source: source, lists: map[string]*list[T]{}}
}

func (s *Shared[T]) list(scope string) *list[T] {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.lists[scope] == nil {
		s.lists[scope] = newList(s.source(scope))
	}
	return s.lists[scope]
}

// every returns all lists by scope.
func (s *Shared[T]) every() map[string]*list[T] {
	s.mu.Lock()
	defer s.mu.Unlock()
	return maps.Clone(s.lists)
}

// Get returns an object: from a page, or else by a request of its own, whose error
// says what became of it. A page that fails fails no read that can do without it;
// where the platform answers no one, the reads that need it are told so, and no one
// asks again for a while.
func (s *Shared[T]) Get(ctx context.Context, scope, id string) (T, error) {
	return s.list(scope).get(ctx, id)
}

// All returns all objects of a scope's list, in its order, with what Put added
// before them.
func (s *Shared[T]) All(ctx context.Context, scope string) ([]T, error) {
	return s.list(scope).all(ctx)
}

// First returns the objects of the first page of a scope's list, in its order,
// with what Put added before them.
func (s *Shared[T]) First(ctx context.Context, scope string) ([]T, error) {
	return s.list(scope).first(ctx)
}

// Put keeps an object of a scope as the answer to a write shows it.
func (s *Shared[T]) Put(scope string, object T) {
	target := s.list(scope)
	id := target.source.ID(object)
	s.Invalidate(scope, id)
	target.mu.Lock()
	defer target.mu.Unlock()
	if target.source.Get != nil {
		delete(target.dirty, id)
		target.put(object)
	}
}

// Invalidate forgets an object of a scope, and in whichever other scope it is
// listed: anyone who writes to it says so once the write has come back, whether it
// failed or not. What was asked for before is not believed any more.
func (s *Shared[T]) Invalidate(scope, id string) {
	s.list(scope)
	for of, l := range s.every() {
		l.invalidate(id, of == scope)
	}
}

// Wrote takes in what came of a write to an object: the object as the answer shows
// it, or nil where the write failed or the answer doesn't show it.
func (s *Shared[T]) Wrote(scope, id string, object *T) {
	if object == nil {
		s.Invalidate(scope, id)
		return
	}
	s.Put(scope, *object)
}

// Forget forgets everything, for a write that touches objects unnamed.
func (s *Shared[T]) Forget() {
	for _, l := range s.every() {
		l.forget()
	}
}
