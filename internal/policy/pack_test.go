package policy_test

import (
	"testing"

	"github.com/keyward/terraform-provider-keyward/internal/policy"
	"github.com/keyward/terraform-provider-keyward/internal/report"
)

// TestPack holds every built-in rule to be documented.
func TestPack(t *testing.T) {
	rules, err := policy.Rules()
	if err != nil {
		t.Fatal(err)
	}
	if len(rules) < 20 {
		t.Errorf("there are %d rules", len(rules))
	}
	for _, r := range rules {
		if r.Title == "" || r.Description == "" || r.Remedy == "" || !r.Builtin || r.Severity == "" || !r.Severity.AtLeast(report.Info) {
			t.Errorf("%+v", r)
		}
	}
	if _, err := policy.New(t.Context(), policy.Options{}); err != nil {
		t.Fatal(err)
	}
}

// TestPackTests runs the rules' own tests, of which each rule has some.
func TestPackTests(t *testing.T) {
	results, err := policy.Test(t.Context(), policy.Options{})
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range results {
		if !r.Passed() || r.Outcome == "skip" {
			t.Errorf("%s:%d: %s: %s %s", r.File, r.Line, r.Name, r.Outcome, r.Message)
		}
	}
}
