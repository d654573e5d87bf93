package pages

import (
	"errors"
	"slices"
	"testing"

	"github.com/keyward/terraform-provider-keyward/internal/client"
)

func TestWritesAreSeen(t *testing.T) {
	t.Parallel()
	a := newAccount(25, 10, false)
	s := a.cache()
	load(t, s)
	a.things[3].version = 1
	s.Invalidate("", "t3")
	if got, err := s.Get(t.Context(), "", "t3"); err != nil || got.version != 1 {
		t.Errorf("after a write: got %+v, %v", got, err)
	}
	made := thing{id: "new"}
	a.things = append([]thing{made}, a.things...)
	s.Put("", made)
	a.things = slices.DeleteFunc(a.things, func(t thing) bool { return t.id == "t5" })
	s.Invalidate("", "t5")
	before := len(a.requests)
	got, err := s.All(t.Context(), "")
	if err != nil || !slices.Equal(got, a.things) {
		t.Errorf("all: got %v, %v", got, err)
	}
	if asked := a.requests[before:]; !slices.Equal(asked, []string{"GET t5"}) {
		t.Errorf("that took %q", asked)
	}
	if _, err := s.Get(t.Context(), "", "t5"); !errors.Is(err, client.ErrNotFound) {
		t.Errorf("what is deleted: got %v", err)
	}
	if _, err := s.Get(t.Context(), "", "new"); err != nil || len(a.requests) != before+2 {
		t.Errorf("what is new: got %v after %q", err, a.requests[before:])
	}
}

// A page, or a single read, that is under way during a write is not believed.
func TestWhatIsUnderWayIsNotBelieved(t *testing.T) {
	t.Parallel()
	for _, request := range []string{"LIST 1", "GET t3"} {
		a := newAccount(5, 2, false)
		s := a.cache()
		a.before = func(what string) error {
			if what == request {
				a.before = nil
				a.things[3].version = 1
				s.Invalidate("", "t3")
			}
			return nil
		}
		if request == "LIST 1" {
			load(t, s)
		} else if _, err := s.Get(t.Context(), "", "t3"); err != nil {
			t.Fatal(err)
		}
		if got, err := s.Get(t.Context(), "", "t3"); err != nil || got.version != 1 {
			t.Errorf("%s: got %+v, %v", request, got, err)
		}
	}
}

// An answer to a question from before a write does not replace what the write's own
// answer said: neither a page's nor that of a single read.
func TestAStaleAnswerReplacesNoWrite(t *testing.T) {
	t.Parallel()
	for _, numbered := range []bool{false, true} {
		for _, request := range []string{"LIST 1", "GET t3"} {
			a := newAccount(5, 2, numbered)
			s := a.cache()
			a.before = func(what string) error {
				if what == request { // its answer is made, and comes after the write's
					a.before = nil
					a.things[3].version = 1
					s.Put("", a.things[3])
				}
				return nil
			}
			if request == "LIST 1" {
				load(t, s)
			} else if _, err := s.Get(t.Context(), "", "t3"); err != nil {
				t.Fatal(err)
			}
			if got, err := s.Get(t.Context(), "", "t3"); err != nil || got.version != 1 {
				t.Errorf("numbered %t, %s: a read after the write has %+v, %v", numbered, request, got, err)
			}
			if all, err := s.All(t.Context(), ""); err != nil || !slices.Contains(all, thing{"t3", 1}) {
				t.Errorf("numbered %t, %s: the list after the write has %+v, %v", numbered, request, all, err)
			}
			if request == "LIST 1" && asked(a, "GET t3") > 0 {
				t.Errorf("numbered %t: what the write said was requested again: %q", numbered, a.requests)
			}
		}
	}
}

// What is deleted while a page is under way that has it still is in no list.
func TestAStalePageBringsNothingBack(t *testing.T) {
	t.Parallel()
	a := newAccount(4, 2, false)
	s := a.cache()
	a.before = func(what string) error {
		if what == "LIST 1" {
			a.before = nil
			a.things = slices.Delete(a.things, 3, 4)
			s.Invalidate("", "t3")
		}
		return nil
	}
	if all, err := s.All(t.Context(), ""); err != nil || len(all) != 3 {
		t.Errorf("got %v, %v", all, err)
	}
}

// What is listed in several scopes is forgotten in all of them; what isn't, costs
// the others nothing.
func TestScopes(t *testing.T) {
	t.Parallel()
	a := newAccount(5, 10, false)
	s := a.cache()
	for _, scope := range []string{"a", "b"} {
		if _, err := s.All(t.Context(), scope); err != nil {
			t.Fatal(err)
		}
	}
	a.things[3].version = 1
	s.Put("a", a.things[3])
	if got, err := s.Get(t.Context(), "b", "t3"); err != nil || got.version != 1 {
		t.Errorf("in another scope: got %+v, %v", got, err)
	}
	before := len(a.requests)
	s.Put("a", thing{id: "mine"})
	if _, err := s.All(t.Context(), "b"); err != nil || len(a.requests) != before {
		t.Errorf("got %v after %q", err, a.requests[before:])
	}
	s.InvalidateAll()
	if _, err := s.All(t.Context(), "b"); err != nil || len(a.requests) != before+1 {
		t.Errorf("after InvalidateAll: got %v after %q", err, a.requests[before:])
	}
}

// That an object was not there before it was created is no reason to drop it.
func TestAStaleAbsenceDropsNothing(t *testing.T) {
	t.Parallel()
	a := newAccount(5, 10, false)
	c := a.cache()
	load(t, c)
	a.before = func(string) error {
		a.before = nil
		c.Put("", thing{id: "new"})
		return nil
	}
	if _, err := c.Get(t.Context(), "", "new"); !errors.Is(err, client.ErrNotFound) {
		t.Errorf("what was not there yet: got %v", err)
	}
	before := len(a.requests)
	read(t, c, []string{"new"}, 1)
	if len(a.requests) != before {
		t.Errorf("what was created was requested again: %q", a.requests[before:])
	}
}
