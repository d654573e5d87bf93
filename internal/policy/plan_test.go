package policy_test

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"github.com/keyward/terraform-provider-keyward/internal/policy"
)

func TestParsePlanRefuses(t *testing.T) {
	token := "sk_live_01" + strings.Repeat("aB3", 13)
	whole := `"planned_values":{},"configuration":{}`
	for name, test := range map[string]struct{ content, want string }{
		"no plan and no state": {"Terraform will perform the following actions", "neither a Terraform state nor `terraform show -json` of a state or a plan: it is not JSON"},
		"two":                  {`{"format_version":"1.2",` + whole + `}{"format_version":"1.2",` + whole + `}`, "there is something after the plan"},
		"a state file":         {`{"version":4,"lineage":"x"}`, "it is a state, not a plan: save a plan with"},
		"a state":              {`{"format_version":"1.0","values":{}}`, "it is a state, not a plan"},
		"an error":             {`{"format_version":"1.2","errored":true,` + whole + `}`, "the plan ended with an error and is not complete"},
		"an unknown action":    {`{"format_version":"1.2","resource_changes":[{"mode":"managed","type":"keyward_x","address":"a.b","change":{"actions":["explode"]}}],` + whole + `}`, `a.b: the plan does ["explode"] with it, which is not known here`},
		"no action":            {`{"format_version":"1.2","resource_changes":[{"mode":"managed","type":"keyward_x","address":"a.b","change":{}}],` + whole + `}`, `a.b: the plan does [] with it`},
		"no change":            {`{"format_version":"1.2","resource_changes":[{"mode":"managed","type":"keyward_x","address":"a.b"}],` + whole + `}`, "a.b: its change can't be understood"},
		"nothing after":        {`{"format_version":"1.2","resource_changes":[{"mode":"managed","type":"keyward_x","address":"a.b","change":{"actions":["create"],"after":null}}],` + whole + `}`, "a.b: the plan says create, but not what it will be"},
		"an unknown type":      {`{"format_version":"1.2","resource_changes":[{"mode":"managed","type":"keyward_x","address":"a.b","change":{"actions":["create"],"after":{}}}],` + whole + `}`, "a.b: no rule knows the resource type keyward_x: update keyward"},
		"a token":              {`{"format_version":"` + token + `",` + whole + `}`, `its format has version "sk_live_01…"`},
	} {
		_, err := policy.ParsePlan("plan.json", []byte(test.content))
		if err == nil || !strings.HasPrefix(err.Error(), "plan.json: ") || !strings.Contains(err.Error(), test.want) || strings.Contains(err.Error(), token) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// A resource that the provider gains must not be one that check refuses.
func TestEveryResourceIsKnown(t *testing.T) {
	pages, err := filepath.Glob("../../docs/resources/*.md")
	if err != nil || len(pages) == 0 {
		t.Fatal(pages, err)
	}
	for _, page := range pages {
		kind := "keyward_" + strings.TrimSuffix(filepath.Base(page), ".md")
		if _, err := policy.ParsePlan("plan.json", []byte(`{"format_version":"1.2","planned_values":{},"configuration":{},"resource_changes":[
			{"mode":"managed","type":"`+kind+`","address":"a.b","change":{"actions":["create"],"after":{}}}]}`)); err != nil {
			t.Error(err)
		}
	}
}

// TestNothingSecretReachesRules writes out everything that a rule can see.
func TestNothingSecretReachesRules(t *testing.T) {
	const secret = "geheim"
	token := "sk_" + strings.Repeat("aB3", 32)
	c := act(change(billiumKey, object{"token": secret, "name": "key " + token, "nested": object{"list": []any{"a", secret}}}), "update")
	marks := object{"token": true, "nested": object{"list": []any{false, true}}}
	at(c, "change")["after_sensitive"], at(c, "change")["before_sensitive"] = marks, marks
	module := object{
		"resources":     []any{object{"values": object{"token": secret}, "sensitive_values": object{"token": true}}},
		"child_modules": []any{object{"resources": []any{object{"values": object{"token": secret}, "sensitive_values": object{"token": true}}}}},
	}
	doc := document(c)
	doc["resource_drift"] = []any{c}
	doc["output_changes"] = object{"x": object{"before": secret, "after": secret, "before_sensitive": true, "after_sensitive": true}}
	doc["planned_values"] = object{"outputs": object{"x": object{"sensitive": true, "value": secret}}, "root_module": module}
	doc["prior_state"] = object{"format_version": "1.0", "values": doc["planned_values"]}
	doc["variables"] = object{"x": object{"value": secret}}
	root := at(doc, "configuration", "root_module")
	root["variables"] = object{"x": object{"sensitive": true, "default": secret}}
	root["resources"] = []any{}
	root["module_calls"] = object{"m": object{"module": object{"variables": object{"y": object{"sensitive": true, "default": secret}}}}}
	doc["deferred_changes"] = []any{object{"reason": "provider_config_unknown", "resource_change": c}}
	dir := t.TempDir()
	writeTo(t, dir, "all.rego", "package keyward.rules.all\n\ndeny contains json.marshal(input)\n\ndeny contains json.marshal(data.keyward.config)")
	got := check(t, policy.Options{Dir: dir}, doc)
	seen := 0
	for _, f := range got {
		if strings.Contains(f.Message, secret) || strings.Contains(f.Message, token[17:]) {
			t.Errorf("it shows a secret:\n%s", f.Message)
		}
		if f.Rule == "all" {
			seen++
		}
	}
	if seen != 2 {
		t.Errorf("%s", short(got))
	}
}

func TestObjects(t *testing.T) {
	created := unknown(change(corebillKey, nil), object{"token": true, "rotation": object{"overlap": true}, "list": []any{false, true}})
	plan := parse(t, document(created, act(change(billiumKey, nil), "create", "delete"), act(change(member, nil), "no-op")))
	if len(plan.Objects) != 3 || plan.Changes != 2 || !plan.Complete {
		t.Fatalf("%+v", plan)
	}
	if got := fmt.Sprint(plan.Objects[0].Unknown, plan.Objects[0].Action, plan.Objects[0].Before == nil); got != "[list.1 rotation.overlap token]createtrue" {
		t.Error(got)
	}
	if o := plan.Objects[1]; o.Action != "replace" || !o.CreateFirst {
		t.Errorf("%+v", o)
	}
	if o := plan.Objects[2]; o.Action != "none" || o.Changed() {
		t.Errorf("%+v", o)
	}
	partial := document()
	partial["complete"] = false
	if parse(t, partial).Complete {
		t.Error("a partial plan passes for a whole one")
	}
	old := document()
	delete(old, "complete")
	delete(old, "resource_changes")
	if !parse(t, old).Complete {
		t.Error("a plan of a Terraform that doesn't tell is taken for partial")
	}
}
