package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"regexp"
	"runtime"
	"strings"
)

// machine describes where and with what was measured.
func machine(ctx context.Context, terraform string) string {
	cpuinfo, _ := os.ReadFile("/proc/cpuinfo") // only Linux has it
	model := modelName(string(cpuinfo))
	if model == "" {
		model = firstLine(exec.CommandContext(ctx, "sysctl", "-n", "machdep.cpu.brand_string"))
	}
	if model == "" {
		model = "a processor of unknown model"
	}
	return fmt.Sprintf("%s, %d cores, %s/%s, %s, %s", model, runtime.NumCPU(), runtime.GOOS, runtime.GOARCH,
		strings.Replace(runtime.Version(), "go", "Go ", 1),
		strings.Replace(firstLine(exec.CommandContext(ctx, terraform, "version")), " v", " ", 1))
}

// firstLine returns the first line that a command prints, "" if it doesn't work.
func firstLine(cmd *exec.Cmd) string {
	out, _ := cmd.Output()
	line, _, _ := strings.Cut(strings.TrimSpace(string(out)), "\n")
	return line
}

var model = regexp.MustCompile(`(?m)^model name\s*: *(.*)$`)

// modelName finds the processor's model in the text of /proc/cpuinfo.
func modelName(text string) string {
	if found := model.FindStringSubmatch(text); found != nil {
		return found[1]
	}
	return ""
}

// processorTime is what all processors of a machine did since it started, in ticks
// of its clock.
type processorTime struct{ stolen, total float64 }

// timeSpent reads it from the system, nothing where the system doesn't tell.
func timeSpent() processorTime {
	stat, _ := os.ReadFile("/proc/stat") // only Linux has it
	return parseTime(string(stat))
}

// parseTime reads the first line of /proc/stat: user, nice, system, idle, iowait,
// irq, softirq and steal, which is what the host of a virtual machine gave to others.
// What follows is counted in user already.
func parseTime(text string) (t processorTime) {
	var f [8]float64
	if _, err := fmt.Sscanf(text, "cpu %g %g %g %g %g %g %g %g", &f[0], &f[1], &f[2], &f[3], &f[4], &f[5], &f[6], &f[7]); err != nil {
		return t
	}
	for _, ticks := range f {
		t.total += ticks
	}
	t.stolen = f[7]
	return t
}

// stolenSince is the share of the time since then that the host took.
func (t processorTime) stolenSince(then processorTime) float64 {
	if t.total <= then.total {
		return 0
	}
	return (t.stolen - then.stolen) / (t.total - then.total)
}
