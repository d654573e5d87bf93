package tfdoc_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/keyward/terraform-provider-keyward/internal/tfdoc"
)

const (
	file = `{"version":4,"lineage":"a","resources":[
		{"mode":"data","type":"t","name":"read","instances":[{"attributes":{"n":1}}]},
		{"mode":"managed","type":"t","name":"one","instances":[{"attributes":{"n":2}},{"deposed":"0a","attributes":{"n":3}}]},
		{"module":"module.m[\"x\"]","mode":"managed","type":"t","name":"many","instances":[
			{"index_key":0,"attributes":{"n":4}},{"index_key":"a b","status":"tainted","attributes":{"n":5}},{"index_key":null,"attributes":{"n":6}}]}]}`
	shown = `{"format_version":"1.0","terraform_version":"1.11.4","values":{"root_module":{"resources":[
		{"address":"data.t.read","mode":"data","type":"t","values":{"n":1}},
		{"address":"t.one","mode":"managed","type":"t","values":{"n":2}},
		{"address":"t.one","mode":"managed","type":"t","deposed_key":"0a","values":{"n":3}}],
		"child_modules":[{"address":"module.m[\"x\"]","resources":[
			{"address":"module.m[\"x\"].t.many[0]","mode":"managed","type":"t","values":{"n":4}},
			{"address":"module.m[\"x\"].t.many[\"a b\"]","mode":"managed","type":"t","tainted":true,"values":{"n":5}},
			{"address":"module.m[\"x\"].t.many","mode":"managed","type":"t","values":{"n":6}}]}]}}}`
)

// lines are resources as text, to compare.
func lines(t *testing.T, resources []tfdoc.Resource) (all []string) {
	t.Helper()
	for _, r := range resources {
		var values struct{ N int }
		if err := r.Decode(&values); err != nil {
			t.Fatal(err)
		}
		all = append(all, fmt.Sprintf("%d %s %s %v %v %q", values.N, r.Address, r.Type, r.Managed(), r.Tainted, r.Deposed))
	}
	return all
}

// The same state reads the same in each form, and several may follow one another.
func TestState(t *testing.T) {
	want := []string{
		`1 data.t.read t false false ""`, `2 t.one t true false ""`, `3 t.one t true false "0a"`, `4 module.m["x"].t.many[0] t true false ""`,
		`5 module.m["x"].t.many["a b"] t true true ""`, `6 module.m["x"].t.many t true false ""`,
	}
	plan := `{"format_version":"1.2","planned_values":{"root_module":{}},"prior_state":` + shown + `}`
	found, err := tfdoc.Parse([]byte(file + shown + "\n" + plan))
	if err != nil || len(found) != 3 {
		t.Fatalf("%d documents, error %v", len(found), err)
	}
	for i, kind := range []tfdoc.Kind{tfdoc.State, tfdoc.State, tfdoc.Plan} {
		got := lines(t, found[i].State)
		if found[i].Kind != kind || !slices.Equal(got, want) {
			t.Errorf("%d: a %s with\n%s", i, found[i].Kind, strings.Join(got, "\n"))
		}
	}
}

func TestPlan(t *testing.T) {
	change := `[{"address":"t.a","mode":"managed","type":"t","change":{"actions":["update"],"before":{"n":1},"after":{"n":2},"after_unknown":{"id":true}}}]`
	found, err := tfdoc.Parse([]byte(`{"format_version":"1.2","errored":false,"planned_values":{"root_module":{"child_modules":[{"resources":[
		{"address":"t.a","mode":"managed","type":"t","values":{"n":2}}]}]}},"resource_changes":` + change + `,"resource_drift":` + change + `}`))
	if err != nil {
		t.Fatal(err)
	}
	plan := found[0]
	if plan.Kind != tfdoc.Plan || plan.State != nil || len(plan.Planned) != 1 || plan.Planned[0].Address != "t.a" || len(plan.Changes) != 1 || len(plan.Drift) != 1 {
		t.Fatalf("it is %+v", plan)
	}
	c := plan.Changes[0]
	if c.Address != "t.a" || !slices.Equal(c.Values.Actions, []string{"update"}) || string(c.Values.After) != `{"n":2}` || string(c.Values.Unknown) != `{"id":true}` {
		t.Errorf("its change is %+v", c)
	}
}

// What has nothing is no error.
func TestNothing(t *testing.T) {
	for name, text := range map[string]string{
		"a state that was never applied": `{"format_version":"1.0"}`,
		"an emptied state":               `{"format_version":"1.0","terraform_version":"1.11.4","values":{"root_module":{}}}`,
		"a state with checks":            `{"format_version":"1.0","terraform_version":"1.11.4","checks":[]}`,
		"a state with what is to come":   `{"format_version":"1.9","values":{},"more":1}`,
		"an emptied file":                `{"version":4,"terraform_version":"1.11.4","serial":3,"lineage":"a","outputs":{},"resources":[],"check_results":null}`,
		"a plan that starts anew":        `{"format_version":"1.2","planned_values":{"root_module":{}},"configuration":{}}`,
	} {
		t.Run(name, func(t *testing.T) {
			if found, err := tfdoc.Parse([]byte(text)); err != nil || len(found) != 1 || found[0].State != nil || found[0].Planned != nil {
				t.Errorf("%+v, error %v", found, err)
			}
		})
	}
}

// What is no state is an error, and never taken for one that has nothing.
func TestNoState(t *testing.T) {
	state := shown
	for _, test := range []struct{ name, text, want string }{
		{"nothing", "", "it is empty"},
		{"space", " \n", "it is empty"},
		{"no JSON", "# keyward_corebill_api_key.a:", "it is not JSON"},
		{"a saved plan", "PK\x03\x04\x14", "it is a saved plan as Terraform keeps it, which `terraform show -json FILE` reads"},
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
		{"a plan with a prior state of the future", `{"format_version":"1.2","planned_values":{},"prior_state":{"format_version":"2.0"}}`, `its format has version "2.0"`},
		{"a state cut off", state[:len(state)/2], "it is not JSON: unexpected EOF"},
		{"a second document cut off", state + state[:40], "it is not JSON: unexpected EOF"},
		{"a second document that is no state", state + "{}", "neither a Terraform state"},
	} {
		t.Run(test.name, func(t *testing.T) {
			found, err := tfdoc.Parse([]byte(test.text))
			if !errors.Is(err, tfdoc.ErrUnknown) || found != nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("%d documents, error %v, want %q", len(found), err, test.want)
			}
		})
	}
}

// A plan that failed is one, but lacks what it failed for.
func TestPlanThatFailed(t *testing.T) {
	found, err := tfdoc.Parse([]byte(`{"format_version":"1.2","planned_values":{},"errored":true}`))
	if err == nil || found != nil || !strings.Contains(err.Error(), "the plan ended with an error and is not complete") {
		t.Errorf("%d documents, error %v", len(found), err)
	}
}

func TestDecodeNamesTheResource(t *testing.T) {
	for _, values := range []string{"", `{"n":"x"}`} {
		err := tfdoc.Resource{Address: "t.a", Values: json.RawMessage(values)}.Decode(&struct{ N int }{})
		if err == nil || !strings.HasPrefix(err.Error(), "t.a: its values are not in the form that the provider gives them: ") {
			t.Errorf("%q: %v", values, err)
		}
	}
}
