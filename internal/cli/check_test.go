package cli_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// plans are in testdata/check; paths in outputs are relative to it.
func inPlans(t *testing.T) {
	t.Helper()
	t.Chdir(filepath.Join(testdata, "testdata", "check"))
}

func checkGolden(t *testing.T, name, got string) {
	t.Helper()
	here, err := os.Getwd()
	check(t, err)
	t.Chdir(testdata)
	golden(t, filepath.Join("check", name), got)
	t.Chdir(here)
}

func TestCheck(t *testing.T) {
	for name, format := range map[string]string{
		"table.txt": "table", "json.json": "json", "csv.csv": "csv", "markdown.md": "markdown", "sarif.json": "sarif", "junit.xml": "junit",
	} {
		t.Run(format, func(t *testing.T) {
			inPlans(t)
			code, stdout, stderr := run(t, "check", "-o", format, "--data", "data.yaml", "bad.json", "good.json")
			if code != 1 {
				t.Errorf("exit %d: %s", code, stderr)
			}
			checkGolden(t, name, stdout)
			want := "FAIL: 10 findings (1 critical, 4 high, 3 medium, 1 low, 1 info), 1 accepted; 30 rules, 9 objects of Keyward's, 7 of them changed.\n"
			switch format {
			case "table", "markdown":
				if stderr != "" || !strings.Contains(stdout, strings.TrimSuffix(want, "\n")) {
					t.Errorf("stderr %q", stderr)
				}
			default:
				if stderr != want {
					t.Errorf("stderr %q", stderr)
				}
			}
		})
	}
}

func TestCheckThatPasses(t *testing.T) {
	inPlans(t)
	for _, test := range []struct {
		args   []string
		stdout string
	}{
		{[]string{"good.json"}, "PASS: 0 findings; 30 rules, 2 objects of Keyward's, 0 of them changed.\n"},
		{[]string{"-o", "json", "good.json"}, "[]\n"},
		{[]string{"-o", "csv", "good.json"}, "severity,rule,object,finding,accepted,plan\n"},
	} {
		code, stdout, _ := run(t, append([]string{"check"}, test.args...)...)
		if code != 0 || stdout != test.stdout {
			t.Errorf("%q: exit %d: %s", test.args, code, stdout)
		}
	}
	if code, _, stderr := run(t, "check", "-o", "sarif", "good.json"); code != 0 || !strings.HasPrefix(stderr, "PASS: ") {
		t.Errorf("exit %d: %s", code, stderr)
	}
}

func TestCheckThresholds(t *testing.T) {
	inPlans(t)
	for args, want := range map[string]int{
		"--fail-on none bad.json": 0, "--fail-on critical bad.json": 1, "--fail-on critical --skip dangerous-permissions bad.json": 0,
		"--fail-on info --skip dangerous-permissions bad.json": 1,
	} {
		if code, stdout, stderr := run(t, append([]string{"check"}, strings.Fields(args)...)...); code != want {
			t.Errorf("%s: exit %d: %s%s", args, code, stdout, stderr)
		}
	}
}

// TestCheckIsNoPass has every plan that can't be understood end with exit code 2,
// alone and beside a good one, with nothing on stdout.
func TestCheckIsNoPass(t *testing.T) {
	inPlans(t)
	dir := t.TempDir()
	for name, test := range map[string]struct{ content, want string }{
		"empty":   {"", "it is empty"},
		"binary":  {"PK\x03\x04", "it is a saved plan as Terraform keeps it"},
		"state":   {`{"format_version":"1.0","values":{}}`, "it is a state, not a plan"},
		"errored": {`{"format_version":"1.2","errored":true,"planned_values":{}}`, "the plan ended with an error"},
		"later":   {`{"format_version":"9.0","planned_values":{}}`, `its format has version "9.0"`},
	} {
		file := filepath.Join(dir, name)
		check(t, os.WriteFile(file, []byte(test.content), 0o600))
		for _, args := range [][]string{{file}, {"good.json", file}} {
			code, stdout, stderr := run(t, append([]string{"check"}, args...)...)
			if code != 2 || stdout != "" || !strings.Contains(stderr, test.want) {
				t.Errorf("%s: exit %d, stdout %q, stderr %q", name, code, stdout, stderr)
			}
		}
	}
	for args, want := range map[string]string{
		"": "Error: that is not what it takes, which is: keyward check PLAN.json... [flags]", "none.json": "Error: reading the plan: open none.json", "--policy none good.json": "Error: reading the policies: ",
		"--skip none good.json": `there is no rule "none" to skip`, "--fail-on bad good.json": "Error: --fail-on: ",
	} {
		code, stdout, stderr := run(t, append([]string{"check"}, strings.Fields(args)...)...)
		if code != 2 || stdout != "" || !strings.Contains(stderr, want) {
			t.Errorf("%s: exit %d, stdout %q, stderr %q", args, code, stdout, stderr)
		}
	}
}

