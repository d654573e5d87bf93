package env_test

import (
	"testing"
	"time"

	"github.com/keyward/terraform-provider-keyward/internal/cli/env"
	"github.com/keyward/terraform-provider-keyward/internal/report"
)

func TestParseSince(t *testing.T) {
	now := time.Date(2026, 3, 10, 3, 0, 0, 0, time.UTC)
	for text, want := range map[string]time.Time{
		"90d":                  now.AddDate(0, 0, -90),
		"5m30s":                now.Add(-330 * time.Second),
		"2026-01-31":           time.Date(2026, 1, 31, 0, 0, 0, 0, time.UTC),
		"2026-01-31T08:00:00Z": time.Date(2026, 1, 31, 8, 0, 0, 0, time.UTC),
	} {
		if got, err := env.ParseSince(text, now); err != nil || !got.Equal(want) {
			t.Errorf("%s is %s, %v, want %s", text, got, err, want)
		}
	}
	for _, text := range []string{"", "yesterday", "2026-13-01"} {
		if got, err := env.ParseSince(text, now); err == nil {
			t.Errorf("%q is %s", text, got)
		}
	}
}

func TestFailOn(t *testing.T) {
	for _, test := range []struct {
		failOn string
		found  report.Severity
		valid  bool
		fails  bool
	}{
		{"high", report.Critical, true, true},
		{"high", report.High, true, true},
		{"high", report.Medium, true, false},
		{"none", report.Critical, true, false},
		{"worst", report.Info, false, false},
	} {
		flags := env.Flags{FailOn: test.failOn}
		if err := flags.CheckFailOn(); (err == nil) != test.valid {
			t.Errorf("--fail-on %s: %v", test.failOn, err)
		}
		if got := flags.Fails(test.found); test.valid && got != test.fails {
			t.Errorf("--fail-on %s fails for %s: %t", test.failOn, test.found, got)
		}
	}
}
