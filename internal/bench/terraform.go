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
)

// workspace is a folder with a configuration in which Terraform runs.
type workspace struct {
	dir, terraform string
	env            []string
	world          *world // nil where there is no sandbox
}

// cost is what one command took.
type cost struct {
	Wall time.Duration
	// CPU is that of the plugins, All that of Terraform with its plugins.
	CPU, All time.Duration
	Peak     int64 // of the largest plugin, in bytes
	Requests int64
	Limited  int64 // requests refused with 429
}

// Megabytes is the peak in millions of bytes.
func (c cost) Megabytes() float64 { return float64(c.Peak) / 1e6 }

// newWorkspace writes the configuration into a folder of its own.
func (b *bench) newWorkspace(w *world, config string) (*workspace, error) {
	dir, err := os.MkdirTemp(b.dir, "workspace-")
	if err != nil {
		return nil, fmt.Errorf("make a folder for Terraform: %w", err)
	}
	rc := fmt.Sprintf("provider_installation {\n  dev_overrides {\n    \"keyward/keyward\"  = %[1]q\n    \"keyward/baseline\" = %[1]q\n  }\n"+
		"  direct {}\n}\n", filepath.Join(b.dir, "measured"))
	s := &workspace{dir: dir, terraform: b.terraform, world: w, env: append(environment(os.Environ()),
		"TF_CLI_CONFIG_FILE="+filepath.Join(dir, "terraform.rc"), "TF_IN_AUTOMATION=1", "CHECKPOINT_DISABLE=1",
		"KEYWARD_BENCH_PLUGINS="+filepath.Join(b.dir, "plugins"), "KEYWARD_BENCH_USAGE="+filepath.Join(dir, "usage"))}
	if w != nil {
		s.env = append(s.env, w.environ()...)
	}
	return s, errors.Join(os.WriteFile(filepath.Join(dir, "main.tf"), []byte(config), 0o600),
		os.WriteFile(filepath.Join(dir, "terraform.rc"), []byte(rc), 0o600))
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

// run runs Terraform and returns what it took.
func (s *workspace) run(ctx context.Context, args ...string) (c cost, err error) {
	usage := filepath.Join(s.dir, "usage")
	if err := os.Remove(usage); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return c, fmt.Errorf("remove what the last command's plugins used: %w", err)
	}
	if s.world != nil {
		requests, limited := s.world.requests.Load(), s.world.limited.Load()
		defer func() { c.Requests, c.Limited = s.world.requests.Load()-requests, s.world.limited.Load()-limited }()
	}
	var out bytes.Buffer
	cmd := exec.CommandContext(ctx, s.terraform, append(args, "-input=false", "-no-color")...)
	cmd.Dir, cmd.Env, cmd.Stdout, cmd.Stderr = s.dir, s.env, &out, &out
	cmd.Cancel, cmd.WaitDelay = func() error { return cmd.Process.Signal(os.Interrupt) }, 20*time.Second
	started := time.Now()
	if err := cmd.Run(); err != nil {
		return c, fmt.Errorf("terraform %s: %w\n%s", args[0], err, tail(out.String()))
	}
	c.Wall, c.All = time.Since(started), cmd.ProcessState.UserTime()+cmd.ProcessState.SystemTime()
	lines, err := os.ReadFile(usage)
	if err != nil && !errors.Is(err, fs.ErrNotExist) { // there may be no plugin
		return c, fmt.Errorf("read what the plugins used: %w", err)
	}
	c.CPU, c.Peak, err = used(string(lines))
	return c, err
}

// used adds up what the plugins of one command wrote down (see measured): the CPU of
// all, the memory of the largest. What a plugin used that was killed is not known.
func used(lines string) (cpu time.Duration, peak int64, err error) {
	open := 0
	for line := range strings.Lines(lines) {
		if line == "start\n" {
			open++
			continue
		}
		var nanoseconds, resident int64
		if _, err := fmt.Sscanf(line, "end %d %d", &nanoseconds, &resident); err != nil {
			return 0, 0, fmt.Errorf("read what the plugins used: %w", err)
		}
		open, cpu, peak = open-1, cpu+time.Duration(nanoseconds), max(peak, resident)
	}
	if open > 0 {
		return 0, 0, fmt.Errorf("%d of the plugins were killed before they ended, so what they used is not known: is the machine too busy?", open)
	}
	return cpu, peak, nil
}

// tail returns the last lines of a text.
func tail(text string) string {
	lines := strings.Split(strings.TrimSpace(text), "\n")
	return strings.Join(lines[max(0, len(lines)-25):], "\n")
}
