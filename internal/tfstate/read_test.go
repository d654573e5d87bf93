package tfstate_test

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/keyward/terraform-provider-keyward/internal/tfstate"
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
		if name == tfstate.Stdin {
			return []byte(shown), nil
		}
		return os.ReadFile(name)
	}
	for _, test := range []struct {
		kind tfstate.Kind
		want []string
	}{
		{"", []string{"a.tfstate", "b/c.json", "b/terraform.tfstate", "-"}},
		{tfstate.Plan, []string{"b/c.json", "-"}},
	} {
		var got []string
		for file, err := range tfstate.Read([]string{dir, tfstate.Stdin}, content, test.kind) {
			if err != nil || len(file.Documents) == 0 {
				t.Fatalf("%d documents, error %v", len(file.Documents), err)
			}
			got = append(got, strings.TrimPrefix(filepath.ToSlash(file.Name), filepath.ToSlash(dir)+"/"))
		}
		if !slices.Equal(got, test.want) {
			t.Errorf("wanting %q it reads %q", test.kind, got)
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
		{tfstate.Stdin, "(stdin): it is closed", 0},
	} {
		content := func(name string) ([]byte, error) {
			if name == tfstate.Stdin {
				return nil, errors.New("it is closed")
			}
			return os.ReadFile(name)
		}
		files, last := 0, error(nil)
		for _, err := range tfstate.Read([]string{test.name}, content, "") {
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

// What several paths lead to is read once.
func TestReadReadsNothingTwice(t *testing.T) {
	dir := folder(t, map[string]string{"a.json": shown, "b.json": shown})
	link(t, filepath.Join(dir, "a.json"), filepath.Join(dir, "c.json"))
	read := map[string]int{}
	content := func(name string) ([]byte, error) {
		read[filepath.Base(name)]++
		return os.ReadFile(name)
	}
	for _, err := range tfstate.Read([]string{filepath.Join(dir, "a.json"), dir, dir, filepath.Join(dir, "c.json"), filepath.Join(dir, "b.json")}, content, "") {
		if err != nil {
			t.Fatal(err)
		}
	}
	if len(read) != 2 || read["a.json"] != 1 || read["b.json"] != 1 {
		t.Errorf("it reads %v", read)
	}
}

func TestReadStopsWhenTold(t *testing.T) {
	read := 0
	for _, err := range tfstate.Read([]string{"a", "b"}, func(string) ([]byte, error) { read++; return []byte(shown), nil }, "") {
		if err != nil {
			t.Error(err)
		}
		break
	}
	if read != 1 {
		t.Errorf("it reads %d files", read)
	}
}

// names are the files that are read of a folder, by their names in it.
func names(t *testing.T, dir string) (all []string, err error) {
	t.Helper()
	for file, err := range tfstate.Read([]string{dir}, os.ReadFile, "") {
		if err != nil {
			return nil, err
		}
		all = append(all, strings.TrimPrefix(filepath.ToSlash(file.Name), filepath.ToSlash(dir)+"/"))
	}
	return all, nil
}

func link(t *testing.T, target, name string) {
	t.Helper()
	if err := os.Symlink(target, name); err != nil {
		t.Fatal(err)
	}
}

// Nothing in a folder that may be a state is passed over.
func TestReadFollowsLinks(t *testing.T) {
	elsewhere := folder(t, map[string]string{"prod/prod.tfstate": file, "one.json": shown, "named": shown})
	for _, test := range []struct {
		name    string
		files   map[string]string
		prepare func(dir string)
		want    []string
	}{
		{"a folder", nil, func(dir string) { link(t, filepath.Join(elsewhere, "prod"), filepath.Join(dir, "p")) }, []string{"a.json", "p/prod.tfstate"}},
		{"a file", nil, func(dir string) { link(t, filepath.Join(elsewhere, "one.json"), filepath.Join(dir, "x.json")) }, []string{"a.json", "x.json"}},
		{"a file whose link has another name", nil, func(dir string) {
			link(t, filepath.Join(elsewhere, "one.json"), filepath.Join(dir, "prod"))
			link(t, filepath.Join(elsewhere, "named"), filepath.Join(dir, "x.tfstate"))
		}, []string{"a.json", "prod", "x.tfstate"}},
		{"loops", nil, func(dir string) {
			link(t, dir, filepath.Join(dir, "self"))
			link(t, filepath.Join(dir, "b"), filepath.Join(dir, "a"))
			link(t, filepath.Join(dir, "self"), filepath.Join(dir, "b"))
		}, []string{"a.json"}},
		{"the same twice", nil, func(dir string) { link(t, filepath.Join(dir, "a.json"), filepath.Join(dir, "b.json")) }, []string{"a.json"}},
		{"other case", map[string]string{"B.JSON": shown, "C.TfState": shown, "D.TF.JSON": "{}"}, nil, []string{"B.JSON", "C.TfState", "a.json"}},
		{"hidden", map[string]string{".b.tfstate": shown, ".c/d.tfstate": shown, ".c/e.json": "x", ".c/.terraform/x.tfstate": "x", ".git/x.tfstate": "x"}, func(dir string) {
			link(t, "nowhere", filepath.Join(dir, ".#lock"))
		}, []string{".b.tfstate", ".c/d.tfstate", "a.json"}},
		{"old copies", map[string]string{"a.tfstate.backup": "x", "a.tfstate.1700000000.BACKUP": "x", ".a.tfstate.lock.info": "x"}, nil, []string{"a.json"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			dir := folder(t, test.files)
			if err := os.WriteFile(filepath.Join(dir, "a.json"), []byte(shown), 0o600); err != nil {
				t.Fatal(err)
			}
			if test.prepare != nil {
				test.prepare(dir)
			}
			if got, err := names(t, dir); err != nil || !slices.Equal(got, test.want) {
				t.Errorf("it reads %q, error %v, want %q", got, err, test.want)
			}
			through := filepath.Join(t.TempDir(), "states")
			link(t, dir, through)
			if got, err := names(t, through); err != nil || !slices.Equal(got, test.want) {
				t.Errorf("through a link it reads %q, error %v, want %q", got, err, test.want)
			}
		})
	}
}

func TestReadPassesNothingOver(t *testing.T) {
	for name, prepare := range map[string]func(dir string) string{
		"old.tfstate.gz: it may be a state, but its name doesn't end in *.tfstate or *.json": func(dir string) string { return "old.tfstate.gz" },
		"prod: no such file or directory: what it links to may be a state": func(dir string) string {
			link(t, filepath.Join(dir, "gone"), filepath.Join(dir, "prod"))
			return "a.txt"
		},
	} {
		dir := folder(t, map[string]string{"a.json": shown})
		if err := os.WriteFile(filepath.Join(dir, prepare(dir)), []byte("x"), 0o600); err != nil {
			t.Fatal(err)
		}
		if got, err := names(t, dir); err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("it reads %q, error %v, want %q", got, err, name)
		}
	}
}
