package cli

import (
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"github.com/keyward/terraform-provider-keyward/internal/cli/output"
	"github.com/keyward/terraform-provider-keyward/internal/doctor"
	"github.com/keyward/terraform-provider-keyward/internal/inventory"
)

func newDoctor(world World) *cobra.Command {
	var accounts string
	var format output.Format
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
		RunE: func(cmd *cobra.Command, _ []string) error {
			checks := doctor.Run(cmd.Context(), doctor.Options{
				AccountsFile: accounts, Client: world.clientOptions(), Getenv: world.Getenv, Now: world.Now, Exec: world.Exec,
				Home: world.Getenv("HOME"), Dir: ".",
			})
			out := cmd.OutOrStdout()
			if err := writeChecks(out, format, checks, output.Color(out, world.Getenv)); err != nil {
				return err
			}
			if n := doctor.Problems(checks); n > 0 {
				return output.Found("%s found.", count(n, "problem"))
			}
			return nil
		},
	}
	inventory.AddFlag(cmd, &accounts)
	output.AddFlag(cmd, &format)
	return cmd
}

func writeChecks(w io.Writer, format output.Format, checks []doctor.Check, color bool) error {
	l := output.Listing{
		Header: []string{"STATUS", "AREA", "CHECK", "RESULT"}, Records: checks, Color: color,
		Paint: func(row, column int) output.Paint {
			if column > 0 {
				return output.Plain
			}
			return map[doctor.Status]output.Paint{doctor.OK: output.Green, doctor.Warning: output.Yellow, doctor.Problem: output.Red}[checks[row].Status]
		},
	}
	remedies := format == output.FormatCSV || format == output.FormatMarkdown
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
	if err := l.Write(w, format); err != nil || format != output.FormatTable {
		return err
	}
	_, err := io.WriteString(w, remediesOf(checks))
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
