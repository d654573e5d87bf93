// Package sarif writes findings as SARIF 2.1.0, which code-scanning services read.
package sarif

import (
	"fmt"
	"io"
	"maps"
	"net/url"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/owenrumney/go-sarif/v3/pkg/report/v210/sarif"

	"github.com/keyward/terraform-provider-keyward/internal/platform/printable"
	"github.com/keyward/terraform-provider-keyward/internal/report"
)

// Tool is what made the findings.
type Tool struct {
	// Name, as "keyward scan".
	Name string
	// Version is keyward's own.
	Version string
	// Began and Finished are when it ran; zero for a tool that doesn't tell.
	Began, Finished time.Time
	// Problems are what it could not look at: with any, its work is not complete.
	Problems []string
}

// Rule is one that was looked for, found or not.
type Rule struct {
	ID string
	// Title is a sentence without a full stop.
	Title string
	// Description may have several sentences; empty: Title.
	Description string
	// Help is Markdown that says what to do; may be empty.
	Help     string
	Severity report.Severity
}

// Result is one finding.
type Result struct {
	RuleID   string
	Severity report.Severity
	Message  string
	// File is a path; with it, Line and Column count from 1 and 0 is unknown.
	File         string
	Line, Column int
	// Object is the name of what the finding is about where that is no file, such
	// as an address in Terraform or the id of a key.
	Object string
	// URI of the object, for readers that want a place of everything; used where
	// there is no File. Empty for none.
	URI string
	// Accepted is why the finding is accepted, which may be empty; nil where
	// it is not.
	Accepted *string
	// Fingerprint recognises the finding from run to run.
	Fingerprint string
	// Properties are the finding's other facts; may be nil.
	Properties map[string]any
}

// information is where SARIF's readers learn of the tool.
const information = "https://github.com/keyward/terraform-provider-keyward"

// Write writes a report with one run. A result whose rule isn't among rules is an
// error, and so is a report that its schema refuses. It ends with a line break.
func Write(w io.Writer, tool Tool, rules []Rule, results []Result) error {
	run := sarif.NewRunWithInformationURI(tool.Name, information)
	run.Tool.Driver.WithVersion(tool.Version)
	index := map[string]int{}
	for i, rule := range rules {
		index[rule.ID] = i
		run.Tool.Driver.AddRule(descriptor(rule))
	}
	for _, result := range results {
		i, ok := index[result.RuleID]
		if !ok {
			return fmt.Errorf("writing SARIF: the finding %q has a rule %q that is not described", result.Message, result.RuleID)
		}
		run.AddResult(converted(result, i))
	}
	if !tool.Began.IsZero() || len(tool.Problems) > 0 {
		run.AddInvocation(invocation(tool))
	}
	out := sarif.NewReport()
	out.AddRun(run)
	if err := out.Validate(); err != nil {
		return fmt.Errorf("writing SARIF: %w", err)
	}
	var b strings.Builder
	if err := out.PrettyWrite(&b); err != nil {
		return err
	}
	_, err := io.WriteString(w, printable.Text(b.String())+"\n")
	return err
}

func descriptor(rule Rule) *sarif.ReportingDescriptor {
	description := rule.Description
	if description == "" {
		description = rule.Title
	}
	d := sarif.NewReportingDescriptor().WithID(rule.ID).WithName(rule.ID).
		WithShortDescription(text(rule.Title)).WithFullDescription(text(description)).
		WithDefaultConfiguration(sarif.NewReportingConfiguration().WithLevel(level(rule.Severity))).
		WithProperties(sarif.NewPropertyBag().Add("security-severity", score(rule.Severity)).WithTags([]string{"security"}))
	if rule.Help != "" {
		d.WithHelp(text(rule.Help).WithMarkdown(rule.Help))
	}
	return d
}

func text(s string) *sarif.MultiformatMessageString {
	return sarif.NewMultiformatMessageString().WithText(s)
}

func converted(r Result, rule int) *sarif.Result {
	result := sarif.NewRuleResult(r.RuleID).WithRuleIndex(rule).WithLevel(level(r.Severity)).
		WithMessage(sarif.NewTextMessage(r.Message)).WithLocations([]*sarif.Location{location(r)})
	if r.Fingerprint != "" {
		result.WithPartialFingerprints(map[string]string{"keyward/v1": r.Fingerprint})
	}
	bag := sarif.NewPropertyBag().Add("severity", string(r.Severity))
	for _, name := range slices.Sorted(maps.Keys(r.Properties)) {
		bag.Add(name, r.Properties[name])
	}
	if r.Accepted != nil {
		suppression := sarif.NewSuppression().WithKind("external").WithStatus("accepted")
		if *r.Accepted != "" {
			suppression.WithJustification(*r.Accepted)
		}
		result.AddSuppression(suppression)
	}
	return result.WithProperties(bag)
}

func invocation(tool Tool) *sarif.Invocation {
	i := sarif.NewInvocation().WithExecutionSuccessful(len(tool.Problems) == 0)
	if !tool.Began.IsZero() {
		i.WithStartTimeUtc(tool.Began.UTC().Format(time.RFC3339)).WithEndTimeUtc(tool.Finished.UTC().Format(time.RFC3339))
	}
	for _, problem := range tool.Problems {
		i.AddToolExecutionNotification(sarif.NewNotification().WithLevel("error").WithMessage(sarif.NewTextMessage(problem)))
	}
	return i
}

func location(r Result) *sarif.Location {
	l := sarif.NewLocation()
	if r.File != "" {
		physical := sarif.NewPhysicalLocation().WithArtifactLocation(sarif.NewSimpleArtifactLocation(uri(r.File)))
		if r.Line > 0 {
			region := sarif.NewRegion().WithStartLine(r.Line)
			if r.Column > 0 {
				region.WithStartColumn(r.Column)
			}
			physical.WithRegion(region)
		}
		l.WithPhysicalLocation(physical)
	} else if r.URI != "" {
		l.WithPhysicalLocation(sarif.NewPhysicalLocation().WithArtifactLocation(sarif.NewSimpleArtifactLocation(r.URI)))
	}
	if r.Object != "" {
		l.AddLogicalLocation(sarif.NewLogicalLocation().WithFullyQualifiedName(r.Object).WithKind("object"))
	}
	return l
}

// level is SARIF's word for a severity.
func level(s report.Severity) string {
	switch s {
	case report.Critical, report.High:
		return "error"
	case report.Medium:
		return "warning"
	default:
		return "note"
	}
}

// score is what GitHub sorts by: from 0.0 to 10.0 as in CVSS.
func score(s report.Severity) string {
	switch s {
	case report.Critical:
		return "9.5"
	case report.High:
		return "8.0"
	case report.Medium:
		return "5.5"
	case report.Low:
		return "3.0"
	default:
		return "0.0"
	}
}

// uri is a path as SARIF wants it: relative ones with slashes and escaped,
// absolute ones as file URIs.
func uri(path string) string {
	u := url.URL{Path: filepath.ToSlash(path)}
	if filepath.IsAbs(path) {
		u.Scheme = "file"
	}
	return u.String()
}
