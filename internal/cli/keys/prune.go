package keys

import (
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"github.com/keyward/terraform-provider-keyward/internal/cli/env"
	"github.com/keyward/terraform-provider-keyward/internal/output"
	"github.com/keyward/terraform-provider-keyward/internal/prune"
	"github.com/keyward/terraform-provider-keyward/internal/tfstate"
)

// PruneOptions are what keyward keys prune is told.
type PruneOptions struct {
	*env.Env

	dryRun, unclaimed, yes bool
}

func newPrune(e *env.Env) *cobra.Command {
	o := &PruneOptions{Env: e}
	cmd := &cobra.Command{
		Use:   "prune [--state FILE]...",
		Short: "Revoke previous keys that are due, and orphaned and expired keys",
		Long: `Revoke the keys that Keyward made and that are due, without an apply, by the provider's
own rules:

  orphaned   a key with a provisional name that is older than 15 minutes by the platform's
             clock: its creation was never finished, so that no one can have its token. A
             younger one is shown, and kept. With --state also what a state has in orphaned
  ephemeral  an ephemeral key that is past the time that its name says
  previous   with --state: a key that a rotation replaced, once its overlap and its
             quiet_period are over, or its max_overlap is, where the key that replaced it
             is enabled and has been used
  unclaimed  with --state and --unclaimed: a finished key that is in none of the states,
             that Keyward made according to the platform's log, and that no one has used.
             An apply that is killed before Terraform writes its state leaves one. Something
             that the killed run deployed may have its token, so these keys are listed with
             the evidence and revoked only after a yes

Every other key is kept: one of the same name, one made by hand, one that was never used.
Each key is read again right before it is revoked. What is not due is shown with the
reason.

The states must be current; --unclaimed needs those of every configuration and workspace
that uses the credential. Of a folder, every *.tfstate and *.json file is read, also in
folders below it, through links and in any case of letters. Left out are *.backup
(Terraform's copies of older states), *.tf.json, *.tfvars.json, .terraform, .git and hidden
*.json files. With --unclaimed an empty state is refused unless --allow-empty is set: it
may be that of another folder.

If it is not certain which keys keyward itself uses, if a log can't be read, or if the
platform's answers have no Date, so that a key's age is not known, nothing is revoked, and
the exit code is 2.`,
		Example: `  # orphaned and expired keys, without any state
  keyward keys prune --dry-run
  keyward keys prune

  # previous keys, too
  terraform show -json > state.json
  keyward keys prune --state state.json

  # what a killed apply made and no state has; states/ has the state of every workspace
  keyward keys prune --state states/ --unclaimed --dry-run
  keyward keys prune --state states/ --unclaimed`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return runPrune(cmd.Context(), o) },
	}
	o.AddAccounts(cmd)
	o.AddOutput(cmd)
	o.AddState(cmd)
	f := cmd.Flags()
	f.BoolVar(&o.dryRun, "dry-run", false, "show what would be revoked, and revoke nothing")
	f.BoolVar(&o.unclaimed, "unclaimed", false, "also list keys that Keyward made and that are in none of the states, and ask whether to revoke them")
	f.BoolVar(&o.yes, "yes", false, "don't ask about unclaimed keys")
	o.AddAllowEmpty(cmd)
	return cmd
}

func (o *PruneOptions) check() error {
	if len(o.States) > 0 {
		return nil
	}
	switch {
	case o.unclaimed:
		return errors.New("--unclaimed needs --state, for every state that uses the credential: a key that another state has would look unclaimed")
	case o.yes:
		return errors.New("--yes answers the question of --unclaimed, which needs --state, for every state that uses the credential")
	}
	return nil
}

// checkStates refuses states that say nothing, where a key in none of them counts as
// unclaimed.
func (o *PruneOptions) checkStates(states []tfstate.Resource, empty []string) error {
	switch {
	case !o.unclaimed || o.AllowEmpty:
		return nil
	case len(empty) > 0:
		return fmt.Errorf("%s has a state without any resource, and every key that is in no state would look unclaimed; %s", env.Called(empty[0]), env.IsItRight)
	case len(states) == 0:
		return errors.New("there is no API key of Keyward in the states, so that every one would look unclaimed; " + env.IsItRight)
	}
	return nil
}

