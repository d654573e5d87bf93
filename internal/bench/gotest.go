package main

import (
	"bytes"
	"context"
	"fmt"
	"maps"
	"os/exec"
	"slices"
	"strconv"
	"strings"
)

// Units of Go's benchmarks.
const (
	nanoseconds = "ns/op"
	allocated   = "B/op"
	allocations = "allocs/op"
	perSecond   = "requests/s"
)

// benchmark is one of Go's benchmarks and the median of each of its figures.
type benchmark struct {
	name    string
	figures map[string]float64 // by unit
}

// goBenchmarks runs the benchmarks of the packages.
func (b *bench) goBenchmarks(ctx context.Context, packages ...string) ([]benchmark, error) {
	args := append([]string{"test", "-run=^$", "-bench=.", "-benchmem", "-count=" + strconv.Itoa(b.runs)}, packages...)
	var stderr bytes.Buffer
	cmd := exec.CommandContext(ctx, "go", args...)
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("go test -bench: %w\n%s%s", err, tail(string(out), 25), tail(stderr.String(), 25))
	}
	return parseBenchmarks(string(out)), nil
}

// parseBenchmarks reads what go test prints of benchmarks, in its order.
func parseBenchmarks(text string) []benchmark {
	var order []string
	values := map[string]map[string][]float64{}
	for line := range strings.Lines(text) {
		words := strings.Fields(line)
		if len(words) < 4 || !strings.HasPrefix(words[0], "Benchmark") {
			continue
		}
		name := benchmarkName(words[0])
		if values[name] == nil {
			values[name] = map[string][]float64{}
			order = append(order, name)
		}
		for pair := range slices.Chunk(words[2:], 2) {
			if value, err := strconv.ParseFloat(pair[0], 64); err == nil && len(pair) == 2 {
				values[name][pair[1]] = append(values[name][pair[1]], value)
			}
		}
	}
	out := make([]benchmark, len(order))
	for i, name := range order {
		out[i] = benchmark{name, map[string]float64{}}
		for unit := range maps.Keys(values[name]) {
			out[i].figures[unit] = median(values[name][unit])
		}
	}
	return out
}

// benchmarkName is a benchmark's name without "Benchmark" and without the number
// of processors at its end.
func benchmarkName(word string) string {
	name := strings.TrimPrefix(word, "Benchmark")
	if i := strings.LastIndex(name, "-"); i > 0 {
		if _, err := strconv.Atoi(name[i+1:]); err == nil {
			return name[:i]
		}
	}
	return name
}
