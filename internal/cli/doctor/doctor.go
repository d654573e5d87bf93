// Package doctor is keyward doctor.
package doctor

import (
	"context"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"github.com/keyward/terraform-provider-keyward/internal/cli/env"
	"github.com/keyward/terraform-provider-keyward/internal/doctor"
	"github.com/keyward/terraform-provider-keyward/internal/output"
)

// Options are what keyward doctor is told.
type Options struct{ *env.Env }

// New returns keyward doctor.
func New(e *env.Env) *cobra.Command {
	o := &Options{Env: e}
	cmd := &cobra.Command{
		Use:   "doctor",
		Short: "Find out why something doesn't work",
		Long: `Look at everything that keyward and the provider need: the credentials, whether the
platforms answer them, whether the clocks agree, how many requests are left, what the
keys may do, and where Terraform and the provider come from. For each thing that is
wrong it says how to fix it; then the exit code is 1. Warnings don't count.

It reads and changes nothing: every request is a GET.

An accounts file names many accounts, and where their keys are; never the keys:

  {"corebill": [{"name": "agency", "api_key_env": "AGENCY_KEY", "company_ids": ["com_…"]}],
   "billium":  [{"name": "store", "merchant_id": "mer_…", "api_key_file": "/run/secrets/store"}]}

company_ids and base_url may be left out.`,
		Example: `  keyward doctor
  keyward doctor --accounts accounts.json --output json`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return run(cmd.Context(), o) },
	}
	o.AddAccounts(cmd)
	o.AddOutput(cmd)
	return cmd
}

func run(ctx context.Context, o *Options) error {
	checks := doctor.Run(ctx, doctor.Options{
		AccountsFile: o.AccountsFile, Client: o.ClientOptions(), Getenv: o.Getenv, Now: o.Now, Exec: o.Exec,
		Home: o.Getenv("HOME"), Dir: ".",
	})
	if err := o.write(checks); err != nil {
		return err
	}
	if n := doctor.Problems(checks); n > 0 {
		return output.Found("%s found.", output.Count(n, "problem"))
	}
	return nil
}

func (o *Options) write(checks []doctor.Check) error {
	l := output.Listing{
		Header: []string{"STATUS", "AREA", "CHECK", "RESULT"}, Records: checks,
		Paint: func(row, column int) output.Paint {
			if column > 0 {
				return output.Plain
			}
			return map[doctor.Status]output.Paint{doctor.OK: output.Green, doctor.Warning: output.Yellow, doctor.Problem: output.Red}[checks[row].Status]
		},
	}
	remedies := o.Format == output.FormatCSV || o.Format == output.FormatMarkdown
	if remedies {
		l.Header = append(l.Header, "REMEDY")
	}
	for _, c := range checks {
		row := []string{string(c.Status), c.Area, c.Name, c.Result}
		if remedies {
			row = append(row, c.Remedy)
		}
		l.Rows = append(l.Rows, row)
	}
	if err := o.Print(l); err != nil || o.Format != output.FormatTable {
		return err
	}
	_, err := io.WriteString(o.Stdout, remediesOf(checks))
	return err
}

// remediesOf lists what to do, under the table that has no room for it.
func remediesOf(checks []doctor.Check) string {
	var b strings.Builder
	for _, c := range checks {
		if c.Remedy != "" {
			fmt.Fprintf(&b, "\n%s %s: %s\n  %s\n", c.Area, c.Name, output.Clean(c.Result), output.Clean(c.Remedy))
		}
	}
	return b.String()
}
