package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/keyward/terraform-provider-keyward/internal/bench/usage"
)

// killAfter is how long an interrupted Terraform has to end.
const killAfter = 20 * time.Second

// workspace is a folder with a configuration in which Terraform runs.
type workspace struct {
	dir, terraform, usage string
	env                   []string
	world                 *world // nil where there is no sandbox
}

// cost is what one command took.
type cost struct {
	wall time.Duration
	// cpu is that of the plugins, all that of Terraform with its plugins.
	cpu, all time.Duration
	peak     int64 // of the largest plugin, in bytes
	requests int64
	limited  int64 // requests refused with 429
}

// newWorkspace writes the configuration into a folder of its own.
func (b *bench) newWorkspace(w *world, config string) (*workspace, error) {
	dir, err := os.MkdirTemp(b.dir, "workspace-")
	if err != nil {
		return nil, fmt.Errorf("make a folder for Terraform: %w", err)
	}
	rc := filepath.Join(dir, "terraform.rc")
	s := &workspace{dir: dir, terraform: b.terraform, usage: filepath.Join(dir, "usage.jsonl"), world: w}
	err = errors.Join(
		os.WriteFile(filepath.Join(dir, "main.tf"), []byte(config), 0o600),
		os.WriteFile(rc, fmt.Appendf(nil, "provider_installation {\n  dev_overrides {\n"+
			"    \"keyward/keyward\"  = %[1]q\n    \"keyward/baseline\" = %[1]q\n  }\n  direct {}\n}\n", b.measured), 0o600))
	if err != nil {
		return nil, fmt.Errorf("prepare a folder for Terraform: %w", err)
	}
	s.env = append(environment(os.Environ()), "TF_CLI_CONFIG_FILE="+rc, "TF_IN_AUTOMATION=1", "CHECKPOINT_DISABLE=1",
		usage.PluginsVariable+"="+b.plugins, usage.FileVariable+"="+s.usage)
	if w != nil {
		s.env = append(s.env, w.environ()...)
	}
	return s, nil
}

// environment returns env without the variables that would make Terraform or
// the provider behave other than a user finds them.
func environment(env []string) []string {
	return slices.DeleteFunc(slices.Clone(env), func(variable string) bool {
		return slices.ContainsFunc([]string{"TF_", "COREBILL_", "BILLIUM_"}, func(prefix string) bool {
			return strings.HasPrefix(variable, prefix)
		})
	})
}

// plan plans, and fails if there is anything to change.
func (s *workspace) plan(ctx context.Context) (cost, error) {
	return s.run(ctx, "plan", "-input=false", "-no-color", "-detailed-exitcode")
}

func (s *workspace) apply(ctx context.Context) (cost, error) {
	return s.run(ctx, "apply", "-auto-approve", "-input=false", "-no-color")
}

func (s *workspace) destroy(ctx context.Context) (cost, error) {
	return s.run(ctx, "destroy", "-auto-approve", "-input=false", "-no-color")
}

// run runs Terraform and returns what it took.
func (s *workspace) run(ctx context.Context, args ...string) (cost, error) {
	if err := os.Remove(s.usage); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return cost{}, fmt.Errorf("forget the last command's use: %w", err)
	}
	var c cost
	if s.world != nil {
		c.requests, c.limited = -s.world.requests.Load(), -s.world.limited.Load()
	}
	var out bytes.Buffer
	cmd := exec.CommandContext(ctx, s.terraform, args...)
	cmd.Dir, cmd.Env, cmd.Stdout, cmd.Stderr = s.dir, s.env, &out, &out
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) }
	cmd.WaitDelay = killAfter
	started := time.Now()
	if err := cmd.Run(); err != nil {
		return c, fmt.Errorf("terraform %s: %w\n%s", args[0], err, tail(out.String(), 25))
	}
	c.wall, c.all = time.Since(started), cmd.ProcessState.UserTime()+cmd.ProcessState.SystemTime()
	if s.world != nil {
		c.requests, c.limited = c.requests+s.world.requests.Load(), c.limited+s.world.limited.Load()
	}
	return c, s.addPlugins(&c)
}

// addPlugins adds what the plugins of the command used; there may be none.
func (s *workspace) addPlugins(c *cost) error {
	content, err := os.ReadFile(s.usage)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("read what the plugins used: %w", err)
	}
	total, err := usage.Sum(content)
	c.cpu, c.peak = total.CPU, total.Peak
	return err
}

// tail returns the last n lines of a text.
func tail(text string, n int) string {
	lines := strings.Split(strings.TrimSpace(text), "\n")
	return strings.Join(lines[max(0, len(lines)-n):], "\n")
}
