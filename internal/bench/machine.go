package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
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

// processorTime is what all processors of a machine did since it started, in ticks
// of its clock.
type processorTime struct{ stolen, total float64 }

// timeSpent reads it from the system, nothing where the system doesn't tell.
func timeSpent() processorTime {
	content, err := os.ReadFile("/proc/stat")
	if err != nil {
		return processorTime{}
	}
	return parseTime(string(content))
}

// parseTime reads the first line of /proc/stat: user, nice, system, idle, iowait,
// irq, softirq and steal, which is what the host of a virtual machine gave to others.
// What follows is counted in user already.
func parseTime(text string) (t processorTime) {
	first, _, _ := strings.Cut(text, "\n")
	fields := strings.Fields(first)
	if len(fields) < 9 || fields[0] != "cpu" {
		return processorTime{}
	}
	for i, field := range fields[1:9] {
		ticks, err := strconv.ParseFloat(field, 64)
		if err != nil {
			return processorTime{}
		}
		t.total += ticks
		if i == 7 {
			t.stolen = ticks
		}
	}
	return t
}

// stolenSince is the share of the time since then that the host took.
func (t processorTime) stolenSince(then processorTime) float64 {
	if t.total <= then.total {
		return 0
	}
	return (t.stolen - then.stolen) / (t.total - then.total)
}
