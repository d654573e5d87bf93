package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"
)

// event is one line of `go test -json` (see `go doc test2json`).
type event struct {
	Action  string
	Package string
	Test    string
	Output  string
	Elapsed float64
}

// test names one test; the zero Name is the package itself.
type test struct{ Package, Name string }

type skip struct {
	test
	reason string
}

type report struct {
	out            io.Writer
	output         map[test][]string // of tests that have not passed, and of their packages
	failedIn       map[string]int    // failed tests per package
	skips          []skip
	passed, failed int
}

func newReport(out io.Writer) *report {
	return &report{out: out, output: map[test][]string{}, failedIn: map[string]int{}}
}

// read consumes events until the end of in. Lines that are no events, such as
// the go command's own messages, are printed as they are.
func (r *report) read(in io.Reader) error {
	lines := bufio.NewReader(in)
	for {
		line, err := lines.ReadBytes('\n')
		if len(line) > 0 {
			var e event
			if json.Unmarshal(line, &e) != nil || e.Action == "" {
				r.printf("%s", line)
			} else {
				r.add(e)
			}
		}
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return fmt.Errorf("read events: %w", err)
		}
	}
}

func (r *report) add(e event) {
	t := test{Package: e.Package, Name: e.Test}
	switch {
	case e.Action == "build-output":
		r.printf("%s", e.Output)
	case e.Action == "output":
		r.output[t] = append(r.output[t], e.Output)
	case e.Test == "":
		r.endPackage(e)
	case e.Action == "pass":
		r.passed++
		delete(r.output, t)
	case e.Action == "fail":
		r.failed++
		r.failedIn[t.Package]++
	case e.Action == "skip":
		r.skips = append(r.skips, skip{test: t, reason: reason(r.output[t])})
		delete(r.output, t)
	}
}

// endPackage prints a package's line. If it failed, what its failed and its
// unfinished tests printed comes before.
func (r *report) endPackage(e event) {
	switch e.Action {
	case "pass":
		r.printf("ok    %-76s %6.1f s\n", e.Package, e.Elapsed)
	case "fail":
		if r.failedIn[e.Package] == 0 { // it did not build, panicked or timed out
			r.failed++
		}
		for _, t := range r.unpassed(e.Package) {
			r.printf("%s", strings.Join(r.output[t], ""))
		}
	}
	delete(r.output, test{Package: e.Package})
}

// unpassed returns the package's tests that have output left, by name, and at
// last the package itself.
func (r *report) unpassed(pkg string) []test {
	var tests []test
	for t := range r.output {
		if t.Package == pkg && t.Name != "" {
			tests = append(tests, t)
		}
	}
	slices.SortFunc(tests, func(a, b test) int { return strings.Compare(a.Name, b.Name) })
	return append(tests, test{Package: pkg})
}

// close prints the skipped tests and the counts, and reports whether all is
// well: nothing failed and something ran.
func (r *report) close() bool {
	if len(r.skips) > 0 {
		r.printf("\nSKIPPED, so not checked by this run:\n")
		for _, s := range r.skips {
			r.printf("  %s %s: %s\n", s.Package, s.Name, s.reason)
		}
	}
	r.printf("\n%d passed, %d failed, %d skipped\n", r.passed, r.failed, len(r.skips))
	return r.failed == 0 && r.passed > 0
}

func (r *report) printf(format string, args ...any) {
	_, _ = fmt.Fprintf(r.out, format, args...) // nowhere left to say that standard output is gone
}

// reason finds what a test said when it skipped, in its own output.
func reason(output []string) string {
	var said []string
	for _, line := range output {
		line = strings.TrimSpace(line)
		if line == "" || strings.HasPrefix(line, "=== ") || strings.HasPrefix(line, "--- ") {
			continue
		}
		if _, text, ok := strings.Cut(line, ".go:"); ok { // "file_test.go:12: text"
			if _, text, ok = strings.Cut(text, ": "); ok {
				line = text
			}
		}
		said = append(said, line)
	}
	if len(said) == 0 {
		return "no reason given"
	}
	return strings.Join(said, " ")
}
