package provider

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/action"
	"github.com/hashicorp/terraform-plugin-framework/ephemeral"
)

// Each ephemeral resource has its name, descriptions, an example, a page and an
// acceptance test, and revokes what it mints.
func TestRegisteredEphemeralResourcesAreComplete(t *testing.T) {
	t.Parallel()
	for _, entry := range ephemerals {
		t.Run(entry.Type, func(t *testing.T) {
			t.Parallel()
			e := entry.New()
			var metadata ephemeral.MetadataResponse
			e.Metadata(t.Context(), ephemeral.MetadataRequest{ProviderTypeName: "keyward"}, &metadata)
			var schema ephemeral.SchemaResponse
			e.Schema(t.Context(), ephemeral.SchemaRequest{}, &schema)
			if metadata.TypeName != entry.Type {
				t.Errorf("its type is %s", metadata.TypeName)
			}
			if diags := schema.Schema.ValidateImplementation(t.Context()); diags.HasError() {
				t.Error(diags)
			}
			describe(t, schema.Schema.MarkdownDescription, schema.Schema.Attributes)
			if _, ok := e.(ephemeral.EphemeralResourceWithClose); !ok {
				t.Error("it does not clean up after itself")
			}
			wantFile(t, "examples/ephemeral-resources/"+entry.Type+"/ephemeral-resource.tf", entry.Type)
			wantPage(t, "ephemeral-resources", entry.Type)
			wantTest(t, "ephemeral", entry.Type)
		})
	}
}

// Each action has its name, descriptions, an example, a page and an acceptance
// test, and is checked when it is planned.
func TestRegisteredActionsAreComplete(t *testing.T) {
	t.Parallel()
	for _, entry := range actions {
		t.Run(entry.Type, func(t *testing.T) {
			t.Parallel()
			a := entry.New()
			var metadata action.MetadataResponse
			a.Metadata(t.Context(), action.MetadataRequest{ProviderTypeName: "keyward"}, &metadata)
			var schema action.SchemaResponse
			a.Schema(t.Context(), action.SchemaRequest{}, &schema)
			if metadata.TypeName != entry.Type {
				t.Errorf("its type is %s", metadata.TypeName)
			}
			if diags := schema.Schema.ValidateImplementation(t.Context()); diags.HasError() {
				t.Error(diags)
			}
			describe(t, schema.Schema.MarkdownDescription, schema.Schema.Attributes)
			if _, ok := a.(action.ActionWithModifyPlan); !ok {
				t.Error("a plan does not check it")
			}
			wantFile(t, "examples/actions/"+entry.Type+"/action.tf", entry.Type)
			wantPage(t, "actions", entry.Type)
			wantTest(t, "action", entry.Type)
		})
	}
}

func describe[A interface{ GetMarkdownDescription() string }](t *testing.T, description string, attributes map[string]A) {
	t.Helper()
	if description == "" {
		t.Error("it has no description")
	}
	for name, attribute := range attributes {
		if attribute.GetMarkdownDescription() == "" {
			t.Errorf("attribute %s has no description", name)
		}
	}
}
