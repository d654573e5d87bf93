package report

import (
	"fmt"
	"io"
	"net/url"

	"github.com/keyward/terraform-provider-keyward/internal/audit"
	"github.com/keyward/terraform-provider-keyward/internal/output"
	"github.com/keyward/terraform-provider-keyward/internal/report/sarif"
	"github.com/keyward/terraform-provider-keyward/internal/tfstate"
)

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
func objectURI(o audit.Object) string {
	u := url.URL{Scheme: "keyward", Host: string(o.Platform), Path: "/" + o.ID}
	if o.Scope != "" && o.Scope != o.ID {
		u.Path = "/" + o.Scope + u.Path
	}
	return u.String()
}
