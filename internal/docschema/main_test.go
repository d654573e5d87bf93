package main

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// What an older Terraform leaves out is put in, and what it prints stays.
func TestCompletesWhatTerraformPrints(t *testing.T) {
	t.Parallel()
	const printed = `{"format_version":"1.0","provider_schemas":{"registry.terraform.io/hashicorp/keyward":{"resource_schemas":{"keyward_x":{"version":7}}}}}`
	var out bytes.Buffer
	if err := complete(t.Context(), strings.NewReader(printed), &out); err != nil {
		t.Fatal(err)
	}
	var got document
	if err := json.Unmarshal(out.Bytes(), &got); err != nil {
		t.Fatal(err)
	}
	known := got.Providers["registry.terraform.io/hashicorp/keyward"]
	for name, has := range map[string]string{
		"resource_schemas":      `{"keyward_x":{"version":7}}`,
		"action_schemas":        `"webhook_id":{"type":"string","description":"`,
		"list_resource_schemas": `"company_id":{"type":"string","description":"Where to look`,
	} {
		if !strings.Contains(string(known[name]), has) {
			t.Errorf("%s is %s", name, known[name])
		}
	}
	if got.FormatVersion != "1.0" {
		t.Errorf("the format's version is %q", got.FormatVersion)
	}
}

func TestRefusesWhatIsNoSchema(t *testing.T) {
	t.Parallel()
	for in, says := range map[string]string{
		"":                         "reading the schema",
		"Error: no configuration":  "reading the schema",
		`{"provider_schemas": {}}`: "of 0 providers",
		`{"provider_schemas": {"a": {}, "b": {}}}`: "of 2 providers",
	} {
		if err := complete(t.Context(), strings.NewReader(in), &bytes.Buffer{}); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%q: got %v", in, err)
		}
	}
}

func TestConvertBlock(t *testing.T) {
	t.Parallel()
	in := &tfprotov6.SchemaBlock{
		Description: "What it is.", DescriptionKind: tfprotov6.StringKindMarkdown,
		Attributes: []*tfprotov6.SchemaAttribute{
			{Name: "ids", Type: tftypes.Set{ElementType: tftypes.String}, Required: true},
			{Name: "deep", Optional: true, NestedType: &tfprotov6.SchemaObject{
				Nesting:    tfprotov6.SchemaObjectNestingModeSingle,
				Attributes: []*tfprotov6.SchemaAttribute{{Name: "secret", Type: tftypes.String, Optional: true, WriteOnly: true}},
			}},
		},
		BlockTypes: []*tfprotov6.SchemaNestedBlock{{
			TypeName: "filter", Nesting: tfprotov6.SchemaNestedBlockNestingModeList, MaxItems: 1,
			Block: &tfprotov6.SchemaBlock{Deprecated: true},
		}},
	}
	const want = `{"attributes":{` +
		`"deep":{"nested_type":{"attributes":{"secret":{"type":"string","description_kind":"plain","optional":true,"write_only":true}},"nesting_mode":"single"},` +
		`"description_kind":"plain","optional":true},` +
		`"ids":{"type":["set","string"],"description_kind":"plain","required":true}},` +
		`"block_types":{"filter":{"nesting_mode":"list","block":{"description_kind":"plain","deprecated":true},"max_items":1}},` +
		`"description":"What it is.","description_kind":"markdown"}`
	got, err := json.Marshal(convertBlock(in))
	if err != nil || string(got) != want {
		t.Errorf("got %s, %v", got, err)
	}
}
