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
	for _, row := range []struct{ things, most int }{
		{3, 2},        // the first page, and one more to be sure
		{0, 1},        // the first page is empty
		{250, 4},      // one by one
		{100, 2},      // the first page is full
		{10_000, 101}, // all that come
	} {
		a := newAccount(row.things, 100, true)
		a.claims = 1e9
		s := a.cache()
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
		empty := a.cache()
		for range 3 {
			if got, err := empty.Get(t.Context(), "", last); err != nil || got.id != last {
				t.Errorf("%+v: the last one: got %v, %v", row, got, err)
			}
		}
	}
}

// A list whose pages have the same objects again and again fails anyone who wants all of
// it, and no one who wants one.
func TestAListWithoutEnd(t *testing.T) {
	t.Parallel()
	a := newAccount(10, 10, false)
	requests := 0
	s := New(func(string) Source[thing] {
		return Source[thing]{
			ID: func(t thing) string { return t.id }, Now: time.Now, Get: a.get,
			Page: func(context.Context, string) ([]thing, string, error) {
				requests++
				return slices.Clone(a.things), strconv.Itoa(requests), nil
			},
		}
	})
	if _, err := s.All(t.Context(), ""); !errors.Is(err, client.ErrInvalidResponse) || requests > 100 {
		t.Errorf("got %v after %d pages", err, requests)
	}
	read(t, s, []string{"t1", "t9"}, 1)
	before := requests
	if _, err := s.Get(t.Context(), "", "none"); !errors.Is(err, client.ErrNotFound) || requests > before {
		t.Errorf("what there is not: got %v after %d pages", err, requests)
	}
}
