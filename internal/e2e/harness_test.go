package e2e_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// binaries are built once for all tests.
var binaries = sync.OnceValues(func() (string, error) {
	dir, err := os.MkdirTemp("", "keyward-e2e-")
	if err != nil {
		return "", err
	}
	for name, source := range map[string]string{"terraform-provider-keyward": "../..", "keyward": "../../cmd/keyward"} {
		build := exec.Command("go", "build", "-o", filepath.Join(dir, name), source)
		if out, err := build.CombinedOutput(); err != nil {
			return "", fmt.Errorf("building %s: %w\n%s", name, err, out)
		}
	}
	return dir, nil
})

func TestMain(m *testing.M) {
	code := m.Run()
	if dir, err := binaries(); err == nil {
		_ = os.RemoveAll(dir)
	}
	os.Exit(code)
}

// terraformPath returns the terraform to test with.
func terraformPath(t *testing.T) string {
	t.Helper()
	if path := os.Getenv("TF_ACC_TERRAFORM_PATH"); path != "" {
		return path
	}
	for _, name := range []string{"terraform", "tofu"} {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	t.Skip("SKIPPED: neither terraform nor tofu is on PATH; no end-to-end test can run")
	return ""
}

// credentials is the file that the sandbox hands over.
type credentials struct {
	Corebill struct {
		BaseURL   string `json:"base_url"`
		APIKey    string `json:"api_key"`
		CompanyID string `json:"company_id"`
	} `json:"corebill"`
	Billium struct {
		BaseURL    string `json:"base_url"`
		APIKey     string `json:"api_key"`
		MerchantID string `json:"merchant_id"`
	} `json:"billium"`
}

// sandbox is a running keyward sandbox.
type sandbox struct {
	credentials
	dir    string
	output *bytes.Buffer
	stop   func() error
}

// startSandbox starts the sandbox's process and waits for its credentials file.
func startSandbox(t *testing.T, flags ...string) *sandbox {
	t.Helper()
	bin, err := binaries()
	if err != nil {
		t.Fatal(err)
	}
	s := &sandbox{dir: t.TempDir(), output: &bytes.Buffer{}}
	file := filepath.Join(s.dir, "credentials.json")
	command := exec.Command(filepath.Join(bin, "keyward"), "sandbox",
		"--listen", "127.0.0.1:0", "--database", filepath.Join(s.dir, "sandbox.db"), "--credentials", file, "--log-requests")
	command.Args = append(command.Args, flags...)
	command.Stdout, command.Stderr = s.output, s.output
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	exited := make(chan error, 1)
	go func() { exited <- command.Wait() }()
	s.stop = sync.OnceValue(func() error {
		if err := command.Process.Signal(syscall.SIGTERM); err != nil {
			return err
		}
		return <-exited
	})
	t.Cleanup(func() { _ = s.stop() })
	s.awaitCredentials(t, file, exited)
	return s
}

func (s *sandbox) awaitCredentials(t *testing.T, file string, exited <-chan error) {
	t.Helper()
	deadline := time.After(30 * time.Second)
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for {
		select {
		case err := <-exited:
			t.Fatalf("the sandbox ended early: %v\n%s", err, s.output)
		case <-deadline:
			t.Fatal("the sandbox wrote no credentials")
		case <-tick.C:
			if content, err := os.ReadFile(file); err == nil {
				if err := json.Unmarshal(content, &s.credentials); err != nil {
					t.Fatal(err)
				}
				return
			}
		}
	}
}

// workspace is a directory with a configuration in which terraform runs.
type workspace struct {
	dir, terraform string
	environment    []string
}

func newWorkspace(t *testing.T, s *sandbox) *workspace {
	t.Helper()
	bin, err := binaries()
	if err != nil {
		t.Fatal(err)
	}
	w := &workspace{dir: t.TempDir(), terraform: terraformPath(t)}
	rc := filepath.Join(t.TempDir(), "terraform.rc")
	w.writeFile(t, rc, fmt.Sprintf("provider_installation {\n  dev_overrides {\n    \"keyward/keyward\" = %q\n  }\n  direct {}\n}\n", bin))
	w.environment = append(os.Environ(),
		"TF_CLI_CONFIG_FILE="+rc, "TF_IN_AUTOMATION=1", "CHECKPOINT_DISABLE=1", "TF_CLI_ARGS=-no-color",
		"COREBILL_API_KEY="+s.Corebill.APIKey, "COREBILL_COMPANY_ID="+s.Corebill.CompanyID, "COREBILL_BASE_URL="+s.Corebill.BaseURL,
		"BILLIUM_API_KEY="+s.Billium.APIKey, "BILLIUM_MERCHANT_ID="+s.Billium.MerchantID, "BILLIUM_BASE_URL="+s.Billium.BaseURL)
	return w
}

func (w *workspace) writeFile(t *testing.T, path, content string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
}

// required names the provider, as every module must.
const required = "terraform {\n  required_providers {\n    keyward = { source = \"keyward/keyward\" }\n  }\n}\n"

// configure writes the configuration.
func (w *workspace) configure(t *testing.T, config string) {
	t.Helper()
	w.writeFile(t, filepath.Join(w.dir, "main.tf"), required+config)
}

// run runs terraform and returns what it printed.
func (w *workspace) run(t *testing.T, environment []string, args ...string) string {
	t.Helper()
	out, err := w.output(t, environment, args...)
	if err != nil {
		t.Fatalf("terraform %s: %v\n%s", strings.Join(args, " "), err, out)
	}
	return out
}

// fail runs a terraform that is to fail and returns what it printed.
func (w *workspace) fail(t *testing.T, args ...string) string {
	t.Helper()
	out, err := w.output(t, nil, args...)
	if err == nil {
		t.Fatalf("terraform %s did not fail:\n%s", strings.Join(args, " "), out)
	}
	return out
}

func (w *workspace) output(t *testing.T, environment []string, args ...string) (string, error) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	defer cancel()
	command := exec.CommandContext(ctx, w.terraform, args...)
	command.Dir = w.dir
	command.Env = append(w.environment, environment...)
	out, err := command.CombinedOutput()
	return string(out), err
}

// requireTerraform skips where terraform is older than 1.minor, which a feature
// needs. OpenTofu counts by its own versions and has neither of them at 1.12.
func (w *workspace) requireTerraform(t *testing.T, minor int, feature string) {
	t.Helper()
	var version struct {
		Terraform string `json:"terraform_version"`
	}
	if err := json.Unmarshal([]byte(w.run(t, nil, "version", "-json")), &version); err != nil {
		t.Fatal(err)
	}
	var major, got int
	if _, err := fmt.Sscanf(version.Terraform, "%d.%d", &major, &got); err != nil {
		t.Fatal(err)
	}
	if major == 1 && got < minor {
		t.Skipf("SKIPPED: %s needs Terraform 1.%d, this is %s", feature, minor, version.Terraform)
	}
}

// unwrapped joins the lines of a diagnostic.
func unwrapped(output string) string {
	return strings.Join(strings.Fields(strings.ReplaceAll(output, "│", " ")), " ")
}

// wantText fails unless the output says the text, however it is wrapped.
func wantText(t *testing.T, output, text string) {
	t.Helper()
	if !strings.Contains(unwrapped(output), text) {
		t.Errorf("the output does not say %q:\n%s", text, output)
	}
}
