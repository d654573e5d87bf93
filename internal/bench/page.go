package main

import (
	"bytes"
	"cmp"
	_ "embed"
	"fmt"
	"io"
	"os"
	"slices"
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
