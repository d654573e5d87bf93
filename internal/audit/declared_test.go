package audit_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/keyward/terraform-provider-keyward/internal/audit"
	"github.com/keyward/terraform-provider-keyward/internal/inventory"
	"github.com/keyward/terraform-provider-keyward/internal/tfstate"
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
		"file.tfstate":     `{"version":4,"lineage":"a","resources":[{"mode":"managed","type":"` + corebillType + `","name":"f","instances":[{"attributes":` + key("key_3", "") + `}]}]}`,
		"notes.txt":        "not looked at",
	})
	in := &audit.Inventory{}
	read, err := audit.ReadDeclared(in, tfstate.State, []string{dir}, os.ReadFile)
	if err != nil || len(read) != 4 || !in.DeclaredRead {
		t.Fatalf("%v, %v", read, err)
	}
	if len(in.Declared) != 3 {
		t.Fatalf("%d are declared", len(in.Declared))
	}
	w, file, ci := in.Declared[0], in.Declared[1], in.Declared[2]
	if ci.ID != "key_1" || ci.Scope != "com_1" || ci.Platform != inventory.Corebill || !ci.Key.HasToken || ci.Key.Previous.ID != "key_0" ||
		ci.Key.Previous.RevokeDue == nil || ci.Key.RotateDue == nil || ci.Where() != filepath.Join(dir, "prod.json")+": keyward_corebill_api_key.ci" {
		t.Errorf("%+v %+v", ci, ci.Key)
	}
	if file.ID != "key_3" || file.Where() != filepath.Join(dir, "file.tfstate")+": keyward_corebill_api_key.f" {
		t.Errorf("%+v", file)
	}
	if w.Scope != "mer_1" || w.Key.HasToken || w.Key.Previous != nil || w.Fields["permissions"] != "merchant:view, invoice:view" {
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
	if _, err := audit.ReadDeclared(in, tfstate.State, []string{filepath.Join(dir, "s")}, os.ReadFile); err != nil {
		t.Fatal(err)
	}
	if len(in.Declared) != 1 || in.Declared[0].Name != "first" {
		t.Errorf("%+v", in.Declared)
	}
	if _, err := audit.ReadDeclared(in, tfstate.Plan, []string{filepath.Join(dir, "p")}, os.ReadFile); err != nil {
		t.Fatal(err)
	}
	if len(in.Declared) != 1 || in.Declared[0].Name != "fourth" {
		t.Errorf("%+v", in.Declared)
	}
}

func TestReadDeclaredRefuses(t *testing.T) {
	for _, test := range []struct {
		name, content string
		document      tfstate.Kind
		want          string
	}{
		{"no JSON", "terraform", tfstate.State, "--state (stdin): neither a Terraform state nor `terraform show -json` of a state or a plan: it is not JSON"},
		{"a state file of another version", `{"version":3,"lineage":"a","resources":[]}`, tfstate.State, "it is of version 3, and only 4 is known"},
		{"another JSON", `{"a":1}`, tfstate.State, "neither a Terraform state nor"},
		{"a plan for a state", planOf(), tfstate.State, "it is a plan: name it with --plan"},
		{"a state for a plan", stateOf(), tfstate.Plan, "it is a state: name it with --state"},
		{"a plan that failed", `{"format_version":"1.2","errored":true,"planned_values":{}}`, tfstate.Plan, "the plan ended with an error"},
		{"a version to come", `{"format_version":"9.0","values":{}}`, tfstate.State, `its format has version "9.0", and only 1 is known`},
		{"values of another form", stateOf(resource(corebillType, "a", `{"id":1}`)), tfstate.State, "keyward_corebill_api_key.a: its values are not in the form"},
	} {
		t.Run(test.name, func(t *testing.T) {
			_, err := audit.ReadDeclared(&audit.Inventory{}, test.document, []string{tfstate.Stdin}, func(string) ([]byte, error) { return []byte(test.content), nil })
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("%v, want %q", err, test.want)
			}
		})
	}
	dir := t.TempDir()
	for path, want := range map[string]string{dir: "there is no *.tfstate and no *.json in this folder", filepath.Join(dir, "none.json"): "no such file"} {
		if _, err := audit.ReadDeclared(&audit.Inventory{}, tfstate.State, []string{path}, os.ReadFile); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %q", err, want)
		}
	}
}

// What a plan replaces or destroys is declared until it is applied.
func TestPlanDeclaresWhatItReplaces(t *testing.T) {
	prior := stateOf(resource(corebillType, "rotated", `{"id":"key_1","name":"a"}`), resource(corebillType, "renamed", `{"id":"key_2","name":"b"}`),
		resource(corebillType, "dropped", `{"id":"key_3","name":"c"}`))
	plan := `{"format_version":"1.2","prior_state":` + prior + `,"planned_values":{"root_module":{"resources":[` +
		resource(corebillType, "rotated", `{"name":"a"}`) + "," + resource(corebillType, "renamed", `{"id":"key_2","name":"B"}`) + `]}}}`
	in := &audit.Inventory{}
	if _, err := audit.ReadDeclared(in, tfstate.Plan, []string{filepath.Join(files(t, map[string]string{"plan.json": plan}), "plan.json")}, os.ReadFile); err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, d := range in.Declared {
		got = append(got, d.ID+" "+d.Name)
	}
	if want := "key_2 B, key_1 a, key_3 c"; strings.Join(got, ", ") != want {
		t.Errorf("declared: %s, want %s", strings.Join(got, ", "), want)
	}
}
