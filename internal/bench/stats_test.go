package main

import "testing"

func TestMedian(t *testing.T) {
	tests := map[string]struct {
		values []int
		want   int
	}{
		"nothing":            {nil, 0},
		"one":                {[]int{7}, 7},
		"in any order":       {[]int{9, 1, 5}, 5},
		"the lower of two":   {[]int{4, 2}, 2},
		"one that sticks up": {[]int{3, 900, 2, 3, 4}, 3},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			if got := median(tt.values); got != tt.want {
				t.Errorf("got %d, want %d", got, tt.want)
			}
		})
	}
}

func TestRatio(t *testing.T) {
	if got := ratio(3.0, 2); got != 1.5 {
		t.Errorf("got %v", got)
	}
	if got := ratio(3, 0); got != 0 {
		t.Errorf("of nothing: %v", got)
	}
}

func TestMiddleTakesEachFigureByItself(t *testing.T) {
	got := middle([]cost{{wall: 1, cpu: 30, peak: 2}, {wall: 2, cpu: 10, peak: 3}, {wall: 3, cpu: 20, peak: 1}})
	if want := (cost{wall: 2, cpu: 20, peak: 2}); got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
}
