package audit_test

import "testing"

// A state has names and descriptions as Terraform composes them, and a platform as
// they were typed: that is no difference, and two keys of one name have one name.
func TestNamesAreComparedComposed(t *testing.T) {
	w := newWorld(t)
	w.corebill, w.billium = w.sandbox.Credentials.Corebill.APIKey, w.sandbox.Credentials.Billium.APIKey
	const composed, typed = "Zo\u00eb", "Zoe\u0308"
	w.declareCorebillKey(w.corebillKey(w.first(), typed, "read"), "name", composed)
	w.declareCorebillKey(w.corebillKey(w.first(), composed, "read"))
	w.declareBilliumKey(w.billiumKey(typed, map[string]any{"permissions": []string{"invoice:view"}}), "name", composed)
	set := w.sandbox.CallBillium(t, w.sandbox.Credentials.Billium.APIKey, "POST", "/permission-sets",
		map[string]any{"name": typed, "description": typed, "permissions": []string{"invoice:view"}}).Want(t, 201).Object(t)
	w.declare("keyward_billium_permission_set", "set", map[string]any{
		"id": set["id"], "name": composed, "description": composed, "merchant_id": set["merchantId"],
		"permissions": set["permissions"], "effective_permissions": set["permissions"],
	})
	duplicates := 0
	for _, f := range w.audit().Findings {
		switch f.Rule {
		case "different":
			t.Errorf("%s: %+v", f.Title, f.Differences)
		case "duplicate-name":
			duplicates++
		}
	}
	if duplicates != 1 {
		t.Errorf("%d duplicates were found, want 1", duplicates)
	}
}
