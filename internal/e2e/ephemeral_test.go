package e2e_test

import (
	"testing"

	"github.com/keyward/terraform-provider-keyward/internal/platform/provisional"
)

// Terraform closes no ephemeral resource once an apply has failed; the key is
// revoked all the same, when the provider's process ends.
func TestFailedApplyLeavesNoEphemeralKey(t *testing.T) {
	t.Parallel()
	s := startSandbox(t)
	w := newWorkspace(t, s)
	w.configure(t, `
ephemeral "keyward_corebill_api_key" "job" {
  name             = "job"
  permission_level = "read"
  open             = terraform.applying
}

resource "terraform_data" "job" {
  provisioner "local-exec" {
    command     = "exit 3"
    environment = { TOKEN = ephemeral.keyward_corebill_api_key.job.token }
  }
}
`)
	wantText(t, w.fail(t, "apply", "-auto-approve", "-input=false"), "exit status 3")
	jobs := func(query string) (n int) {
		for _, key := range s.listCorebillKeys(t, query) {
			if parsed, ok := provisional.ParseEphemeral(key); ok && parsed.Name == "job" {
				n++
			}
		}
		return n
	}
	if live := jobs(""); live != 0 {
		t.Errorf("%d ephemeral keys are live after a failed apply", live)
	}
	if made := jobs("&include_revoked=true"); made != 1 {
		t.Errorf("%d keys were created, want 1: nothing is proved otherwise", made)
	}
}
