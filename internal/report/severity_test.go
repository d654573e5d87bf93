package report_test

import (
	"strings"
	"testing"

	"github.com/keyward/terraform-provider-keyward/internal/report"
)

func TestSeverity(t *testing.T) {
	all := report.Severities()
	for i, worse := range all {
		for j, other := range all {
			if got := worse.AtLeast(other); got != (i <= j) {
				t.Errorf("%s at least %s: %t", worse, other, got)
			}
		}
		if got, err := report.ParseSeverity(string(worse)); err != nil || got != worse {
			t.Errorf("%s: %s, %v", worse, got, err)
		}
	}
	if _, err := report.ParseSeverity("High"); err == nil || !strings.Contains(err.Error(), `"High" is no severity: it must be one of critical, high,`) {
		t.Error(err)
	}
	if !report.Severity("").AtLeast(report.Critical) {
		t.Error("what is no severity would be overlooked")
	}
}
