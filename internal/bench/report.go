package main

import (
	"fmt"
	"strings"
	"time"
)

// part is what a section found.
type part struct {
	title   string
	note    string // what the table's columns are
	table   table
	why     string // what explains the figures; may be empty
	targets []target
}

// target is a figure to reach.
type target struct {
	what, want, measured string
	met                  bool
}

// atMost is a target that a smaller value meets.
func atMost(what string, value, limit float64, format string) target {
	return target{what, "at most " + fmt.Sprintf(format, limit), fmt.Sprintf(format, value), value <= limit}
}

// atLeast is a target that a larger value meets.
func atLeast(what string, value, limit float64, format string) target {
	return target{what, "at least " + fmt.Sprintf(format, limit), fmt.Sprintf(format, value), value >= limit}
}

// targets returns the targets of all parts as a table.
func targets(parts []part) table {
	t := table{head: []string{"What", "Target", "Measured", "Met"}}
	for _, p := range parts {
		for _, target := range p.targets {
			met := "yes"
			if !target.met {
				met = "**no**"
			}
			t.add(target.what, target.want, target.measured, met)
		}
	}
	return t
}

// results are what a run found.
type results struct {
	machine string
	at      time.Time
	// stolen is the share of the processors' time that the machine's host took, 0
	// where it took none or the system doesn't tell.
	stolen float64
	parts  []part
}

// document returns the page of the results.
func document(r results) string {
	var b strings.Builder
	b.WriteString("# Benchmarks\n\n" +
		"Written by `make bench`, which measures all of this on the machine at hand; not edited by hand. Times depend on the\n" +
		"machine and on what else it does: the ratios are what to look at.\n\n")
	fmt.Fprintf(&b, "Measured on %s: %s.", r.at.UTC().Format(time.DateOnly), r.machine)
	if r.stolen > 0 {
		fmt.Fprintf(&b, " The machine's host took %.1f %% of its processors' time meanwhile.", 100*r.stolen)
	}
	b.WriteString("\n")
	fmt.Fprintf(&b, "\n## Targets\n\n%s", targets(r.parts).markdown())
	for _, p := range r.parts {
		fmt.Fprintf(&b, "\n## %s\n\n%s\n\n%s", p.title, p.note, p.table.markdown())
		if p.why != "" {
			fmt.Fprintf(&b, "\n%s\n", p.why)
		}
	}
	return b.String()
}

func seconds(d time.Duration) string { return fmt.Sprintf("%.2f", d.Seconds()) }

func megabytes(bytes int64) string { return fmt.Sprintf("%.0f", float64(bytes)/1e6) }
