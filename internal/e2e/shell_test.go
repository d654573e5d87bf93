//go:build unix

package e2e_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"testing"
	"time"
)

// shell runs the scripts of examples and guides, with terraform and keyward on
// its PATH and the sandbox's credentials in its environment.
type shell struct {
	dir string
	// bin is the first folder of PATH, for whatever stands in for a program.
	bin         string
	environment []string
}

func newShell(t *testing.T, w *workspace) *shell {
	t.Helper()
	built, err := binaries()
	if err != nil {
		t.Fatal(err)
	}
	s := &shell{dir: w.dir, bin: t.TempDir()}
	for name, target := range map[string]string{"terraform": w.terraform, "keyward": filepath.Join(built, "keyward")} {
		if err := os.Symlink(target, filepath.Join(s.bin, name)); err != nil {
			t.Fatal(err)
		}
	}
	s.environment = append(w.environment, "PATH="+s.bin+string(os.PathListSeparator)+os.Getenv("PATH"))
	return s
}

// mirror lets `terraform init` find the provider, as in a registry.
func (s *shell) mirror(t *testing.T) {
	t.Helper()
	built, err := binaries()
	if err != nil {
		t.Fatal(err)
	}
	root := t.TempDir()
	for _, registry := range []string{"registry.terraform.io", "registry.opentofu.org"} {
		folder := filepath.Join(root, registry, "keyward", "keyward", "0.0.1", runtime.GOOS+"_"+runtime.GOARCH)
		if err := os.MkdirAll(folder, 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.Symlink(filepath.Join(built, "terraform-provider-keyward"), filepath.Join(folder, "terraform-provider-keyward_v0.0.1")); err != nil {
			t.Fatal(err)
		}
	}
	rc := filepath.Join(root, "terraform.rc")
	text := fmt.Sprintf("provider_installation {\n  filesystem_mirror {\n    path = %q\n  }\n}\n", root)
	if err := os.WriteFile(rc, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	s.environment = append(s.environment, "TF_CLI_CONFIG_FILE="+rc)
}

// standIn puts a script on the PATH under a program's name.
func (s *shell) standIn(t *testing.T, name, script string) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(s.bin, name), []byte("#!/bin/sh\nset -eu\n"+script), 0o700); err != nil {
		t.Fatal(err)
	}
}

// outcome is how a program ended.
type outcome struct {
	code           int
	stdout, stderr string
}

// exec runs a program with the environment added to the shell's.
func (s *shell) exec(t *testing.T, environment []string, program string, args ...string) outcome {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Minute)
	defer cancel()
	command := exec.CommandContext(ctx, program, args...)
	command.Dir = s.dir
	command.Env = append(append([]string{}, s.environment...), environment...)
	var stdout, stderr bytes.Buffer
	command.Stdout, command.Stderr = &stdout, &stderr
	err := command.Run()
	if exit := (&exec.ExitError{}); err != nil && !errors.As(err, &exit) {
		t.Fatalf("%s: %v", program, err)
	}
	return outcome{command.ProcessState.ExitCode(), stdout.String(), stderr.String()}
}

// run runs a script, which must not fail, and returns what it prints.
func (s *shell) run(t *testing.T, script string) string {
	t.Helper()
	ended := s.exec(t, nil, "/bin/sh", "-euc", script)
	if ended.code != 0 {
		t.Fatalf("%s\nends with %d:\n%s", script, ended.code, ended.stderr)
	}
	return ended.stdout
}
