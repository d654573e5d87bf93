// Package audit is keyward audit.
package audit

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/keyward/terraform-provider-keyward/internal/audit"
	"github.com/keyward/terraform-provider-keyward/internal/audit/report"
	"github.com/keyward/terraform-provider-keyward/internal/cli/env"
	"github.com/keyward/terraform-provider-keyward/internal/inventory"
	"github.com/keyward/terraform-provider-keyward/internal/output"
	"github.com/keyward/terraform-provider-keyward/internal/platform/duration"
)

// Options are what keyward audit is told.
type Options struct {
	*env.Env

	plans                   []string
	offline, ping, partial  bool
	baseline, writeBaseline string
	thresholds              thresholds
}

// New returns keyward audit.
func New(e *env.Env) *cobra.Command {
	o := &Options{Env: e}
	cmd := &cobra.Command{
		Use:   "audit",
		Short: "Tell who can do what, and whether that is what was declared",
		Long: `Hold what is live on both platforms against what is declared and what is used, and
report what is wrong: each finding with its severity, its evidence and its remedy.

Declared is what --state and --plan name: files that 'terraform show -json' writes, state
files themselves, or directories of them, one file per workspace. Without any, nothing is
said about what is declared. Live is everything that the configured accounts reach. Used
is what api_logs hold of the last days (--within); that is what tells the least that a
key needs.

It only reads, unless --ping-webhooks has the platforms send a ping to each webhook.
A part that an account's key may not read is named in the report, and ends the command
with exit code 2: an unread part may hide findings. --partial accepts that.

Findings that are known and accepted go to a baseline file; each has an id that stays.
The report goes to stdout. --output html is one file to read, print and keep.`,
		Example: `  # what is wrong with what the environment's credentials reach
  keyward audit

  # against the declaration of a workspace
  terraform show -json > prod.json
  keyward audit --state prod.json

  # many workspaces and many accounts, as a page for the auditor
  keyward audit --state states/ --accounts accounts.json --output html > audit.html

  # in CI: accept what is known, fail on what is new and at least high
  keyward audit --state prod.json --write-baseline keyward-baseline.json
  keyward audit --state prod.json --baseline keyward-baseline.json --fail-on high --output sarif > audit.sarif

  # the declaration alone, with no credential
  terraform show -json | keyward audit --offline --state -`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return run(cmd.Context(), o) },
	}
	o.AddAccounts(cmd)
	o.AddOutput(cmd, report.Formats...)
	f := cmd.Flags()
	f.StringArrayVar(&o.States, "state", nil, "`PATH` of a state file or a state as JSON, of a directory of them, or - for stdin; repeatable")
	f.StringArrayVar(&o.plans, "plan", nil, "`PATH` of a plan as JSON, of a directory of them, or - for stdin; repeatable")
	f.BoolVar(&o.offline, "offline", false, "look at the declarations alone")
	f.BoolVar(&o.ping, "ping-webhooks", false, "have the platforms send a ping to every enabled webhook, to find failing ones")
	f.BoolVar(&o.partial, "partial", false, "accept that parts could not be read")
	f.StringVar(&o.baseline, "baseline", "", "`FILE` of findings that are accepted")
	f.StringVar(&o.writeBaseline, "write-baseline", "", "accept all findings, in this `FILE`")
	o.AddFailOn(cmd)
	o.thresholds.add(cmd)
	return cmd
}

func run(ctx context.Context, o *Options) error {
	options, err := o.settings()
	if err != nil {
		return err
	}
	progress := o.Progress()
	options.Progress = func(p audit.Progress) { progress.Say("%s", auditProgress(p)) }
	made, err := audit.Run(ctx, options)
	progress.Done()
	if err != nil {
		return err
	}
	if o.writeBaseline != "" {
		if err := o.accept(made, options.Baseline); err != nil {
			return err
		}
	}
	if err := report.Write(o.Stdout, o.Format, made, o.Color()); err != nil {
		return err
	}
	return o.judge(made)
}

// settings reads and checks all that the flags name, before anything is requested.
func (o *Options) settings() (audit.Options, error) {
	options := audit.Options{
		States: o.States, Plans: o.plans, Content: o.ReadFile, Ping: o.ping, Version: o.Version, Now: o.Now,
	}
	err := o.CheckFailOn()
	if err != nil {
		return options, err
	}
	if options.Policy, err = o.thresholds.policy(); err != nil {
		return options, err
	}
	if o.baseline != "" {
		if options.Baseline, err = audit.ReadBaseline(o.baseline); err != nil {
			return options, err
		}
	}
	options.Access, err = o.access()
	return options, err
}

// access returns the accounts; nil where only declarations are looked at.
func (o *Options) access() (*inventory.Accounts, error) {
	declared := len(o.States)+len(o.plans) > 0
	switch {
	case o.offline && !declared:
		return nil, errors.New("--offline looks at declarations alone: name them with --state or --plan")
	case o.offline && o.ping:
		return nil, errors.New("--ping-webhooks needs the platforms: leave --offline out")
	case o.offline:
		return nil, nil //nolint:nilnil // no access is what was asked for
	}
	access, err := o.Accounts()
	if errors.Is(err, inventory.ErrNoAccount) && declared {
		return nil, fmt.Errorf("%w; to look at the declarations alone, say --offline", err)
	}
	return access, err
}

// auditProgress is how far the reading is, and how long it takes at most where
// that is known.
func auditProgress(p audit.Progress) string {
	text := fmt.Sprintf("Reading: %s, %s, %s", output.Count(p.Requests, "request"), output.Count(p.Keys, "key"), output.Count(p.Rows, "log row"))
	if left := p.BilliumExpected - p.BilliumRequests; left > 0 {
		text += fmt.Sprintf("; Billium: %d more at least", left)
		if atMost := p.AtMost(); atMost > 0 {
			text += fmt.Sprintf(", about %s at its documented 50 a minute", atMost)
		}
	}
	return text
}

