package pages

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/keyward/terraform-provider-keyward/internal/client"
)

// What a platform says of how many pages it has costs requests only as far as pages
// come.
func TestPagesThatDoNotCome(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		things, claims int
		plausibly      bool
		most           int
	}{
		{3, 1e9, false, 2},                 // the first page, and one more to be sure
		{0, 1e9, false, 1},                 // the first page is empty
		{250, 1e9, false, 4},               // one by one
		{100, 1e9, true, 1 + ahead + 1},    // side by side
		{10_000, 1e9, true, 3*100 + ahead}, // as many as have come are asked for ahead
	} {
		a := newAccount(row.things, 100, true)
		a.claims, a.plausibly = row.claims, row.plausibly
		s := a.shared()
		all, err := s.All(t.Context(), "")
		if err != nil || len(all) != row.things || len(a.requests) > row.most {
			t.Errorf("%+v: got %d things, %v, after %d requests", row, len(all), err, len(a.requests))
		}
		if _, err := s.Get(t.Context(), "", "none"); !errors.Is(err, client.ErrNotFound) {
			t.Errorf("%+v: what there is not: got %v", row, err)
		}
		if row.things == 0 {
			continue
		}
		last := fmt.Sprintf("t%d", row.things-1)
		fresh := a.shared()
		for range 3 {
			if got, err := fresh.Get(t.Context(), "", last); err != nil || got.id != last {
				t.Errorf("%+v: the last one: got %v, %v", row, got, err)
			}
		}
	}
}

func TestNumbers(t *testing.T) {
	t.Parallel()
	type page struct {
		number, last int
		sound, empty bool
		more         int
	}
	for name, pages := range map[string][]page{
		"one page":                    {{1, 1, true, false, 0}},
		"none":                        {{1, 0, true, true, 0}},
		"a few":                       {{1, 4, true, false, 3}, {3, 4, true, false, 0}, {2, 4, true, false, 0}},
		"many":                        {{1, 1e6, true, false, 17}, {2, 1e6, true, false, 2}, {3, 1e6, true, false, 2}},
		"many, it says":               {{1, 1e6, false, false, 1}, {2, 1e6, true, false, 1}, {3, 1e6, true, true, 0}},
		"less than it said":           {{1, 1e6, true, false, 17}, {5, 1e6, false, true, 0}, {4, 1e6, true, false, 0}},
		"doubted later":               {{1, 1e6, true, false, 17}, {2, 1e6, false, false, 0}, {18, 1e6, true, false, 1}},
		"no list has so many as that": {{1, 1 << 60, true, false, 17}},
		"or less than none":           {{1, -1, false, false, 0}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var n numbers
			for i, p := range pages {
				if more := n.take(p.number, p.last, p.sound, p.empty); len(more) != p.more {
					t.Errorf("page %d: got %v, want %d", i+1, more, p.more)
				}
			}
		})
	}
}

// A list whose pages have the same objects again and again fails anyone who wants all of
// it, and no one who wants one.
func TestAListWithoutEnd(t *testing.T) {
	t.Parallel()
	for _, numbered := range []bool{false, true} {
		a := newAccount(10, 10, numbered)
		requests := 0
		s := New(func(string) Source[thing] {
			return Source[thing]{
				ID: func(t thing) string { return t.id }, Now: time.Now, Get: a.get,
				Page: func(context.Context, string) (Page[thing], error) {
					requests++
					page := Page[thing]{Objects: slices.Clone(a.things)}
					if numbered {
						page.Last, page.Sound = 1e9, true
					} else {
						page.Next = strconv.Itoa(requests)
					}
					return page, nil
				},
			}
		})
		if _, err := s.All(t.Context(), ""); !errors.Is(err, client.ErrInvalidResponse) || requests > 100 {
			t.Errorf("numbered %t: got %v after %d pages", numbered, err, requests)
		}
		read(t, s, []string{"t1", "t9"}, 1)
		before := requests
		if _, err := s.Get(t.Context(), "", "none"); !errors.Is(err, client.ErrNotFound) || requests > before {
			t.Errorf("numbered %t: what there is not: got %v after %d pages", numbered, err, requests)
		}
	}
}