func TestCheckReadsStdin(t *testing.T) {
	content, err := os.ReadFile(filepath.Join("testdata", "check", "good.json"))
	check(t, err)
	st := newStage(t)
	st.stdin = strings.NewReader(string(content))
	if code, stdout, stderr := st.keyward(t, "check", "-"); code != 0 || !strings.HasPrefix(stdout, "PASS") {
		t.Errorf("exit %d: %s%s", code, stdout, stderr)
	}
}

func TestCheckRules(t *testing.T) {
	code, stdout, stderr := run(t, "check", "rules")
	if code != 0 || stderr != "" || !strings.Contains(stdout, "\nadmin-key ") {
		t.Errorf("exit %d: %s%s", code, stdout, stderr)
	}
	golden(t, filepath.Join("check", "rules.txt"), stdout)
}

func TestCheckGuide(t *testing.T) {
	code, stdout, stderr := run(t, "check", "guide")
	if code != 0 || stderr != "" || !strings.HasPrefix(stdout, "# ") {
		t.Errorf("exit %d: %s%s", code, stdout, stderr)
	}
	for _, part := range []string{"package keyward.rules.", "max_rotate_after", "### admin-key"} {
		if !strings.Contains(stdout, part) {
			t.Errorf("the guide lacks %q", part)
		}
	}
}

func TestCheckTest(t *testing.T) {
	inPlans(t)
	code, stdout, stderr := run(t, "check", "test")
	if code != 0 || stdout != "" || !strings.HasSuffix(stderr, " tests passed, 0 of them your own.\n") {
		t.Errorf("exit %d: %s%s", code, stdout, stderr)
	}
	code, stdout, stderr = run(t, "check", "test", "policies")
	if code != 0 || !strings.Contains(stdout, "pass     keyward.rules.owner_test.test_a_name_without_a_team") || !strings.HasSuffix(stderr, " tests passed, 2 of them your own.\n") {
		t.Errorf("exit %d: %s%s", code, stdout, stderr)
	}
	dir := t.TempDir()
	check(t, os.WriteFile(filepath.Join(dir, "x.rego"), []byte("package keyward.rules.x\n\ndeny contains \"x\" if input.x\n"), 0o600))
	if code, _, stderr = run(t, "check", "test", dir); code != 2 || !strings.Contains(stderr, "there is no test in "+dir) {
		t.Errorf("exit %d: %s", code, stderr)
	}
	check(t, os.WriteFile(filepath.Join(dir, "x_test.rego"), []byte("package keyward.rules.x_test\n\ntest_x if 1 == 2\n"), 0o600))
	if code, stdout, stderr = run(t, "check", "test", dir); code != 1 || !strings.Contains(stdout, "fail     keyward.rules.x_test.test_x") || !strings.HasPrefix(stderr, "1 of ") {
		t.Errorf("exit %d: %s%s", code, stdout, stderr)
	}
}

func TestCheckWithOwnRules(t *testing.T) {
	inPlans(t)
	code, stdout, _ := run(t, "check", "--policy", "policies", "good.json")
	if code != 1 || !strings.Contains(stdout, "medium    owner  keyward_corebill_api_key.ci  the name doesn't say which team owns the key") {
		t.Errorf("exit %d: %s", code, stdout)
	}
}
