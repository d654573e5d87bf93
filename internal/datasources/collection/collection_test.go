package collection

import (
	"errors"
	"iter"
	"slices"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-framework-timetypes/timetypes"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

func TestKeyFilter(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 3, 14, 15, 0, 0, 0, time.UTC)
	yesterday, lastYear := now.AddDate(0, 0, -1), now.AddDate(-1, 0, 0)
	used := KeyFacts{Name: "shop", KeyPrefix: "sk_live_ab", CreatedAt: lastYear, LastUsedAt: &yesterday}
	forgotten := KeyFacts{Name: "shop", KeyPrefix: "sk_live_ab", CreatedAt: lastYear}
	fresh := KeyFacts{Name: "shop", KeyPrefix: "sk_live_ab", CreatedAt: yesterday}
	unusedSince := KeyFilter{UnusedSince: timetypes.NewRFC3339TimeValue(now.AddDate(0, -1, 0))}
	for _, c := range []struct {
		name   string
		filter KeyFilter
		key    KeyFacts
		want   bool
	}{
		{"no filter", KeyFilter{}, used, true},
		{"its prefix", KeyFilter{KeyPrefix: types.StringValue("sk_live_a")}, used, true},
		{"another prefix", KeyFilter{KeyPrefix: types.StringValue("sk_live_b")}, used, false},
		{"a match of its name", KeyFilter{NameRegex: types.StringValue("^sh")}, used, true},
		{"no match of its name", KeyFilter{NameRegex: types.StringValue("^op")}, used, false},
		{"used since", unusedSince, used, false},
		{"never used, old", unusedSince, forgotten, true},
		{"never used, but new", unusedSince, fresh, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			matches, err := c.filter.Matcher()
			if err != nil {
				t.Fatal(err)
			}
			if got := matches(c.key); got != c.want {
				t.Errorf("got %t, want %t", got, c.want)
			}
		})
	}
	if _, err := (KeyFilter{NameRegex: types.StringValue("(")}).Matcher(); err == nil {
		t.Error("a broken expression is taken")
	}
}

func TestTakeStopsAtTheLimit(t *testing.T) {
	t.Parallel()
	broken := errors.New("the next page failed")
	rows := func(asked *int) iter.Seq2[int, error] {
		return func(yield func(int, error) bool) {
			for i := range 3 {
				if *asked++; !yield(i, nil) {
					return
				}
			}
			yield(0, broken)
		}
	}
	model := func(i int) Log { return Log{Status: types.Int64Value(int64(i))} }
	var asked int
	logs, err := Take(2, rows(&asked), model)
	if err != nil || asked != 2 || !slices.Equal(logs, []Log{model(0), model(1)}) {
		t.Errorf("got %v, %v after %d rows", logs, err, asked)
	}
	if _, err := Take(9, rows(&asked), model); !errors.Is(err, broken) {
		t.Errorf("got %v, want the failure", err)
	}
}

func TestLogLimits(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		limit      types.Int64
		rows, page int
	}{
		{types.Int64Null(), 100, 100}, {types.Int64Value(1), 1, 1}, {types.Int64Value(1000), 1000, 100},
	} {
		f := LogFilter{Limit: c.limit}
		if f.Rows() != c.rows || f.PageSize() != c.page {
			t.Errorf("%s: %d rows, %d a page", c.limit, f.Rows(), f.PageSize())
		}
	}
}
