package importcmd

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/keyward/terraform-provider-keyward/internal/importer"
)

func TestWriteFilesWritesAllOrNone(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "new")
	files := []importer.File{{Name: "a.tf", Content: []byte("a")}, {Name: "b.tf", Content: []byte("b")}}
	if err := writeFiles(dir, files[1:], false); err != nil {
		t.Fatal(err)
	}
	if err := writeFiles(dir, files, false); err == nil {
		t.Error("it overwrites b.tf")
	}
	if _, err := os.Stat(filepath.Join(dir, "a.tf")); err == nil {
		t.Error("it wrote a.tf although b.tf is there")
	}
	if err := writeFiles(dir, files, true); err != nil {
		t.Error(err)
	}
	if content, err := os.ReadFile(filepath.Join(dir, "a.tf")); err != nil || string(content) != "a" {
		t.Errorf("a.tf has %q, %v", content, err)
	}
}
