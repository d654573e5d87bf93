package policy_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/keyward/terraform-provider-keyward/internal/policy"
	"github.com/keyward/terraform-provider-keyward/internal/report"
)

const (
	corebillKey = "keyward_corebill_api_key"
	billiumKey  = "keyward_billium_api_key"
	set         = "keyward_billium_permission_set"
	member      = "keyward_billium_team_member"
	merchant    = "keyward_billium_merchant"
	company     = "keyward_corebill_company"
	corebillWH  = "keyward_corebill_webhook"
	billiumWH   = "keyward_billium_webhook"
)

func TestCheck(t *testing.T) {
	checker := newChecker(t, policy.Options{})
	everything := []object{}
	for objectType := range good {
		everything = append(everything, change(objectType, nil))
	}
	with := func(name string, value any) object {
		r := rotation()
		r[name] = value
		return object{"rotation": r}
	}
	for _, test := range []struct {
		name string
		doc  object
		want string
	}{
		{"nothing", document(), ""},
		{"everything good", document(everything...), ""},
		{"admin", document(change(corebillKey, object{"permission_level": "admin"})), "admin-key"},
		{"level unknown", document(unknown(change(corebillKey, nil), object{"permission_level": true})), "admin-key?"},
		{"organization", document(change(corebillKey, object{"organization": true, "company_id": nil})), "organization-key"},
		{"dangerous", document(change(billiumKey, object{"effective_permissions": []any{"merchant:delete"}})), "dangerous-permissions"},
		{"permissions unknown", document(unknown(change(billiumKey, nil), object{"permissions": true, "effective_permissions": true})), "dangerous-permissions? broad-permissions?"},
		{"one permission unknown", document(unknown(change(billiumKey, nil), object{"permissions": []any{true}, "effective_permissions": []any{true}})), "dangerous-permissions? broad-permissions?"},
		{"a dangerous set", document(change(set, object{"effective_permissions": []any{"merchant:delete"}, "permissions": []any{"merchant:delete"}})), "dangerous-permissions"},
		{"inherits", undeclared(document(unknown(change(billiumKey, nil), object{"effective_permissions": true, "permissions": true})), "permissions"), "inherited-permissions"},
		{"public", document(change(billiumKey, object{"type": "PUBLIC", "token_encryption": nil, "rotation": nil, "effective_permissions": []any{"product:view", "invoice:view", "invoice:create"}})), ""},
		{"public and odd", document(change(billiumKey, object{"type": "PUBLIC", "effective_permissions": []any{"product:edit"}})), "public-key public-key"},
		{"no rotation", document(change(corebillKey, object{"rotation": nil})), "no-rotation"},
		{"rotation unknown", document(unknown(change(corebillKey, nil), object{"rotation": true})), "long-overlap? no-rotation? rare-rotation? short-overlap?"},
		{"overlap unknown", document(unknown(change(corebillKey, nil), object{"rotation": object{"overlap": true}})), "long-overlap? no-rotation? short-overlap?"},
		{"rare", document(change(corebillKey, with("rotate_after", "8760h"))), "rare-rotation"},
		{"short", document(change(corebillKey, with("overlap", "0s"))), "short-overlap"},
		{"long", document(change(corebillKey, with("overlap", "1000h"))), "long-overlap"},
		{"plain token", document(change(billiumKey, object{"token_encryption": nil})), "token-in-state"},
		{"name conflict", document(change(billiumKey, object{"on_conflict": "allow"})), "name-conflict-allowed"},
		{"destroyed", document(act(change(billiumKey, nil), "delete")), "key-destroyed"},
		{"replaced", document(act(change(billiumKey, nil), "delete", "create")), "key-destroyed"},
		{"replaced and forgotten", document(act(change(billiumKey, object{"previous": object{"id": "key_0"}}), "create", "forget")), "key-forgotten key-forgotten"},
		{"disabled", document(change(billiumKey, object{"enabled": false})), "key-disabled"},
		{"enabled unknown", document(unknown(change(billiumKey, nil), object{"enabled": true})), "key-disabled?"},
		{"forgotten", document(act(change(billiumKey, nil), "forget")), "key-forgotten"},
		{"rotates", document(unknown(act(change(billiumKey, object{"id": "key_1"}), "update"), object{"id": true})), "key-rotates"},
		{"revoked at once", document(unknown(revoking("key_1"), object{"id": true})), "key-revoked-at-once key-rotates"},
		{"previous", document(revoking("key_0")), "previous-key-revoked"},
		{"superseded", document(unknown(revoking("key_0"), object{"id": true})), "superseded-key-revoked key-rotates"},
		{"orphaned", document(revoking("key_2")), "orphaned-key-revoked"},
		{"may revoke", document(unknown(revoking(), object{"revokes": true})), "may-revoke"},
		{"destroyed with others", document(act(change(billiumKey, object{"id": "key_1", "previous": object{"id": "key_0"}, "orphaned": []any{object{"id": "key_2"}}}), "delete")),
			"key-destroyed previous-key-revoked orphaned-key-revoked"},
		{"company", document(act(change(company, nil), "delete")), "company-destroyed"},
		{"unprotected", document(change(company, object{"deletion_protection": false})), "deletion-protection"},
		{"admin member", document(change(member, object{"role": "ADMIN"})), "admin-member"},
		{"email unknown", document(unknown(change(member, object{"role": "ADMIN"}), object{"email": true})), "admin-member?"},
		{"http", document(change(corebillWH, object{"url": "http://example.com"})), "insecure-webhook"},
		{"url unknown", document(unknown(change(billiumWH, nil), object{"url": true})), "insecure-webhook?"},
		{"off", document(change(billiumWH, object{"is_active": false})), "webhook-disabled"},
		{"no second factor", document(change(merchant, object{"enforce_tfa": false})), "security-off"},
		{"another provider's", document(object{"address": "aws_x.x", "mode": "managed", "type": "aws_x", "change": object{"actions": []any{"strange"}}}), ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			got, err := checker.Check(t.Context(), parse(t, test.doc))
			if err != nil || short(got) != test.want {
				t.Errorf("%v, %s, want %s\n%+v", err, short(got), test.want, got)
			}
		})
	}
}

