package main

import (
	"strings"
	"testing"
	"time"
)

func TestTable(t *testing.T) {
	numbers := table{head: []string{"What", "N", "Wall s"}}
	numbers.add("größer", "1000", "2.50")
	numbers.add("x", "5", "–")
	want := `| What   |    N | Wall s |
| ------ | ---: | -----: |
| größer | 1000 |   2.50 |
| x      |    5 |      – |
`
	if got := numbers.markdown(); got != want {
		t.Errorf("got:\n%s\nwant:\n%s", got, want)
	}
	empty := table{head: []string{"A"}}
	if got := empty.markdown(); got != "| A   |\n| --- |\n" {
		t.Errorf("without rows: %q", got)
	}
}

func TestTargets(t *testing.T) {
	tests := map[string]struct {
		target target
		want   bool
	}{
		"below":          {atMost("x", 0.4, 0.5, "%.1f"), true},
		"just":           {atMost("x", 0.5, 0.5, "%.1f"), true},
		"above":          {atMost("x", 0.6, 0.5, "%.1f"), false},
		"enough":         {atLeast("x", 300, 300, "%.0f"), true},
		"too little":     {atLeast("x", 299, 300, "%.0f"), false},
		"nothing at all": {atLeast("x", ratio(1.0, 0), 0.15, "%.2f"), false},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			if tt.target.met != tt.want {
				t.Errorf("got %+v", tt.target)
			}
		})
	}
}

func TestDocument(t *testing.T) {
	got := document(results{
		machine: "A machine", at: time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC), stolen: 0.015,
		parts: []part{{
			title: "Part", note: "Note.", table: table{head: []string{"A"}, rows: [][]string{{"1"}}},
			targets: []target{atMost("size", 2, 1, "%.0f")},
		}},
	})
	for _, want := range []string{
		"# Benchmarks\n", "Measured on 2026-03-01: A machine. The machine's host took 1.5 % of its processors' time meanwhile.\n",
		"| size | at most 1 |        2 | **no** |", "## Part\n\nNote.\n\n|   A |\n",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("%q is not in:\n%s", want, got)
		}
	}
}

func TestScaleTargets(t *testing.T) {
	var readings []reading
	for resource, wall := range map[string]time.Duration{corebillKey: 4, billiumKey: 7, baselineKey: 10, terraformData: 2} {
		readings = append(readings,
			reading{1000, resource, planning, cost{wall: wall * time.Second, cpu: time.Second, peak: 40e6, requests: 11}},
			reading{1000, resource, applying, cost{peak: 100e6}},
			reading{5000, resource, planning, cost{cpu: 5 * time.Second}})
	}
	want := []string{"0.40 true", "2.00 true", "11 true", "100 false", "5.0 true", "0.70 false", "3.50 false", "11 true", "100 false", "6.0 false"}
	grown := growth([]reading{{5000, corebillKey, planning, cost{cpu: 5 * time.Second}}, {5000, billiumKey, planning, cost{cpu: 6 * time.Second}}},
		[]reading{{1000, corebillKey, planning, cost{cpu: time.Second}}, {1000, billiumKey, planning, cost{cpu: time.Second}}})
	for i, got := range scaleTargets(readings, grown, 1000, 5000) {
		value, met, _ := strings.Cut(want[i], " ")
		if got.measured != value || got.met != (met == "true") {
			t.Errorf("%s: got %s, %t, want %s", got.what, got.measured, got.met, want[i])
		}
	}
}
