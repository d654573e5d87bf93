package main

import (
	"bytes"
	"cmp"
	"context"
	_ "embed"
	"fmt"
	"io"
	"os"
	"os/exec"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"text/template"
	"time"
)

// pageText has a template for each section and one for the page.
//
//go:embed page.md.tmpl
var pageText string

var pageTemplate = template.Must(template.New("page").Funcs(template.FuncMap{"ms": milliseconds}).Parse(pageText))

// page is what a run found.
type page struct {
	Date, Machine string
	// Stolen is the percentage of the processors' time that the machine's host took, 0
	// where it took none or the system doesn't tell.
	Stolen  float64
	Targets []target
	Plan    plans
	Starts  []pluginStart
	Sandbox []benchmark
	Code    []benchmark
	Limits  []limitedRun
}

// target is a figure to reach.
type target struct {
	What, Want, Got string
	Met             bool
}

// atMost adds a target that a smaller value meets.
func (p *page) atMost(what string, value, limit float64, format string) {
	p.Targets = append(p.Targets, target{what, "at most " + fmt.Sprintf(format, limit), fmt.Sprintf(format, value), value <= limit})
}

// atLeast adds a target that a larger value meets.
func (p *page) atLeast(what string, value, limit float64, format string) {
	p.Targets = append(p.Targets, target{what, "at least " + fmt.Sprintf(format, limit), fmt.Sprintf(format, value), value >= limit})
}

// render writes one section, or the whole as "page".
func (p *page) render(out io.Writer, name string) error {
	if err := pageTemplate.ExecuteTemplate(out, name, p); err != nil {
		return fmt.Errorf("write the page: %w", err)
	}
	return nil
}

// write writes the whole page to the file.
func (p *page) write(path string) error {
	var text bytes.Buffer
	if err := p.render(&text, "page"); err != nil {
		return err
	}
	return os.WriteFile(path, text.Bytes(), 0o644) //nolint:gosec // a page for anyone to read
}

// repeat measures each of the items as often as is asked for, in turn, so that what
// else the machine does reaches all alike.
func repeat[I, R any](runs int, items []I, measure func(I) (R, error)) ([][]R, error) {
	out := make([][]R, len(items))
	for range runs {
		for i, item := range items {
			result, err := measure(item)
			if err != nil {
				return nil, err
			}
			out[i] = append(out[i], result)
		}
	}
	return out, nil
}

// median is that of what each of the items says: the value in the middle, the lower
// one of two; the zero value of nothing.
func median[I any, T cmp.Ordered](items []I, of func(I) T) (middle T) {
	values := make([]T, len(items))
	for i, item := range items {
		values[i] = of(item)
	}
	slices.Sort(values)
	if len(values) > 0 {
		middle = values[(len(values)-1)/2]
	}
	return middle
}

func itself[T any](value T) T { return value }

// ratio returns a divided by b, and 0 where b is 0.
func ratio[T ~int64 | ~float64](a, b T) float64 {
	if b == 0 {
		return 0
	}
	return float64(a) / float64(b)
}

func milliseconds(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }

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
