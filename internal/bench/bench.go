package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// bench is what the sections measure with.
type bench struct {
	settings

	// dir is for everything that is written; it goes away at the end.
	dir       string
	terraform string // path of Terraform or OpenTofu
	plugins   string // folder of the plugins
	measured  string // folder of what measures them
}

func newBench(ctx context.Context, set settings, dir string) (*bench, error) {
	b := &bench{settings: set, dir: dir, plugins: filepath.Join(dir, "plugins"), measured: filepath.Join(dir, "measured")}
	for _, name := range []string{"terraform", "tofu"} {
		if path, err := exec.LookPath(name); err == nil {
			b.terraform = path
			break
		}
	}
	if b.terraform == "" {
		return nil, errors.New("terraform is missing: install Terraform (or OpenTofu) and put it on PATH")
	}
	return b, b.build(ctx)
}

// progress says what happens, where it does not mix with the tables.
func (b *bench) progress(format string, args ...any) {
	fmt.Fprintf(os.Stderr, "bench: "+format+"\n", args...)
}

const (
	provider         = "terraform-provider-keyward"
	baselineProvider = "terraform-provider-baseline"
	measurer         = "./internal/bench/measured"
)

// build builds the provider as it is released, the baseline alike, and what
// measures each.
func (b *bench) build(ctx context.Context) error {
	b.progress("building the provider and the baseline")
	for out, source := range map[string]string{
		filepath.Join(b.plugins, provider):          ".",
		filepath.Join(b.plugins, baselineProvider):  "./internal/bench/baseline",
		filepath.Join(b.measured, provider):         measurer,
		filepath.Join(b.measured, baselineProvider): measurer,
	} {
		cmd := exec.CommandContext(ctx, "go", "build", "-trimpath", "-ldflags", "-s -w", "-o", out, source)
		cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
		if output, err := cmd.CombinedOutput(); err != nil {
			return fmt.Errorf("build %s, from the root of the repository: %w\n%s", source, err, output)
		}
	}
	return nil
}

// output runs a command and returns what it printed, without the blanks around.
func output(ctx context.Context, name string, args ...string) (string, error) {
	out, err := exec.CommandContext(ctx, name, args...).Output()
	if err != nil {
		return "", fmt.Errorf("run %s: %w", name, err)
	}
	return strings.TrimSpace(string(out)), nil
}
