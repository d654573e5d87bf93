package object

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/types"
)

func TestParseImportID(t *testing.T) {
	t.Parallel()
	scoped := Kind{Platform: "Corebill", Noun: "API key", Scope: "company_id", Unscoped: "organization", IDPrefix: "key_"}
	plain := Kind{Platform: "Corebill", Noun: "company", IDPrefix: "com_"}
	cases := []struct {
		kind      Kind
		given     string
		scope, id types.String
		refused   bool
	}{
		{scoped, "com_1/key_2", types.StringValue("com_1"), types.StringValue("key_2"), false},
		{scoped, "organization/key_2", types.StringNull(), types.StringValue("key_2"), false},
		{scoped, "key_2", types.String{}, types.String{}, true},
		{scoped, "/key_2", types.String{}, types.String{}, true},
		{scoped, "com_1/", types.String{}, types.String{}, true},
		{scoped, "com_1/com_2", types.String{}, types.String{}, true},
		{scoped, "com_1/key_2/key_3", types.String{}, types.String{}, true},
		{scoped, "", types.String{}, types.String{}, true},
		{plain, "com_1", types.StringNull(), types.StringValue("com_1"), false},
		{plain, "key_1", types.String{}, types.String{}, true},
	}
	for _, c := range cases {
		t.Run(c.kind.Noun+" "+c.given, func(t *testing.T) {
			t.Parallel()
			scope, id, err := c.kind.parse(c.given)
			if (err != nil) != c.refused {
				t.Fatalf("parse(%q) error = %v", c.given, err)
			}
			if !c.refused && (!scope.Equal(c.scope) || !id.Equal(c.id)) {
				t.Errorf("parse(%q) = %s, %s", c.given, scope, id)
			}
		})
	}
}

func TestLabel(t *testing.T) {
	t.Parallel()
	if got := Label(types.StringValue("shop"), types.StringValue("key_1")); got != `"shop"` {
		t.Errorf("Label = %s", got)
	}
	if got := Label(types.StringNull(), types.StringValue("key_1")); got != "key_1" {
		t.Errorf("Label = %s", got)
	}
}
