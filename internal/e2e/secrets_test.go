package e2e_test

import (
	"encoding/json"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const keys = `
variable "generation" {
  type    = number
  default = 1
}

resource "keyward_corebill_api_key" "shop" {
  name                = "shop"
  permission_level    = "write"
  rotation = { overlap = "0s", rotate_when_changed = { generation = var.generation } }
}

resource "keyward_billium_api_key" "shop" {
  name                = "shop"
  permissions         = ["invoice:create", "invoice:view"]
  rotation = { overlap = "0s", rotate_when_changed = { generation = var.generation } }
}

output "corebill" {
  value     = keyward_corebill_api_key.shop.token
  sensitive = true
}

output "billium" {
  value     = keyward_billium_api_key.shop.token
  sensitive = true
}
`

// No token appears anywhere but in the credentials file, the sensitive values
// of the state, and what the user asks for by name.
func TestTokensAppearNowhere(t *testing.T) {
	t.Parallel()
	s := startSandbox(t)
	w := newWorkspace(t, s)
	w.configure(t, keys)
	seen := texts{}
	log := filepath.Join(t.TempDir(), "trace.log")
	trace := []string{"TF_LOG=TRACE", "TF_LOG_PATH=" + log}

	seen["apply"] = w.run(t, trace, "apply", "-auto-approve", "-input=false")
	tokens := w.tokens(t, s)
	seen["plan of a rotation"] = w.run(t, trace, "plan", "-input=false", "-var", "generation=2", "-out=rotation.tfplan")
	seen["plan file shown"] = w.run(t, trace, "show", "-no-color", "rotation.tfplan")
	seen["apply of a rotation"] = w.run(t, trace, "apply", "-input=false", "rotation.tfplan")
	tokens = append(tokens, w.tokens(t, s)...)
	seen["state shown"] = w.run(t, trace, "show", "-no-color")
	seen["plan as JSON, without its sensitive values"] = withoutSensitive(t, w.planJSON(t))
	seen["destroy"] = w.run(t, trace, "destroy", "-auto-approve", "-input=false", "-var", "generation=2")
	if err := s.stop(); err != nil {
		t.Errorf("the sandbox did not end cleanly: %v", err)
	}
	seen["sandbox output"] = s.output.String()
	seen.read(t, "trace log", log)
	for _, file := range []string{"sandbox.db", "sandbox.db-wal", "sandbox.db-shm"} {
		seen.read(t, file, filepath.Join(s.dir, file))
	}

	if len(seen["trace log"]) < 100_000 || !strings.Contains(seen["trace log"], "platform request") {
		t.Error("the trace log is not one: nothing is proved by it")
	}
	if !strings.Contains(seen["sandbox.db"], "shop") {
		t.Error("the database file is not one: nothing is proved by it")
	}
	for _, token := range tokens {
		for where, text := range seen {
			if strings.Contains(text, token) {
				t.Errorf("a token (%s…) appears in: %s", token[:8], where)
			}
		}
	}
}

type texts map[string]string

func (s texts) read(t *testing.T, name, path string) {
	t.Helper()
	content, err := os.ReadFile(path)
	if err != nil {
		if os.IsNotExist(err) && strings.HasPrefix(name, "sandbox.db-") {
			return // gone after a clean end
		}
		t.Fatal(err)
	}
	s[name] = string(content)
}

// tokens returns the tokens of the state and the sandbox's own.
func (w *workspace) tokens(t *testing.T, s *sandbox) []string {
	t.Helper()
	tokens := []string{s.Corebill.APIKey, s.Billium.APIKey}
	for _, output := range []string{"corebill", "billium"} {
		token := strings.TrimSpace(w.run(t, nil, "output", "-raw", output))
		if len(token) < 40 {
			t.Fatalf("output %s is no token", output)
		}
		tokens = append(tokens, token)
	}
	return tokens
}

func (w *workspace) planJSON(t *testing.T) string {
	t.Helper()
	w.run(t, nil, "plan", "-input=false", "-var", "generation=3", "-out=json.tfplan")
	return w.run(t, nil, "show", "-json", "json.tfplan")
}

// withoutSensitive removes from a plan's JSON the values of attributes and
// outputs that are marked as sensitive, wherever they stand.
func withoutSensitive(t *testing.T, text string) string {
	t.Helper()
	var plan any
	if err := json.Unmarshal([]byte(text), &plan); err != nil {
		t.Fatal(err)
	}
	out, err := json.Marshal(strip(plan))
	if err != nil {
		t.Fatal(err)
	}
	return string(out)
}

func strip(value any) any {
	switch v := value.(type) {
	case map[string]any:
		marks, _ := v["sensitive_values"].(map[string]any)
		if values, ok := v["values"].(map[string]any); ok {
			remove(values, marks)
		}
		for _, side := range []string{"before", "after"} {
			marks, _ := v[side+"_sensitive"].(map[string]any)
			if values, ok := v[side].(map[string]any); ok {
				remove(values, marks)
			} else if v[side+"_sensitive"] == true {
				delete(v, side)
			}
		}
		if v["sensitive"] == true {
			delete(v, "value")
		}
		for name := range v {
			v[name] = strip(v[name])
		}
	case []any:
		for i := range v {
			v[i] = strip(v[i])
		}
	}
	return value
}

func remove(values, marks map[string]any) {
	for name, mark := range marks {
		if mark == true {
			delete(values, name)
		}
	}
}

// The credentials file is for its owner alone.
func TestCredentialsFileIsPrivate(t *testing.T) {
	t.Parallel()
	s := startSandbox(t)
	info, err := os.Stat(filepath.Join(s.dir, "credentials.json"))
	if err != nil {
		t.Fatal(err)
	}
	if info.Mode().Perm() != fs.FileMode(0o600) {
		t.Errorf("mode %v, want 0600", info.Mode().Perm())
	}
}
