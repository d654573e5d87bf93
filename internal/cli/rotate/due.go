// Package rotate is keyward rotate.
package rotate

import (
	"errors"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"github.com/keyward/terraform-provider-keyward/internal/cli/env"
	"github.com/keyward/terraform-provider-keyward/internal/due"
	"github.com/keyward/terraform-provider-keyward/internal/output"
	"github.com/keyward/terraform-provider-keyward/internal/tfstate"
)

// New returns keyward rotate.
func New(e *env.Env) *cobra.Command {
	return env.Group("rotate", "Check rotations", newDue(e))
}

// Options are what keyward rotate due is told.
type Options struct {
	*env.Env

	within, grace time.Duration
}

func newDue(e *env.Env) *cobra.Command {
	o := &Options{Env: e}
	cmd := &cobra.Command{
		Use:   "due [FILE|FOLDER]...",
		Short: "Show which keys are due to be rotated or revoked by the next apply",
		Long: `Show what the next apply would do to keys: a rotation by age (rotate_due) or by request
(rotation_requested), the revocation of a previous key whose overlap is over (revoke_due)
or of an orphaned key (orphaned), and what Terraform itself has marked for replacement
(tainted) or kept from one (deposed).

For a plan it also shows what the plan does for any other reason (planned): rotate,
replace or destroy a key, and revoke those that are new in the plan's revokes. Where
revokes is known only after the apply, it shows which keys the apply may revoke
(may-revoke). A plan that refreshes also has the keys that are no longer on the platform,
so that the plan creates them again (gone). A key that is new in the configuration is not
shown.

It reads state files and what 'terraform show -json' prints, of a state or of a plan,
from files or from stdin, where several may follow each other. In a folder it reads each
*.tfstate and *.json, in the folders below too, through links and in any case of letters;
*.backup (Terraform's copies of older states), *.tf.json, *.tfvars.json, .terraform, .git
and hidden *.json are left out. It calls no platform and needs no credentials, and prints
no token.

Exit codes: 0 nothing is due, 1 something is, 2 the input is invalid. A file that is
not a state or a plan is an error, and so is input without any key, unless --allow-empty
is set.`,
		Example: `  # in the folder of the configuration, whatever its backend
  terraform show -json | keyward rotate due

  # also what happened on the platforms since the last apply
  terraform plan -out=keys.tfplan && terraform show -json keys.tfplan | keyward rotate due

  # what is due today or tomorrow, of many configurations
  keyward rotate due --within 48h states/

  # an alert that a daily schedule has not run
  keyward rotate due --grace 26h terraform.tfstate`,
		RunE: func(_ *cobra.Command, args []string) error { return run(o, args) },
	}
	f := cmd.Flags()
	f.DurationVar(&o.within, "within", 0, "also what will be due within this `DURATION`, such as 48h")
	f.DurationVar(&o.grace, "grace", 0, "only what has been due for at least this `DURATION`: give a schedule its time")
	o.AddAllowEmpty(cmd)
	o.AddOutput(cmd, output.FormatTable, output.FormatJSON)
	cmd.MarkFlagsMutuallyExclusive("within", "grace")
	return cmd
}

func run(o *Options, files []string) error {
	if err := o.check(); err != nil {
		return err
	}
	report, err := o.report(files, o.Now())
	if err != nil {
		return err
	}
	if report.Keys == 0 && !o.AllowEmpty {
		return errors.New("there is no API key of Keyward in what was read: a check of nothing never fails; " + env.IsItRight)
	}
	if err := o.print(report); err != nil {
		return fmt.Errorf("printing what is due: %w", err)
	}
	if len(report.Due) > 0 {
		return output.ErrFindings
	}
	return nil
}

func (o *Options) check() error {
	switch {
	case o.within < 0:
		return errors.New("--within must not be negative")
	case o.grace < 0:
		return errors.New("--grace must not be negative")
	}
	return nil
}

// report is what the states that the arguments name have due, or the one on stdin
// without any.
func (o *Options) report(args []string, now time.Time) (dueReport, error) {
	if len(args) == 0 {
		args = []string{env.Stdin}
	}
	// JSON has an empty list of them, not null.
	r := dueReport{CheckedAt: now.UTC(), Due: []dueFinding{}}
	for file, err := range tfstate.Read(args, o.ReadFile, "") {
		if err != nil {
			return r, err
		}
		keys, err := due.Keys(file.Documents)
		if err != nil {
			return r, fmt.Errorf("%s: %w", env.Called(file.Name), err)
		}
		r.States++
		r.Keys += len(keys)
		for _, item := range due.List(keys, due.Window{Now: now, Within: o.within, Grace: o.grace}) {
			r.Due = append(r.Due, newDueFinding(env.Called(file.Name), item, now))
		}
	}
	return r, nil
}

// dueReport is what keyward rotate due prints as JSON. Its members only ever grow
// in number: scripts read them.
type dueReport struct {
	CheckedAt time.Time    `json:"checked_at"`
	States    int          `json:"states"`
	Keys      int          `json:"keys"`
	Due       []dueFinding `json:"due"`
}

// dueFinding is one thing that is due, or soon will be.
type dueFinding struct {
	State   string     `json:"state"`
	Address string     `json:"address"`
	Action  due.Action `json:"action"`
	Reason  due.Reason `json:"reason"`
	KeyID   string     `json:"key_id"`
	KeyName string     `json:"key_name"`
	// Due is null where it is due at once.
	Due *time.Time `json:"due"`
	// Status is "due", or "soon" for what --within adds.
	Status string `json:"status"`
}

func newDueFinding(state string, item due.Item, now time.Time) dueFinding {
	status := "soon"
	if item.DueAt(now) {
		status = "due"
	}
	return dueFinding{
		State: state, Address: item.Address, Action: item.Action, Reason: item.Reason,
		KeyID: item.KeyID, KeyName: item.KeyName, Due: item.Due, Status: status,
	}
}

// print writes the findings to stdout. Where there are none, the table is left
// away, and stderr says what has been looked at.
func (o *Options) print(r dueReport) error {
	if o.Format == output.FormatJSON {
		return output.JSON(o.Stdout, r)
	}
	if len(r.Due) == 0 {
		_, err := fmt.Fprintf(o.Stderr, "Nothing is due: %s in %s.\n", output.Count(r.Keys, "key"), output.Count(r.States, "state"))
		return err
	}
	listing := output.Listing{Header: []string{"STATUS", "DUE", "ACTION", "REASON", "KEY", "NAME", "RESOURCE", "STATE"}}
	for _, f := range r.Due {
		since := "at once"
		if f.Due != nil {
			since = f.Due.UTC().Format(time.RFC3339)
		}
		listing.Rows = append(listing.Rows, []string{f.Status, since, string(f.Action), string(f.Reason), f.KeyID, f.KeyName, f.Address, f.State})
	}
	return listing.Write(o.Stdout, o.Format)
}
