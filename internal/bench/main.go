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
	"os/exec"
	"os/signal"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// sections are what is measured, in that order. Each writes into the page.
var sections = []struct {
	name    string
	measure func(context.Context, *bench, *page) error
}{{"plan", measurePlans}, {"start", measureStart}, {"sandbox", measureSandbox}, {"code", measureCode}, {"limits", measureLimits}}

const sectionNames = "plan,start,sandbox,code,limits"

// bench is what the sections measure with: the flags, and where things are.
type bench struct {
	names, sizes         string
	document             string
	runs, large, creates int
	counts               []int  // sizes, as numbers
	dir                  string // for all that is written; it goes away at the end
	terraform            string // path of Terraform or OpenTofu
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	b, err := parse(os.Args[1:])
	code := 2
	if err == nil {
		code, err = 1, b.run(ctx)
	}
	if ctx.Err() != nil {
		err = errors.New("interrupted")
	}
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(code)
	}
}

// parse reads the command line.
func parse(args []string) (*bench, error) {
	b := &bench{}
	f := flag.NewFlagSet("bench", flag.ContinueOnError)
	f.StringVar(&b.names, "sections", "all", "`sections` to run, separated by commas: "+sectionNames+", or all of them; limits takes minutes by nature")
	f.StringVar(&b.document, "document", "docs/contributing/benchmarks.md", "`file` to write after a run of all sections")
	f.IntVar(&b.runs, "runs", 7, "how often what is cheap to repeat is measured, and the largest plan up to three times; the median counts")
	f.StringVar(&b.sizes, "sizes", "10,100,1000", "`numbers` of resources to plan, apply and destroy")
	f.IntVar(&b.large, "large", 5000, "`number` of resources to plan alone")
	f.IntVar(&b.creates, "creates", 200, "`number` of keys to create under Billium's limits")
	if err := f.Parse(args); err != nil {
		return nil, err
	}
	if b.names == "all" {
		b.names = sectionNames
	}
	for name := range strings.SplitSeq(b.names, ",") {
		if !slices.Contains(strings.Split(sectionNames, ","), name) {
			return nil, fmt.Errorf("there is no section %q: the sections are %s", name, sectionNames)
		}
	}
	for word := range strings.SplitSeq(b.sizes, ",") {
		n, err := strconv.Atoi(word)
		if err != nil || min(n, b.runs, b.large, b.creates) < 1 {
			return nil, errors.New("-sizes, -runs, -large and -creates must be numbers of at least 1")
		}
		b.counts = append(b.counts, n)
	}
	return b, nil
}

// run measures the sections, prints each as it ends and, if all ran, writes the page.
func (b *bench) run(ctx context.Context) (err error) {
	if b.dir, err = os.MkdirTemp("", "keyward-bench-"); err != nil {
		return fmt.Errorf("make a temporary folder: %w", err)
	}
	defer func() { _ = os.RemoveAll(b.dir) }()
	if err := b.build(ctx); err != nil {
		return err
	}
	before, p := timeSpent(), &page{Date: time.Now().UTC().Format(time.DateOnly), Machine: machine(ctx, b.terraform)}
	fmt.Println(p.Machine)
	whole := true
	for _, s := range sections {
		if !slices.Contains(strings.Split(b.names, ","), s.name) {
			whole = false
			continue
		}
		progress("section %s", s.name)
		if failure := s.measure(ctx, b, p); failure != nil { // what the other sections find is still worth printing
			err = errors.Join(err, fmt.Errorf("%s: %w", s.name, failure))
			continue
		}
		err = errors.Join(err, p.render(os.Stdout, s.name))
	}
	p.Stolen = 100 * timeSpent().stolenSince(before)
	if err = errors.Join(err, p.render(os.Stdout, "targets")); err != nil {
		return err
	}
	if !whole {
		fmt.Printf("\nNot every section ran, so %s is left as it is.\n", b.document)
		return nil
	}
	fmt.Printf("\nWritten to %s.\n", b.document)
	return p.write(b.document)
}

// progress says what happens, where it does not mix with the tables.
func progress(format string, args ...any) { fmt.Fprintf(os.Stderr, "bench: "+format+"\n", args...) }

const (
	provider         = "terraform-provider-keyward"
	baselineProvider = "terraform-provider-baseline"
)

// build finds Terraform, and builds the provider as it is released, the minimal
// provider alike, and under the names of both what measures them.
func (b *bench) build(ctx context.Context) (err error) {
	if b.terraform, err = exec.LookPath("terraform"); err != nil {
		if b.terraform, err = exec.LookPath("tofu"); err != nil {
			return errors.New("terraform is missing: install Terraform (or OpenTofu) and put it on PATH")
		}
	}
	progress("building the provider and the minimal one")
	for out, source := range map[string]string{
		"plugins/" + provider: ".", "plugins/" + baselineProvider: "./internal/bench/baseline",
		"measured/" + provider: "./internal/bench/measured", "measured/" + baselineProvider: "./internal/bench/measured",
	} {
		cmd := exec.CommandContext(ctx, "go", "build", "-trimpath", "-ldflags", "-s -w", "-o", filepath.Join(b.dir, out), source)
		cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
		if output, err := cmd.CombinedOutput(); err != nil {
			return fmt.Errorf("build %s, from the root of the repository: %w\n%s", source, err, output)
		}
	}
	return nil
}
