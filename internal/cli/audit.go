package cli

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/keyward/terraform-provider-keyward/internal/audit"
	"github.com/keyward/terraform-provider-keyward/internal/audit/report"
	"github.com/keyward/terraform-provider-keyward/internal/cli/output"
	"github.com/keyward/terraform-provider-keyward/internal/inventory"
)

// auditFlags are the flags of keyward audit.
type auditFlags struct {
	states, plans           []string
	accounts                string
	offline, ping, partial  bool
	baseline, writeBaseline string
	failOn                  string
	thresholds              thresholdFlags
	format                  output.Format
}

func newAudit(world World) *cobra.Command {
	var flags auditFlags
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
with exit code 2: what nobody looked at is not fine. --partial accepts that.

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
		RunE: func(cmd *cobra.Command, _ []string) error { return flags.run(cmd, world) },
	}
	inventory.AddFlag(cmd, &flags.accounts)
	output.AddFlag(cmd, &flags.format, report.Formats...)
	f := cmd.Flags()
	f.StringArrayVar(&flags.states, "state", nil, "`PATH` of a state file or a state as JSON, of a directory of them, or - for stdin; repeatable")
	f.StringArrayVar(&flags.plans, "plan", nil, "`PATH` of a plan as JSON, of a directory of them, or - for stdin; repeatable")
	f.BoolVar(&flags.offline, "offline", false, "look at the declarations alone")
	f.BoolVar(&flags.ping, "ping-webhooks", false, "have the platforms send a ping to every enabled webhook, to find failing ones")
	f.BoolVar(&flags.partial, "partial", false, "accept that parts could not be read")
	f.StringVar(&flags.baseline, "baseline", "", "`FILE` of findings that are accepted")
	f.StringVar(&flags.writeBaseline, "write-baseline", "", "accept all findings, in this `FILE`")
	addFailOn(cmd, &flags.failOn, audit.Low)
	flags.thresholds.add(cmd)
	return cmd
}

func (flags *auditFlags) run(cmd *cobra.Command, world World) error {
	options, err := flags.options(world)
	if err != nil {
		return err
	}
	options.Content = newInput(cmd).read
	progress := output.NewProgress(cmd.ErrOrStderr(), world.Now)
	options.Progress = func(p audit.Progress) { progress.Say("%s", auditProgress(p)) }
	made, err := audit.Run(cmd.Context(), options)
	progress.Done()
	if err != nil {
		return err
	}
	if flags.writeBaseline != "" {
		if err := flags.accept(made, options.Baseline, cmd.ErrOrStderr()); err != nil {
			return err
		}
	}
	out := cmd.OutOrStdout()
	if err := report.Write(out, flags.format, made, output.Color(out, world.Getenv)); err != nil {
		return err
	}
	return flags.judge(made, cmd.ErrOrStderr())
}

// options reads and checks all that the flags name, before anything is requested.
func (flags *auditFlags) options(world World) (audit.Options, error) {
	options := audit.Options{
		States: flags.states, Plans: flags.plans, Ping: flags.ping, Version: world.Version, Now: world.Now,
	}
	err := checkFailOn(flags.failOn)
	if err != nil {
		return options, err
	}
	if options.Policy, err = flags.thresholds.policy(); err != nil {
		return options, err
	}
	if flags.baseline != "" {
		if options.Baseline, err = audit.ReadBaseline(flags.baseline); err != nil {
			return options, err
		}
	}
	options.Access, err = flags.access(world)
	return options, err
}

// access returns the accounts; nil where only declarations are looked at.
func (flags *auditFlags) access(world World) (*inventory.Accounts, error) {
	declared := len(flags.states)+len(flags.plans) > 0
	switch {
	case flags.offline && !declared:
		return nil, errors.New("--offline looks at declarations alone: name them with --state or --plan")
	case flags.offline && flags.ping:
		return nil, errors.New("--ping-webhooks needs the platforms: leave --offline out")
	case flags.offline:
		return nil, nil //nolint:nilnil // no access is what was asked for
	}
	access, err := inventory.Load(flags.accounts, world.Getenv, world.clientOptions())
	if errors.Is(err, inventory.ErrNoAccount) && declared {
		return nil, fmt.Errorf("%w; to look at the declarations alone, say --offline", err)
	}
	return access, err
}

// auditProgress is how far the reading is, and how long it takes at most where
// that is known.
func auditProgress(p audit.Progress) string {
	text := fmt.Sprintf("Reading: %s, %s, %s", count(p.Requests, "request"), count(p.Keys, "key"), count(p.Rows, "log row"))
	if left := p.BilliumExpected - p.BilliumRequests; left > 0 {
		text += fmt.Sprintf("; Billium: %d more at least", left)
		if atMost := p.AtMost(); atMost > 0 {
			text += fmt.Sprintf(", about %s at its documented 50 a minute", atMost)
		}
	}
	return text
}

// judge says on stderr what came of it, and returns how the command ends.
func (flags *auditFlags) judge(made *audit.Report, stderr io.Writer) error {
	for _, id := range made.Unmatched {
		if err := say(stderr, "The baseline accepts %s, which is found no longer: take it out.", output.Clean(id)); err != nil {
			return err
		}
	}
	gaps := make([]string, len(made.Made.Gaps))
	for i, g := range made.Made.Gaps {
		gaps[i] = fmt.Sprintf("\n  the %s through the account %s: %s", g.Part, g.Source, g.Error)
	}
	if len(gaps) > 0 && !flags.partial {
		return fmt.Errorf("the audit is incomplete, %s could not be read:%s\nMend that (keyward doctor tells how, keyward whoami what the keys may do), or accept it with --partial. %s",
			count(len(gaps), "part"), strings.Join(gaps, ""), report.Verdict(made))
	}
	if len(gaps) > 0 {
		if err := say(stderr, "The audit is incomplete:%s", strings.Join(gaps, "")); err != nil {
			return err
		}
	}
	if slices.ContainsFunc(made.Open(), func(f audit.Finding) bool { return fails(f.Severity, flags.failOn) }) {
		return output.Found("%s%s", report.Verdict(made), flags.hint())
	}
	return say(stderr, "%s", report.Verdict(made))
}

// hint tells where the rest is: a table has no room for it.
func (flags *auditFlags) hint() string {
	if flags.format != output.FormatTable {
		return ""
	}
	return " Evidence and remedies: --output markdown or html."
}

func say(w io.Writer, format string, args ...any) error {
	_, err := fmt.Fprintf(w, format+"\n", args...)
	return err
}
