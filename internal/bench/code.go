package main

import (
	"bytes"
	"context"
	"fmt"
	"os/exec"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// What the sandbox must bear.
const (
	leastOfBare    = 0.15 // of the requests per second of a bare handler
	leastKeyPerSec = 300.0
)

// benchmark is one of Go's benchmarks and the median of each of its figures.
type benchmark struct {
	Name                                  string
	Nanoseconds, Bytes, Allocs, PerSecond float64
}

// Micros is the time of one operation in microseconds.
func (b benchmark) Micros() float64 { return b.Nanoseconds / 1e3 }

// measureSandbox measures the sandbox's throughput beside a bare handler's.
func measureSandbox(ctx context.Context, b *bench, p *page) (err error) {
	if p.Sandbox, err = b.goBenchmarks(ctx, "./internal/sandbox"); err != nil {
		return err
	}
	rates := map[string]float64{}
	for _, m := range p.Sandbox {
		rates[m.Name] = m.PerSecond
	}
	for _, platform := range []string{"Corebill", "Billium"} {
		p.atLeast("authenticated GET on "+platform+" ÷ bare handler", ratio(rates[platform+"Get"], rates["BareGet"]), leastOfBare, "%.2f")
	}
	for _, platform := range []string{"Corebill", "Billium"} {
		p.atLeast("keys created on "+platform+" by 32 clients, per second", rates[platform+"CreateKey"], leastKeyPerSec, "%.0f")
	}
	return nil
}

// measureCode runs the benchmarks of what the provider does most.
func measureCode(ctx context.Context, b *bench, p *page) (err error) {
	p.Code, err = b.goBenchmarks(ctx, "./internal/client/...", "./internal/platform/...")
	return err
}

// goBenchmarks runs the benchmarks of the packages.
func (b *bench) goBenchmarks(ctx context.Context, packages ...string) ([]benchmark, error) {
	args := append([]string{"test", "-run=^$", "-bench=.", "-benchmem", "-count=" + strconv.Itoa(b.runs)}, packages...)
	var stderr bytes.Buffer
	cmd := exec.CommandContext(ctx, "go", args...)
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("go test -bench: %w\n%s%s", err, tail(string(out)), tail(stderr.String()))
	}
	return parseBenchmarks(string(out)), nil
}

var (
	// A name ends in the number of processors.
	benchmarkLine = regexp.MustCompile(`(?m)^Benchmark(\S+?)(?:-\d+)?\s+\d+\s(.*)$`)
	figure        = regexp.MustCompile(`([\d.e+]+) (\S+)`)
)

// parseBenchmarks reads what go test prints of benchmarks, in its order.
func parseBenchmarks(text string) (out []benchmark) {
	var names []string
	values := map[string][]float64{} // by name and unit
	for _, line := range benchmarkLine.FindAllStringSubmatch(text, -1) {
		if name := line[1]; !slices.Contains(names, name) {
			names = append(names, name)
		}
		for _, f := range figure.FindAllStringSubmatch(line[2], -1) {
			if value, err := strconv.ParseFloat(f[1], 64); err == nil {
				values[line[1]+" "+f[2]] = append(values[line[1]+" "+f[2]], value)
			}
		}
	}
	for _, name := range names {
		of := func(unit string) float64 { return median(values[name+" "+unit], itself) }
		out = append(out, benchmark{strings.TrimSpace(name), of("ns/op"), of("B/op"), of("allocs/op"), of("requests/s")})
	}
	return out
}
