// Command bench measures Keyward on the machine at hand: what a plan, an apply
// and a destruction of many keys cost beside two baselines, how a platform's
// limits are kept, how fast the plugin starts, what the sandbox bears, and what
// the hot paths of the code cost. It prints tables and, after a run of every
// section, writes them to docs/contributing/benchmarks.md.
//
// It meets the provider as Terraform does, as a process. `make bench` runs it.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// settings are what the flags say.
type settings struct {
	sections []section
	document string
	runs     int
	sizes    []int
	large    int
	creates  int
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := run(ctx)
	stop()
	os.Exit(code)
}

// run measures and returns the process's exit code.
func run(ctx context.Context) int {
	set, err := parse(os.Args[1:])
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		return 2
	}
	results, err := measure(ctx, set)
	if err == nil && len(set.sections) == len(sections) {
		err = os.WriteFile(set.document, []byte(document(results)), 0o644) //nolint:gosec // a page for everybody to read
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		return 1
	}
	if len(set.sections) < len(sections) {
		fmt.Printf("\nNot every section ran, so %s is left as it is.\n", set.document)
	} else {
		fmt.Printf("\nWritten to %s.\n", set.document)
	}
	return 0
}

// parse reads the command line.
func parse(args []string) (settings, error) {
	var set settings
	var names, sizes string
	f := flag.NewFlagSet("bench", flag.ContinueOnError)
	f.StringVar(&names, "sections", "all", "`sections` to run, separated by commas: "+sectionNames()+", or all of them; limits takes minutes by nature")
	f.StringVar(&set.document, "document", "docs/contributing/benchmarks.md", "`file` to write after a run of all sections")
	f.IntVar(&set.runs, "runs", 7, "how often what is cheap to repeat is measured, and the largest plan up to three times; the median counts")
	f.StringVar(&sizes, "sizes", "10,100,1000", "`numbers` of resources to plan, apply and destroy")
	f.IntVar(&set.large, "large", 5000, "`number` of resources to plan alone")
	f.IntVar(&set.creates, "creates", 200, "`number` of keys to create under Billium's limits")
	if err := f.Parse(args); err != nil {
		return set, err
	}
	var err error
	if set.sections, err = chosen(names); err != nil {
		return set, err
	}
	for word := range strings.SplitSeq(sizes, ",") {
		n, err := strconv.Atoi(strings.TrimSpace(word))
		if err != nil || n < 1 {
			return set, fmt.Errorf("-sizes: %q is no number of resources", word)
		}
		set.sizes = append(set.sizes, n)
	}
	if set.runs < 1 || set.large < 1 || set.creates < 1 {
		return set, fmt.Errorf("-runs, -large and -creates must be at least 1")
	}
	return set, nil
}

// measure runs the sections, one after the other, and prints each as it ends.
func measure(ctx context.Context, set settings) (results results, err error) {
	dir, err := os.MkdirTemp("", "keyward-bench-")
	if err != nil {
		return results, fmt.Errorf("make a temporary folder: %w", err)
	}
	defer func() { _ = os.RemoveAll(dir) }()
	b, err := newBench(ctx, set, dir)
	if err != nil {
		return results, err
	}
	results.machine, results.at = b.machine(ctx), time.Now()
	before := timeSpent()
	defer func() { results.stolen = timeSpent().stolenSince(before) }()
	fmt.Println(results.machine)
	for _, s := range set.sections {
		b.progress("%s: %s", s.name, s.title)
		part, failure := s.run(ctx, b)
		if ctx.Err() != nil {
			return results, errors.New("interrupted")
		}
		if failure != nil { // what the other sections find is still worth printing
			err = errors.Join(err, fmt.Errorf("%s: %w", s.name, failure))
			continue
		}
		part.title = s.title
		results.parts = append(results.parts, part)
		fmt.Printf("\n%s\n\n%s", s.title, part.table.markdown())
	}
	fmt.Printf("\nTargets\n\n%s", targets(results.parts).markdown())
	return results, err
}