// judge says on stderr what came of it, and returns how the command ends.
func (o *Options) judge(made *audit.Report) error {
	for _, id := range made.Unmatched {
		o.Say("The baseline accepts %s, which is found no longer: take it out.", output.Clean(id))
	}
	gaps := make([]string, len(made.Made.Gaps))
	for i, g := range made.Made.Gaps {
		gaps[i] = fmt.Sprintf("\n  the %s through the account %s: %s", g.Part, g.Source, g.Error)
	}
	if len(gaps) > 0 && !o.partial {
		return fmt.Errorf("the audit is incomplete: %s could not be read:%s\nFix that (keyward doctor says how; keyward whoami shows what the keys may do), or accept it with --partial. %s",
			output.Count(len(gaps), "part"), strings.Join(gaps, ""), report.Verdict(made))
	}
	if len(gaps) > 0 {
		o.Say("The audit is incomplete:%s", strings.Join(gaps, ""))
	}
	if slices.ContainsFunc(made.Open(), func(f audit.Finding) bool { return o.Fails(f.Severity) }) {
		return output.Found("%s%s", report.Verdict(made), o.hint())
	}
	o.Say("%s", report.Verdict(made))
	return nil
}

// hint tells where the rest is: a table has no room for it.
func (o *Options) hint() string {
	if o.Format != output.FormatTable {
		return ""
	}
	return " Evidence and remedies: --output markdown or html."
}

// accept writes the baseline file, and accepts its findings in the report.
func (o *Options) accept(made *audit.Report, old *audit.Baseline) error {
	baseline := audit.NewBaseline(made.Findings, old)
	if err := writeBaseline(o.writeBaseline, baseline); err != nil {
		return fmt.Errorf("writing the baseline: %w", err)
	}
	made.Unmatched = baseline.Accept(made.Findings, made.Made.Began)
	o.Say("%s accepted in %s: say why in each reason, and until when if not for ever.", output.Count(len(made.Findings), "finding"), o.writeBaseline)
	return nil
}

// writeBaseline writes beside the file first, so that a failure leaves the old
// one as it is.
func writeBaseline(name string, baseline audit.Baseline) error {
	next := name + ".new"
	file, err := os.OpenFile(next, os.O_CREATE|os.O_WRONLY|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	if err := baseline.Write(file); err != nil {
		_ = file.Close() // the first error says more
		return err
	}
	if err := file.Close(); err != nil {
		return err
	}
	return os.Rename(next, name)
}

// thresholds are those of the audit's rules, as they were given.
type thresholds struct {
	within, neverUsed, unused, age, invitation string

	admins  int
	domains []string
	factors []string
}

var teamFactors = []string{"tfa", "passkey", "google_login", "github_login", "email_verified"}

func (t *thresholds) add(cmd *cobra.Command) {
	p := audit.DefaultPolicy()
	f := cmd.Flags()
	f.StringVar(&t.within, "within", inDays(p.Within), "how far back api_logs are read, a `DURATION` such as 30d; 0 to leave them out")
	f.StringVar(&t.neverUsed, "never-used-after", inDays(p.NeverUsedAfter), "`DURATION` after which a key should have been used; 0 for never")
	f.StringVar(&t.unused, "unused-after", inDays(p.UnusedAfter), "`DURATION` that a key may rest; 0 for any")
	f.StringVar(&t.age, "max-age", inDays(p.MaxAge), "`DURATION` that a key may live; 0 for any")
	f.StringVar(&t.invitation, "invitation-after", inDays(p.InvitationAfter), "`DURATION` that an invitation may be open; 0 for as long as it is valid")
	f.IntVar(&t.admins, "max-admins", p.MaxAdmins, "`NUMBER` of ADMINs that a team may have, its OWNER not counted")
	f.StringSliceVar(&t.domains, "email-domain", nil, "`DOMAIN` that members' addresses may be in; repeatable. Without it any is allowed")
	f.StringSliceVar(&t.factors, "require-factor", p.Factors, "`FACTORS` that a team must enforce: "+strings.Join(teamFactors, ", ")+"; empty for none")
	env.CompleteWords(cmd, "require-factor", teamFactors)
}

func inDays(d time.Duration) string { return fmt.Sprintf("%dd", d/audit.Day) }

func (t *thresholds) policy() (audit.Policy, error) {
	p := audit.Policy{MaxAdmins: t.admins, EmailDomains: t.domains, Factors: t.factors}
	for _, d := range []struct {
		flag, text string
		to         *time.Duration
	}{
		{"within", t.within, &p.Within}, {"never-used-after", t.neverUsed, &p.NeverUsedAfter}, {"unused-after", t.unused, &p.UnusedAfter},
		{"max-age", t.age, &p.MaxAge}, {"invitation-after", t.invitation, &p.InvitationAfter},
	} {
		var err error
		if *d.to, err = duration.Parse(d.text); err != nil {
			return p, fmt.Errorf("--%s: %w", d.flag, err)
		}
	}
	if t.admins < 0 {
		return p, fmt.Errorf("--max-admins: %d is no number of people", t.admins)
	}
	for _, domain := range t.domains {
		if !strings.Contains(domain, ".") || strings.ContainsAny(strings.TrimPrefix(domain, "@"), "@ /*") {
			return p, fmt.Errorf("--email-domain: %q is no domain: write example.com", domain)
		}
	}
	for _, factor := range t.factors {
		if !slices.Contains(teamFactors, factor) {
			return p, fmt.Errorf("--require-factor: %q is no factor: it must be one of %s", factor, strings.Join(teamFactors, ", "))
		}
	}
	return p, nil
}
