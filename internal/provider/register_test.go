package provider

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	datasourceschema "github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/function"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	resourceschema "github.com/hashicorp/terraform-plugin-framework/resource/schema"
)

const root = "../.."

// Each resource has its name, descriptions, examples, a list, an import, pages
// and an acceptance test.
func TestRegisteredResourcesAreComplete(t *testing.T) {
	t.Parallel()
	for _, entry := range resources {
		t.Run(entry.Type, func(t *testing.T) {
			t.Parallel()
			r := entry.New()
			var metadata resource.MetadataResponse
			r.Metadata(t.Context(), resource.MetadataRequest{ProviderTypeName: "keyward"}, &metadata)
			var schema resource.SchemaResponse
			r.Schema(t.Context(), resource.SchemaRequest{}, &schema)
			if metadata.TypeName != entry.Type {
				t.Errorf("its type is %s", metadata.TypeName)
			}
			if diags := schema.Schema.ValidateImplementation(t.Context()); diags.HasError() {
				t.Error(diags)
			}
			describeResource(t, schema.Schema)
			if _, ok := r.(resource.ResourceWithImportState); !ok {
				t.Error("it can't be imported")
			}
			wantFile(t, "examples/resources/"+entry.Type+"/resource.tf", entry.Type)
			wantFile(t, "examples/resources/"+entry.Type+"/import.sh", entry.Type)
			wantPage(t, "resources", entry.Type)
			if entry.List == nil {
				t.Error("it can't be listed")
			}
			wantFile(t, "examples/list-resources/"+entry.Type+"/list-resource.tfquery.hcl", `list "`+entry.Type+`"`)
			wantPage(t, "list-resources", entry.Type)
			wantTest(t, "resource", entry.Type)
		})
	}
}

// Each data source has its name, descriptions, an example, a page and an
// acceptance test.
func TestRegisteredDataSourcesAreComplete(t *testing.T) {
	t.Parallel()
	for _, entry := range dataSources {
		t.Run(entry.Type, func(t *testing.T) {
			t.Parallel()
			d := entry.New()
			var metadata datasource.MetadataResponse
			d.Metadata(t.Context(), datasource.MetadataRequest{ProviderTypeName: "keyward"}, &metadata)
			var schema datasource.SchemaResponse
			d.Schema(t.Context(), datasource.SchemaRequest{}, &schema)
			if metadata.TypeName != entry.Type {
				t.Errorf("its type is %s", metadata.TypeName)
			}
			describeDataSource(t, schema.Schema)
			wantFile(t, "examples/data-sources/"+entry.Type+"/data-source.tf", entry.Type)
			wantPage(t, "data-sources", entry.Type)
			wantTest(t, "data", entry.Type)
		})
	}
}

// Each function has its name, descriptions, an example, a page and a test that
// calls it.
func TestRegisteredFunctionsAreComplete(t *testing.T) {
	t.Parallel()
	for _, entry := range functions {
		t.Run(entry.Name, func(t *testing.T) {
			t.Parallel()
			f := entry.New()
			var metadata function.MetadataResponse
			f.Metadata(t.Context(), function.MetadataRequest{}, &metadata)
			var definition function.DefinitionResponse
			f.Definition(t.Context(), function.DefinitionRequest{}, &definition)
			if metadata.Name != entry.Name {
				t.Errorf("its name is %s", metadata.Name)
			}
			var valid function.DefinitionValidateResponse
			definition.Definition.ValidateImplementation(t.Context(), function.DefinitionValidateRequest{FuncName: entry.Name}, &valid)
			if valid.Diagnostics.HasError() {
				t.Error(valid.Diagnostics)
			}
			describeFunction(t, definition.Definition)
			wantFile(t, "examples/functions/"+entry.Name+"/function.tf", "provider::keyward::"+entry.Name+"(")
			wantPage(t, "functions", entry.Name)
			wantCall(t, entry.Name)
		})
	}
}

func describeResource(t *testing.T, schema resourceschema.Schema) {
	t.Helper()
	if schema.MarkdownDescription == "" {
		t.Error("it has no description")
	}
	for name, attribute := range schema.Attributes {
		if attribute.GetMarkdownDescription() == "" {
			t.Errorf("attribute %s has no description", name)
		}
	}
}

func describeDataSource(t *testing.T, schema datasourceschema.Schema) {
	t.Helper()
	if schema.MarkdownDescription == "" {
		t.Error("it has no description")
	}
	for name, attribute := range schema.Attributes {
		if attribute.GetMarkdownDescription() == "" {
			t.Errorf("attribute %s has no description", name)
		}
	}
}

func describeFunction(t *testing.T, definition function.Definition) {
	t.Helper()
	if definition.Summary == "" || definition.MarkdownDescription == "" {
		t.Error("it has no summary or no description")
	}
	for _, parameter := range definition.Parameters {
		if parameter.GetMarkdownDescription() == "" {
			t.Errorf("parameter %s has no description", parameter.GetName())
		}
	}
}

func wantFile(t *testing.T, path, mentions string) {
	t.Helper()
	content, err := os.ReadFile(filepath.Join(root, path))
	if err != nil {
		t.Error(err)
	} else if !strings.Contains(string(content), mentions) {
		t.Errorf("%s does not mention %s", path, mentions)
	}
}

// wantPage asks for the page of the documentation that is generated for it.
func wantPage(t *testing.T, kind, name string) {
	t.Helper()
	wantFile(t, "docs/"+kind+"/"+strings.TrimPrefix(name, "keyward_")+".md", "# "+name+" (")
}

// wantTest asks for an acceptance test whose configuration has a block of the
// kind ("resource") and the type: a data source often has a resource's type.
func wantTest(t *testing.T, block, typeName string) {
	t.Helper()
	wantInTests(t, `\b`+block+` \\?"`+typeName+`\\?"`)
}

// wantCall asks for an acceptance test whose configuration calls the function.
func wantCall(t *testing.T, name string) {
	t.Helper()
	wantInTests(t, `provider::keyward::`+name+`\(`)
}

func wantInTests(t *testing.T, pattern string) {
	t.Helper()
	files, err := filepath.Glob("*_test.go")
	if err != nil {
		t.Fatal(err)
	}
	configuration := regexp.MustCompile(pattern)
	for _, file := range files {
		if content, err := os.ReadFile(file); err == nil && configuration.Match(content) {
			return
		}
	}
	t.Error("no acceptance test has it in its configuration")
}
