package main

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

func TestParseOutputs(t *testing.T) {
	const keys = `"corebill_key": {"value": {"id": "key_1", "name": "reporting", "prefix": "sk_live_ab", "allowed": ["read"]}},
		"billium_key": {"value": {"id": "key_2", "name": "checkout", "prefix": "sk_ab", "allowed": ["invoice:view"]}}`
	t.Run("complete", func(t *testing.T) {
		o, err := parseOutputs([]byte(`{` + keys + `, "corebill_token": {"sensitive": true, "value": "one"}, "billium_token": {"sensitive": true, "value": "two"}}`))
		if err != nil {
			t.Fatal(err)
		}
		if o.Corebill.ID != "key_1" || o.Billium.Allowed[0] != "invoice:view" || o.corebillToken != "one" || o.billiumToken != "two" {
			t.Errorf("got %+v", o)
		}
	})
	for name, content := range map[string]string{
		"a token is missing": `{` + keys + `, "corebill_token": {"value": "one"}}`,
		"a key has no shape": `{"corebill_key": {"value": "text"}}`,
		"not JSON":           `Warning:`,
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := parseOutputs([]byte(content)); err == nil {
				t.Error("want an error")
			} else if strings.Contains(err.Error(), "one") {
				t.Errorf("the error tells a token: %v", err)
			}
		})
	}
}

func TestEnvironmentHasNoForeignSettings(t *testing.T) {
	got := environment([]string{"HOME=/h", "TF_LOG=TRACE", "COREBILL_API_KEY=x", "BILLIUM_BASE_URL=y", "PATH=/bin"})
	if want := []string{"HOME=/h", "PATH=/bin"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestCopyExample(t *testing.T) {
	example, work := t.TempDir(), filepath.Join(t.TempDir(), "work")
	for name, content := range map[string]string{"main.tf": "# main", "terraform.tfstate": "{}"} {
		if err := os.WriteFile(filepath.Join(example, name), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := copyExample(work, example); err != nil {
		t.Fatal(err)
	}
	copied, err := filepath.Glob(filepath.Join(work, "*"))
	if err != nil || len(copied) != 1 || filepath.Base(copied[0]) != "main.tf" {
		t.Errorf("copied %q (%v), want main.tf alone", copied, err)
	}
	if err := copyExample(filepath.Join(t.TempDir(), "work"), t.TempDir()); err == nil {
		t.Error("an example with no configuration: want an error")
	}
}

func TestLineWith(t *testing.T) {
	const out = "noise\n  Apply complete! Resources: 2 added.\nmore"
	if got := lineWith(out, "Apply complete!"); got != "Apply complete! Resources: 2 added." {
		t.Errorf("got %q", got)
	}
	if got := lineWith(out, "Destroy"); got != "" {
		t.Errorf("got %q for what is not there", got)
	}
}
