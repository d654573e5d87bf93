package audit_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/keyward/terraform-provider-keyward/internal/audit"
)

func resource(kind, name, values string) string {
	return fmt.Sprintf(`{"address":"%s.%s","mode":"managed","type":"%s","name":"%s","schema_version":0,"values":%s}`, kind, name, kind, name, values)
}

func stateOf(resources ...string) string {
	return `{"format_version":"1.0","terraform_version":"1.14.0","values":{"root_module":{"resources":[` + strings.Join(resources, ",") + `]}}}`
}

func planOf(resources ...string) string {
	return `{"format_version":"1.2","planned_values":{"root_module":{"child_modules":[{"address":"module.a","resources":[` + strings.Join(resources, ",") + `]}]}}}`
}

// files writes files into a directory and returns it.
func files(t *testing.T, contents map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, content := range contents {
		file := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

const corebillType, billiumType = "keyward_corebill_api_key", "keyward_billium_api_key"

func TestReadDeclared(t *testing.T) {
	key := func(id, more string) string {
		return `{"id":"` + id + `","name":"CI","company_id":"com_1"` + more + `}`
	}
	dir := files(t, map[string]string{
		"prod.json": stateOf(
			resource(corebillType, "ci", key("key_1", `,"token":"a","rotate_due":"2026-05-01T00:00:00Z","previous":{"id":"key_0","revoke_due":"2026-05-02T00:00:00Z"},"generation":2`)),
			resource("aws_instance", "web", `{"id":"i-1"}`), resource(corebillType, "unborn", `{"name":"new"}`),
			strings.Replace(resource(corebillType, "data", key("key_9", "")), `"managed"`, `"data"`, 1)),
		"below/other.json": stateOf(resource(billiumType, "w", `{"id":"key_2","name":"W","merchant_id":"mer_1","permissions":["*:view"],"effective_permissions":["invoice:view","merchant:view"],"token":null,"token_encrypted":"x"}`)),
		"empty.json":       `{"format_version":"1.0"}`,
		"notes.txt":        "not looked at",
	})
	in := &audit.Inventory{}
	read, err := audit.ReadDeclared(in, audit.State, []string{dir}, nil)
	if err != nil || len(read) != 3 || !in.DeclaredRead {
		t.Fatalf("%v, %v", read, err)
	}
	if len(in.Declared) != 2 {
		t.Fatalf("%d are declared", len(in.Declared))
	}
	w, ci := in.Declared[0], in.Declared[1]
	if ci.ID != "key_1" || ci.Scope != "com_1" || ci.Platform != audit.Corebill || !ci.Key.TokenInState || ci.Key.Previous.ID != "key_0" ||
		ci.Key.Previous.RevokeDue == nil || ci.Key.RotateDue == nil || ci.Where() != filepath.Join(dir, "prod.json")+": keyward_corebill_api_key.ci" {
		t.Errorf("%+v %+v", ci, ci.Key)
	}
	if w.Scope != "mer_1" || w.Key.TokenInState || w.Key.Previous != nil || w.Fields["permissions"] != "merchant:view, invoice:view" {
		t.Errorf("%+v %+v", w, w.Key)
	}
}

// TestOneDeclarationPerObject reads an object from two states and two plans.
func TestOneDeclarationPerObject(t *testing.T) {
	named := func(name string) string { return `{"id":"key_1","name":"` + name + `","company_id":"com_1"}` }
	dir := files(t, map[string]string{
		"s/1.json": stateOf(resource(corebillType, "a", named("first"))), "s/2.json": stateOf(resource(corebillType, "a", named("second"))),
		"p/1.json": planOf(resource(corebillType, "a", named("third"))), "p/2.json": planOf(resource(corebillType, "a", named("fourth"))),
	})
	in := &audit.Inventory{}
	if _, err := audit.ReadDeclared(in, audit.State, []string{filepath.Join(dir, "s")}, nil); err != nil {
		t.Fatal(err)
	}
	if len(in.Declared) != 1 || in.Declared[0].Name != "first" {
		t.Errorf("%+v", in.Declared)
	}
	if _, err := audit.ReadDeclared(in, audit.Plan, []string{filepath.Join(dir, "p")}, nil); err != nil {
		t.Fatal(err)
	}
	if len(in.Declared) != 1 || in.Declared[0].Name != "fourth" {
		t.Errorf("%+v", in.Declared)
	}
}

func TestReadDeclaredRefuses(t *testing.T) {
	for _, test := range []struct {
		name, content string
		document      audit.Document
		want          string
	}{
		{"no JSON", "terraform", audit.State, "it is not JSON: write it with `terraform show -json`"},
		{"a state file itself", `{"version":4,"lineage":"a","resources":[]}`, audit.State, "a state file itself"},
		{"another JSON", `{"a":1}`, audit.State, "it has no format_version"},
		{"a plan for a state", planOf(), audit.State, "it is a plan: name it with --plan"},
		{"a state for a plan", stateOf(), audit.Plan, "it is a state: name it with --state"},
		{"a plan that failed", `{"format_version":"1.2","errored":true,"planned_values":{}}`, audit.Plan, "the plan ended with an error"},
		{"a version to come", `{"format_version":"9.0","values":{}}`, audit.State, "unsupported state format version"},
		{"values of another form", stateOf(resource(corebillType, "a", `{"id":1}`)), audit.State, "keyward_corebill_api_key.a: its values are not in the form"},
	} {
		t.Run(test.name, func(t *testing.T) {
			_, err := audit.ReadDeclared(&audit.Inventory{}, test.document, []string{audit.Stdin}, strings.NewReader(test.content))
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("%v, want %q", err, test.want)
			}
		})
	}
	dir := t.TempDir()
	for path, want := range map[string]string{dir: "there is no file *.json in it", filepath.Join(dir, "none.json"): "no such file"} {
		if _, err := audit.ReadDeclared(&audit.Inventory{}, audit.State, []string{path}, nil); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %q", err, want)
		}
	}
}
