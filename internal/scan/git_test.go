package scan_test

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/keyward/terraform-provider-keyward/internal/scan"
)

// repository makes one in the working directory.
type repository struct{ t testing.TB }

func newRepository(t *testing.T) repository {
	t.Helper()
	t.Chdir(t.TempDir())
	for name, value := range map[string]string{
		"GIT_CONFIG_GLOBAL": os.DevNull, "GIT_CONFIG_SYSTEM": os.DevNull,
		"GIT_AUTHOR_NAME": "Ann", "GIT_AUTHOR_EMAIL": "ann@example.com", "GIT_COMMITTER_NAME": "Ann", "GIT_COMMITTER_EMAIL": "ann@example.com",
	} {
		t.Setenv(name, value)
	}
	r := repository{t}
	r.git("init", "-q", "-b", "main")
	return r
}

// at sets the time of the next commits.
func (r repository) at(minute string) {
	for _, name := range []string{"GIT_AUTHOR_DATE", "GIT_COMMITTER_DATE"} {
		if err := os.Setenv(name, "2026-01-02T03:"+minute+":00Z"); err != nil {
			r.t.Fatal(err)
		}
	}
}

func (r repository) git(args ...string) string {
	r.t.Helper()
	out, err := exec.CommandContext(r.t.Context(), "git", args...).CombinedOutput()
	if err != nil {
		r.t.Fatalf("git %s: %v\n%s", args[0], err, out)
	}
	return strings.TrimSpace(string(out))
}

func (r repository) commit(message string) string {
	r.t.Helper()
	r.git("add", "-A")
	r.git("commit", "-q", "--allow-empty", "-m", message)
	return r.git("rev-parse", "HEAD")
}

func TestGit(t *testing.T) {
	all := newTokens(t)
	t.Setenv("GIT_AUTHOR_DATE", "")
	t.Setenv("GIT_COMMITTER_DATE", "")
	r := newRepository(t)
	r.at("01")
	first := r.commit("start\n\nthe key is " + all.corebill)
	r.at("02")
	write(t, "a dir/Größe.tf", "x\n"+all.corebill+"\n")
	added := r.commit("add")
	r.at("03")
	r.git("mv", "a dir", "b")
	r.commit("rename")
	r.git("rm", "-q", "-r", "b")
	r.commit("remove")
	r.git("checkout", "-q", "-b", "side", first)
	write(t, "binary", "\x00\x01\x02"+all.secret+"\x00")
	r.at("04")
	side := r.commit("side")
	r.git("checkout", "-q", "main")
	r.git("merge", "-q", "--no-commit", "side")
	write(t, "evil", all.public) // only the merge itself has it
	r.at("05")
	merge := r.commit("merge")
	r.git("tag", "-a", "-m", "signed with "+all.webhook, "v1")
	tag := r.git("rev-parse", "v1")

	got, err := newScanner(t, scan.Options{}).Git(t.Context(), ".")
	if err != nil {
		t.Fatal(err)
	}
	mustNotShow(t, all, *got)
	var lines []string
	for _, f := range got.Findings {
		lines = append(lines, strings.Join([]string{f.Where(), strings.TrimPrefix(string(f.Rule), "keyward-"), f.Commit.ID, f.Commit.Author, f.Commit.Date}, "|"))
	}
	want := strings.Join([]string{
		"(message):3|corebill-api-key|" + first + "|Ann|2026-01-02T03:01:00Z",
		"(message):1|webhook-secret|" + tag + "||",
		"a dir/Größe.tf:2|corebill-api-key|" + added + "|Ann|2026-01-02T03:02:00Z",
		"binary:1|billium-secret-key|" + side + "|Ann|2026-01-02T03:04:00Z",
		"evil:1|billium-public-key|" + merge + "|Ann|2026-01-02T03:05:00Z",
	}, "\n")
	for _, line := range strings.Split(want, "\n") {
		if line = strings.Replace(line, "Z", "+00:00", 1); !strings.Contains(strings.ReplaceAll(strings.Join(lines, "\n"), "Z", "+00:00"), line) {
			t.Errorf("%s isn't found", line)
		}
	}
	if len(lines) != 5 {
		t.Errorf("%s", strings.Join(lines, "\n"))
	}

	since, err := newScanner(t, scan.Options{}).Git(t.Context(), ".", "HEAD^..HEAD")
	if err != nil || len(since.Findings) == 0 || len(since.Findings) == 5 {
		t.Errorf("a range: %v, %+v", err, since)
	}
	ignored, err := newScanner(t, scan.Options{Ignore: []string{merge + ":evil:keyward-billium-public-key:1", "binary:keyward-billium-secret-key:1"}}).Git(t.Context(), ".")
	if err != nil || ignored.Ignored != 2 || len(ignored.Findings) != 3 {
		t.Errorf("ignoring: %v, %+v", err, ignored)
	}
}

func TestGitOfAShallowClone(t *testing.T) {
	r := newRepository(t)
	r.commit("one")
	r.commit("two")
	clone := filepath.Join(t.TempDir(), "clone")
	source, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	r.git("clone", "-q", "--depth", "1", "file://"+source, clone)
	got, err := newScanner(t, scan.Options{}).Git(t.Context(), clone)
	if err != nil || len(got.Skipped) != 1 || !strings.Contains(got.Skipped[0], "git fetch --unshallow") {
		t.Errorf("%v, %+v", err, got)
	}
}

func TestGitRefuses(t *testing.T) {
	r := newRepository(t)
	r.commit("one")
	for _, test := range []struct {
		dir, revision, want string
	}{
		{t.TempDir(), "", "not a git repository"},
		{"none", "", "none"},
		{".", "nowhere", "git rev-list: bad revision 'nowhere'"},
		{".", "--output=x", "git rev-list: bad revision '--output=x'"},
	} {
		var revisions []string
		if test.revision != "" {
			revisions = []string{test.revision}
		}
		_, err := newScanner(t, scan.Options{}).Git(t.Context(), test.dir, revisions...)
		if err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%+v: %v", test, err)
		}
	}
	t.Setenv("PATH", t.TempDir())
	if _, err := newScanner(t, scan.Options{}).Git(t.Context(), "."); err == nil || !strings.Contains(err.Error(), "git is not on PATH") {
		t.Error(err)
	}
}

func TestGitOfNothing(t *testing.T) {
	newRepository(t)
	got, err := newScanner(t, scan.Options{}).Git(t.Context(), ".")
	if err != nil || len(got.Findings) > 0 || got.Scanned != 0 {
		t.Errorf("%v, %+v", err, got)
	}
	write(t, "f", string(bytes.Repeat([]byte("x"), 3<<20)))
	repository{t}.commit("big")
	if got, err = newScanner(t, scan.Options{}).Git(t.Context(), "."); err != nil || got.Scanned != 2 {
		t.Errorf("%v, %+v", err, got)
	}
}
