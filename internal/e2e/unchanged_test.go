package e2e_test

import (
	"bytes"
	"os"
	"path/filepath"
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

func (w *workspace) state(t *testing.T) []byte {
	t.Helper()
	content, err := os.ReadFile(filepath.Join(w.dir, "terraform.tfstate"))
	if err != nil {
		t.Fatal(err)
	}
	return content
}
