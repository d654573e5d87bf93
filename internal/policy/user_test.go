package policy_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/keyward/terraform-provider-keyward/internal/policy"
	"github.com/keyward/terraform-provider-keyward/internal/report"
)

func writeTo(t testing.TB, dir, name, content string) {
	t.Helper()
	file := filepath.Join(dir, name)
	if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
}

const ownRule = `# METADATA
# title: Names say who owns a key
# description: So that there is an owner to ask.
# custom:
#   severity: medium
#   remedy: Call it TEAM/NAME.
#   needs:
#     keyward_corebill_api_key: [name]
package keyward.rules.owner

import data.keyward.plan
import data.names

deny contains plan.finding(key, "it has no owner") if {
	some key in plan.keys
	not contains(key.after.name, "/")
}

warn contains sprintf("the team %s isn't known", [split(key.after.name, "/")[0]]) if {
	some key in plan.keys
	contains(key.after.name, "/")
	not split(key.after.name, "/")[0] in names.teams
}
`

func TestUsersRules(t *testing.T) {
	dir := t.TempDir()
	writeTo(t, dir, "sub/owner.rego", ownRule)
	writeTo(t, dir, "helper.rego", "package example.helper\n\nx := 1\n")
	data := write(t, "data.json", `{"names":{"teams":["shop"]}}`)
	options := policy.Options{Dir: dir, Data: data}
	checker := newChecker(t, options)
	rules := checker.Rules()
	if last := rules[len(rules)-1]; last.ID != "owner" || last.Builtin || last.Severity != report.Medium || last.Needs[corebillKey][0] != "name" {
		t.Errorf("%+v", last)
	}
	for name, want := range map[string]string{"ci": "owner medium it has no owner", "shop/ci": "", "other/ci": "owner low the team other isn't known"} {
		got := check(t, options, document(change(corebillKey, object{"name": name})))
		text := ""
		for _, f := range got {
			text += f.Rule + " " + string(f.Severity) + " " + f.Message
		}
		if text != want {
			t.Errorf("%s: %q, want %q", name, text, want)
		}
	}
	if got := check(t, options, document(unknown(change(corebillKey, nil), object{"name": true}))); short(got) != "owner?" {
		t.Errorf("%+v", got)
	}
}

func TestUsersRulesThatAreRefused(t *testing.T) {
	for name, test := range map[string]struct{ content, want string }{
		"no Rego":               {"package", "rego_parse_error"},
		"another package":       {"package terraform\n\ndeny contains \"x\"", "the package terraform has deny, but only packages keyward.rules.NAME are asked"},
		"too deep":              {"package keyward.rules.a.b\n\ndeny contains \"x\"", "the package keyward.rules.a.b is too deep"},
		"a built-in's name":     {"package keyward.rules.admin_key\n\ndeny contains \"x\"", "is a built-in rule's: name yours otherwise, and leave the other out with --skip admin-key"},
		"neither deny nor warn": {"package keyward.rules.x\n\ndenny contains \"x\"", "has neither deny nor warn: it would find nothing"},
		"the library":           {"package keyward.plan\n\nx := 1", "the package keyward.plan is Keyward's own"},
		"an unused variable":    {"package keyward.rules.x\n\ndeny contains \"x\" if { y := 1 }", "assigned var y unused"},
		"a request":             {"package keyward.rules.x\n\ndeny contains http.send({\"url\": \"http://example.com\"}).body", "undefined function http.send"},
		"a severity":            {"# METADATA\n# custom:\n#   severity: worst\npackage keyward.rules.x\n\ndeny contains \"x\"", `"worst" is no severity`},
		"needs":                 {"# METADATA\n# custom:\n#   needs: [a]\npackage keyward.rules.x\n\ndeny contains \"x\"", "its needs must be a list of attributes for each type"},
	} {
		dir := t.TempDir()
		writeTo(t, dir, "x.rego", test.content)
		_, err := policy.New(t.Context(), policy.Options{Dir: dir})
		if err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := policy.New(t.Context(), policy.Options{Dir: t.TempDir()}); err == nil || !strings.Contains(err.Error(), "there is no .rego file below") {
		t.Error(err)
	}
	if _, err := policy.New(t.Context(), policy.Options{Dir: write(t, "x", "")}); err == nil || !strings.Contains(err.Error(), "is no directory") {
		t.Error(err)
	}
}

// TestRulesThatFail are no pass.
func TestRulesThatFail(t *testing.T) {
	for name, test := range map[string]struct{ content, want string }{
		"an error":   {`deny contains sprintf("%d", [to_number("x")])`, "the rule x failed: "},
		"a number":   {"deny contains 1", "an element of deny: it is json.Number, and must be a text"},
		"no message": {`deny contains {"address": "x"}`, "it has no message"},
		"a field":    {`deny contains {"msg": "x"}`, `it has "msg", and only message, address, severity and remedy have a meaning`},
		"a severity": {`deny contains {"message": "x", "severity": "bad"}`, `"bad" is no severity`},
		"an object":  {`deny := {"a": "b"}`, "deny must be a set of texts"},
		"a conflict": {"deny := [\"a\"] if true\n\ndeny := [\"b\"] if true", "the rule x failed: "},
	} {
		dir := t.TempDir()
		writeTo(t, dir, "x.rego", "package keyward.rules.x\n\n"+test.content)
		checker, err := policy.New(t.Context(), policy.Options{Dir: dir})
		if err == nil {
			_, err = checker.Check(t.Context(), parse(t, document()))
		}
		if err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestFormsOfFindings(t *testing.T) {
	for content, want := range map[string]string{
		`deny if true`: "x", `deny := ["a"]`: "a", `warn contains "b"`: "b", `deny if false`: "",
		`deny contains {"message": "m", "severity": "info", "remedy": "r", "address": "a"}`: "m",
	} {
		dir := t.TempDir()
		writeTo(t, dir, "x.rego", "package keyward.rules.x\n\n"+content)
		got := check(t, policy.Options{Dir: dir}, document())
		if want == "" && len(got) > 0 || want != "" && (len(got) != 1 || got[0].Message != want) {
			t.Errorf("%s: %+v", content, got)
		}
	}
}

func TestUsersTests(t *testing.T) {
	dir := t.TempDir()
	writeTo(t, dir, "owner.rego", ownRule)
	writeTo(t, dir, "owner_test.rego", `package keyward.rules.owner_test

import data.keyward.rules.owner
import data.keyward.testing

test_finds if count(owner.deny) == 1 with input as testing.plan([testing.create("keyward_corebill_api_key", {"name": "ci"})])

test_wrong if {
	print("why")
	count(owner.deny) == 1 with input as testing.plan([])
}

test_error if to_number("x") == 1
`)
	results, err := policy.Test(t.Context(), policy.Options{Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	outcomes := map[string]string{}
	for _, r := range results {
		if !policy.IsBuiltin(r.File) {
			outcomes[r.Name] = r.Outcome + " " + r.Message
		}
	}
	if outcomes["test_finds"] != "pass " || outcomes["test_wrong"] != "fail why" || !strings.HasPrefix(outcomes["test_error"], "error ") || len(outcomes) != 3 {
		t.Errorf("%q", outcomes)
	}
	writeTo(t, dir, "broken_test.rego", "package x_test\n\ntest_x if nothing(1)")
	if _, err := policy.Test(t.Context(), policy.Options{Dir: dir}); err == nil || !strings.Contains(err.Error(), "undefined function nothing") {
		t.Error(err)
	}
}
