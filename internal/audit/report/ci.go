package report

import (
	"fmt"
	"io"
	"net/url"
	"strings"

	"github.com/keyward/terraform-provider-keyward/internal/audit"
	"github.com/keyward/terraform-provider-keyward/internal/inventory"
	"github.com/keyward/terraform-provider-keyward/internal/output"
	"github.com/keyward/terraform-provider-keyward/internal/report/junit"
	"github.com/keyward/terraform-provider-keyward/internal/report/sarif"
	"github.com/keyward/terraform-provider-keyward/internal/tfstate"
)

// writeJUnit writes a suite per rule and a case per finding, and one case that
// passes for a rule without findings. What could not be read fails too: no one
// looked there.
func writeJUnit(w io.Writer, r *audit.Report) error {
	var suites []junit.Suite
	for _, rule := range audit.Rules() {
		suites = append(suites, newSuite(r, rule))
	}
	if len(r.Made.Gaps) > 0 {
		suites = append(suites, gapSuite(r.Made.Gaps))
	}
	return junit.Write(w, "keyward audit", suites)
}

func newSuite(r *audit.Report, rule audit.Rule) junit.Suite {
	suite := junit.Suite{Name: rule.ID}
	for _, f := range r.Findings {
		if f.Rule != rule.ID {
			continue
		}
		found := junit.Case{Name: output.Clean(f.Object.Label())}
		if f.Accepted != nil {
			found.Skipped = &junit.Skipped{Message: "accepted by the baseline" + output.Clean(because(f.Accepted))}
		} else {
			found.Failures = []junit.Failure{{Message: output.Clean(f.Title), Type: string(f.Severity), Text: plainFinding(f)}}
		}
		suite.Cases = append(suite.Cases, found)
	}
	if len(suite.Cases) == 0 {
		suite.Cases = []junit.Case{{Name: rule.Title}}
	}
	return suite
}

func gapSuite(gaps []audit.Gap) junit.Suite {
	suite := junit.Suite{Name: "reading"}
	for _, g := range gaps {
		suite.Cases = append(suite.Cases, junit.Case{
			Name: output.Clean(g.Source + ": " + g.Part),
			Failures: []junit.Failure{{
				Message: output.Clean(g.Error), Type: "gap", Text: "It could not be read, so findings may be missing. keyward doctor says how to fix the access.",
			}},
		})
	}
	return suite
}

// plainFinding is a finding as plain text.
func plainFinding(f audit.Finding) string {
	var b strings.Builder
	for _, evidence := range f.Evidence {
		fmt.Fprintf(&b, "%s\n", output.Clean(evidence))
	}
	for _, d := range f.Differences {
		fmt.Fprintf(&b, "%s: declared %q, live %q\n", d.Field, d.Declared, d.Live)
	}
	fmt.Fprintf(&b, "\n%s\n", output.Clean(f.Remedy.Text))
	if f.Remedy.Code != "" {
		fmt.Fprintf(&b, "\n%s\n", f.Remedy.Code)
	}
	fmt.Fprintf(&b, "\nId: %s\n", output.Clean(f.ID))
	return b.String()
}

// writeSARIF writes the findings as SARIF 2.1.0. What the baseline accepts is
// there, suppressed; what could not be read makes the run unsuccessful.
func writeSARIF(w io.Writer, r *audit.Report) error {
	tool := sarif.Tool{Name: "keyward audit", Version: r.Made.Version, Began: r.Made.Began, Finished: r.Made.Finished}
	for _, g := range r.Made.Gaps {
		tool.Problems = append(tool.Problems, output.Clean(fmt.Sprintf("The %s could not be read through the account %s: %s", g.Part, g.Source, g.Error)))
	}
	rules := []sarif.Rule{}
	for _, rule := range audit.Rules() {
		rules = append(rules, sarif.Rule{ID: rule.ID, Title: rule.Title, Description: rule.Title + ". " + rule.Why, Severity: rule.Severity})
	}
	results := []sarif.Result{}
	for _, f := range r.Findings {
		results = append(results, newResult(f))
	}
	return sarif.Write(w, tool, rules, results)
}

func newResult(f audit.Finding) sarif.Result {
	o := f.Object
	result := sarif.Result{
		RuleID: f.Rule, Severity: f.Severity, Message: output.Clean(f.Title) + "\n\n" + plainFinding(f),
		Object: o.ID, URI: objectURI(o), Fingerprint: f.ID, Properties: map[string]any{"object": o},
	}
	if f.File != "" {
		result.File, result.Object = f.File, f.Address
		if f.File == tfstate.Stdin {
			result.File = "stdin"
		}
	}
	if f.Accepted != nil {
		result.Accepted = &f.Accepted.Reason
	}
	return result
}

// objectURI names a live object under a scheme of ours.
func objectURI(o inventory.Object) string {
	u := url.URL{Scheme: "keyward", Host: string(o.Platform), Path: "/" + o.ID}
	if o.Scope != "" && o.Scope != o.ID {
		u.Path = "/" + o.Scope + u.Path
	}
	return u.String()
}
