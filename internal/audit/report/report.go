// Package report writes what an audit says, for people and for machines.
package report

import (
	"fmt"
	"io"
	"strings"

	"github.com/keyward/terraform-provider-keyward/internal/audit"
	"github.com/keyward/terraform-provider-keyward/internal/output"
)

// Formats are all of an audit's, the default first.
var Formats = append(append([]output.Format{}, output.Formats...), output.FormatSARIF, output.FormatJUnit, output.FormatHTML)

// Write writes a report. color is for the table alone.
func Write(w io.Writer, format output.Format, r *audit.Report, color bool) error {
	var err error
	switch format {
	case output.FormatTable:
		err = writeTable(w, r, color)
	case output.FormatJSON:
		err = output.JSON(w, newDocument(r))
	case output.FormatCSV:
		err = writeCSV(w, r)
	case output.FormatMarkdown:
		err = writeMarkdown(w, r)
	case output.FormatSARIF:
		err = writeSARIF(w, r)
	case output.FormatJUnit:
		err = writeJUnit(w, r)
	case output.FormatHTML:
		err = writeHTML(w, r)
	default:
		err = fmt.Errorf("there is no such format")
	}
	if err != nil {
		return fmt.Errorf("writing the report as %s: %w", format, err)
	}
	return nil
}

// writeTable writes a line per finding that is not accepted. Evidence and remedy
// take more room than a line has.
func writeTable(w io.Writer, r *audit.Report, color bool) error {
	open := r.Open()
	listing := output.Listing{
		Header: []string{"SEVERITY", "RULE", "OBJECT", "FINDING"},
		Color:  color, None: nothing(r),
		Paint: func(row, column int) output.Paint {
			if column == 0 {
				return output.SeverityPaint(open[row].Severity)
			}
			return output.Plain
		},
	}
	for _, f := range open {
		listing.Rows = append(listing.Rows, []string{string(f.Severity), f.Rule, f.Object.ID, f.Title})
	}
	if err := listing.Write(w, output.FormatTable); err != nil || len(r.Made.Gaps) == 0 {
		return err
	}
	lines := "\nNot everything could be read, so there may be more:\n"
	for _, g := range r.Made.Gaps {
		lines += fmt.Sprintf("  the %s through %s: %s\n", output.Clean(g.Part), output.Clean(g.Source), output.Clean(g.Error))
	}
	return output.Printable(w, lines)
}

// writeCSV writes a row per finding, accepted ones included, with all that it
// has.
func writeCSV(w io.Writer, r *audit.Report) error {
	listing := output.Listing{Header: []string{
		"ID", "SEVERITY", "RULE", "PLATFORM", "KIND", "OBJECT ID", "NAME", "SCOPE", "FILE", "ADDRESS",
		"FINDING", "EVIDENCE", "DIFFERENCES", "REMEDY", "CODE", "ACCEPTED",
	}}
	for _, f := range r.Findings {
		accepted := ""
		if f.Accepted != nil {
			accepted = "yes"
			if f.Accepted.Reason != "" {
				accepted = f.Accepted.Reason
			}
		}
		listing.Rows = append(listing.Rows, []string{
			f.ID, string(f.Severity), f.Rule, string(f.Object.Platform), string(f.Object.Kind), f.Object.ID, f.Object.Name, f.Object.Scope,
			f.File, f.Address, f.Title, strings.Join(f.Evidence, " "), differences(f.Differences), f.Remedy.Text, f.Remedy.Code, accepted,
		})
	}
	return listing.Write(w, output.FormatCSV)
}

func differences(all []audit.Difference) string {
	texts := make([]string, len(all))
	for i, d := range all {
		texts[i] = fmt.Sprintf("%s: declared %q, live %q", d.Field, d.Declared, d.Live)
	}
	return strings.Join(texts, "; ")
}
