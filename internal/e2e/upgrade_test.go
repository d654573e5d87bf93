package e2e_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"text/template"
	"time"
)

// written are the states that versions of the provider have written, each with
// the configuration that it belongs to. A state that was once written must be
// understood for ever: a file here is never changed, only added.
const written = "testdata/states"

// A state of an earlier version plans empty, and is destroyed as it should be.
func TestStatesOfEarlierVersions(t *testing.T) {
	t.Parallel()
	versions, err := filepath.Glob(written + "/*.tfstate.tmpl")
	if err != nil || len(versions) == 0 {
		t.Fatalf("there are no states: %v", err)
	}
	s := startSandbox(t)
	for _, version := range versions {
		t.Run(strings.TrimSuffix(filepath.Base(version), ".tfstate.tmpl"), func(t *testing.T) {
			w := newWorkspace(t, s)
			config, err := os.ReadFile(strings.TrimSuffix(version, "state.tmpl"))
			if err != nil {
				t.Fatal(err)
			}
			w.configure(t, string(config))
			w.writeState(t, s, version)
			wantText(t, w.run(t, nil, "plan", "-input=false"), "No changes.")
			wantText(t, w.run(t, nil, "destroy", "-auto-approve", "-input=false"), "Destroy complete! Resources: 2 destroyed.")
		})
	}
}

// writeState fills a state's placeholders in with keys that exist.
func (w *workspace) writeState(t *testing.T, s *sandbox, path string) {
	t.Helper()
	form, err := template.New(filepath.Base(path)).Funcs(template.FuncMap{
		"time": func(at time.Time) string { return at.UTC().Format(time.RFC3339) },
	}).ParseFiles(path)
	if err != nil {
		t.Fatal(err)
	}
	var text strings.Builder
	err = form.Execute(&text, map[string]createdKey{
		"Corebill": s.post(t, s.Corebill.BaseURL+"/v1/api_keys?company_id="+s.Corebill.CompanyID,
			`{"name":"reporting","permission_level":"read"}`),
		"Billium": s.post(t, s.Billium.BaseURL+"/v1/merchants/merchant/"+s.Billium.MerchantID+"/api-keys",
			`{"name":"checkout","permissions":["invoice:view","invoice:create"]}`),
	})
	if err != nil {
		t.Fatal(err)
	}
	w.writeFile(t, filepath.Join(w.dir, "terraform.tfstate"), text.String())
}
