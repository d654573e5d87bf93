package report

import (
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/keyward/terraform-provider-keyward/internal/audit"
	"github.com/keyward/terraform-provider-keyward/internal/output"
)

// writeMarkdown writes the findings with their evidence and remedies, for a pull
// request or a wiki.
func writeMarkdown(w io.Writer, r *audit.Report) error {
	var b strings.Builder
	fmt.Fprintf(&b, "# Keyward audit\n\n%s\n", Verdict(r))
	markdownGaps(&b, r.Made.Gaps)
	if len(r.Findings) > 0 {
		b.WriteString("\n| Severity | Rule | Object | Finding |\n| --- | --- | --- | --- |\n")
		for _, f := range r.Open() {
			fmt.Fprintf(&b, "| %s | %s | `%s` | %s |\n", f.Severity, f.Rule, code(f.Object.ID), escape(f.Title))
		}
	}
	for _, f := range r.Open() {
		markdownFinding(&b, f)
	}
	if accepted := len(r.Findings) - len(r.Open()); accepted > 0 {
		fmt.Fprintf(&b, "\n## Accepted by the baseline\n\n")
		for _, f := range r.Findings {
			if f.Accepted != nil {
				fmt.Fprintf(&b, "- %s (%s, `%s`)%s\n", escape(f.Title), f.Severity, code(f.ID), escape(because(f.Accepted)))
			}
		}
	}
	b.WriteString("\n## How this was made\n\n")
	for _, line := range making(r) {
		fmt.Fprintf(&b, "- %s\n", escape(line))
	}
	return output.Printable(w, b.String())
}

func markdownGaps(b *strings.Builder, gaps []audit.Gap) {
	if len(gaps) == 0 {
		return
	}
	b.WriteString("\n**Not everything could be read**, so there may be more:\n\n")
	for _, g := range gaps {
		fmt.Fprintf(b, "- the %s through %s: %s\n", escape(g.Part), escape(g.Source), escape(g.Error))
	}
}

func markdownFinding(b *strings.Builder, f audit.Finding) {
	fmt.Fprintf(b, "\n## %s: %s\n\n", f.Severity, escape(f.Title))
	for _, evidence := range f.Evidence {
		fmt.Fprintf(b, "- %s\n", escape(evidence))
	}
	if len(f.Differences) > 0 {
		b.WriteString("\n| Field | Declared | Live |\n| --- | --- | --- |\n")
		for _, d := range f.Differences {
			fmt.Fprintf(b, "| %s | %s | %s |\n", escape(d.Field), escape(orNone(d.Declared)), escape(orNone(d.Live)))
		}
	}
	fmt.Fprintf(b, "\n%s\n", escape(f.Remedy.Text))
	if f.Remedy.Code != "" {
		// The fence is longer than any run of backticks in the code.
		fence := "```"
		for strings.Contains(f.Remedy.Code, fence) {
			fence += "`"
		}
		fmt.Fprintf(b, "\n%s%s\n%s\n%s\n", fence, f.Remedy.Language, f.Remedy.Code, fence)
	}
	fmt.Fprintf(b, "\nId: `%s`\n", code(f.ID))
}

// escape keeps names of others from being markup, or HTML.
func escape(text string) string { return markup.Replace(output.Clean(text)) }

var markup = strings.NewReplacer(`\`, `\\`, "|", `\|`, "`", "\\`", "*", `\*`, "_", `\_`, "<", "&lt;", ">", "&gt;", "[", `\[`, "]", `\]`, "#", `\#`)

// code is a text between backticks.
func code(text string) string { return strings.ReplaceAll(output.Clean(text), "`", "'") }

func orNone(text string) string {
	if text == "" {
		return "(none)"
	}
	return text
}

func because(a *audit.Acceptance) string {
	text := ""
	if a.Reason != "" {
		text = ": " + a.Reason
	}
	if a.Until != nil {
		text += ", until " + date(*a.Until)
	}
	return text
}

func date(t time.Time) string { return t.UTC().Format("2006-01-02 15:04 UTC") }
