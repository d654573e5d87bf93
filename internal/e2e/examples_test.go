package e2e_test

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/keyward/terraform-provider-keyward/internal/platform/billium"
)

// Every example of the documentation applies as it stands, and a second plan
// finds nothing to do. Those of resources have a platform of their own: data sources
// would find what they make.
func TestExamplesApply(t *testing.T) {
	t.Parallel()
	for _, kinds := range [][]string{{"actions", "data-sources", "ephemeral-resources", "functions"}, {"resources"}} {
		w := newWorkspace(t, startSandbox(t, "--rate-limits", "off"))
		root := "locals {\n  values = jsondecode(file(\"values.json\"))\n}\n"
		for _, kind := range kinds {
			folders, err := filepath.Glob("../../examples/" + kind + "/*")
			if err != nil || len(folders) == 0 {
				t.Fatalf("there are no examples/%s: %v", kind, err)
			}
			for _, folder := range folders {
				name := filepath.Base(folder)
				t.Run(kind+"/"+name, func(t *testing.T) {
					if kind == "actions" {
						w.requireTerraform(t, 14, "an action")
					}
					root += w.module(t, kind+"_"+name, readExample(t, folder))
				})
			}
		}
		w.configure(t, root)
		w.writeFile(t, filepath.Join(w.dir, "values.json"), exampleVariables(t))
		w.run(t, nil, "get")
		w.run(t, nil, "apply", "-auto-approve", "-input=false")
		wantText(t, w.run(t, nil, "plan", "-input=false"), "No changes.")
		w.run(t, nil, "destroy", "-auto-approve", "-input=false")
	}
}

var variable = regexp.MustCompile(`(?m)^variable "(\w+)"`)

// module writes a module, and returns the block that calls it with local.values.
func (w *workspace) module(t *testing.T, name, content string) string {
	t.Helper()
	dir := filepath.Join(w.dir, name)
	if err := os.Mkdir(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	block := fmt.Sprintf("module %q {\n  source = \"./%s\"\n", name, name)
	for _, match := range variable.FindAllStringSubmatch(content, -1) {
		block += fmt.Sprintf("  %s = local.values.%s\n", match[1], match[1])
	}
	w.writeFile(t, filepath.Join(dir, "main.tf"), required+content)
	return block + "}\n"
}

// Every example of a list runs as it stands, and finds what is there.
func TestListExamplesFind(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("../../examples/list-resources/*/list-resource.tfquery.hcl")
	if err != nil || len(files) == 0 {
		t.Fatalf("there are no examples/list-resources: %v", err)
	}
	s := startSandbox(t, "--rate-limits", "off")
	made := newWorkspace(t, s)
	made.requireTerraform(t, 14, "terraform query")
	made.configure(t, account)
	made.run(t, nil, "apply", "-auto-approve", "-input=false")
	for _, file := range files {
		kind := filepath.Base(filepath.Dir(file))
		t.Run(kind, func(t *testing.T) {
			w := newWorkspace(t, s)
			w.configure(t, `provider "keyward" {}`)
			example, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			w.writeFile(t, filepath.Join(w.dir, "example.tfquery.hcl"), string(example))
			found := w.run(t, []string{"TF_VAR_company_id=" + s.Corebill.CompanyID}, "query")
			wantText(t, found, "list."+kind+".all")
		})
	}
}

// readExample returns a folder's configuration. Import blocks name objects of
// someone else's account; the imports have tests of their own.
func readExample(t *testing.T, folder string) string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(folder, "*.tf"))
	if err != nil {
		t.Fatal(err)
	}
	var text strings.Builder
	for _, file := range files {
		if strings.HasPrefix(filepath.Base(file), "import") {
			continue
		}
		content, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		text.Write(content)
	}
	if text.Len() == 0 {
		t.Fatalf("%s has no example", folder)
	}
	return text.String()
}

// exampleVariables are values for the variables that examples declare.
func exampleVariables(t *testing.T) string {
	t.Helper()
	now, body := time.Unix(1_760_000_000, 0), `{"event":"invoice.paid"}`
	variables, err := json.Marshal(map[string]any{
		"leaked_key_id":  "key_a1b2c3d4e5f6",
		"webhook_id":     "wh_a1b2c3d4e5f6",
		"webhook_secret": "whsec_example",
		"delivery": map[string]string{
			"signature":   billium.Sign([]string{"whsec_example"}, now, []byte(body)),
			"body":        body,
			"received_at": now.UTC().Format(time.RFC3339),
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	return string(variables)
}
