package check

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/keyward/terraform-provider-keyward/internal/output"
	"github.com/keyward/terraform-provider-keyward/internal/policy"
	"github.com/keyward/terraform-provider-keyward/internal/report"
	"github.com/keyward/terraform-provider-keyward/internal/report/junit"
	"github.com/keyward/terraform-provider-keyward/internal/report/sarif"
)

// checked is what came of a check.
type checked struct {
	plans    []*policy.Plan
	rules    []*policy.Rule
	findings []policy.Finding
	// fails tells of a severity whether it ends in exit code 1.
	fails   func(report.Severity) bool
	version string
}

// counts reports whether a finding ends in exit code 1.
func (c *checked) counts(f policy.Finding) bool {
	return f.Accepted == nil && c.fails(f.Severity)
}

func (c *checked) failed() bool { return slices.ContainsFunc(c.findings, c.counts) }

// verdict is the outcome in a line.
func (c *checked) verdict() string {
	objects, changes, accepted := 0, 0, 0
	for _, p := range c.plans {
		objects, changes = objects+len(p.Objects), changes+p.Changes
	}
	number := map[report.Severity]int{}
	open := 0
	for _, f := range c.findings {
		if f.Accepted != nil {
			accepted++
			continue
		}
		open++
		number[f.Severity]++
	}
	word := "PASS"
	if c.failed() {
		word = "FAIL"
	}
	text := fmt.Sprintf("%s: %s", word, output.Count(open, "finding"))
	if open > 0 {
		text += " (" + output.Tally(report.Severities(), number) + ")"
	}
	if accepted > 0 {
		text += fmt.Sprintf(", %d accepted", accepted)
	}
	return fmt.Sprintf("%s; %s, %s of Keyward's, %d of them changed.", text, output.Count(len(c.rules), "rule"), output.Count(objects, "object"), changes)
}

func (c *checked) write(w io.Writer, format output.Format, color bool) error {
	switch format {
	case output.FormatSARIF:
		return c.sarif(w)
	case output.FormatJUnit:
		return c.junit(w)
	case output.FormatTable:
		return c.table(w, color)
	case output.FormatMarkdown:
		return c.markdown(w)
	default:
		return c.listing(c.findings, true, true).Write(w, format)
	}
}

// listing is a table of findings, with as many columns as it takes.
func (c *checked) listing(findings []policy.Finding, withReason, withFile bool) output.Listing {
	l := output.Listing{
		Header: []string{"SEVERITY", "RULE", "OBJECT", "FINDING"}, Records: findings,
		Paint: func(row, column int) output.Paint {
			if column == 0 {
				return output.SeverityPaint(findings[row].Severity)
			}
			return output.Plain
		},
	}
	if withReason {
		l.Header = append(l.Header, "ACCEPTED")
	}
	if withFile {
		l.Header = append(l.Header, "PLAN")
	}
	for _, f := range findings {
		row := []string{string(f.Severity), f.Rule, f.Address, f.Message}
		if withReason {
			row = append(row, reason(f))
		}
		if withFile {
			row = append(row, f.File)
		}
		l.Rows = append(l.Rows, row)
	}
	return l
}

// reason is why a finding is accepted, "" where it isn't.
func reason(f policy.Finding) string {
	if f.Accepted == nil {
		return ""
	}
	return *f.Accepted
}

func (c *checked) split() (open, accepted []policy.Finding) {
	for _, f := range c.findings {
		if f.Accepted == nil {
			open = append(open, f)
		} else {
			accepted = append(accepted, f)
		}
	}
	return open, accepted
}

func (c *checked) table(w io.Writer, color bool) error {
	open, _ := c.split()
	if len(open) > 0 {
		l := c.listing(open, false, len(c.plans) > 1)
		l.Color = color
		if err := l.Write(w, output.FormatTable); err != nil {
			return err
		}
		if _, err := fmt.Fprintf(w, "\nWhat to do:\n  %s\n\n", strings.Join(remedies(open), "\n  ")); err != nil {
			return err
		}
	}
	_, err := fmt.Fprintf(w, "%s\n", c.verdict())
	return err
}

