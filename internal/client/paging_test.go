package client

import (
	"errors"
	"fmt"
	"slices"
	"testing"
)

func TestPaging(t *testing.T) {
	t.Parallel()
	type page struct {
		next string
		ids  []string
	}
	repeat := func(n int, p func(i int) page) (all []page) {
		for i := range n {
			all = append(all, p(i))
		}
		return all
	}
	same := func(i int) page { return page{fmt.Sprint("c", i), []string{"a"}} }
	for name, test := range map[string]struct {
		pages []page
		// bad is the page that is refused, from 1; 0 for none.
		bad int
	}{
		"a list":                     {repeat(1000, func(i int) page { return page{fmt.Sprint("c", i), []string{fmt.Sprint(i)}} }), 0},
		"numbered pages":             {repeat(1000, func(i int) page { return page{"", []string{fmt.Sprint(i)}} }), 0},
		"a cursor that repeats":      {[]page{{"c1", []string{"a"}}, {"c2", []string{"b"}}, {"c1", []string{"c"}}}, 3},
		"a cursor that is an id":     {[]page{{"a", []string{"b", "a"}}, {"", []string{"c"}}}, 0},
		"nothing new for ever":       {repeat(100, same), maxVainPages + 2},
		"empty for ever":             {repeat(100, func(i int) page { return page{next: fmt.Sprint(i)} }), maxVainPages + 1},
		"nothing new for a while":    {append(repeat(maxVainPages, same), page{"d", []string{"z"}}), 0},
		"something new now and then": {repeat(200, func(i int) page { return page{fmt.Sprint("c", i), []string{fmt.Sprint(i / 20)}} }), 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var paging Paging
			bad := 0
			for i, p := range test.pages {
				if err := paging.Take(p.next, slices.Values(p.ids)); err != nil {
					if !errors.Is(err, ErrInvalidResponse) {
						t.Errorf("got %v", err)
					}
					bad = i + 1
					break
				}
			}
			if bad != test.bad {
				t.Errorf("page %d is refused, want %d", bad, test.bad)
			}
		})
	}
}
