package main

import (
	"strings"
	"testing"
)

func TestScreen(t *testing.T) {
	var out strings.Builder
	s := newScreen(&out, false)
	s.heading("First")
	s.line("%d lines", 1)
	s.heading("Second")
	s.table([][]string{{"WHAT", "STATUS", "ANSWER"}, {"list customers", "200", ""}, {"cancel", "403", "No"}})
	s.failure("it broke", "look there")
	want := `
 1.  First
     1 lines

 2.  Second
     WHAT            STATUS  ANSWER
     list customers  200
     cancel          403     No

The demo failed: it broke
look there
`
	if out.String() != want {
		t.Errorf("got:\n%s\nwant:\n%s", out.String(), want)
	}
}

func TestColouredTablesAreAlignedAlike(t *testing.T) {
	rows := [][]string{{"WHAT", "STATUS", "ANSWER"}, {"list customers", "200", "x"}, {"cancel", "403", "y"}}
	var plain, colour strings.Builder
	newScreen(&plain, false).table(rows)
	newScreen(&colour, true).table(rows)
	if !strings.Contains(colour.String(), green+"200"+reset) || !strings.Contains(colour.String(), red+"403"+reset) {
		t.Errorf("the statuses have no colour in %q", colour.String())
	}
	stripped := strings.NewReplacer(bold, "", red, "", green, "", reset, "").Replace(colour.String())
	if stripped != plain.String() {
		t.Errorf("without colours:\n%s\nplain:\n%s", stripped, plain.String())
	}
}

func TestTail(t *testing.T) {
	tests := map[string]struct {
		text string
		n    int
		want string
	}{
		"the last lines, blank ones aside": {"a\n\nb\n \nc\n", 2, indent + "b\n" + indent + "c"},
		"fewer than asked for":             {"a", 5, indent + "a"},
		"nothing":                          {"", 5, ""},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			if got := tail(tt.text, tt.n); got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}
