package cli_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// states are those of the package that reads them.
const states = "../due/testdata/"

// TestRotateDueOutput compares with the files in testdata, which scripts and
// people's eyes rely on. now is the time at which the states are looked at.
func TestRotateDueOutput(t *testing.T) {
	for name, args := range map[string][]string{
		"due.txt":         {states + "file.tfstate"},
		"due.json":        {states + "file.tfstate", "--output", "json"},
		"due_within.txt":  {states + "plan.json", "--within", "48h"},
		"due_within.json": {states + "plan.json", "--within", "48h", "--output", "json"},
		"due_none.json":   {"testdata/fresh.tfstate", "--output", "json"},
		"due_plan.txt":    {states + "rotations.json"},
		"due_plan.json":   {states + "rotations.json", "--output", "json"},
	} {
		t.Run(name, func(t *testing.T) {
			code, stdout, stderr := run(t, append([]string{"rotate", "due"}, args...)...)
			golden(t, name, stdout)
			if stderr != "" {
				t.Errorf("stderr %q", stderr)
			}
			if found := name != "due_none.json"; found != (code == 1) || !found && code != 0 {
				t.Errorf("exit %d", code)
			}
		})
	}
}

func read(t *testing.T, path string) string {
	t.Helper()
	content, err := os.ReadFile(path)
	check(t, err)
	return string(content)
}

// folder makes the files.
func folder(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, content := range files {
		path := filepath.Join(dir, name)
		check(t, os.MkdirAll(filepath.Dir(path), 0o700))
		check(t, os.WriteFile(path, []byte(content), 0o600))
	}
	return dir
}

func TestRotateDueInputs(t *testing.T) {
	aged, fresh := read(t, states+"state.json"), read(t, "testdata/fresh.tfstate")
	mixed := folder(t, map[string]string{
		"a.tfstate": fresh, "b/terraform.tfstate": fresh, "b/c.json": fresh,
		".terraform/terraform.tfstate": "{}", "main.tf.json": "{}", "keys.auto.tfvars.json": "{}", "notes.txt": "x", ".hidden.json": "x",
		"a.tfstate.backup": aged,
	})
	const nothing = "Nothing is due: 2 keys in 1 state.\n"
	for _, test := range []struct {
		name   string
		stdin  string
		args   []string
		code   int
		stdout string
		stderr string
	}{
		{"stdin", aged, nil, 1, "(stdin)", ""},
		{"stdin by name", aged, []string{"-"}, 1, "(stdin)", ""},
		{"stdin with nothing due", fresh, nil, 0, "", nothing},
		{"several on stdin", fresh + aged, nil, 1, "key_aged_before", ""},
		{"several files", "", []string{"testdata/fresh.tfstate", states + "plan.json"}, 1, states + "plan.json", ""},
		{"a file and stdin", aged, []string{"testdata/fresh.tfstate", "-"}, 1, "(stdin)", ""},
		{"a folder", "", []string{mixed}, 0, "", "Nothing is due: 6 keys in 3 states.\n"},
		{"a folder in which something is due", "", []string{states}, 1, states + "state.json", ""},
		{"later", fresh, []string{"--within", "2400h"}, 1, "soon", ""},
		{"not for long", fresh, []string{"--grace", "1h"}, 0, "", nothing},
		{"no key", `{"format_version":"1.0"}`, []string{"--allow-empty"}, 0, "", "Nothing is due: 0 keys in 1 state.\n"},
	} {
		t.Run(test.name, func(t *testing.T) {
			code, stdout, stderr := pipe(t, test.stdin, append([]string{"rotate", "due"}, test.args...)...)
			if code != test.code || !strings.Contains(stdout, test.stdout) || stderr != test.stderr {
				t.Errorf("exit %d, stdout %q, stderr %q", code, stdout, stderr)
			}
			if test.stdout == "" && stdout != "" {
				t.Errorf("it prints %q", stdout)
			}
		})
	}
}

// What can't be read is exit 2, whatever else has been found: a check that does
// not know must not look like one that found nothing.
func TestRotateDueRefusals(t *testing.T) {
	aged := states + "state.json"
	output := folder(t, map[string]string{"output.json": `{"token":{"value":"hidden"}}`})
	for _, test := range []struct {
		name  string
		stdin string
		args  []string
		want  string
	}{
		{"nothing on stdin", "", nil, "Error: (stdin): neither a Terraform state nor `terraform show -json` of a state or a plan: it is empty: did terraform show fail?\n"},
		{"no state", `{"token":{"value":"hidden"}}`, nil, "Error: (stdin): neither a Terraform state nor `terraform show -json` of a state or a plan\n"},
		{"no state beside one", "", []string{aged, filepath.Join(output, "output.json")}, "output.json: neither a Terraform state"},
		{"no state in a folder", "", []string{output}, "output.json: neither a Terraform state"},
		{"no such file", "", []string{"none.tfstate"}, "Error: none.tfstate: no such file or directory\n"},
		{"an empty folder", "", []string{t.TempDir()}, ": there is no *.tfstate and no *.json in this folder\n"},
		{"no key", `{"format_version":"1.0"}`, nil, "Error: there is no API key of Keyward in what was read: a check of nothing never fails"},
		{"a word as duration", "", []string{"--within", "2 days"}, `Error: invalid argument "2 days" for "--within" flag`},
		{"a negative duration", "", []string{"--within", "-1h"}, "Error: --within must not be negative\n"},
		{"a negative grace", "", []string{"--grace", "-1h"}, "Error: --grace must not be negative\n"},
		{"both durations", "", []string{"--grace", "1h", "--within", "1h"}, "Error: if any flags in the group [within grace] are set none of the others can be"},
		{"another format", "", []string{"-o", "yaml"}, `Error: invalid argument "yaml" for "-o, --output" flag: it must be one of table, json`},
	} {
		t.Run(test.name, func(t *testing.T) {
			code, stdout, stderr := pipe(t, test.stdin, append([]string{"rotate", "due"}, test.args...)...)
			if code != 2 || stdout != "" || !strings.Contains(stderr, test.want) || strings.Contains(stderr, "hidden") {
				t.Errorf("exit %d, stdout %q, stderr %q", code, stdout, stderr)
			}
		})
	}
}

// An output that can't be written is no result.
func TestRotateDueToAFullDisk(t *testing.T) {
	var said strings.Builder
	code := runWith(t, broken{}, &said, "rotate", "due", states+"state.json")
	if code != 2 || !strings.HasPrefix(said.String(), "Error: printing what is due: ") {
		t.Errorf("exit %d, stderr %q", code, said.String())
	}
}

type broken struct{}

func (broken) Write([]byte) (int, error) { return 0, os.ErrClosed }

// The same state has more due as time goes by.
func TestRotateDueFollowsTheClock(t *testing.T) {
	for _, test := range []struct {
		at   time.Time
		code int
	}{{now, 0}, {now.AddDate(0, 1, 0), 1}} {
		if code := runAt(t, test.at, "rotate", "due", "testdata/fresh.tfstate"); code != test.code {
			t.Errorf("at %s: exit %d, want %d", test.at, code, test.code)
		}
	}
}