// remedies are what to do, a paragraph for each rule.
func remedies(findings []policy.Finding) []string {
	var out, seen []string
	for _, f := range findings {
		if key := f.Rule + f.Remedy; f.Remedy != "" && !slices.Contains(seen, key) {
			seen = append(seen, key)
			out = append(out, fmt.Sprintf("%s: %s", f.Rule, output.Clean(f.Remedy)))
		}
	}
	return out
}

// markdown is for a comment on a pull request.
func (c *checked) markdown(w io.Writer) error {
	var b strings.Builder
	fmt.Fprintf(&b, "### keyward check\n\n**%s**\n", c.verdict())
	open, accepted := c.split()
	if len(open) > 0 {
		b.WriteString("\n")
		if err := c.listing(open, false, len(c.plans) > 1).Write(&b, output.FormatMarkdown); err != nil {
			return err
		}
		b.WriteString("\n<details><summary>What to do</summary>\n\n")
		todo := output.Listing{Header: []string{"RULE", "WHAT TO DO"}}
		for _, line := range remedies(open) {
			if id, text, ok := strings.Cut(line, ": "); ok {
				todo.Rows = append(todo.Rows, []string{id, text})
			}
		}
		if err := todo.Write(&b, output.FormatMarkdown); err != nil {
			return err
		}
		b.WriteString("\n</details>\n")
	}
	if len(accepted) > 0 {
		b.WriteString("\n<details><summary>Accepted</summary>\n\n")
		if err := c.listing(accepted, true, len(c.plans) > 1).Write(&b, output.FormatMarkdown); err != nil {
			return err
		}
		b.WriteString("\n</details>\n")
	}
	_, err := io.WriteString(w, b.String())
	return err
}

func (c *checked) sarif(w io.Writer) error {
	var rules []sarif.Rule
	for _, r := range c.rules {
		rules = append(rules, sarif.Rule{ID: r.ID, Title: r.Title, Description: r.Description, Help: r.Remedy, Severity: r.Severity})
	}
	var results []sarif.Result
	for _, f := range c.findings {
		message := f.Message
		if f.Address != "" {
			message = f.Address + ": " + message
		}
		results = append(results, sarif.Result{
			RuleID: f.Rule, Severity: f.Severity, Message: output.Clean(message), File: f.File, Line: 1, Object: f.Address,
			Fingerprint: f.Rule + "|" + f.Address + "|" + f.Message, Accepted: f.Accepted,
			Properties: map[string]any{"undecided": f.Undecided, "remedy": f.Remedy},
		})
	}
	return sarif.Write(w, sarif.Tool{Name: "keyward check", Version: c.version}, rules, results)
}

// junit has a suite for each plan and a case for each rule.
func (c *checked) junit(w io.Writer) error {
	var suites []junit.Suite
	for _, p := range c.plans {
		suite := junit.Suite{Name: p.File}
		for _, r := range c.rules {
			test := junit.Case{Name: r.ID + ": " + output.Clean(r.Title)}
			for _, f := range c.findings {
				switch {
				case f.File != p.File || f.Rule != r.ID:
				case c.counts(f):
					test.Failures = append(test.Failures, junit.Failure{
						Message: output.Clean(strings.TrimPrefix(f.Address+": "+f.Message, ": ")), Type: string(f.Severity), Text: f.Remedy,
					})
				case f.Accepted != nil:
					test.Skipped = &junit.Skipped{Message: "accepted: " + output.Clean(*f.Accepted)}
				}
			}
			suite.Cases = append(suite.Cases, test)
		}
		suites = append(suites, suite)
	}
	return junit.Write(w, "keyward check", suites)
}
