package scan_test

import (
	"context"
	"errors"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/keyward/terraform-provider-keyward/internal/scan"
)

func write(t testing.TB, file, content string) string {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

func where(findings []scan.Finding) []string {
	all := []string{}
	for _, f := range findings {
		all = append(all, f.Where())
	}
	return all
}

func TestFiles(t *testing.T) {
	all := newTokens(t)
	dir := t.TempDir()
	t.Chdir(dir)
	write(t, "a/b.tf", "\n"+all.corebill)
	write(t, "a/.env", all.secret)
	write(t, "a/.git/config", all.secret)
	write(t, "a/"+all.public+".txt", all.public)
	write(t, "c.txt", all.webhook)
	write(t, "a/x.zip", "PK\x03\x04...")
	write(t, "a/y.gz", "\x1f\x8b...")
	if err := os.Symlink("a", "link"); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink("../c.txt", "a/link"); err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		paths   []string
		want    []string
		scanned int
	}{
		{[]string{"a"}, []string{"a/.env:1", "a/b.tf:2", "a/" + all.public[:16] + "….txt:1"}, 5},
		{[]string{"c.txt"}, []string{"c.txt:1"}, 1},
		{[]string{"c.txt", "a/b.tf"}, []string{"a/b.tf:2", "c.txt:1"}, 2},
		{[]string{"a/link"}, []string{"a/link:1"}, 1},
		{[]string{"link"}, []string{"link/.env:1", "link/b.tf:2", "link/" + all.public[:16] + "….txt:1"}, 5},
		{[]string{"."}, []string{"a/.env:1", "a/b.tf:2", "a/" + all.public[:16] + "….txt:1", "c.txt:1"}, 6},
	} {
		got, err := newScanner(t, scan.Options{}).Files(t.Context(), test.paths...)
		if err != nil {
			t.Fatal(err)
		}
		if !slices.Equal(where(got.Findings), test.want) || got.Scanned != test.scanned || len(got.Skipped) > 0 {
			t.Errorf("%q: %+v", test.paths, got)
		}
		mustNotShow(t, all, *got)
	}
	got, err := newScanner(t, scan.Options{}).Files(t.Context(), "a")
	if err != nil || len(got.Notes) != 1 || got.Notes[0] != "2 files are archives or compressed (a/x.zip, for one): they were not unpacked" {
		t.Errorf("%v, %q", err, got.Notes)
	}
	if _, err := newScanner(t, scan.Options{}).Files(t.Context(), "none"); err == nil || !strings.Contains(err.Error(), "none: no such file") {
		t.Error(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := newScanner(t, scan.Options{}).Files(ctx, "a"); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}

func TestFilesThatCannotBeRead(t *testing.T) {
	t.Chdir(t.TempDir())
	write(t, "a/b", "x")
	// Not even root opens a socket as a file.
	socket, err := (&net.ListenConfig{}).Listen(t.Context(), "unix", "socket")
	if err != nil {
		t.Fatal(err)
	}
	defer socket.Close() //nolint:errcheck // the test's directory goes with it
	got, err := newScanner(t, scan.Options{}).Files(t.Context(), "a", "socket")
	if err != nil || len(got.Skipped) != 1 || !strings.HasPrefix(got.Skipped[0], "open socket: ") || got.Scanned != 1 {
		t.Errorf("%v, %+v", err, got)
	}
}

func TestIgnore(t *testing.T) {
	all := newTokens(t)
	t.Chdir(t.TempDir())
	write(t, "a/b", all.corebill+"\n"+all.secret)
	write(t, ".gitleaksignore", "# known\na/b:keyward-corebill-api-key:1\n0abc:a/b:keyward-billium-secret-key:2\nx:generic-api-key:1\n")
	ignore, err := scan.ReadIgnore("a")
	if err != nil || len(ignore) != 2 {
		t.Fatal(ignore, err)
	}
	got, err := newScanner(t, scan.Options{Ignore: ignore}).Files(t.Context(), "a")
	if err != nil || got.Ignored != 1 || !slices.Equal(where(got.Findings), []string{"a/b:2"}) {
		t.Errorf("%v, %+v", err, got)
	}
	write(t, ".gitleaksignore", "\nb\n")
	if _, err := scan.ReadIgnore(); err == nil || err.Error() != ".gitleaksignore: line 2 is no fingerprint: it must be file:rule:line or commit:file:rule:line" {
		t.Error(err)
	}
}
