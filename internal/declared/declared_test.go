package declared_test

import (
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/keyward/terraform-provider-keyward/internal/declared"
	"github.com/keyward/terraform-provider-keyward/internal/rotation"
)

const state = `{"format_version":"1.0","terraform_version":"1.14.0","values":{"root_module":{
	"resources":[
		{"address":"data.keyward_corebill_company.x","mode":"data","type":"keyward_corebill_company","values":{"id":"com_1"}},
		{"address":"keyward_corebill_api_key.a","mode":"managed","type":"keyward_corebill_api_key","values":{
			"id":"key_1","name":"a","company_id":"com_1","permission_level":"read","on_conflict":"allow","token":"hidden","created_at":"2026-03-01T00:00:00Z","rotation":null,"previous":null}}],
	"child_modules":[{"address":"module.m","resources":[
		{"address":"module.m.keyward_billium_api_key.b[0]","mode":"managed","type":"keyward_billium_api_key","values":{
			"id":"key_2","name":"b","merchant_id":"mer_1","type":"SECRET","effective_permissions":["invoice:view"],"permission_set_id":null,
			"rotation":{"overlap":null,"quiet_period":"1h","max_overlap":"48h","rotate_after":"720h"},
			"previous":{"id":"key_0","key_prefix":"sk_0","created_at":"2026-02-01T00:00:00Z","revoke_due":"2026-03-02T00:00:00Z"},
			"orphaned":[{"id":"key_9","merchant_id":"mer_1","key_prefix":"sk_9"}]}}]}]}}}`

func TestRead(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "below", "state.json")
	write(t, file, state)
	write(t, filepath.Join(dir, "empty.json"), `{"format_version":"1.0"}`)
	write(t, filepath.Join(dir, "notes.txt"), "not a state")
	got, empty, err := declared.Read([]string{dir}, os.ReadFile)
	if !reflect.DeepEqual(empty, []string{filepath.Join(dir, "empty.json")}) {
		t.Errorf("empty are %q", empty)
	}
	if err != nil {
		t.Fatal(err)
	}
	want := []declared.Key{
		{File: file, Address: "keyward_corebill_api_key.a", Platform: "corebill", ID: "key_1", Name: "a", Scope: "com_1"},
		{
			File: file, Address: "module.m.keyward_billium_api_key.b[0]", Platform: "billium", ID: "key_2", Name: "b", Scope: "mer_1",
			Orphaned: []string{"key_9"},
			Overlap:  rotation.Overlap{For: 24 * time.Hour, Quiet: time.Hour, Max: 48 * time.Hour},
			Previous: &declared.Previous{ID: "key_0"},
		},
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got\n%+v\nwant\n%+v", got, want)
	}
}

// A state file has the same keys as what Terraform shows of it.
func TestReadStateFile(t *testing.T) {
	file := filepath.Join(t.TempDir(), "terraform.tfstate")
	write(t, file, `{"version":4,"lineage":"a","resources":[{"module":"module.m","mode":"managed","type":"keyward_corebill_api_key","name":"a","instances":[
		{"index_key":"x","attributes":{"id":"key_1","name":"a","company_id":"com_1","permission_level":"read","token":"hidden","rotation":{"overlap":"2h"}}}]}]}`)
	got, _, err := declared.Read([]string{filepath.Dir(file)}, os.ReadFile)
	want := declared.Key{
		File: file, Address: `module.m.keyward_corebill_api_key.a["x"]`, Platform: "corebill", ID: "key_1", Name: "a", Scope: "com_1",
		Overlap: rotation.Overlap{For: 2 * time.Hour},
	}
	if err != nil || !reflect.DeepEqual(got, []declared.Key{want}) {
		t.Errorf("got\n%+v, error %v\nwant\n%+v", got, err, want)
	}
}

func TestReadRefuses(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "x.json")
	for content, want := range map[string]string{
		`x`:                           ": neither a Terraform state nor `terraform show -json` of a state or a plan: it is not JSON",
		`{"version":3,"lineage":"a"}`: "it is of version 3, and only 4 is known",
		`{"format_version":"1.2","planned_values":{}}`:                                  "it is a plan, which may never be applied: write the state with terraform show -json",
		strings.Replace(state, `"1h"`, `"soon"`, 1):                                     "module.m.keyward_billium_api_key.b[0]: rotation.quiet_period is not a valid duration",
		strings.Replace(state, `"com_1","permission_level"`, `1,"permission_level"`, 1): "keyward_corebill_api_key.a: its values are not in the form",
		strings.Replace(state, `"id":"key_1"`, `"id":null`, 1):                          "keyward_corebill_api_key.a: it has no id",
		strings.Replace(state, `"format_version":"1.0"`, `"format_version":"9.0"`, 1):   `its format has version "9.0", and only 1 is known`,
	} {
		write(t, file, content)
		_, _, err := declared.Read([]string{file}, os.ReadFile)
		if err == nil || !strings.Contains(err.Error(), want) || !strings.HasPrefix(err.Error(), "reading --state "+file) {
			t.Errorf("%v, want %q", err, want)
		}
	}
	for _, path := range []string{filepath.Join(dir, "none"), t.TempDir()} {
		if _, _, err := declared.Read([]string{path}, os.ReadFile); err == nil {
			t.Errorf("it reads %s", path)
		}
	}
}

func write(t *testing.T, file, content string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(file), 0o750); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
}
