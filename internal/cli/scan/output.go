package scan

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/keyward/terraform-provider-keyward/internal/output"
	"github.com/keyward/terraform-provider-keyward/internal/report"
	"github.com/keyward/terraform-provider-keyward/internal/report/sarif"
	"github.com/keyward/terraform-provider-keyward/internal/scan"
)

const statusColumn = 3

func (o *Options) write(found *scan.Result) error {
	if o.Format == output.FormatSARIF {
		return writeSARIF(o.Stdout, o.Version, found.Findings)
	}
	if o.Format == output.FormatTable && len(found.Findings) == 0 {
		return nil // stderr says so
	}
	listing := output.Listing{
		Header:  []string{"WHERE", "TOKEN", "WHAT", "STATUS", "COMMIT", "KEY", "LAST USED"},
		Records: found.Findings,
		Paint: func(row, column int) output.Paint {
			if column == statusColumn {
				return output.SeverityPaint(found.Findings[row].Severity)
			}
			return output.Plain
		},
	}
	for _, f := range found.Findings {
		listing.Rows = append(listing.Rows, row(f))
	}
	return o.Print(listing)
}

func row(f scan.Finding) []string {
	cells := []string{f.Where(), f.Prefix, f.What, status(f), "", "", ""}
	if f.Encoded {
		cells[2] += ", encoded"
	}
	if f.Commit != nil {
		cells[4] = f.Commit.ID[:min(10, len(f.Commit.ID))]
	}
	switch {
	case f.Key != nil:
		cells[5] = named(*f.Key)
		cells[6] = output.StampOr(f.Key.LastUsedAt, "")
	case len(f.Webhooks) > 0:
		cells[5] = "perhaps " + named(f.Webhooks[0])
		if more := len(f.Webhooks) - 1; more > 0 {
			cells[5] += fmt.Sprintf(" or %d more", more)
		}
	}
	return cells
}

// named is a key's or webhook's id, and its name where that is known.
func named(k scan.Known) string {
	name := cmp.Or(k.Name, k.Resource)
	if name == "" {
		return k.ID
	}
	return fmt.Sprintf("%s (%s)", k.ID, name)
}

func status(f scan.Finding) string {
	if f.Verified {
		return string(f.Status) + ", verified"
	}
	return string(f.Status)
}

// summary says what was found, and what to do about it. Only what is certain gets a
// command.
func summary(findings []scan.Finding, looked string) string {
	number := map[scan.Status]int{}
	var revoke, replace []string
	add := func(list *[]string, line string) {
		if !slices.Contains(*list, line) {
			*list = append(*list, line)
		}
	}
	uncertain := 0
	for _, f := range findings {
		number[f.Status]++
		switch {
		case f.Key != nil && (f.Status == scan.Live || f.Status == scan.Unknown):
			add(&revoke, "keyward keys revoke "+f.Key.ID)
		case f.Status == scan.PossiblyLive && f.Rule != scan.WebhookSecret:
			uncertain++
		}
		for _, k := range f.Webhooks {
			if k.Status == scan.Live {
				add(&replace, output.Clean(named(k)))
			}
		}
	}
	text := fmt.Sprintf("%s in %s: %s.", output.Count(len(findings), "token"), looked, output.Tally(scan.Statuses(), number))
	if len(revoke) > 0 {
		text += "\nTo revoke what is not known to be dead:\n  " + strings.Join(revoke, "\n  ")
	}
	if uncertain > 0 {
		text += "\nA prefix can't tell which key a token is: --state FILE (offline) or --verify (sends the token to its platform) makes it certain."
	}
	if len(replace) > 0 {
		text += "\nWebhooks whose secrets begin like one that was found. To replace a webhook's secret, give its resource another rotate_secret_when_changed, " +
			"or use the platform's dashboard:\n  " + strings.Join(replace, "\n  ")
	}
	return text
}

func writeSARIF(w io.Writer, version string, findings []scan.Finding) error {
	var rules []sarif.Rule
	for _, rule := range scan.Rules() {
		severity := report.High
		if rule == scan.BilliumPublicKey {
			severity = report.Low
		}
		rules = append(rules, sarif.Rule{
			ID: string(rule), Title: "Leaked " + rule.Noun(), Severity: severity,
			Help: "Revoke the key with `keyward keys revoke`, or rotate the webhook's secret, then take it out of the file. Anyone who has the history still has the token.",
		})
	}
	var results []sarif.Result
	for _, f := range findings {
		properties := map[string]any{"status": f.Status, "verified": f.Verified, "prefix": f.Prefix, "key": f.Key, "candidates": f.Candidates}
		if len(f.Webhooks) > 0 {
			properties["webhooks"] = f.Webhooks
		}
		if f.Commit != nil {
			properties["commit"] = f.Commit
		}
		results = append(results, sarif.Result{
			RuleID: string(f.Rule), Severity: f.Severity, Message: message(f),
			File: f.File, Line: f.Line, Column: f.Column, Fingerprint: f.Fingerprint, Properties: properties,
		})
	}
	return sarif.Write(w, sarif.Tool{Name: "keyward scan", Version: version}, rules, results)
}

func message(f scan.Finding) string {
	text := fmt.Sprintf("%s %s…, status %s", f.What, f.Prefix, status(f))
	switch {
	case f.Key != nil:
		text += ": it is " + named(*f.Key)
	case len(f.Webhooks) > 0:
		text += ": it may be that of " + named(f.Webhooks[0])
	}
	if f.Commit != nil {
		text += ", since commit " + f.Commit.ID
	}
	return output.Clean(text + ".")
}
