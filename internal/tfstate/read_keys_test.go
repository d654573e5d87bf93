package tfstate_test

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/keyward/terraform-provider-keyward/internal/tfstate"
)

const keys = `{"format_version":"1.0","terraform_version":"1.14.0","values":{"root_module":{
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

func TestReadKeys(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "below", "state.json")
	write(t, file, keys)
	write(t, filepath.Join(dir, "empty.json"), `{"format_version":"1.0"}`)
	write(t, filepath.Join(dir, "notes.txt"), "not a state")
	got, empty, err := tfstate.ReadKeys([]string{dir}, os.ReadFile)
	if err != nil || !slices.Equal(empty, []string{filepath.Join(dir, "empty.json")}) {
		t.Errorf("empty are %q, error %v", empty, err)
	}
	want := []string{
		file + " keyward_corebill_api_key.a corebill key_1 a com_1 {0s 0s 0s} none []",
		file + " module.m.keyward_billium_api_key.b[0] billium key_2 b mer_1 {24h0m0s 1h0m0s 48h0m0s} key_0 [key_9]",
	}
	if !slices.Equal(keyLines(got), want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(keyLines(got), "\n"), strings.Join(want, "\n"))
	}
}

// keyLines are keys as text, to compare.
func keyLines(keys []tfstate.Resource) (all []string) {
	for _, k := range keys {
		previous := "none"
		if k.Previous != nil {
			previous = k.Previous.ID
		}
		all = append(all, fmt.Sprintf("%s %s %s %s %s %s %v %s %v", k.File, k.Address, k.Platform, k.ID, k.Name, k.Scope, k.Overlap.Overlap, previous, k.Orphaned))
	}
	return all
}

// A state file has the same keys as what Terraform shows of it.
func TestReadKeysOfAStateFile(t *testing.T) {
	file := filepath.Join(t.TempDir(), "terraform.tfstate")
	write(t, file, `{"version":4,"lineage":"a","resources":[{"module":"module.m","mode":"managed","type":"keyward_corebill_api_key","name":"a","instances":[
		{"index_key":"x","attributes":{"id":"key_1","name":"a","company_id":"com_1","permission_level":"read","token":"hidden","rotation":{"overlap":"2h"}}}]}]}`)
	got, _, err := tfstate.ReadKeys([]string{filepath.Dir(file)}, os.ReadFile)
	want := file + ` module.m.keyward_corebill_api_key.a["x"] corebill key_1 a com_1 {2h0m0s 0s 0s} none []`
	if err != nil || !slices.Equal(keyLines(got), []string{want}) {
		t.Errorf("got\n%s, error %v\nwant\n%s", strings.Join(keyLines(got), "\n"), err, want)
	}
}

// Anyone who only looks a key up may do so in a plan, too.
func TestReadKeysWithPlans(t *testing.T) {
	file := filepath.Join(t.TempDir(), "plan.json")
	write(t, file, `{"format_version":"1.2","planned_values":{},"prior_state":`+keys+`}`)
	if got, err := tfstate.ReadKeysWithPlans([]string{file}, os.ReadFile); err != nil || len(got) != 2 {
		t.Errorf("%q, error %v", keyLines(got), err)
	}
}

func TestOfToken(t *testing.T) {
	key := func(id, fingerprint string) tfstate.Resource {
		return tfstate.Resource{File: "f", Address: "a." + id, Attributes: tfstate.Attributes{ID: id, TokenFingerprint: fingerprint}}
	}
	all := []tfstate.Resource{key("key_1", "one"), key("key_2", "two"), key("key_2", "two"), key("key_3", ""), key("key_4", "three"), key("key_5", "three")}
	for fingerprint, want := range map[string]string{"one": "key_1", "two": "key_2", "none": "", "": ""} {
		found, err := tfstate.OfToken(all, fingerprint)
		if err != nil || (found == nil) != (want == "") || found != nil && found.ID != want {
			t.Errorf("%q: %+v, error %v", fingerprint, found, err)
		}
	}
	if _, err := tfstate.OfToken(all, "three"); err == nil || !strings.Contains(err.Error(), "a.key_4 in f (key_4) and a.key_5 in f (key_5) have one token_fingerprint") {
		t.Errorf("%v", err)
	}
}

func TestReadKeysRefuses(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "x.json")
	for content, want := range map[string]string{
		`x`:                           ": neither a Terraform state nor `terraform show -json` of a state or a plan: it is not JSON",
		`{"version":3,"lineage":"a"}`: "it is of version 3, and only 4 is known",
		`{"format_version":"1.2","planned_values":{}}`:                                 "it is a plan, which may never be applied: write the state with terraform show -json",
		strings.Replace(keys, `"1h"`, `"soon"`, 1):                                     "module.m.keyward_billium_api_key.b[0]: its values are not in the form that the provider gives them: rotation.quiet_period: \"soon\" is not a valid duration",
		strings.Replace(keys, `"com_1","permission_level"`, `1,"permission_level"`, 1): "keyward_corebill_api_key.a: its values are not in the form",
		strings.Replace(keys, `"id":"key_1"`, `"id":null`, 1):                          "keyward_corebill_api_key.a: it has no id",
		strings.Replace(keys, `"format_version":"1.0"`, `"format_version":"9.0"`, 1):   `its format has version "9.0", and only 1 is known`,
	} {
		write(t, file, content)
		_, _, err := tfstate.ReadKeys([]string{file}, os.ReadFile)
		if err == nil || !strings.Contains(err.Error(), want) || !strings.HasPrefix(err.Error(), "reading --state "+file) {
			t.Errorf("%v, want %q", err, want)
		}
	}
	for _, path := range []string{filepath.Join(dir, "none"), t.TempDir()} {
		if _, _, err := tfstate.ReadKeys([]string{path}, os.ReadFile); err == nil {
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
