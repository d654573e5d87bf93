//go:build unix

package e2e_test

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"
)

// matrixPage is where the table of a full run is written.
var matrixPage = filepath.Join("..", "..", "docs", "contributing", "crash-matrix.md")

// result is what there is to tell of a row.
type result struct {
	platform, life, moment string
	crash                  crash
	// skipped: there is no such row; the verdict says why.
	skipped bool
	// left is what there is after the crash; next is what the next run changed, and
	// live what is live then; later is what all later runs changed.
	left, next, live, later string
	// person: the next plan is refused, and a person decided about a key.
	person bool
	// lapsed: from the crash until the next apply, the key in the state was not
	// accepted.
	lapsed  bool
	verdict string
}

// table collects results, in the order of the rows.
type table struct{ results []*result }

func (told *table) add(r *result) { told.results = append(told.results, r) }

// finish prints the table and, after a full run, writes its page.
func (told *table) finish(t *testing.T, full bool) {
	t.Helper()
	text, played, held := told.markdown(full && !told.partly())
	summary := fmt.Sprintf("%d rows played, %d hold", played, held)
	t.Logf("%s\n%s", summary, text)
	if !full || told.partly() || t.Failed() {
		return
	}
	page := fmt.Sprintf(pageHead, time.Now().UTC().Format(time.DateOnly), terraformVersion(t), runtime.GOOS, runtime.GOARCH, summary) + text
	if err := os.WriteFile(matrixPage, []byte(page), 0o644); err != nil {
		t.Error(err)
	}
}

// partly reports whether some rows were left out, as with -run.
func (told *table) partly() bool {
	for _, r := range told.results {
		if !r.skipped && r.verdict == "" {
			return true
		}
	}
	return false
}

const pageHead = `# The crash matrix

<!-- Written by "make matrix". -->

%s, Terraform %s, %s/%s: **%s**.

Each row is a real Terraform with the real provider, wrecked at one request against the sandbox: the provider or both
are killed by SIGKILL, the connection is cut once, it is cut and none comes about for the rest of the run, a gateway
answers 503 in the server's place, the connection is cut and the server carries the request out all the same, but
after the one with which the provider tries again, Terraform is interrupted once (Ctrl-C), or the request is answered
429 twice. Then Terraform runs again at once, and once more at least 20 minutes later by the platform's clock. k1, k2, k3
are the keys that the resource made, in order; a provisional one has the name of an unfinished creation. Runs
before the wrecked one that several rows have in common are made once; each row goes on with a copy of the sandbox and
the state.

A row holds if, after the next run:

- the state has exactly one key, and the declared previous one while its overlap lasts, and its token is accepted;
- every other key that the resource ever made is revoked, or is orphaned and in the state, or has a provisional name and
  is less than 15 minutes old;
- no other key was touched: one of another name, one whose name begins alike, one of the same name in another
  company and one in the organization, one of the provider's own credential that was never used, and orphaned keys of
  other names and scopes; with on_conflict = "allow" also one of the very same name, scope, permissions and credential;
- at every change on the platform, the key in the state file at that moment was live. With overlap "0s" it can't be:
  the old key goes within the apply, and Terraform writes the state after it. Killed in between, it stays so
  until the next apply; those rows say so. To avoid that, set an overlap.

After the last run, the next plan is empty, and no other key of the resource is live.

A single lost connection or answer is put right in the same run, and so is a 429. An interrupted run sees its creation
through. Terraform does not remove its lock file when it is killed; the lock itself goes with the process, and the next
run needs no -lock=false.

One kind of row needs a person: a first key that is finished and whose state was lost. Nothing tells it from a key of
another state, so that the next plan is refused with a name conflict. In these rows the key is revoked, as
"keyward keys prune --state … --unclaimed" does after a yes, and the apply after that succeeds.

`

// markdown returns the table, how many rows were played and how many of them hold.
func (told *table) markdown(withSkipped bool) (text string, played, held int) {
	var b strings.Builder
	heading := ""
	for _, r := range told.results {
		if r.skipped && !withSkipped || r.verdict == "" {
			continue
		}
		if now := r.platform + ": " + r.life; now != heading {
			heading = now
			fmt.Fprintf(&b, "\n## %s\n\n| Moment | Crash | After it | Next run | Live then | Later runs | Verdict |\n| --- | --- | --- | --- | --- | --- | --- |\n", heading)
		}
		verdict := r.verdict
		switch {
		case r.skipped:
			verdict = "no such row: " + verdict
		case r.person:
			verdict += ", with a person: name conflict, then keyward keys prune --unclaimed"
		case r.lapsed:
			verdict += ", after a lapse from the crash to the next apply"
		}
		fmt.Fprintf(&b, "| %s | %s | %s | %s | %s | %s | %s |\n", r.moment, r.crash, r.left, r.next, r.live, r.later, verdict)
		if !r.skipped {
			played++
		}
		if strings.HasPrefix(r.verdict, "holds") {
			held++
		}
	}
	return strings.TrimPrefix(b.String(), "\n"), played, held
}

func terraformVersion(t *testing.T) string {
	t.Helper()
	var version struct {
		Terraform string `json:"terraform_version"`
	}
	out, err := exec.Command(terraformPath(t), "version", "-json").Output()
	if err == nil {
		err = json.Unmarshal(out, &version)
	}
	if err != nil {
		t.Error(err)
	}
	return version.Terraform
}
