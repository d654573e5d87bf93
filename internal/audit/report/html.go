package report

import (
	_ "embed" // the page's template and style
	"fmt"
	"html/template"
	"io"
	"strings"
	"time"

	"github.com/keyward/terraform-provider-keyward/internal/audit"
	"github.com/keyward/terraform-provider-keyward/internal/inventory"
	"github.com/keyward/terraform-provider-keyward/internal/output"
	findings "github.com/keyward/terraform-provider-keyward/internal/report"
)

//go:embed page.html
var pageTemplate string

//go:embed page.css
var pageStyle string

var page = template.Must(template.New("page").Parse(pageTemplate))

// view is all that the page shows, ready to be written.
type view struct {
	Title    string
	Verdict  string
	Began    string
	BeganISO string
	Style    template.CSS
	Objects  string
	Counts   []count
	Gaps     []audit.Gap
	Drift    drift
	Heat     []heatMap
	Chart    *chart
	Open     []shownFinding
	Accepted []shownFinding
	Rules    []audit.Rule
	Making   []string
	Limits   []string
}

// count is a tile of the summary.
type count struct {
	Severity audit.Severity
	Number   int
}

// shownFinding is a finding and its place in the page.
type shownFinding struct {
	audit.Finding

	Anchor  string
	Rule    audit.Rule
	Where   string
	Because string
}

// writeHTML writes one file that needs no other: no script, no font, no picture
// from elsewhere, and a policy that forbids the browser to get any. What can't be seen
// in a name, or would turn the direction of what follows, is escaped.
func writeHTML(w io.Writer, r *audit.Report) error {
	var b strings.Builder
	if err := page.Execute(&b, newView(r)); err != nil {
		return err
	}
	return output.Printable(w, b.String())
}

func newView(r *audit.Report) view {
	v := view{
		Title: "Keyward audit of " + r.Made.Began.UTC().Format("2 January 2006"), Verdict: Verdict(r), Began: date(r.Made.Began),
		BeganISO: stamp(r.Made.Began), Style: template.CSS(pageStyle), //nolint:gosec // it is this package's own file
		Objects: objects(newSummary(r)), Gaps: r.Made.Gaps, Chart: newChart(r), Rules: audit.Rules(), Making: making(r), Limits: limits(r.Policy),
	}
	counts := r.Count()
	for _, severity := range findings.Severities() {
		v.Counts = append(v.Counts, count{severity, counts[severity]})
	}
	anchors := map[string][]string{}
	for i, f := range r.Findings {
		shown := shownFinding{Finding: f, Anchor: fmt.Sprintf("finding-%d", i+1), Rule: audit.RuleByID(f.Rule)}
		if f.File != "" {
			shown.Where = f.File + ": " + f.Address
		}
		if f.Accepted != nil {
			shown.Because = because(f.Accepted)
			v.Accepted = append(v.Accepted, shown)
			continue
		}
		anchors[f.Object.ID] = append(anchors[f.Object.ID], shown.Anchor)
		v.Open = append(v.Open, shown)
	}
	v.Drift = newDrift(r, v.Open)
	for _, platform := range []inventory.Platform{inventory.Corebill, inventory.Billium} {
		if heat := newHeatMap(r, platform, anchors); heat != nil {
			v.Heat = append(v.Heat, *heat)
		}
	}
	return v
}

// drift is what is declared against what is live.
type drift struct {
	// Read tells that there were declarations to read.
	Read bool
	// Same objects are live as they are declared.
	Same       int
	Different  []shownFinding
	Undeclared []shownFinding
	Gone       []shownFinding
}

func newDrift(r *audit.Report, open []shownFinding) drift {
	d := drift{Read: r.Inventory.DeclaredRead}
	live := map[string]bool{}
	for _, object := range r.Inventory.Live {
		live[object.Ref().ID] = true
	}
	for _, declared := range r.Inventory.Declared {
		if live[declared.ID] {
			d.Same++
		}
	}
	// Accepted or not, what differs is not the same.
	for _, f := range r.Findings {
		if f.Rule == "different" {
			d.Same--
		}
	}
	for _, f := range open {
		switch f.Finding.Rule {
		case "different":
			d.Different = append(d.Different, f)
		case "undeclared":
			d.Undeclared = append(d.Undeclared, f)
		case "gone":
			d.Gone = append(d.Gone, f)
		}
	}
	return d
}

// objects says how much was looked at.
func objects(s summary) string {
	return fmt.Sprintf("Live: %s, %s, %s, %s, %s, %s and %s. Declared: %s.", output.Count(s.Live.Keys, "key"),
		output.Many(s.Live.Companies, "company", "companies"), output.Count(s.Live.Merchants, "merchant"),
		output.Count(s.Live.Members, "member"), output.Count(s.Live.Invitations, "invitation"),
		output.Count(s.Live.Sets, "permission set"), output.Count(s.Live.Webhooks, "webhook"), output.Count(s.Declared, "object"))
}

// limits says which thresholds the findings were made with.
func limits(p audit.Policy) []string {
	lines := []string{
		threshold("A key should have been used within", p.NeverUsedAfter), threshold("A key may rest for", p.UnusedAfter),
		threshold("A key may live for", p.MaxAge), threshold("An invitation may be open for", p.InvitationAfter),
		fmt.Sprintf("A team may have %s.", output.Count(p.MaxAdmins, "ADMIN")),
	}
	if len(p.EmailDomains) > 0 {
		lines = append(lines, "Members' addresses may be in "+orNothing(p.EmailDomains)+".")
	}
	return append(lines, "A team must enforce "+orNothing(p.Factors)+".")
}

func threshold(text string, d time.Duration) string {
	if d == 0 {
		return text + " any time."
	}
	return text + " " + output.Count(int(d/audit.Day), "day") + "."
}
