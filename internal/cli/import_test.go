package cli_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestImport(t *testing.T) {
	s := newShop(t)
	code, stdout, stderr := s.keyward(t, "import")
	if code != 0 || stderr != "8 resources with import blocks, 3 objects left out: comments say which and why.\n" {
		t.Errorf("exit %d, stderr %q", code, stderr)
	}
	for _, want := range []string{"# providers.tf\n", "# corebill.tf\n", "# billium.tf\n", "# imports.tf\n", `resource "keyward_corebill_api_key" "deploy"`} {
		if !strings.Contains(stdout, want) {
			t.Errorf("there is no %q", want)
		}
	}
}

func TestImportOverwritesNothing(t *testing.T) {
	s := newShop(t)
	dir := filepath.Join(t.TempDir(), "it's new")
	code, stdout, stderr := s.keyward(t, "import", "--out", dir)
	if code != 0 || stdout != "" || !strings.Contains(stderr, "Next: terraform plan in there") {
		t.Fatalf("exit %d, stdout %q, stderr %q", code, stdout, stderr)
	}
	corebill := filepath.Join(dir, "corebill.tf")
	check(t, os.WriteFile(corebill, []byte("mine"), 0o600))
	check(t, os.Remove(filepath.Join(dir, "billium.tf")))
	code, _, stderr = s.keyward(t, "import", "--out", dir)
	if code != 2 || !strings.Contains(stderr, "providers.tf is there already, and nothing was written") {
		t.Errorf("exit %d, stderr %q", code, stderr)
	}
	if files, err := os.ReadDir(dir); err != nil || len(files) != 3 {
		t.Errorf("%v, %v", files, err)
	}
	if code, _, stderr = s.keyward(t, "import", "--out", dir, "--force"); code != 0 {
		t.Errorf("exit %d, stderr %q", code, stderr)
	}
	content, err := os.ReadFile(corebill)
	if err != nil || string(content) == "mine" {
		t.Errorf("it was not overwritten: %v", err)
	}
}
