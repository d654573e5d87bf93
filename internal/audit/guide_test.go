package audit_test

import (
	"os"
	"strings"
	"testing"

	"github.com/keyward/terraform-provider-keyward/internal/audit"
)

// TestGuideHasEveryRule keeps the guide's table and the rules together.
func TestGuideHasEveryRule(t *testing.T) {
	guide, err := os.ReadFile("../../templates/guides/auditing.md.tmpl")
	if err != nil {
		t.Fatal(err)
	}
	for _, rule := range audit.Rules() {
		if !strings.Contains(string(guide), "| `"+rule.ID+"` | "+rule.Title) {
			t.Errorf("the guide does not have %s: %s", rule.ID, rule.Title)
		}
		if rule.Why == "" || rule.Severity == "" {
			t.Errorf("%s lacks something", rule.ID)
		}
	}
	if rows := strings.Count(string(guide), "\n| `"); rows != len(audit.Rules()) {
		t.Errorf("the guide has %d rules, there are %d", rows, len(audit.Rules()))
	}
}
