package policy_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/keyward/terraform-provider-keyward/internal/policy"
)

// TestDocument holds the page in docs/ to be the one that make docs writes, and to
// tell of every setting.
func TestDocument(t *testing.T) {
	page, err := policy.Document()
	if err != nil {
		t.Fatal(err)
	}
	written, err := os.ReadFile(filepath.Join("..", "..", "docs", "policies.md"))
	if err != nil || !strings.HasSuffix(string(written), "-->\n\n"+page) {
		t.Errorf("docs/policies.md is not what make docs writes: %v", err)
	}
	for _, setting := range policy.Settings() {
		if !strings.Contains(page, "| `"+setting+"` |") {
			t.Errorf("the page doesn't tell of the setting %s", setting)
		}
	}
}
