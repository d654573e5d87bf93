package cli

import (
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"github.com/keyward/terraform-provider-keyward/internal/cli/output"
	"github.com/keyward/terraform-provider-keyward/internal/inventory"
	"github.com/keyward/terraform-provider-keyward/internal/tfstate"
)

// revokeFlags are the flags of keyward keys revoke.
type revokeFlags struct {
	accounts      string
	states        []string
	yes, allowOwn bool
	format        output.Format
}

// usesBefore is how many last requests are looked at before a key is revoked.
const usesBefore = 100

func newKeysRevoke(world World) *cobra.Command {
	var flags revokeFlags
	cmd := &cobra.Command{
		Use:   "revoke ID|-",
		Short: "Revoke a key at once, and check that it no longer works",
		Long: `Revoke a key at once. It shows what uses the key, asks, revokes the key and checks
that it no longer works: where the token is known, the platform must answer it with 401;
otherwise the platform must list the key as revoked. Then it says what to change in the
configuration. A revocation can't be undone: what still needs access needs another key.

A key is named by its id. The beginning of a token is not enough, because several keys
may share it: the command lists them, and revokes none.

With - any number of tokens are read from standard input, one per line or anywhere in a
text such as a log, and each gets a line in the result. The key of a token is identified
by its token_fingerprint in a --state; otherwise the token is sent to the platform, which
says for certain. Where a key can't be identified, it is not revoked and the exit code is
2. Tokens from a file or a pipe leave no terminal to ask at: add --yes.

The key that keyward itself uses is refused, unless --allow-own is set: without that key,
neither keyward nor the provider can do anything. A key that may be that one is refused,
too.`,
		Example: `  # by its id, as keys list shows it
  keyward keys revoke key_a1b2c3d4e5f6

  # by nothing but tokens, without being asked, and say which resources managed them
  terraform show -json > state.json
  keyward keys revoke - --yes --state state.json < leaked-tokens.txt`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return world.revoke(cmd, flags, args[0])
		},
	}
	inventory.AddFlag(cmd, &flags.accounts)
	output.AddFlag(cmd, &flags.format, output.FormatTable, output.FormatJSON)
	f := cmd.Flags()
	addStateFlag(cmd, &flags.states)
	f.BoolVar(&flags.yes, "yes", false, "don't ask")
	f.BoolVar(&flags.allowOwn, "allow-own", false, "revoke even the key that keyward itself uses")
	return cmd
}

func addStateFlag(cmd *cobra.Command, states *[]string) {
	cmd.Flags().StringArrayVar(states, "state", nil, "`FILE`: a state file, or a state as terraform show -json writes it; a directory of them, or - for stdin; may be repeated")
}

func (w World) revoke(cmd *cobra.Command, flags revokeFlags, reference string) error {
	inv, err := w.inv(flags.accounts)
	if err != nil {
		return err
	}
	states, err := readStates(cmd, flags.states, reference)
	if err != nil {
		return err
	}
	targets, err := w.targets(cmd, reference, inv.FindID)
	if err != nil {
		return err
	}
	out, failed := cmd.OutOrStdout(), 0
	for i, t := range targets {
		var done *revocation
		if t.err = t.find(cmd.Context(), inv, states); t.err == nil {
			done, t.err = w.revokeTarget(cmd, inv, states, t, flags)
		}
		if i > 0 && flags.format != output.FormatJSON {
			if _, err := fmt.Fprintln(out); err != nil {
				return err
			}
		}
		if t.err != nil {
			failed++
			err = t.fail(out, out, flags.format, "Not revoked", len(targets))
		} else {
			err = done.write(out, flags.format)
		}
		if err != nil {
			return err
		}
	}
	return notAll(failed, len(targets))
}

func (w World) revokeTarget(cmd *cobra.Command, inv *inventory.Inventory, states []tfstate.Resource, t target, flags revokeFlags) (*revocation, error) {
	if t.key.Status != inventory.Revoked {
		if err := w.beforeRevoking(cmd, inv, t.key, flags); err != nil {
			return nil, err
		}
	}
	if t.stated {
		if err := inv.ConfirmStated(cmd.Context(), t.token, t.key); err != nil {
			return nil, err
		}
	}
	revoked, err := w.revokeAndProve(cmd.Context(), inv, t)
	if err != nil {
		return nil, err
	}
	revoked.managed = managedBy(states, t.key.ID)
	revoked.looked = len(flags.states) > 0
	return revoked, nil
}

// beforeRevoking shows what uses the key, and stops where it must not be revoked
// or no one wants it.
func (w World) beforeRevoking(cmd *cobra.Command, inv *inventory.Inventory, key inventory.Key, flags revokeFlags) error {
	own, err := inv.IsOwn(cmd.Context(), key)
	switch {
	case flags.allowOwn: // whether or not it is
	case err != nil:
		return fmt.Errorf("%w; --allow-own revokes it anyway", err)
	case own:
		return fmt.Errorf("%s is the key that keyward itself uses: without it nothing more could be done. "+
			"Use another credential (COREBILL_API_KEY, BILLIUM_API_KEY or --accounts), or say --allow-own", key)
	}
	uses, err := inv.Uses(cmd.Context(), key, usesBefore)
	// The key must be stoppable where the log can't be read, too.
	if err != nil && !errors.Is(err, context.Canceled) {
		_, _ = fmt.Fprintf(cmd.ErrOrStderr(), "Could not find out what uses the key: %v\n", err)
	}
	if err := w.describe(cmd.ErrOrStderr(), key, uses); err != nil {
		return err
	}
	if flags.yes {
		return nil
	}
	return w.confirm(cmd, "Revoke it?")
}

// describe writes what a key is and who uses it.
func (w World) describe(out io.Writer, key inventory.Key, uses []inventory.Request) error {
	now := w.Now()
	_, err := fmt.Fprintf(out, "%s\n  belongs to  %s\n  access      %s\n  last used   %s\n", output.Clean(key.String()), output.Clean(belongs(key)), key.Access(), w.lastUse(key, uses))
	for _, user := range inventory.Users(uses) {
		if err == nil {
			_, err = fmt.Fprintf(out, "  user        %s at %s: %s, the last %s\n", w.program(user.Program), user.IP, count(user.Requests, "request"), ago(user.Last, now))
		}
	}
	return err
}

func (w World) revokeAndProve(ctx context.Context, inv *inventory.Inventory, found target) (*revocation, error) {
	done, err := inv.Revoke(ctx, found.key)
	if err != nil {
		return nil, err
	}
	r := &revocation{pastedAt: found.at(), Already: found.key.Status == inventory.Revoked, Key: done.Key, Proof: proofByKey}
	if done.Refused {
		r.Proof = proofByToken
	}
	if found.token.Empty() {
		return r, nil
	}
	if err := inv.Refused(ctx, found.key, found.token); err != nil {
		return nil, fmt.Errorf("the key %s is revoked, by what the platform says, but: %w", found.key, err)
	}
	r.Proof = proofByToken
	return r, nil
}

func managedBy(states []tfstate.Resource, id string) *tfstate.Resource {
	for i := range states {
		if states[i].ID == id || states[i].Previous != nil && states[i].Previous.ID == id {
			return &states[i]
		}
	}
	return nil
}
