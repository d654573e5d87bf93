package cli

import (
	"context"
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/keyward/terraform-provider-keyward/internal/account"
	"github.com/keyward/terraform-provider-keyward/internal/cli/output"
	"github.com/keyward/terraform-provider-keyward/internal/declared"
	"github.com/keyward/terraform-provider-keyward/internal/keyring"
	"github.com/keyward/terraform-provider-keyward/internal/reap"
)

// reapFlags are the flags of keyward keys reap.
type reapFlags struct {
	accounts string
	states   []string
	dryRun   bool
	format   output.Format
}

func newKeysReap(world World) *cobra.Command {
	var flags reapFlags
	cmd := &cobra.Command{
		Use:   "reap --state FILE",
		Short: "Revoke what rotations and interrupted applies left behind",
		Long: `Revoke the keys that Terraform left behind and that the next apply would revoke, without
an apply, by the provider's own rules:

  previous   a key that a rotation replaced, once its overlap and its quiet_period are
             over, or its max_overlap is
  leftover   a key of a declared key's name that an interrupted apply made: it is what
             is declared, was made with the key that keyward uses, no state has it, it is
             older than the declared key, and nobody has ever used it

What is not over stays, and the reason is shown. The states must be those of now, and of
every workspace that declares keys of the account. Nobody is asked: the rules decide.
Look with --dry-run first.`,
		Example: `  terraform show -json > state.json
  keyward keys reap --state state.json --dry-run
  keyward keys reap --state state.json

  # a state file itself
  keyward keys reap --state terraform.tfstate --dry-run

  # the states of many workspaces
  keyward keys reap --state states/`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return world.reap(cmd, flags)
		},
	}
	account.AddFlag(cmd, &flags.accounts)
	output.AddFlag(cmd, &flags.format)
	addStateFlag(cmd, &flags.states)
	cmd.Flags().BoolVar(&flags.dryRun, "dry-run", false, "show what would be revoked, and revoke nothing")
	return cmd
}

func (w World) reap(cmd *cobra.Command, flags reapFlags) error {
	if len(flags.states) == 0 {
		return errors.New("--state is missing: without a state nobody can tell which keys were replaced; write one with terraform show -json > state.json, or name the state file")
	}
	states, err := declared.Read(flags.states, newInput(cmd).read)
	if err != nil {
		return err
	}
	ring, err := w.ring(flags.accounts)
	if err != nil {
		return err
	}
	found, err := reap.Find(cmd.Context(), ring, states, w.Now())
	if err != nil {
		return err
	}
	reaped, failure := revokeFound(cmd.Context(), ring, found, flags.dryRun)
	out := cmd.OutOrStdout()
	return errors.Join(reapListing(reaped, output.Color(out, w.Getenv)).Write(out, flags.format), failure)
}

// What became of a key that was left behind.
const (
	outcomeKept        = "kept"
	outcomeWouldRevoke = "would be revoked"
	outcomeRevoked     = "revoked"
	outcomeFailed      = "failed"
)

// reaped is a candidate and what became of it.
type reaped struct {
	reap.Candidate

	// Outcome is one of the words above.
	Outcome string `json:"outcome"`
}

// revokeFound revokes what is over. What fails doesn't stop the rest.
func revokeFound(ctx context.Context, ring *keyring.Ring, found []reap.Candidate, dryRun bool) ([]reaped, error) {
	done := []reaped{}
	var failures []error
	for _, c := range found {
		r := reaped{Candidate: c, Outcome: outcomeKept}
		switch {
		case c.Revoke && dryRun:
			r.Outcome = outcomeWouldRevoke
		case c.Revoke:
			revoked, err := ring.Revoke(ctx, c.Key)
			if err != nil {
				r.Outcome = outcomeFailed
				failures = append(failures, err)
			} else {
				r.Key, r.Outcome = revoked, outcomeRevoked
			}
		}
		done = append(done, r)
	}
	return done, errors.Join(failures...)
}

func reapListing(done []reaped, color bool) output.Listing {
	l := output.Listing{
		Header:  []string{"OUTCOME", "PLATFORM", "ID", "PREFIX", "KIND", "RESOURCE", "LAST USED", "WHY"},
		Records: done, Color: color, None: "Nothing was left behind.",
		Paint: func(row, column int) output.Paint {
			if column > 0 {
				return output.Plain
			}
			return map[string]output.Paint{outcomeRevoked: output.Green, outcomeWouldRevoke: output.Yellow, outcomeFailed: output.Red}[done[row].Outcome]
		},
	}
	for _, r := range done {
		l.Rows = append(l.Rows, []string{
			r.Outcome, r.Key.Platform, r.Key.ID, r.Key.KeyPrefix, string(r.Kind), fmt.Sprintf("%s (%s)", r.Address, r.File), stampOr(r.Key.LastUsedAt, "never"), r.Why,
		})
	}
	return l
}
