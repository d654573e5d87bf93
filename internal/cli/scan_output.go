package cli

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/keyward/terraform-provider-keyward/internal/cli/output"
	"github.com/keyward/terraform-provider-keyward/internal/report"
	"github.com/keyward/terraform-provider-keyward/internal/report/sarif"
	"github.com/keyward/terraform-provider-keyward/internal/scan"
)

const formatSARIF output.Format = "sarif"

const scanStatusColumn = 3

func writeScan(w io.Writer, format output.Format, world World, found *scan.Result, color bool) error {
	if format == formatSARIF {
		return scanSARIF(w, world.Version, found.Findings)
	}
	if format == output.FormatTable && len(found.Findings) == 0 {
		return nil // stderr says so
	}
	listing := output.Listing{
		Header:  []string{"WHERE", "TOKEN", "WHAT", "STATUS", "COMMIT", "KEY", "LAST USED"},
		Records: found.Findings, Color: color,
		Paint: func(row, column int) output.Paint {
			if column == scanStatusColumn {
				return severityPaint(found.Findings[row].Severity)
			}
			return output.Plain
		},
	}
	for _, f := range found.Findings {
		listing.Rows = append(listing.Rows, scanRow(f))
	}
	return listing.Write(w, format)
}

func scanRow(f scan.Finding) []string {
	row := []string{f.Where(), f.Prefix, f.What, scanStatus(f), "", "", ""}
	if f.Encoded {
		row[2] += ", encoded"
	}
	if f.Commit != nil {
		row[4] = f.Commit.ID[:min(10, len(f.Commit.ID))]
	}
	if best := bestMatch(f); best != nil {
		row[5] = fmt.Sprintf("%s (%s)", best.ID, best.Name)
		if more := len(f.Matches) - 1; more > 0 {
			row[5] += fmt.Sprintf(" or %d more", more)
		}
		row[6] = stampOr(best.LastUsedAt, "")
	}
	return row
}

func scanStatus(f scan.Finding) string {
	if f.Verified {
		return string(f.Status) + ", verified"
	}
	return string(f.Status)
}

// bestMatch is the key or webhook that a finding most matters for.
func bestMatch(f scan.Finding) *scan.Known {
	if i := slices.IndexFunc(f.Matches, func(k scan.Known) bool { return k.Status == f.Status }); i >= 0 {
		return &f.Matches[i]
	}
	if len(f.Matches) > 0 {
		return &f.Matches[0]
	}
	return nil
}

// severityPaint is the colour of a severity.
func severityPaint(s report.Severity) output.Paint {
	switch s {
	case report.Critical, report.High:
		return output.Red
	case report.Medium:
		return output.Yellow
	case report.Low:
		return output.Cyan
	default:
		return output.Faint
	}
}

// summary says what was found, and what to do about what is live.
func summary(findings []scan.Finding, looked string) string {
	number := map[scan.Status]int{}
	var revoke, replace []string
	for _, f := range findings {
		number[f.Status]++
		best := bestMatch(f)
		if f.Status != scan.Live || best == nil {
			continue
		}
		list, line := &revoke, "keyward keys revoke "+best.ID
		if f.Rule == scan.WebhookSecret {
			list, line = &replace, output.Clean(fmt.Sprintf("%s (%s)", best.ID, best.Name))
		}
		if !slices.Contains(*list, line) {
			*list = append(*list, line)
		}
	}
	var parts []string
	for _, status := range []scan.Status{scan.Live, scan.Unknown, scan.Disabled, scan.Revoked, scan.Refused} {
		if number[status] > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", number[status], status))
		}
	}
	text := fmt.Sprintf("%s in %s: %s.", count(len(findings), "token"), looked, strings.Join(parts, ", "))
	if len(revoke) > 0 {
		text += "\nTo revoke what is live:\n  " + strings.Join(revoke, "\n  ")
	}
	if len(replace) > 0 {
		text += "\nTo replace a webhook's secret, give its resource another rotate_secret_when_changed, or use the platform's dashboard:\n  " +
			strings.Join(replace, "\n  ")
	}
	return text
}

func scanSARIF(w io.Writer, version string, findings []scan.Finding) error {
	var rules []sarif.Rule
	for _, rule := range scan.Rules() {
		severity := report.High
		if rule == scan.BilliumPublicKey {
			severity = report.Low
		}
		rules = append(rules, sarif.Rule{
			ID: string(rule), Title: "Leaked " + rule.Noun(), Severity: severity,
			Help: "Revoke the key with `keyward keys revoke`, or rotate the webhook's secret, then take it out of the file. Whoever has the history still has the token.",
		})
	}
	var results []sarif.Result
	for _, f := range findings {
		properties := map[string]any{"status": f.Status, "verified": f.Verified, "prefix": f.Prefix, "matches": f.Matches}
		if f.Commit != nil {
			properties["commit"] = f.Commit
		}
		results = append(results, sarif.Result{
			RuleID: string(f.Rule), Severity: f.Severity, Message: scanMessage(f),
			File: f.File, Line: f.Line, Column: f.Column, Fingerprint: f.Fingerprint, Properties: properties,
		})
	}
	if err := sarif.Write(w, sarif.Tool{Name: "keyward scan", Version: version}, rules, results); err != nil {
		return err
	}
	_, err := io.WriteString(w, "\n")
	return err
}

func scanMessage(f scan.Finding) string {
	text := fmt.Sprintf("%s %s…, status %s", f.What, f.Prefix, scanStatus(f))
	if best := bestMatch(f); best != nil {
		text += fmt.Sprintf(": it may be %s (%s)", best.ID, best.Name)
	}
	if f.Commit != nil {
		text += ", since commit " + f.Commit.ID
	}
	return output.Clean(text + ".")
}