// TestCheckOfNulls has no rule fail where every attribute is null.
func TestCheckOfNulls(t *testing.T) {
	for objectType, attributes := range good {
		nulls := object{}
		for name := range attributes {
			nulls[name] = nil
		}
		check(t, policy.Options{}, document(change(objectType, nulls)))
	}
}

func TestSensitiveIsUndecided(t *testing.T) {
	c := change(corebillKey, object{"permission_level": "admin", "name": "geheim"})
	at(c, "change")["after_sensitive"] = object{"permission_level": true, "name": true}
	got := check(t, policy.Options{}, document(c))
	if short(got) != "admin-key?" || !strings.Contains(got[0].Message, "marked as sensitive") {
		t.Errorf("%+v", got)
	}
}

// TestSetOfTheSamePlan resolves a permission set that doesn't exist yet, in a
// module and with indexes.
func TestSetOfTheSamePlan(t *testing.T) {
	ofSet := change(set, object{"permissions": []any{"merchant:*"}, "effective_permissions": []any{"merchant:delete"}})
	ofSet["address"] = `module.a["x.y"].keyward_billium_permission_set.x["b"]`
	key := unknown(change(billiumKey, object{"permissions": nil}), object{"permissions": true, "effective_permissions": true, "permission_set_id": true})
	key["address"] = `module.a["x.y"].keyward_billium_api_key.x[0]`
	doc := document(ofSet, key)
	doc["configuration"] = object{"root_module": object{"module_calls": object{"a": object{"module": object{"resources": []any{
		object{"address": billiumKey + ".x", "expressions": object{"permission_set_id": object{"references": []any{set + `.x["b"].id`, set + `.x["b"]`, set + ".x"}}}},
		object{"address": set + ".x", "expressions": object{"permissions": object{"constant_value": []any{"merchant:*"}}}},
	}}}}}}
	got := check(t, policy.Options{}, doc)
	if short(got) != "dangerous-permissions dangerous-permissions" {
		t.Errorf("%s\n%+v", short(got), got)
	}
}

// TestCurrentPlan is one that Terraform made, by a version of the provider without
// some of the attributes: what they decide is said to be undecided, once.
func TestCurrentPlan(t *testing.T) {
	content, err := os.ReadFile(filepath.Join("testdata", "current.json"))
	if err != nil {
		t.Fatal(err)
	}
	plan, err := policy.ParsePlan("plan.json", content)
	if err != nil {
		t.Fatal(err)
	}
	got, err := newChecker(t, policy.Options{}).Check(t.Context(), plan)
	want := "dangerous-permissions dangerous-permissions admin-key inherited-permissions token-in-state? token-in-state? " +
		"long-overlap? long-overlap? no-rotation? no-rotation? rare-rotation? rare-rotation? short-overlap? short-overlap? name-conflict-allowed? name-conflict-allowed?"
	if err != nil || short(got) != want || plan.Changes != 5 {
		t.Errorf("%v, %s\n%+v", err, short(got), got)
	}
}

