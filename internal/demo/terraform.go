package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"
)

// killAfter is how long an interrupted Terraform has to save its state and end.
const killAfter = 20 * time.Second

// terraform runs Terraform, or OpenTofu, on a copy of the example.
type terraform struct {
	path string // of the executable
	dir  string // of the configuration and its state
	env  []string
	log  io.Writer
}

// findTerraform returns the path of Terraform or, where only that is there, of
// OpenTofu.
func findTerraform() (string, error) {
	for _, name := range []string{"terraform", "tofu"} {
		if path, err := exec.LookPath(name); err == nil {
			return path, nil
		}
	}
	return "", errors.New("terraform is missing: install Terraform (or OpenTofu) and put it on PATH")
}

// newTerraform copies the example into dir and tells Terraform to take the
// provider from the folder bin.
func newTerraform(path, bin, example, dir string, creds credentials, log io.Writer) (*terraform, error) {
	work := filepath.Join(dir, "terraform")
	if err := copyExample(work, example); err != nil {
		return nil, err
	}
	rc := filepath.Join(dir, "terraform.rc")
	if err := os.WriteFile(rc, []byte(overrides(bin)), 0o600); err != nil {
		return nil, fmt.Errorf("write Terraform's CLI configuration: %w", err)
	}
	env := append(environment(os.Environ()), creds.environ()...)
	env = append(env, "TF_CLI_CONFIG_FILE="+rc, "TF_IN_AUTOMATION=1", "CHECKPOINT_DISABLE=1")
	return &terraform{path: path, dir: work, env: env, log: log}, nil
}

// copyExample copies the example's configuration into the new folder work, so
// that no state is ever written beside the example.
func copyExample(work, example string) error {
	if err := os.Mkdir(work, 0o700); err != nil {
		return fmt.Errorf("make the working folder: %w", err)
	}
	files, err := filepath.Glob(filepath.Join(example, "*.tf"))
	if err != nil {
		return fmt.Errorf("find the example: %w", err)
	}
	if len(files) == 0 {
		return fmt.Errorf("there is no example in %s: run this from the root of the repository", example)
	}
	for _, file := range files {
		content, err := os.ReadFile(file)
		if err != nil {
			return fmt.Errorf("read the example: %w", err)
		}
		if err := os.WriteFile(filepath.Join(work, filepath.Base(file)), content, 0o600); err != nil {
			return fmt.Errorf("copy the example: %w", err)
		}
	}
	return nil
}

// overrides returns a CLI configuration under which Terraform runs the provider
// in the folder bin, with no init and no registry.
func overrides(bin string) string {
	return fmt.Sprintf("provider_installation {\n  dev_overrides {\n    \"keyward/keyward\" = %q\n  }\n  direct {}\n}\n", bin)
}

// environment returns env without the variables that would make Terraform or
// the provider behave other than shown here.
func environment(env []string) []string {
	return slices.DeleteFunc(slices.Clone(env), func(variable string) bool {
		return slices.ContainsFunc([]string{"TF_", "COREBILL_", "BILLIUM_"}, func(prefix string) bool {
			return strings.HasPrefix(variable, prefix)
		})
	})
}

// name returns the tool's name: terraform or tofu.
func (t *terraform) name() string { return filepath.Base(t.path) }

// apply applies the configuration with that value of var.rotation and returns
// Terraform's closing line.
func (t *terraform) apply(ctx context.Context, rotation int) (string, error) {
	out, err := t.run(ctx, "apply", "-auto-approve", "-input=false", "-no-color", "-var", "rotation="+strconv.Itoa(rotation))
	return lineWith(out, "Apply complete!"), err
}

// destroy destroys everything in the state and returns Terraform's closing line.
func (t *terraform) destroy(ctx context.Context) (string, error) {
	out, err := t.run(ctx, "destroy", "-auto-approve", "-input=false", "-no-color")
	return lineWith(out, "Destroy complete!"), err
}

// outputs decodes the values of the outputs, sensitive ones included, into v.
// They go through memory only, never to the log.
func (t *terraform) outputs(ctx context.Context) (outputs, error) {
	var stdout, stderr bytes.Buffer
	cmd := t.command(ctx, "output", "-json", "-no-color")
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	if err := cmd.Run(); err != nil {
		return outputs{}, fmt.Errorf("%s output: %w\n%s", t.name(), err, tail(stderr.String(), 15))
	}
	return parseOutputs(stdout.Bytes())
}

func (t *terraform) run(ctx context.Context, args ...string) (string, error) {
	var output bytes.Buffer
	cmd := t.command(ctx, args...)
	cmd.Stdout = io.MultiWriter(t.log, &output)
	cmd.Stderr = cmd.Stdout
	if err := cmd.Run(); err != nil {
		return "", fmt.Errorf("%s %s: %w\n%s", t.name(), args[0], err, tail(output.String(), 25))
	}
	return output.String(), nil
}

func (t *terraform) command(ctx context.Context, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, t.path, args...)
	cmd.Dir, cmd.Env = t.dir, t.env
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) }
	cmd.WaitDelay = killAfter
	return cmd
}

// lineWith returns the first line of text that contains part, or "".
func lineWith(text, part string) string {
	for line := range strings.Lines(text) {
		if strings.Contains(line, part) {
			return strings.TrimSpace(line)
		}
	}
	return ""
}

// key is what the example says of one of its keys: everything but the token.
type key struct {
	ID      string   `json:"id"`
	Name    string   `json:"name"`
	Prefix  string   `json:"prefix"`
	Allowed []string `json:"allowed"`
}

// outputs are the example's outputs.
type outputs struct {
	Corebill, Billium           key
	corebillToken, billiumToken string
}

// parseOutputs reads what `terraform output -json` prints.
func parseOutputs(content []byte) (outputs, error) {
	var values map[string]struct {
		Value json.RawMessage `json:"value"`
	}
	if err := json.Unmarshal(content, &values); err != nil {
		return outputs{}, fmt.Errorf("read the outputs: %w", err)
	}
	var o outputs
	for name, target := range map[string]any{
		"corebill_key": &o.Corebill, "corebill_token": &o.corebillToken,
		"billium_key": &o.Billium, "billium_token": &o.billiumToken,
	} {
		if err := json.Unmarshal(values[name].Value, target); err != nil {
			return outputs{}, fmt.Errorf("the output %q is missing or of another type", name)
		}
	}
	return o, nil
}
