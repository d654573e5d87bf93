package e2e_test

import (
	"net/http"
	"strings"
	"testing"
)

// A plan tells its reader which key will be rotated and why, and which was
// revoked outside.
func TestPlanTellsWhatHappensToKeys(t *testing.T) {
	t.Parallel()
	s := startSandbox(t)
	w := newWorkspace(t, s)
	w.configure(t, keys)
	w.run(t, nil, "apply", "-auto-approve", "-input=false")

	rotation := w.run(t, nil, "plan", "-input=false", "-var", "generation=2")
	wantText(t, rotation, `Rotation of Corebill API key "shop"`)
	wantText(t, rotation, `Reason: rotate_when_changed changes: generation. A new key is created first, and key_`)
	wantText(t, rotation, `Plan: 0 to add, 2 to change, 0 to destroy.`)

	w.revoke(t, s)
	replacement := w.run(t, nil, "plan", "-input=false")
	wantText(t, replacement, `Corebill API key "shop" is gone`)
	wantText(t, replacement, `it was revoked outside Terraform at 20`)
	wantText(t, replacement, `Plan: 1 to add, 0 to change, 0 to destroy.`)
}

// revoke revokes the Corebill key of the state, as someone else would.
func (w *workspace) revoke(t *testing.T, s *sandbox) {
	t.Helper()
	_, rest, found := strings.Cut(w.run(t, nil, "state", "show", "-no-color", "keyward_corebill_api_key.shop"), `"key_`)
	id, _, closed := strings.Cut(rest, `"`)
	if !found || !closed {
		t.Fatal("the state shows no key id")
	}
	var revoked struct{}
	s.call(t, http.MethodDelete, s.Corebill.BaseURL+"/v1/api_keys/key_"+id+"?company_id="+s.Corebill.CompanyID, "",
		http.StatusOK, &revoked)
}
