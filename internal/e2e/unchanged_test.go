package e2e_test

import (
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// An apply that changes nothing writes no new state, or every saved plan would be
// stale after it.
func TestApplyWithoutChangesKeepsTheState(t *testing.T) {
	t.Parallel()
	s := startSandbox(t)
	w := newWorkspace(t, s)
	configure := func(version string) {
		w.configure(t, `
resource "keyward_corebill_api_key" "shop" {
  name             = "shop"
  permission_level = "read"
  rotation         = { rotate_after = "720h" }
}

resource "keyward_billium_api_key" "shop" {
  name        = "shop"
  permissions = ["invoice:view"]
  rotation    = { rotate_when_changed = { v = "`+version+`" } }
}
`)
	}
	configure("1")
	w.run(t, nil, "apply", "-auto-approve", "-input=false")
	before := w.state(t)
	w.run(t, nil, "apply", "-auto-approve", "-input=false")
	if !bytes.Equal(before, w.state(t)) {
		t.Error("an apply without changes wrote another state")
	}

	configure("2")
	w.run(t, nil, "plan", "-input=false", "-out=saved")
	configure("1")
	w.run(t, nil, "apply", "-auto-approve", "-input=false")
	wantText(t, w.run(t, nil, "apply", "-input=false", "saved"), "0 added, 1 changed")
}

// Of keys that are unchanged, too, the log tells what the framework does, where
// someone asked for it.
func TestLogTellsOfUnchangedKeys(t *testing.T) {
	t.Parallel()
	s := startSandbox(t)
	w := newWorkspace(t, s)
	w.configure(t, keys)
	w.run(t, nil, "apply", "-auto-approve", "-input=false")
	log := filepath.Join(t.TempDir(), "trace.log")
	plan := w.run(t, []string{"TF_LOG_PROVIDER=TRACE", "TF_LOG_PATH=" + log}, "plan", "-input=false")
	wantText(t, plan, "No changes.")
	seen := texts{}
	seen.read(t, "log", log)
	for _, call := range []string{"ValidateConfig", "Read", "ModifyPlan"} {
		for _, platform := range []string{"corebill", "billium"} {
			if !tells(seen["log"], "Calling provider defined Resource "+call, "tf_resource_type=keyward_"+platform+"_api_key") {
				t.Errorf("the log does not tell of %s of the key of %s", call, platform)
			}
		}
	}
}

// tells reports whether a line has all the words.
func tells(text string, words ...string) bool {
	for line := range strings.Lines(text) {
		if !slices.ContainsFunc(words, func(word string) bool { return !strings.Contains(line, word) }) {
			return true
		}
	}
	return false
}

func (w *workspace) state(t *testing.T) []byte {
	t.Helper()
	content, err := os.ReadFile(filepath.Join(w.dir, "terraform.tfstate"))
	if err != nil {
		t.Fatal(err)
	}
	return content
}
