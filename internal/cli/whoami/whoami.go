// Package whoami is keyward whoami.
package whoami

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/keyward/terraform-provider-keyward/internal/cli/env"
	"github.com/keyward/terraform-provider-keyward/internal/inventory"
	"github.com/keyward/terraform-provider-keyward/internal/output"
)

// Options are what keyward whoami is told.
type Options struct{ *env.Env }

// New returns keyward whoami.
func New(e *env.Env) *cobra.Command {
	o := &Options{Env: e}
	cmd := &cobra.Command{
		Use:   "whoami",
		Short: "Show which keys keyward itself uses, and what they may do",
		Long: `Show, for each configured account, which key its credential is, what it may do, in which
role, and what it reaches. Billium says which key it is; on Corebill a request with a
nonce in its user agent is looked for in the log. An account whose credential doesn't
work is shown with the reason, and the exit code is 1. If a credential's key can't be
identified, the exit code is 2.`,
		Example: `  keyward whoami
  keyward whoami --accounts accounts.json --output json`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return run(cmd.Context(), o) },
	}
	o.AddAccounts(cmd)
	o.AddOutput(cmd)
	return cmd
}

func run(ctx context.Context, o *Options) error {
	inv, err := o.Inventory()
	if err != nil {
		return err
	}
	selves := inv.Whoami(ctx)
	if err := o.Print(listing(selves)); err != nil {
		return err
	}
	return failedAccounts(selves)
}

// failedAccounts is a finding where an account doesn't work, and an error where
// which key it uses is not certain.
func failedAccounts(selves []inventory.Self) error {
	var failed []string
	unidentified := false
	for _, s := range selves {
		switch {
		case s.Unidentified():
			unidentified = true
			failed = append(failed, fmt.Sprintf("The account %q: %s", s.Account, s.Error))
		case s.Error != "":
			failed = append(failed, fmt.Sprintf("The account %q does not work: %s", s.Account, s.Error))
		}
	}
	switch {
	case len(failed) == 0:
		return nil
	case unidentified:
		return errors.New(strings.Join(failed, "\n"))
	}
	return output.Found("%s\nkeyward doctor says what to do about it.", strings.Join(failed, "\n"))
}

func listing(selves []inventory.Self) output.Listing {
	l := output.Listing{
		Header:  []string{"ACCOUNT", "PLATFORM", "KEY", "PREFIX", "NAME", "ACCESS", "ROLE", "REACHES"},
		Records: selves,
		Paint: func(row, _ int) output.Paint {
			if selves[row].Error != "" {
				return output.Red
			}
			return output.Plain
		},
	}
	for _, s := range selves {
		if s.Key == nil {
			l.Rows = append(l.Rows, []string{s.Account, string(s.Platform), "", "", "", "", "", "not known"})
			continue
		}
		l.Rows = append(l.Rows, []string{
			s.Account, string(s.Platform), s.Key.ID, s.Key.KeyPrefix, s.Key.Name, s.Key.Access(), s.Role, reaches(s.Reaches),
		})
	}
	return l
}

// reaches names what a credential reaches, the first few of many.
func reaches(places []inventory.Place) string {
	const most = 3
	names := make([]string, 0, most)
	for _, p := range places[:min(most, len(places))] {
		names = append(names, p.Name)
	}
	text := strings.Join(names, ", ")
	if len(places) > most {
		text += fmt.Sprintf(" and %d more", len(places)-most)
	}
	return text
}
