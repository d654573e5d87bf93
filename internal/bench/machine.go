package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
)

// machine describes where and with what was measured.
func (b *bench) machine(ctx context.Context) string {
	return fmt.Sprintf("%s, %d cores, %s/%s, %s, %s", processor(ctx), runtime.NumCPU(), runtime.GOOS, runtime.GOARCH,
		strings.Replace(runtime.Version(), "go", "Go ", 1), b.terraformVersion(ctx))
}

// terraformVersion returns the first line of `terraform version`.
func (b *bench) terraformVersion(ctx context.Context) string {
	text, err := output(ctx, b.terraform, "version")
	if err != nil {
		return filepath.Base(b.terraform)
	}
	first, _, _ := strings.Cut(text, "\n")
	return strings.Replace(first, " v", " ", 1)
}

// processor returns the processor's model as the system calls it.
func processor(ctx context.Context) string {
	if content, err := os.ReadFile("/proc/cpuinfo"); err == nil {
		if model := modelName(string(content)); model != "" {
			return model
		}
	}
	if model, err := output(ctx, "sysctl", "-n", "machdep.cpu.brand_string"); err == nil && model != "" {
		return model
	}
	return "a processor of unknown model"
}

// modelName finds the model in the text of /proc/cpuinfo.
func modelName(text string) string {
	for line := range strings.Lines(text) {
		if name, value, ok := strings.Cut(line, ":"); ok && strings.TrimSpace(name) == "model name" {
			return strings.TrimSpace(value)
		}
	}
	return ""
}
