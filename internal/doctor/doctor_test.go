package doctor

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/keyward/terraform-provider-keyward/internal/client"
)

// wantCheck wants one check, of that status, whose result and remedy contain the texts.
func wantCheck(t *testing.T, checks []Check, status Status, result, remedy string) {
	t.Helper()
	if len(checks) != 1 || checks[0].Status != status || !strings.Contains(checks[0].Result, result) || !strings.Contains(checks[0].Remedy, remedy) {
		t.Errorf("got %+v, want one %s: %s (%s)", checks, status, result, remedy)
	}
}

func TestTerraform(t *testing.T) {
	t.Parallel()
	answers := func(name, text string, err error) func(context.Context, string, ...string) ([]byte, error) {
		return func(_ context.Context, program string, _ ...string) ([]byte, error) {
			if program != name {
				return nil, exec.ErrNotFound
			}
			return []byte(text), err
		}
	}
	for name, c := range map[string]struct {
		program, text string
		err           error
		status        Status
		result        string
	}{
		"neither":          {"none", "", nil, Warning, "neither terraform nor tofu is on PATH"},
		"fails":            {"terraform", "", errors.New("exit status 1"), Problem, "terraform version failed: exit status 1"},
		"something else":   {"terraform", "hello", nil, Problem, "doesn't answer in JSON"},
		"an odd version":   {"terraform", `{"terraform_version":"new"}`, nil, Problem, `says that its version is "new"`},
		"too old":          {"terraform", `{"terraform_version":"1.10.5"}`, nil, Problem, "is too old for the provider"},
		"a pre-release":    {"terraform", `{"terraform_version":"1.11.0-rc1"}`, nil, OK, "actions and terraform query need 1.14"},
		"all there is":     {"terraform", `{"terraform_version":"1.14.0"}`, nil, OK, "terraform 1.14.0"},
		"OpenTofu is fine": {"tofu", `{"terraform_version":"1.9.0"}`, nil, OK, "tofu 1.9.0"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := &doctor{Options: Options{Exec: answers(c.program, c.text, c.err)}}
			d.terraform(t.Context())
			wantCheck(t, d.checks, c.status, c.result, "")
		})
	}
}

func TestProvider(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	write := func(path, content string, mode os.FileMode) string {
		t.Helper()
		path = filepath.Join(dir, path)
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(content), mode); err != nil {
			t.Fatal(err)
		}
		return path
	}
	overridden := func(name string) string {
		return write(name+".rc", "# dev_overrides { \"keyward/keyward\" = \"/commented/out\" }\nprovider_installation {\n  dev_overrides {\n    \"keyward/keyward\" = \""+filepath.Join(dir, name)+"\"\n  }\n}\n", 0o600)
	}
	write("built/"+binaryName, "", 0o700)
	write("text/"+binaryName, "", 0o600)
	write("mirror/registry.terraform.io/keyward/keyward/index", "", 0o600)
	mirror := func(kind, argument, where string) string {
		return write(kind+filepath.Base(where)+".rc", "provider_installation {\n  "+kind+" {\n    "+argument+" = \""+where+"\"\n  }\n}\n", 0o600)
	}
	write("locked/.terraform.lock.hcl", "provider \"registry.terraform.io/keyward/keyward\" {\n  version = \"1.2.3\"\n}\n", 0o600)
	write("other/.terraform.lock.hcl", "provider \"registry.terraform.io/hashicorp/random\" {\n  version = \"3.0.0\"\n}\n", 0o600)
	for name, c := range map[string]struct {
		config, dir    string
		status         Status
		result, remedy string
	}{
		"built":             {overridden("built"), "", OK, "terraform init is not needed", ""},
		"not built":         {overridden("nowhere"), "", Problem, "which has no " + binaryName, "make build"},
		"not a program":     {overridden("text"), "", Problem, "is not a program", "make build"},
		"no such file":      {filepath.Join(dir, "none.rc"), "", Warning, "can't be read", "Fix the variable"},
		"a mirror":          {mirror("filesystem_mirror", "path", filepath.Join(dir, "mirror")), "", OK, "comes from the filesystem mirror", ""},
		"an empty mirror":   {mirror("filesystem_mirror", "path", filepath.Join(dir, "built")), "", Warning, "has no keyward/keyward", "terraform providers mirror"},
		"a network mirror":  {mirror("network_mirror", "url", "https://mirror.example.com/"), "", OK, "comes from the network mirror https://mirror.example.com/", ""},
		"locked":            {write("empty.rc", "", 0o600), "locked", OK, "keyward/keyward 1.2.3, by this directory's lock file", ""},
		"locked without us": {write("empty.rc", "", 0o600), "other", Warning, "initialized without keyward/keyward", "required_providers"},
		"nothing":           {write("empty.rc", "", 0o600), "", Warning, "this directory is not initialized", "make build"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := &doctor{Options: Options{Dir: filepath.Join(dir, "dirs", c.dir), Getenv: func(name string) string {
				if name == "TF_CLI_CONFIG_FILE" {
					return c.config
				}
				return ""
			}}}
			if c.dir != "" {
				d.Dir = filepath.Join(dir, c.dir)
			}
			d.provider()
			var problems []Check
			for _, check := range d.checks {
				if name != "no such file" || !strings.Contains(check.Result, "not initialized") {
					problems = append(problems, check)
				}
			}
			wantCheck(t, problems, c.status, c.result, c.remedy)
		})
	}
}

// Malformed credentials are found without a request.
func TestCredentials(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		env            map[string]string
		result, remedy string
	}{
		"none":                 {nil, "", "keyward sandbox env"},
		"half of a token":      {map[string]string{"COREBILL_API_KEY": "sk_live_"}, "is not a valid Corebill key", "Copy the whole token again"},
		"not a token":          {map[string]string{"BILLIUM_API_KEY": "secret", "BILLIUM_MERCHANT_ID": "mer_0123456789abcdef0123456789abcdef"}, "is not a valid Billium key", "Copy the whole token again"},
		"another kind of id":   {map[string]string{"BILLIUM_API_KEY": "sk_" + strings.Repeat("a", 96), "BILLIUM_MERCHANT_ID": "com_a1b2c3d4e5f6"}, "is not the id of a merchant", "Billium's dashboard"},
		"a public key":         {map[string]string{"BILLIUM_API_KEY": "pk_" + strings.Repeat("a", 96), "BILLIUM_MERCHANT_ID": "mer_0123456789abcdef0123456789abcdef"}, "is a public key", "Use a secret key"},
		"an odd default":       {map[string]string{"COREBILL_API_KEY": "sk_live_" + strings.Repeat("a", 48), "COREBILL_COMPANY_ID": "shop"}, "is not the id of a company", "keyward whoami"},
		"the other platform's": {map[string]string{"COREBILL_API_KEY": "sk_" + strings.Repeat("a", 96)}, "looks like a Billium key", "Fix what the message names"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := &doctor{Options: Options{Client: client.Options{}, Getenv: func(name string) string { return c.env[name] }}}
			d.credentials()
			var found []Check
			for _, check := range d.checks {
				if check.Status != OK {
					found = append(found, check)
				}
			}
			wantCheck(t, found, Problem, c.result, c.remedy)
			if n := Problems(d.checks); n != 1 {
				t.Errorf("%d problems are counted", n)
			}
		})
	}
}
