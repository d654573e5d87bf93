package env

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/keyward/terraform-provider-keyward/internal/inventory"
	"github.com/keyward/terraform-provider-keyward/internal/output"
	"github.com/keyward/terraform-provider-keyward/internal/platform/duration"
	"github.com/keyward/terraform-provider-keyward/internal/report"
)

// Flags are the values of the flags that more than one command has. A command adds
// those that it takes.
type Flags struct {
	// Format is --output.
	Format output.Format
	// AccountsFile is --accounts, "" for the accounts of the environment.
	AccountsFile string
	// Platform and Scope narrow what is looked at; "" for all.
	Platform inventory.Platform
	Scope    string
	// States are the files and folders of --state.
	States []string
	// AllowEmpty is --allow-empty.
	AllowEmpty bool
	// FailOn is the least severity that ends in exit code 1, or none.
	FailOn string

	// maxWait is --max-wait: how long requests may wait for a platform.
	maxWait time.Duration
}

// AddOutput gives the command --output, see output.AddFlag.
func (f *Flags) AddOutput(cmd *cobra.Command, allowed ...output.Format) {
	output.AddFlag(cmd, &f.Format, allowed...)
}

// AddAccounts gives the command --accounts.
func (f *Flags) AddAccounts(cmd *cobra.Command) {
	cmd.Flags().StringVar(&f.AccountsFile, "accounts", "", "`FILE` that lists accounts (JSON), instead of the provider's variables")
}

// failNever is the value of --fail-on with which no finding ends in exit code 1.
const failNever = "none"

// AddFailOn gives the command --fail-on.
func (f *Flags) AddFailOn(cmd *cobra.Command) {
	words := []string{}
	for _, s := range report.Severities() {
		words = append(words, string(s))
	}
	cmd.Flags().StringVar(&f.FailOn, "fail-on", string(report.Low),
		"lowest `SEVERITY` that ends with exit code 1: "+strings.Join(words, ", ")+"; none for never")
	CompleteWords(cmd, "fail-on", append(words, failNever))
}

// CheckFailOn refuses what is no value of --fail-on.
func (f *Flags) CheckFailOn() error {
	if f.FailOn == failNever {
		return nil
	}
	if _, err := report.ParseSeverity(f.FailOn); err != nil {
		return fmt.Errorf("--fail-on: %w, or none", err)
	}
	return nil
}

// Fails reports whether a finding ends in exit code 1.
func (f *Flags) Fails(s report.Severity) bool {
	return f.FailOn != failNever && s.AtLeast(report.Severity(f.FailOn))
}

// AddPlatform gives the command --platform and --scope.
func (f *Flags) AddPlatform(cmd *cobra.Command) {
	cmd.Flags().StringVar((*string)(&f.Platform), "platform", "", "only this `PLATFORM`: corebill or billium")
	CompleteWords(cmd, "platform", []string{inventory.Corebill, inventory.Billium})
	cmd.Flags().StringVar(&f.Scope, "scope", "", "`ID` of the company (com_…) or merchant (mer_…) to look in")
}

// CheckPlatform refuses what is no value of --platform.
func (f *Flags) CheckPlatform() error {
	switch f.Platform {
	case "", inventory.Corebill, inventory.Billium:
		return nil
	}
	return fmt.Errorf("--platform: %q is not a platform: it must be corebill or billium", f.Platform)
}

// CheckScope refuses a --scope that no account reaches.
func (f *Flags) CheckScope(ctx context.Context, inv *inventory.Inventory) error {
	if f.Scope == "" {
		return nil
	}
	if err := inv.Reaches(ctx, f.Platform, f.Scope); err != nil {
		return fmt.Errorf("--scope: %w", err)
	}
	return nil
}

// AddState gives the command --state.
func (f *Flags) AddState(cmd *cobra.Command) {
	cmd.Flags().StringArrayVar(&f.States, "state", nil, "`FILE`: a state file, or a state as terraform show -json writes it; a directory of them, or - for stdin; may be repeated")
}

// AddAllowEmpty gives the command --allow-empty.
func (f *Flags) AddAllowEmpty(cmd *cobra.Command) {
	cmd.Flags().BoolVar(&f.AllowEmpty, "allow-empty", false, "accept states in which there is no key")
}

// IsItRight ends an error about a state that has nothing.
const IsItRight = "is it the right state? --allow-empty accepts it"

// AddMaxWait gives --max-wait to every command below cmd that has accounts.
func (f *Flags) AddMaxWait(cmd *cobra.Command) {
	if cmd.Flags().Lookup("accounts") != nil {
		cmd.Flags().Var((*positiveDuration)(&f.maxWait), "max-wait", "how long a platform may answer every request with 429 before keyward gives up: a `TIME` such as 30m")
	}
	for _, command := range cmd.Commands() {
		f.AddMaxWait(command)
	}
}

// positiveDuration is a flag that takes a duration which is greater than zero.
type positiveDuration time.Duration

// String returns the duration.
func (d *positiveDuration) String() string { return duration.Short(time.Duration(*d)) }

// Set reads it.
func (d *positiveDuration) Set(text string) error {
	parsed, err := duration.Positive(text)
	if err == nil {
		*d = positiveDuration(parsed)
	}
	return err
}

// Type returns what the help calls the value.
func (d *positiveDuration) Type() string { return "duration" }

// CompleteWords has the shell complete a flag's words.
func CompleteWords(cmd *cobra.Command, flag string, words []string) {
	// It fails only for a flag that is not there or has a completion already.
	cobra.CheckErr(cmd.RegisterFlagCompletionFunc(flag, cobra.FixedCompletions(words, cobra.ShellCompDirectiveNoFileComp)))
}

// ParseSince reads a point in time: how long ago it is (90d, 2w, 12h, 5m30s) or
// when it was (2026-01-31, or RFC 3339).
func ParseSince(text string, now time.Time) (time.Time, error) {
	if ago, err := duration.Parse(text); err == nil {
		return now.Add(-ago), nil
	}
	for _, layout := range []string{time.RFC3339, time.DateOnly} {
		if when, err := time.Parse(layout, text); err == nil {
			return when, nil
		}
	}
	return time.Time{}, fmt.Errorf("%q is not a point in time: write how long ago (90d, 2w, 12h) or when (2026-01-31, 2026-01-31T08:00:00Z)", text)
}

// Group returns a command that does nothing without one of its own: a script
// that calls it alone must not take that for success.
func Group(use, short string, commands ...*cobra.Command) *cobra.Command {
	group := &cobra.Command{
		Use:   use,
		Short: short,
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			var names []string
			for _, command := range cmd.Commands() {
				names = append(names, command.Name())
			}
			return fmt.Errorf("%s needs a command: %s\n%s", cmd.CommandPath(), strings.Join(names, ", "), SeeHelp(cmd))
		},
	}
	group.AddCommand(commands...)
	return group
}

// SeeHelp ends an error of usage.
func SeeHelp(cmd *cobra.Command) string {
	return fmt.Sprintf("Run '%s --help' for usage", cmd.CommandPath())
}
