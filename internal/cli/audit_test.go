package cli_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/keyward/terraform-provider-keyward/internal/audit/report"
)

func emptyState(t *testing.T) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "state.json")
	check(t, os.WriteFile(file, []byte(`{"format_version":"1.0"}`), 0o600))
	return file
}

// TestAuditFinds audits the two bootstrap keys, which are an administrator's.
func TestAuditFinds(t *testing.T) {
	st := newStage(t)
	code, stdout, stderr := st.keyward(t, "audit", "--state", emptyState(t))
	if code != 1 || !strings.HasPrefix(stdout, "SEVERITY  RULE") || strings.Count(stdout, "\nhigh      admin-key") != 1 || strings.Count(stdout, "\ncritical  undeclared") != 2 {
		t.Errorf("exit %d\n%s", code, stdout)
	}
	if !strings.Contains(stderr, "findings: 2 critical, ") || !strings.Contains(stderr, "Evidence and remedies: --output markdown or html.") {
		t.Errorf("stderr %q", stderr)
	}
	for _, format := range report.Formats {
		code, stdout, _ := st.keyward(t, "audit", "--state", emptyState(t), "-o", string(format), "--fail-on", "none")
		if code != 0 || !strings.Contains(stdout, "admin-key") {
			t.Errorf("%s: exit %d\n%s", format, code, stdout)
		}
	}
}

func TestAuditFailOn(t *testing.T) {
	st := newStage(t)
	for severity, want := range map[string]int{"critical": 0, "high": 1, "medium": 1, "info": 1, "none": 0} {
		if code, _, stderr := st.keyward(t, "audit", "--fail-on", severity); code != want {
			t.Errorf("--fail-on %s: exit %d, want %d: %s", severity, code, want, stderr)
		}
	}
}

// TestAuditBaseline accepts everything, and finds what is new afterwards.
func TestAuditBaseline(t *testing.T) {
	st := newStage(t)
	file, state := filepath.Join(t.TempDir(), "baseline.json"), emptyState(t)
	code, stdout, stderr := st.keyward(t, "audit", "--state", state, "--write-baseline", file)
	if code != 0 || stdout != "No findings.\n" || !strings.Contains(stderr, "accepted in "+file) {
		t.Errorf("exit %d, %q, %q", code, stdout, stderr)
	}
	if code, _, stderr := st.keyward(t, "audit", "--state", state, "--baseline", file); code != 0 {
		t.Errorf("exit %d: %s", code, stderr)
	}
	st.corebillKey(t, st.Credentials.Corebill.CompanyID, "Forgotten", "read")
	code, stdout, _ = st.keyward(t, "audit", "--state", state, "--baseline", file)
	if code != 1 || strings.Count(stdout, "\n") != 2 || !strings.Contains(stdout, `Key "Forgotten" is live and declared nowhere.`) {
		t.Errorf("exit %d\n%s", code, stdout)
	}
	content, err := os.ReadFile(file)
	check(t, err)
	var baseline struct {
		Version  int
		Accepted []map[string]any
	}
	check(t, json.Unmarshal(content, &baseline))
	baseline.Accepted = append(baseline.Accepted, map[string]any{"id": "gone/key_x"})
	content, err = json.Marshal(map[string]any{"version": 1, "accepted": baseline.Accepted})
	check(t, err)
	check(t, os.WriteFile(file, content, 0o600))
	if _, _, stderr := st.keyward(t, "audit", "--state", state, "--baseline", file); !strings.Contains(stderr, "The baseline accepts gone/key_x, which is found no longer") {
		t.Error(stderr)
	}
}

// TestAuditIncomplete audits with a key that may not see the team.
func TestAuditIncomplete(t *testing.T) {
	st := newStage(t)
	st.env["BILLIUM_API_KEY"] = st.BilliumKeyAs(t, "OWNER", "merchant:view", "api_key:view", "webhook:view")
	code, stdout, stderr := st.keyward(t, "audit")
	if code != 2 || stdout == "" || !strings.Contains(stderr, "the audit is incomplete: 3 parts could not be read:") || !strings.Contains(stderr, "Missing permission: team:view") {
		t.Errorf("exit %d, %q", code, stderr)
	}
	code, _, stderr = st.keyward(t, "audit", "--partial", "--fail-on", "none")
	if code != 0 || !strings.HasPrefix(stderr, "The audit is incomplete:") {
		t.Errorf("exit %d, %q", code, stderr)
	}
}

func TestAuditUsage(t *testing.T) {
	dir := t.TempDir()
	baseline := filepath.Join(dir, "baseline.json")
	check(t, os.WriteFile(baseline, []byte(`{"version":1,"accepted":[{"id":"a","expires":"2027-01-01T00:00:00Z"}]}`), 0o600))
	later := filepath.Join(dir, "later.json")
	check(t, os.WriteFile(later, []byte(`{"version":2,"accepted":[]}`), 0o600))
	for _, test := range []struct {
		args string
		want string
	}{
		{"--fail-on worst", `--fail-on: "worst" is no severity: it must be one of critical, high, medium, low, info, or none`},
		{"--within 30", `--within: "30" is not a valid duration`},
		{"--max-admins -1", "--max-admins: -1 is no number of people"},
		{"--email-domain @a@b.example", `--email-domain: "@a@b.example" is no domain`},
		{"--require-factor sms", `--require-factor: "sms" is no factor: it must be one of tfa,`},
		{"--offline", "--offline looks at declarations alone: name them with --state or --plan"},
		{"--offline --state a --ping-webhooks", "--ping-webhooks needs the platforms"},
		{"--state " + filepath.Join(dir, "none.json"), "there is no credential: set COREBILL_API_KEY"},
		{"--state a", "to look at the declarations alone, say --offline"},
		{"--offline --state " + filepath.Join(dir, "none.json"), "reading --state " + filepath.Join(dir, "none.json")},
		{"--baseline " + filepath.Join(dir, "none.json"), "reading the baseline"},
		{"--baseline " + baseline, `unknown field "expires"`},
		{"--baseline " + later, "has the version 2; this keyward knows version 1"},
		{"--output pdf", "must be one of table, json, csv, markdown, sarif, junit, html"},
	} {
		t.Run(test.args, func(t *testing.T) {
			for _, name := range []string{"COREBILL_API_KEY", "BILLIUM_API_KEY"} {
				t.Setenv(name, "")
			}
			code, stdout, stderr := run(t, append([]string{"audit"}, strings.Fields(test.args)...)...)
			if code != 2 || stdout != "" || !strings.Contains(stderr, test.want) {
				t.Errorf("exit %d, %q, %q", code, stdout, stderr)
			}
		})
	}
}

// TestAuditOffline reads a state from stdin, with no credential.
func TestAuditOffline(t *testing.T) {
	st := newStage(t)
	st.env = map[string]string{}
	st.stdin = strings.NewReader(`{"format_version":"1.0","values":{"root_module":{"resources":[{"address":"keyward_corebill_api_key.a","mode":"managed",
		"type":"keyward_corebill_api_key","name":"a","schema_version":0,"values":{"id":"key_1","name":"A","company_id":"com_1","token":"a token"}}]}}}`)
	code, stdout, stderr := st.keyward(t, "audit", "--offline", "--state", "-")
	if code != 1 || !strings.Contains(stdout, `The token of key "A" stands in the state as it is.`) || strings.Contains(stdout+stderr, "a token") {
		t.Errorf("exit %d, %q, %q", code, stdout, stderr)
	}
}
