package e2e_test

import (
	"bytes"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// command runs keyward with the workspace's credentials and that on standard
// input, and returns its output where it ends with the exit code.
func (w *workspace) command(t *testing.T, code int, stdin string, args ...string) string {
	t.Helper()
	bin, err := binaries()
	if err != nil {
		t.Fatal(err)
	}
	command := exec.CommandContext(t.Context(), filepath.Join(bin, "keyward"), args...)
	command.Dir, command.Env, command.Stdin = w.dir, w.environment, strings.NewReader(stdin)
	var out bytes.Buffer
	command.Stdout, command.Stderr = &out, &out
	err = command.Run()
	if got := command.ProcessState.ExitCode(); got != code {
		t.Fatalf("keyward %s: exit %d (%v), want %d\n%s", strings.Join(args, " "), got, err, code, out.String())
	}
	return out.String()
}

// show writes the state as terraform show -json has it.
func (w *workspace) show(t *testing.T) string {
	t.Helper()
	file := filepath.Join(w.dir, "state.json")
	w.writeFile(t, file, w.run(t, nil, "show", "-json"))
	return file
}

// The incident: a token is found where it should not be, its key is revoked, the
// next plan says why there is another one, and after the apply everything is as
// declared.
func TestIncident(t *testing.T) {
	t.Parallel()
	s := startSandbox(t, "--rate-limits", "off")
	w := newWorkspace(t, s)
	w.configure(t, `
resource "keyward_corebill_api_key" "reporting" {
  name             = "reporting"
  permission_level = "read"
}

resource "keyward_billium_api_key" "checkout" {
  name        = "checkout"
  permissions = ["invoice:create", "invoice:view"]
}

output "reporting" {
  value     = keyward_corebill_api_key.reporting.token
  sensitive = true
}

output "checkout" {
  value     = keyward_billium_api_key.checkout.token
  sensitive = true
}
`)
	w.run(t, nil, "apply", "-auto-approve", "-input=false")
	// What the sandbox's own keys can do is known.
	w.command(t, 0, "", "audit", "--state", w.show(t), "--write-baseline", "baseline.json")
	audit := []string{"audit", "--baseline", "baseline.json", "--fail-on", "high", "--state"}
	w.command(t, 0, "", append(audit, w.show(t))...)

	leak := t.TempDir()
	for name, address := range map[string]string{"reporting": "keyward_corebill_api_key.reporting", "checkout": "keyward_billium_api_key.checkout"} {
		token := w.run(t, nil, "output", "-raw", name)
		w.writeFile(t, filepath.Join(leak, name+".env"), "export API_KEY="+token+"\n")
		found := w.command(t, 1, "", "scan", filepath.Join(leak, name+".env"))
		wantText(t, found, token[:10])

		told := w.command(t, 0, token+"\n", "keys", "revoke", "-", "--yes", "--state", w.show(t))
		wantText(t, told, "Confirmed: the platform answers its token with 401.")
		wantText(t, told, address+" (in ")
		if strings.Contains(found+told, token) {
			t.Error("it says the token")
		}
	}
	wantText(t, w.command(t, 1, "", append(audit, w.show(t))...), "the platform has it no longer")

	plan := w.run(t, nil, "plan", "-input=false")
	wantText(t, plan, "Plan: 2 to add, 0 to change, 0 to destroy.")
	wantText(t, plan, "revoked")
	w.run(t, nil, "apply", "-auto-approve", "-input=false")
	wantText(t, w.run(t, nil, "plan", "-input=false"), "No changes.")
	w.command(t, 0, "", append(audit, w.show(t))...)
}
