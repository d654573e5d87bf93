package due_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/keyward/terraform-provider-keyward/internal/due"
)

// What is a state without a key has nothing due.
func TestStatesWithoutKeys(t *testing.T) {
	for name, text := range map[string]string{
		"a state that was never applied": `{"format_version":"1.0"}`,
		"an emptied state":               `{"format_version":"1.0","terraform_version":"1.11.4","values":{"root_module":{}}}`,
		"a state with checks":            `{"format_version":"1.0","terraform_version":"1.11.4","checks":[]}`,
		"an emptied file":                `{"version":4,"terraform_version":"1.11.4","serial":3,"lineage":"a","outputs":{},"resources":[],"check_results":null}`,
		"a plan that starts anew":        `{"format_version":"1.2","planned_values":{"root_module":{}},"configuration":{}}`,
		"others' resources":              `{"version":4,"lineage":"a","resources":[{"mode":"managed","type":"aws_instance","name":"a","instances":[{"attributes":{"id":1}}]}]}`,
	} {
		t.Run(name, func(t *testing.T) {
			if keys, err := due.Parse([]byte(text)); err != nil || len(keys) != 0 {
				t.Errorf("%d keys, error %v", len(keys), err)
			}
		})
	}
}

// What is no state is an error, and never taken for one without keys.
func TestNoState(t *testing.T) {
	state := string(read(t, "state.json"))
	for _, test := range []struct{ name, text, want string }{
		{"nothing", "", "it is empty"},
		{"space", " \n", "it is empty"},
		{"no JSON", "# keyward_corebill_api_key.a:", "it is not JSON"},
		{"a list", "[]", "it is no JSON object"},
		{"null", "null", "neither a Terraform state"},
		{"an empty object", "{}", "neither a Terraform state"},
		{"terraform output", `{"token":{"sensitive":true,"type":"string","value":"x"}}`, "neither a Terraform state"},
		{"terraform version", `{"terraform_version":"1.11.4","platform":"linux_amd64"}`, "neither a Terraform state"},
		{"terraform validate", `{"format_version":"1.0","valid":true,"error_count":0}`, "it has error_count, valid"},
		{"terraform providers schema", `{"format_version":"1.0","provider_schemas":{}}`, "it has provider_schemas"},
		{"a note of the backend", `{"version":3,"serial":1,"lineage":"a","backend":{}}`, "it is of version 3, and only 4 is known"},
		{"an encrypted state", `{"serial":1,"lineage":"a","meta":{},"encrypted_data":"x","encryption_version":"v0"}`, "it is encrypted; `tofu show -json` reads it"},
		{"a state of the future", `{"format_version":"2.0","values":{}}`, `its format has version "2.0", and only 1 is known`},
		{"a plan of the future", `{"format_version":"2.0","planned_values":{}}`, `its format has version "2.0"`},
		{"resources of another kind", `{"version":4,"lineage":"a","resources":{}}`, "neither a Terraform state"},
		{"a state cut off", state[:len(state)/2], "it is not JSON: unexpected EOF"},
		{"a second document cut off", state + state[:40], "it is not JSON: unexpected EOF"},
		{"a second document that is no state", state + "{}", "neither a Terraform state"},
	} {
		t.Run(test.name, func(t *testing.T) {
			keys, err := due.Parse([]byte(test.text))
			if !errors.Is(err, due.ErrNoState) || keys != nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("%d keys, error %v, want %q", len(keys), err, test.want)
			}
		})
	}
}

// A state is refused as a whole where one of its keys can't be read.
func TestBadKeys(t *testing.T) {
	file := func(instance string) string {
		return `{"version":4,"lineage":"a","resources":[{"module":"module.m","mode":"managed","type":"keyward_corebill_api_key","name":"a","instances":[` + instance + `]}]}`
	}
	for _, test := range []struct{ name, text, want string }{
		{"no attributes", file(`{}`), "module.m.keyward_corebill_api_key.a: its attributes are not those of a key: "},
		{"no id", file(`{"index_key":"b","attributes":{"name":"a"}}`), `module.m.keyward_corebill_api_key.a["b"]: it has no id`},
		{"a time that is none", file(`{"index_key":1,"attributes":{"id":"a","rotate_due":"soon"}}`), `module.m.keyward_corebill_api_key.a[1]: its attributes are not those of a key: parsing time`},
		{"a plan that failed", `{"format_version":"1.2","planned_values":{},"errored":true}`, "the plan failed, and may lack keys: plan again"},
	} {
		t.Run(test.name, func(t *testing.T) {
			keys, err := due.Parse([]byte(test.text))
			if err == nil || keys != nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("%d keys, error %v, want %q", len(keys), err, test.want)
			}
		})
	}
}
