package tfdoc_test

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/keyward/terraform-provider-keyward/internal/tfdoc"
)

// folder makes the files, in a folder that it returns.
func folder(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, content := range files {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func TestRead(t *testing.T) {
	dir := folder(t, map[string]string{
		"a.tfstate": file, "b/terraform.tfstate": file + shown, "b/c.json": shown,
		".terraform/terraform.tfstate": "{}", "main.tf.json": "{}", "keys.auto.tfvars.json": "{}", "notes.txt": "x", ".hidden.json": "x", "a.tfstate.backup": "x",
	})
	content := func(name string) ([]byte, error) {
		if name == tfdoc.Stdin {
			return []byte(shown), nil
		}
		return os.ReadFile(name)
	}
	for _, test := range []struct {
		endings, want []string
	}{
		{[]string{".tfstate", ".json"}, []string{"a.tfstate", "b/c.json", "b/terraform.tfstate", "-"}},
		{[]string{".json"}, []string{"b/c.json", "-"}},
	} {
		var got []string
		for file, err := range tfdoc.Read([]string{dir, tfdoc.Stdin}, content, test.endings...) {
			if err != nil || len(file.Documents) == 0 {
				t.Fatalf("%d documents, error %v", len(file.Documents), err)
			}
			got = append(got, strings.TrimPrefix(filepath.ToSlash(file.Name), filepath.ToSlash(dir)+"/"))
		}
		if !slices.Equal(got, test.want) {
			t.Errorf("of %q it reads %q", test.endings, got)
		}
	}
}

// The first error is the last that comes of it, and names the file.
func TestReadFails(t *testing.T) {
	dir := folder(t, map[string]string{"a.json": shown, "b.json": "x", "c.json": shown, "d/notes.txt": ""})
	for _, test := range []struct {
		name, want string
		files      int
	}{
		{dir, filepath.Join(dir, "b.json") + ": neither a Terraform state", 1},
		{filepath.Join(dir, "d"), filepath.Join(dir, "d") + ": there is no *.tfstate and no *.json in this folder", 0},
		{filepath.Join(dir, "none"), filepath.Join(dir, "none") + ": no such file or directory", 0},
		{tfdoc.Stdin, "(stdin): it is closed", 0},
	} {
		content := func(name string) ([]byte, error) {
			if name == tfdoc.Stdin {
				return nil, errors.New("it is closed")
			}
			return os.ReadFile(name)
		}
		files, last := 0, error(nil)
		for _, err := range tfdoc.Read([]string{test.name}, content, ".tfstate", ".json") {
			if last != nil {
				t.Errorf("%s: it goes on after %v", test.name, last)
			}
			if last = err; err == nil {
				files++
			}
		}
		if files != test.files || last == nil || !strings.HasPrefix(last.Error(), test.want) {
			t.Errorf("%s: %d files, error %v, want %q", test.name, files, last, test.want)
		}
	}
}

func TestReadStopsWhenTold(t *testing.T) {
	read := 0
	for _, err := range tfdoc.Read([]string{"a", "b"}, func(string) ([]byte, error) { read++; return []byte(shown), nil }) {
		if err != nil {
			t.Error(err)
		}
		break
	}
	if read != 1 {
		t.Errorf("it reads %d files", read)
	}
}
