package report

import (
	"fmt"
	"strings"
	"time"

	"github.com/keyward/terraform-provider-keyward/internal/audit"
	"github.com/keyward/terraform-provider-keyward/internal/output"
	findings "github.com/keyward/terraform-provider-keyward/internal/report"
)

// Verdict is the report in a sentence.
func Verdict(r *audit.Report) string {
	open := r.Open()
	accepted := ""
	if n := len(r.Findings) - len(open); n > 0 {
		accepted = fmt.Sprintf(" %d more accepted by the baseline.", n)
	}
	if len(open) == 0 {
		return nothing(r) + accepted
	}
	return output.Count(len(open), "finding") + ": " + output.Tally(findings.Severities(), r.Count()) + "." + accepted
}

// nothing says that there are no findings, as far as that is known.
func nothing(r *audit.Report) string {
	if len(r.Made.Gaps) > 0 {
		return "No findings in what could be read."
	}
	return "No findings."
}

// making says how a report was made, a sentence each.
func making(r *audit.Report) []string {
	m := r.Made
	lines := []string{fmt.Sprintf("keyward %s, from %s to %s.", m.Version, stamp(m.Began), stamp(m.Finished))}
	lines = append(lines, declaredSources(m)...)
	for _, s := range m.Sources {
		names := make([]string, len(s.Scopes))
		for i, scope := range s.Scopes {
			names[i] = fmt.Sprintf("%s (%s)", scope.Name, scope.ID)
		}
		lines = append(lines, fmt.Sprintf("Live: %s at %s, through the account %s: %s.", s.Platform.Title(), s.BaseURL, s.Name, orNothing(names)))
	}
	if len(m.Sources) == 0 {
		lines = append(lines, "Live: nothing was read, only the declarations were looked at.")
		return lines
	}
	if m.LogsSince != nil {
		lines = append(lines, fmt.Sprintf("Used: %s of api_logs since %s.", output.Count(m.Rows, "row"), stamp(*m.LogsSince)))
	} else {
		lines = append(lines, "Used: the api_logs were not read, so nothing is said about what keys need.")
	}
	if m.Pinged {
		lines = append(lines, "Every enabled webhook was pinged.")
	} else {
		lines = append(lines, "No webhook was pinged, so nothing is said about failing ones.")
	}
	return append(lines, fmt.Sprintf("%s were made.", output.Count(m.Requests, "request")))
}

func declaredSources(m audit.Made) []string {
	if len(m.States)+len(m.Plans) == 0 {
		return []string{"Declared: no state and no plan was read, so nothing is said about what is declared."}
	}
	var lines []string
	if len(m.States) > 0 {
		lines = append(lines, "Declared, from states: "+strings.Join(m.States, ", ")+".")
	}
	if len(m.Plans) > 0 {
		lines = append(lines, "Declared, from plans: "+strings.Join(m.Plans, ", ")+".")
	}
	return lines
}

func orNothing(names []string) string {
	if len(names) == 0 {
		return "nothing"
	}
	return strings.Join(names, ", ")
}

func stamp(t time.Time) string { return t.UTC().Format(time.RFC3339) }
