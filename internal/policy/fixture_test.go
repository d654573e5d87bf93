package policy_test

import (
	"encoding/json"
	"maps"
	"strings"
	"testing"

	"github.com/keyward/terraform-provider-keyward/internal/policy"
)

// object is a map as JSON has it.
type object = map[string]any

// good are the attributes of each type with which no rule finds anything.
var good = map[string]object{
	"keyward_corebill_api_key": {
		"name": "ci", "permission_level": "write", "organization": false, "company_id": "com_1", "enabled": true, "revokes": nil,
		"rotation": rotation(), "token_encryption": object{"age_recipients": []any{"age1x"}}, "on_conflict": nil, "token": nil,
	},
	"keyward_billium_api_key": {
		"name": "ci", "type": "SECRET", "permissions": []any{"invoice:view"}, "effective_permissions": []any{"invoice:view"}, "permission_set_id": nil,
		"rotation": rotation(), "token_encryption": object{"age_recipients": []any{"age1x"}}, "on_conflict": nil, "revokes": nil, "enabled": true,
	},
	"keyward_billium_permission_set": {"name": "set", "permissions": []any{"invoice:*"}, "effective_permissions": []any{"invoice:view", "invoice:create", "invoice:edit", "invoice:delete"}},
	"keyward_billium_team_member":    {"email": "ann@example.com", "role": "MEMBER"},
	"keyward_billium_merchant":       {"name": "shop", "enforce_tfa": true, "enforce_passkey": false},
	"keyward_corebill_company":       {"name": "shop", "deletion_protection": true},
	"keyward_corebill_webhook":       {"url": "https://example.com", "enabled": true},
	"keyward_billium_webhook":        {"url": "https://example.com", "is_active": true},
}

func rotation() object {
	return object{"rotate_after": "720h", "overlap": "24h", "quiet_period": "0s", "max_overlap": nil, "rotate_when_changed": nil}
}

// change is an element of resource_changes that creates a good object, with some
// attributes changed.
func change(objectType string, attributes object) object {
	after := maps.Clone(good[objectType])
	maps.Copy(after, attributes)
	return object{
		"address": objectType + ".x", "mode": "managed", "type": objectType, "name": "x",
		"change": object{"actions": []any{"create"}, "before": nil, "after": after, "after_unknown": object{}, "before_sensitive": false, "after_sensitive": object{}},
	}
}

// unknown makes attributes known only after the apply.
func unknown(c object, marks object) object {
	ch := at(c, "change")
	ch["after_unknown"] = marks
	for name, mark := range marks {
		if mark == true {
			delete(at(ch, "after"), name)
		}
	}
	return c
}

func act(c object, actions ...any) object {
	ch := at(c, "change")
	ch["actions"], ch["before"] = actions, ch["after"]
	if actions[0] == "delete" && len(actions) == 1 || actions[0] == "forget" {
		ch["after"] = nil
	}
	return c
}

// revoking is an update that revokes these keys. key_1 is the current one, key_0 the
// previous one, whose time is not over.
func revoking(ids ...any) object {
	c := act(change("keyward_billium_api_key", object{"id": "key_1", "previous": object{"id": "key_0", "revoke_due": "2026-03-02T00:00:00Z"}}), "update")
	ch := at(c, "change")
	ch["after"] = maps.Clone(at(ch, "before"))
	at(ch, "after")["revokes"] = ids
	return c
}

// document is a plan with these changes.
func document(changes ...object) object {
	list := make([]any, len(changes))
	blocks := []any{}
	for i, c := range changes {
		list[i] = c
		expressions := object{}
		for name, value := range at(c, "change", "after") {
			if value != nil {
				expressions[name] = object{"constant_value": value}
			}
		}
		for name := range at(c, "change", "after_unknown") {
			expressions[name] = object{"references": []any{"var.x"}}
		}
		delete(expressions, "effective_permissions")
		blocks = append(blocks, object{"address": c["address"], "mode": "managed", "expressions": expressions})
	}
	return object{
		"format_version": "1.2", "planned_values": object{}, "resource_changes": list, "complete": true, "errored": false,
		"configuration": object{"root_module": object{"resources": blocks}},
	}
}

func parse(t testing.TB, doc object) *policy.Plan {
	t.Helper()
	content, err := json.Marshal(doc)
	if err != nil {
		t.Fatal(err)
	}
	plan, err := policy.ParsePlan("plan.json", content)
	if err != nil {
		t.Fatal(err)
	}
	return plan
}

func newChecker(t testing.TB, options policy.Options) *policy.Checker {
	t.Helper()
	checker, err := policy.New(t.Context(), options)
	if err != nil {
		t.Fatal(err)
	}
	return checker
}

func check(t testing.TB, options policy.Options, doc object) []policy.Finding {
	t.Helper()
	findings, err := newChecker(t, options).Check(t.Context(), parse(t, doc))
	if err != nil {
		t.Fatal(err)
	}
	return findings
}

// short is findings as "rule" or, for undecided ones, "rule?".
func short(findings []policy.Finding) string {
	var words []string
	for _, f := range findings {
		word := f.Rule
		if f.Undecided {
			word += "?"
		}
		if f.Accepted != nil {
			word += "!"
		}
		words = append(words, word)
	}
	return strings.Join(words, " ")
}

// undeclared takes an attribute out of the configuration's first block.
func undeclared(doc object, attribute string) object {
	list, ok := at(doc, "configuration", "root_module")["resources"].([]any)
	if !ok || len(list) == 0 {
		return doc
	}
	if block, ok := list[0].(object); ok {
		delete(at(block, "expressions"), attribute)
	}
	return doc
}

// at is the object at a path; an empty one where there is none.
func at(o object, path ...string) object {
	for _, name := range path {
		next, ok := o[name].(object)
		if !ok {
			return object{}
		}
		o = next
	}
	return o
}
