package main

import (
	"cmp"
	"slices"
)

// median returns the value in the middle, the lower one of two; the zero value
// of nothing.
func median[T cmp.Ordered](values []T) T {
	if len(values) == 0 {
		var none T
		return none
	}
	sorted := slices.Sorted(slices.Values(values))
	return sorted[(len(sorted)-1)/2]
}

// medianOf is the median of what each of the items says.
func medianOf[I any, T cmp.Ordered](items []I, of func(I) T) T {
	values := make([]T, len(items))
	for i, item := range items {
		values[i] = of(item)
	}
	return median(values)
}

// ratio returns a divided by b, and 0 where b is nothing.
func ratio[T ~int | ~int64 | ~float64](a, b T) float64 {
	if b == 0 {
		return 0
	}
	return float64(a) / float64(b)
}