func runPrune(ctx context.Context, o *PruneOptions) error {
	if err := o.check(); err != nil {
		return err
	}
	states, empty, err := tfstate.ReadKeys(o.States, o.ReadFile)
	if err != nil {
		return err
	}
	if err := o.checkStates(states, empty); err != nil {
		return err
	}
	inv, err := o.Inventory()
	if err != nil {
		return err
	}
	pruner, err := prune.New(ctx, inv, states)
	if err != nil {
		return err
	}
	progress := o.Progress()
	found, err := pruner.Find(ctx, o.unclaimed, func(done, all int) { progress.Step("keys", done, all) })
	progress.Done()
	if err != nil {
		return fmt.Errorf("nothing is revoked: %w", err)
	}
	if err := o.askUnclaimed(found); err != nil {
		return err
	}
	pruned, failure := revokeFound(ctx, pruner, found, o.dryRun)
	return errors.Join(o.Print(pruneListing(pruned)), failure)
}

// askUnclaimed shows the unclaimed keys that are to be revoked, and asks.
func (o *PruneOptions) askUnclaimed(found []prune.Candidate) error {
	if o.dryRun {
		return nil
	}
	asked := 0
	for _, c := range found {
		if c.Kind != prune.Unclaimed || !c.Revoke {
			continue
		}
		if err := describeUnclaimed(o.Stderr, c); err != nil {
			return err
		}
		asked++
	}
	if asked == 0 || o.yes {
		return nil
	}
	return o.Confirm(fmt.Sprintf("Revoke %s?", output.Count(asked, "unclaimed key")))
}

func describeUnclaimed(w io.Writer, c prune.Candidate) error {
	_, err := fmt.Fprintf(w, "%s\n  belongs to  %s\n  access      %s\n  created     %s by %s\n  unclaimed   %s\n",
		output.Clean(c.Key.String()), output.Clean(belongs(c.Key)), c.Key.Access(), output.Stamp(c.Key.CreatedAt), c.Key.CreatedBy, output.Clean(c.Why))
	return err
}

// What became of a key.
const (
	outcomeKept        = "kept"
	outcomeWouldRevoke = "would be revoked"
	outcomeRevoked     = "revoked"
	outcomeFailed      = "failed"
)

// pruned is a candidate and what became of it.
type pruned struct {
	prune.Candidate

	// Outcome is one of the words above.
	Outcome string `json:"outcome"`
}

// revokeFound revokes what is due. What fails doesn't stop the rest.
func revokeFound(ctx context.Context, pruner *prune.Pruner, found []prune.Candidate, dryRun bool) ([]pruned, error) {
	done := []pruned{}
	var failures []error
	for _, c := range found {
		p := pruned{Candidate: c, Outcome: outcomeKept}
		switch {
		case c.Revoke && dryRun:
			p.Outcome = outcomeWouldRevoke
		case c.Revoke:
			now, err := pruner.Revoke(ctx, c)
			switch {
			case err != nil:
				p.Outcome = outcomeFailed
				failures = append(failures, err)
			case now.Revoke:
				p.Candidate, p.Outcome = now, outcomeRevoked
			default:
				p.Candidate = now
			}
		}
		done = append(done, p)
	}
	return done, errors.Join(failures...)
}

func pruneListing(done []pruned) output.Listing {
	l := output.Listing{
		Header:  []string{"OUTCOME", "PLATFORM", "ID", "PREFIX", "NAME", "KIND", "RESOURCE", "LAST USED", "WHY"},
		Records: done, None: "Nothing to prune.",
		Paint: func(row, column int) output.Paint {
			if column > 0 {
				return output.Plain
			}
			return map[string]output.Paint{outcomeRevoked: output.Green, outcomeWouldRevoke: output.Yellow, outcomeFailed: output.Red}[done[row].Outcome]
		},
	}
	for _, p := range done {
		resource := "-"
		if p.Address != "" {
			resource = fmt.Sprintf("%s (%s)", p.Address, p.File)
		}
		l.Rows = append(l.Rows, []string{
			p.Outcome, string(p.Key.Platform), p.Key.ID, p.Key.KeyPrefix, p.Key.Name, string(p.Kind), resource, output.StampOr(p.Key.LastUsedAt, "never"), p.Why,
		})
	}
	return l
}
