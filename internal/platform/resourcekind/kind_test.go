package resourcekind_test

import (
	"testing"

	"github.com/keyward/terraform-provider-keyward/internal/platform/resourcekind"
)

func TestParse(t *testing.T) {
	t.Parallel()
	key, company := resourcekind.CorebillAPIKey, resourcekind.CorebillCompany
	for _, c := range []struct {
		kind             resourcekind.Kind
		given, scope, id string
		refused          bool
	}{
		{key, "com_1/key_2", "com_1", "key_2", false},
		{key, "organization/key_2", "", "key_2", false},
		{key, "key_2", "", "", true},
		{key, "/key_2", "", "", true},
		{key, "com_1/", "", "", true},
		{key, "com_1/com_2", "", "", true},
		{key, "com_1/key_2/key_3", "", "", true},
		{key, "", "", "", true},
		{company, "com_1", "", "com_1", false},
		{company, "key_1", "", "", true},
		{resourcekind.BilliumTeamMember, "mer_1/invite_1", "mer_1", "invite_1", false},
	} {
		scope, id, err := c.kind.Parse(c.given)
		if (err != nil) != c.refused || scope != c.scope || id != c.id {
			t.Errorf("%s %q: %q, %q, %v", c.kind.Noun, c.given, scope, id, err)
		}
		if err == nil && c.kind.ImportID(scope, id) != c.given {
			t.Errorf("%q is written %q", c.given, c.kind.ImportID(scope, id))
		}
	}
}

func TestOf(t *testing.T) {
	t.Parallel()
	for _, kind := range resourcekind.All() {
		if got, ok := resourcekind.Of(kind.ResourceType()); !ok || got != kind {
			t.Errorf("%s: %+v", kind.ResourceType(), got)
		}
	}
	if _, ok := resourcekind.Of("keyward_corebill_invoice"); ok {
		t.Error("there is a kind that isn't one")
	}
}
