//go:build unix

package e2e_test

import (
	"net/http"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// scheduled is the workspace of a schedule: what the guide declares, and one run.
type scheduled struct {
	world
	shell *shell
	once  func() (code int, said string)
}

// schedules are the examples, by the name of the test.
var schedules = map[string]func(t *testing.T, s *scheduled){
	"github": func(t *testing.T, s *scheduled) {
		example := readWorkflow(t, "../../examples/ci/github-actions.yml")
		s.configureSchedule(t, s.dir)
		s.once = func() (int, string) { return s.shell.runWorkflow(t, example) }
	},
	"kubernetes": func(t *testing.T, s *scheduled) {
		example := readCronJob(t, "../../examples/ci/kubernetes-cronjob.yml")
		configuration := t.TempDir()
		s.configureSchedule(t, configuration)
		// The state stays in the folder, as it would in a backend.
		mounts := map[string]string{"configuration": configuration, "work": s.dir}
		s.once = func() (int, string) { return s.shell.runContainer(t, example, mounts) }
	},
}

// configureSchedule writes the guide's configuration: keys that are rotated after
// 30 and 90 days, with an overlap of two days.
func (s *scheduled) configureSchedule(t *testing.T, dir string) {
	t.Helper()
	text := fences(t, "schedules", "terraform")[0]
	for _, want := range []string{`"720h"`, `"2160h"`, `"48h"`} {
		if !strings.Contains(text, want) {
			t.Fatalf("the guide doesn't declare %s", want)
		}
	}
	s.writeFile(t, filepath.Join(dir, "main.tf"), text)
}

// run makes one run with the sandbox's clock that far behind: what it creates is
// that old afterwards. Then it counts the live keys.
func (s *scheduled) run(t *testing.T, behind time.Duration, wantCode, wantCorebill, wantBillium int) {
	t.Helper()
	s.setBehind(behind)
	code, said := s.once()
	if code != wantCode {
		t.Fatalf("with the platforms %s behind the run ends with %d:\n%s", behind, code, said)
	}
	count := func(keys []platformKey, name string) (live int) {
		for _, key := range keys {
			if key.Name == name && key.Live {
				live++
			}
		}
		return live
	}
	if got := count(s.corebillKeys(t), "reporting"); got != wantCorebill {
		t.Errorf("with the platforms %s behind there are %d keys of Corebill, want %d:\n%s", behind, got, wantCorebill, said)
	}
	if got := count(s.billiumKeys(t), "checkout"); got != wantBillium {
		t.Errorf("with the platforms %s behind there are %d keys of Billium, want %d:\n%s", behind, got, wantBillium, said)
	}
}

// The examples of schedules rotate the guide's keys, and revoke the previous ones
// when their overlap is over. Each step of them is run as a runner or a cluster
// would, with the real Terraform.
func TestSchedules(t *testing.T) {
	t.Parallel()
	for name, set := range schedules {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			s := &scheduled{world: w, shell: newShell(t, w.workspace)}
			s.shell.mirror(t)
			set(t, s)
			const day = 24 * time.Hour
			// The platform's clock decides, and it goes ahead of this machine's.
			s.run(t, 0, 0, 1, 1)                   // creates
			s.run(t, -30*day-time.Hour, 0, 1, 2)   // rotates the key of Billium, which fell due an hour ago
			s.run(t, -32*day-2*time.Hour, 0, 1, 1) // revokes the previous one, whose overlap is over
			s.run(t, -32*day-2*time.Hour, 0, 1, 1) // has nothing to do
		})
	}
}

// An alert of its own tells that no run came.
func TestScheduleThatDoesNotRun(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	s := &scheduled{world: w, shell: newShell(t, w.workspace)}
	s.configureSchedule(t, w.dir)
	w.setBehind(33 * 24 * time.Hour) // three days after it fell due
	w.run(t, nil, "apply", "-auto-approve", "-input=false")
	for _, test := range []struct {
		script string
		code   int
		says   string
	}{
		{"terraform show -json | keyward rotate due --grace 26h", 1, "keyward_billium_api_key.checkout"},
		{"terraform show -json | keyward rotate due --grace 96h", 0, "Nothing is due: 2 keys in 1 state."},
		{"keyward rotate due terraform.tfstate", 1, "rotate_due"},
		{"keyward rotate due --within 1440h --output json .", 1, `"keyward_corebill_api_key.reporting"`},
		{"terraform plan -input=false -out=keys.tfplan >plan.txt && terraform show -json keys.tfplan | keyward rotate due", 1, "rotate_due"},
		{"terraform -chdir=/none show -json | keyward rotate due", 2, "it is empty"},
	} {
		t.Run(test.script, func(t *testing.T) {
			ended := s.shell.exec(t, nil, "/bin/sh", "-c", test.script)
			if said := ended.stdout + ended.stderr; ended.code != test.code || !strings.Contains(said, test.says) {
				t.Errorf("it ends with %d:\n%s", ended.code, said)
			}
		})
	}
}

// A request for a rotation stands on the platform, and a key that was revoked there
// is gone: a plan has both, a state of before has neither.
func TestDueOfAPlan(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	s := &scheduled{world: w, shell: newShell(t, w.workspace)}
	s.configureSchedule(t, w.dir)
	w.run(t, nil, "apply", "-auto-approve", "-input=false")
	key, _, err := w.held("keyward_billium_api_key")
	if err != nil {
		t.Fatal(err)
	}
	w.CallBillium(t, w.Credentials.Billium.APIKey, http.MethodPatch, "/api-keys/"+key.ID, map[string]string{"name": "checkout (rotate)"}).Want(t, http.StatusOK)
	gone, _, err := w.held("keyward_corebill_api_key")
	if err != nil {
		t.Fatal(err)
	}
	corebill := w.Credentials.Corebill
	w.CallCorebill(t, corebill.APIKey, http.MethodDelete, "/api_keys/"+gone.ID+"?company_id="+corebill.CompanyID, nil).Want(t, http.StatusOK)
	const plan = "terraform plan -input=false -out=keys.tfplan >plan.txt && terraform show -json keys.tfplan | keyward rotate due"
	for script, want := range map[string]outcome{
		"terraform show -json | keyward rotate due": {code: 0},
		plan: {code: 1, stdout: "rotation_requested"},
		plan + " --output json | grep -A1 create": {code: 0, stdout: `"reason": "gone"`},
	} {
		if ended := s.shell.exec(t, nil, "/bin/sh", "-c", script); ended.code != want.code || !strings.Contains(ended.stdout, want.stdout) || !strings.Contains(ended.stderr, want.stderr) {
			t.Errorf("%s: %v", script, ended)
		}
	}
}