func TestTokensInTheConfiguration(t *testing.T) {
	token := "sk_live_" + strings.Repeat("a1B", 13)
	doc := document()
	doc["variables"] = object{"key": object{"value": token}, "other": object{"value": "plain secret"}}
	doc["configuration"] = object{
		"provider_config": object{"keyward": object{"name": "keyward", "expressions": object{"corebill": object{"constant_value": object{"api_key": token}}}}},
		"root_module":     object{"variables": object{"other": object{"sensitive": true}}},
	}
	got := check(t, policy.Options{}, doc)
	if short(got) != "token-in-code token-in-code" || strings.Contains(fmt.Sprintf("%+v", got), token[10:]) {
		t.Errorf("%+v", got)
	}
}

func TestSkipAndExceptions(t *testing.T) {
	doc := document(change(corebillKey, object{"permission_level": "admin", "rotation": nil}))
	if got := check(t, policy.Options{Skip: []string{"admin-key", "no-rotation"}}, doc); len(got) > 0 {
		t.Errorf("%+v", got)
	}
	data := write(t, "data.yaml", `
keyward:
  config:
    exceptions:
      - {rule: admin-key, address: "keyward_corebill_api_key.*", reason: it manages the others}
      - {rule: no-rotation, address: keyward_corebill_api_key.y, reason: another}
`)
	got := check(t, policy.Options{Data: data}, doc)
	if short(got) != "admin-key! no-rotation" || *got[0].Accepted != "it manages the others" {
		t.Errorf("%+v", got)
	}
}

func TestSettings(t *testing.T) {
	data := write(t, "data.json", `{"keyward":{"config":{"max_rotate_after":"100h","only_changes":true,"allowed_email_domains":["keyward.example"]}}}`)
	rotates, foreign := change(corebillKey, nil), act(change(member, nil), "no-op")
	if got := check(t, policy.Options{Data: data}, document(rotates, foreign)); short(got) != "rare-rotation" {
		t.Errorf("%+v", got)
	}
}

func TestNewRefuses(t *testing.T) {
	for _, test := range []struct{ data, want string }{
		{`[`, "is neither JSON nor YAML"},
		{`[]`, "is no object"},
		{`{"keyward":{"rules":{}}}`, "there is no keyward.rules to set, only keyward.config"},
		{`{"keyward":{"config":{"max_rotation":"1h"}}}`, "there is no setting keyward.config.max_rotation: there are allowed_admins,"},
		{`{"keyward":{"config":{"max_rotate_after":"90 days"}}}`, "max_rotate_after must be a duration, such as 2160h"},
		{`{"keyward":{"config":{"max_permissions":"many"}}}`, "must be a whole number, such as 16"},
		{`{"keyward":{"config":{"only_changes":"yes"}}}`, "must be true or false"},
		{`{"keyward":{"config":{"allowed_admins":"ann"}}}`, "must be a list"},
		{`{"keyward":{"config":{"allowed_admins":[1]}}}`, "must be a list of texts"},
		{`{"keyward":{"config":{"exceptions":[{"rule":"admin-key","address":"*"}]}}}`, "lacks its rule, address or reason"},
		{`{"keyward":{"config":{"exceptions":[{"rule":"x","address":"*","reason":"y"}]}}}`, `names the rule "x", which there isn't`},
	} {
		_, err := policy.New(t.Context(), policy.Options{Data: write(t, "data.json", test.data)})
		if err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: %v", test.data, err)
		}
	}
	if _, err := policy.New(t.Context(), policy.Options{Skip: []string{"none"}}); err == nil || !strings.Contains(err.Error(), `there is no rule "none" to skip`) {
		t.Error(err)
	}
	if _, err := policy.New(t.Context(), policy.Options{Data: "none"}); err == nil || !strings.Contains(err.Error(), "reading the data") {
		t.Error(err)
	}
}

func TestFindingsAreSorted(t *testing.T) {
	got := check(t, policy.Options{}, document(change(corebillKey, object{"permission_level": "admin", "rotation": nil, "on_conflict": "allow"}), change(set, object{"effective_permissions": []any{"merchant:delete"}})))
	for i := range got {
		if i > 0 && got[i].Severity.Rank() < got[i-1].Severity.Rank() {
			t.Errorf("%s after %s", got[i].Severity, got[i-1].Severity)
		}
	}
	if got[0].Severity != report.Critical || got[0].File != "plan.json" || got[0].Remedy == "" {
		t.Errorf("%+v", got[0])
	}
}

func write(t testing.TB, name, content string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(file, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}
