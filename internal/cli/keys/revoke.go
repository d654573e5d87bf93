package keys

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/keyward/terraform-provider-keyward/internal/cli/env"
	"github.com/keyward/terraform-provider-keyward/internal/inventory"
	"github.com/keyward/terraform-provider-keyward/internal/output"
	"github.com/keyward/terraform-provider-keyward/internal/tfstate"
)

// RevokeOptions are what keyward keys revoke is told.
type RevokeOptions struct {
	*env.Env

	yes, allowOwn bool
}

// usesBefore is how many last requests are looked at before a key is revoked.
const usesBefore = 100

func newRevoke(e *env.Env) *cobra.Command {
	o := &RevokeOptions{Env: e}
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
		RunE: func(cmd *cobra.Command, args []string) error { return revoke(cmd.Context(), o, args[0]) },
	}
	o.AddAccounts(cmd)
	o.AddOutput(cmd, output.FormatTable, output.FormatJSON)
	f := cmd.Flags()
	o.AddState(cmd)
	f.BoolVar(&o.yes, "yes", false, "don't ask")
	f.BoolVar(&o.allowOwn, "allow-own", false, "revoke even the key that keyward itself uses")
	return cmd
}

func revoke(ctx context.Context, o *RevokeOptions, reference string) error {
	return task{find: (*inventory.Inventory).FindID, do: o.revokeTarget, notDone: "Not revoked", failuresOnStdout: true}.run(ctx, o.Env, reference)
}

func (o *RevokeOptions) revokeTarget(ctx context.Context, inv *inventory.Inventory, states []tfstate.Resource, t target) (write func() error, err error) {
	if t.key.Status != inventory.Revoked {
		if err := o.beforeRevoking(ctx, inv, t.key); err != nil {
			return nil, err
		}
	}
	if t.stated {
		if err := inv.ConfirmStated(ctx, t.token, t.key); err != nil {
			return nil, err
		}
	}
	revoked, err := revokeAndProve(ctx, inv, t)
	if err != nil {
		return nil, err
	}
	revoked.managed = managedBy(states, t.key.ID)
	revoked.looked = len(o.States) > 0
	return func() error { return revoked.write(o.Stdout, o.Format) }, nil
}

// beforeRevoking shows what uses the key, and stops where it must not be revoked
// or no one wants it.
func (o *RevokeOptions) beforeRevoking(ctx context.Context, inv *inventory.Inventory, key inventory.Key) error {
	own, err := inv.IsOwn(ctx, key)
	switch {
	case o.allowOwn: // whether or not it is
	case err != nil:
		return fmt.Errorf("%w; --allow-own revokes it anyway", err)
	case own:
		return fmt.Errorf("%s is the key that keyward itself uses: without it nothing more could be done. "+
			"Use another credential (COREBILL_API_KEY, BILLIUM_API_KEY or --accounts), or say --allow-own", key)
	}
	uses, err := inv.Uses(ctx, key, usesBefore)
	// The key must be stoppable where the log can't be read, too.
	if err != nil && !errors.Is(err, context.Canceled) {
		_, _ = fmt.Fprintf(o.Stderr, "Could not find out what uses the key: %v\n", err)
	}
	if err := describe(o.Env, key, uses); err != nil {
		return err
	}
	if o.yes {
		return nil
	}
	return o.Confirm("Revoke it?")
}

// describe writes what a key is and who uses it.
func describe(e *env.Env, key inventory.Key, uses []inventory.Request) error {
	_, err := fmt.Fprintf(e.Stderr, "%s\n  belongs to  %s\n  access      %s\n  last used   %s\n", output.Clean(key.String()), output.Clean(belongs(key)), key.Access(), lastUse(e, key, uses))
	for _, user := range inventory.Users(uses) {
		if err == nil {
			_, err = fmt.Fprintf(e.Stderr, "  user        %s at %s: %s, the last %s\n", program(e, user.Program), user.IP, output.Count(user.Requests, "request"), output.Ago(user.Last, e.Now()))
		}
	}
	return err
}

func revokeAndProve(ctx context.Context, inv *inventory.Inventory, found target) (*revocation, error) {
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

// How a revocation was proved.
const (
	proofByToken = "401"
	proofByKey   = "revoked_at"
)

// revocation is what came of revoking a key.
type revocation struct {
	pastedAt

	Key inventory.Key `json:"key"`
	// Already says that it had been revoked before.
	Already bool `json:"already_revoked"`
	// Proof is 401 for a refused token, or revoked_at for what the platform says.
	Proof string `json:"proof"`
	// Managed is the address of the resource that manages it; null where that is
	// none, or not known.
	Managed *string `json:"managed_by"`
	// Next is what to do in the code.
	Next []string `json:"next"`

	managed *tfstate.Resource
	looked  bool
}

func (r *revocation) write(w io.Writer, format output.Format) error {
	r.Next = r.next()
	if r.managed != nil {
		r.Managed = &r.managed.Address
	}
	if format == output.FormatJSON {
		return output.JSON(w, r)
	}
	var b strings.Builder
	verb := "Revoked"
	if r.Already {
		verb = "Revoked before:"
	}
	fmt.Fprintf(&b, "%s %s\n%s\n\nWhat to do in the code\n", verb, output.Clean(r.Key.String()), r.proved())
	for _, line := range r.Next {
		fmt.Fprintf(&b, "  - %s\n", output.Clean(line))
	}
	_, err := io.WriteString(w, b.String())
	return err
}

func (r *revocation) proved() string {
	at := "an unknown time"
	if r.Key.RevokedAt != nil {
		at = r.Key.RevokedAt.UTC().Format(time.RFC3339)
	}
	if r.Proof == proofByToken {
		return "Confirmed: the platform answers its token with 401. Revoked at " + at + "."
	}
	return "The platform lists it as revoked since " + at + "."
}

// next says what makes the next apply agree.
func (r *revocation) next() []string {
	kind := r.Key.ResourceType()
	switch {
	case r.managed != nil && r.managed.ID == r.Key.ID:
		return []string{
			fmt.Sprintf("%s (in %s) manages it.", r.managed.Address, r.managed.File),
			"If the key is still needed, change nothing: the next plan says that it was revoked, and the apply creates another one. Hand out the new token.",
			fmt.Sprintf("If it is not, remove the block %s: the next apply removes it from the state.", r.managed.Address),
		}
	case r.managed != nil:
		return []string{
			fmt.Sprintf("It is the previous key of %s (in %s), which a rotation replaced. Change nothing: the next apply finds it revoked.", r.managed.Address, r.managed.File),
		}
	case r.looked:
		return []string{"No state that was given manages it: there is nothing to change."}
	default:
		return []string{
			fmt.Sprintf("If a %s named %q manages it and the key is still needed, change nothing: the next plan says that it was revoked, and the apply creates another one. Hand out the new token.", kind, r.Key.Name),
			"If it is not needed, remove that block: the next apply removes it from the state.",
			"If it was made by hand, there is nothing to change. (--state shows which of these it is.)",
		}
	}
}
