// Package keys is keyward keys.
package keys

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"

	"github.com/spf13/cobra"

	"github.com/keyward/terraform-provider-keyward/internal/cli/env"
	"github.com/keyward/terraform-provider-keyward/internal/client"
	"github.com/keyward/terraform-provider-keyward/internal/inventory"
	"github.com/keyward/terraform-provider-keyward/internal/output"
	"github.com/keyward/terraform-provider-keyward/internal/tfstate"
)

// New returns keyward keys.
func New(e *env.Env) *cobra.Command {
	cmd := env.Group("keys", "List, look at and revoke API keys",
		newList(e), newShow(e), newRevoke(e), newPrune(e))
	cmd.Long = `List, look at and revoke the API keys of every configured account.

A key is named by its id. To look at one, the beginning of its token as lists show it
(sk_live_ab) names it too, if no other key has the same; to revoke one, it never does.
Never write a token as an argument: it would stay in the shell's history and in the list
of processes. Where a token is all you have, give it on standard input.`
	cmd.Example = `  # a key has leaked: see what it is, then end it
  keyward keys show key_a1b2c3d4e5f6
  keyward keys revoke key_a1b2c3d4e5f6

  # the same with nothing but the token, from the clipboard
  pbpaste | keyward keys revoke - --yes

  # what no one has used for three months
  keyward keys list --unused-since 90d`
	return cmd
}

// keyListing is a table of keys.
func keyListing(keys []inventory.Key) output.Listing {
	l := output.Listing{
		Header:  []string{"PLATFORM", "ID", "PREFIX", "NAME", "BELONGS TO", "ACCESS", "STATUS", "CREATED", "LAST USED"},
		Records: keys, None: "No keys.",
		Paint: func(row, column int) output.Paint { return paintKey(keys[row], column) },
	}
	for _, k := range keys {
		l.Rows = append(l.Rows, []string{
			string(k.Platform), k.ID, k.KeyPrefix, k.Name, k.Where(), k.Access(), k.State(), output.Stamp(k.CreatedAt), output.StampOr(k.LastUsedAt, "never"),
		})
	}
	return l
}

// Columns that have colours.
const (
	accessColumn   = 5
	statusColumn   = 6
	lastUsedColumn = 8
)

func paintKey(k inventory.Key, column int) output.Paint {
	switch {
	case k.Status == inventory.Revoked:
		return output.Faint
	case column == statusColumn && k.State() != string(inventory.Live), column == lastUsedColumn && k.LastUsedAt == nil:
		return output.Yellow
	case column == accessColumn && (k.Level == "admin" || k.Access() == "all permissions"):
		return output.Red
	default:
		return output.Plain
	}
}

// target is a key that an argument, or a token on standard input, names.
type target struct {
	key inventory.Key
	// token is empty where it was not given.
	token client.Secret
	// given says what named it, without the token, and line where in the input.
	given string
	line  int
	// stated tells that it is the key of a state that has the token's fingerprint.
	stated bool
	// err is why which key it is is not known.
	err error
}

// pastedAt is what json says of where a token was on standard input; nothing of a key
// that an argument names.
type pastedAt struct {
	Given string `json:"given,omitempty"`
	Line  int    `json:"line,omitempty"`
}

// failedTarget is what json says of a target that failed.
type failedTarget struct {
	pastedAt

	Error string `json:"error"`
}

func (t target) at() pastedAt { return pastedAt{t.given, t.line} }

// targets returns what an argument names: a key, which find returns, or where it is
// - one for each token on standard input, which key it is not yet looked up: what is
// done about one may change what is true of the next.
func targets(ctx context.Context, e *env.Env, reference string, find func(context.Context, string) (inventory.Key, error)) ([]target, error) {
	if reference != env.Stdin {
		key, err := find(ctx, reference)
		return []target{{key: key}}, err
	}
	text, err := e.ReadTokens()
	if err != nil {
		return nil, err
	}
	var all []target
	for _, pasted := range inventory.Tokens(text) {
		all = append(all, target{token: pasted.Token, given: pasted.String(), line: pasted.Line, err: pasted.Err})
	}
	if len(all) == 0 {
		return nil, errors.New("there is no token on standard input")
	}
	return all, nil
}

// find looks up which key a token is.
func (t *target) find(ctx context.Context, inv *inventory.Inventory, states []tfstate.Resource) error {
	if t.err != nil || t.token.Empty() {
		return t.err
	}
	owner, err := tfstate.OfToken(states, t.token.Fingerprint())
	switch {
	case err != nil:
		return err
	case owner == nil:
		t.key, err = inv.FindToken(ctx, t.token)
		return err
	}
	t.stated = true
	if t.key, err = inv.FindStated(ctx, t.token, owner.ID); err != nil {
		return fmt.Errorf("by its token_fingerprint it is the key %s of %s (in %s): %w", owner.ID, owner.Address, owner.File, err)
	}
	return nil
}

// fail says of one of the targets that it could not be dealt with: in JSON on out, else
// to people. The error is that of the whole command: where there is but this one, it is
// the target's own.
func (t target) fail(out, people io.Writer, format output.Format, verb string, all int) error {
	var err error
	switch {
	case format == output.FormatJSON && t.line > 0:
		err = output.JSON(out, failedTarget{t.at(), t.err.Error()})
	case all > 1:
		_, err = fmt.Fprintf(people, "%s: %s: %v\n", verb, t.given, t.err)
	}
	switch {
	case err != nil || all > 1:
		return err
	case t.given == "":
		return t.err
	}
	return fmt.Errorf("%s: %w", t.given, t.err)
}

// readStates reads the states and plans that say which key a token is, and what
// manages it.
func readStates(e *env.Env, paths []string, reference string) ([]tfstate.Resource, error) {
	if reference == env.Stdin && slices.Contains(paths, env.Stdin) {
		return nil, errors.New("the tokens and a state can't both come from standard input: name a file for --state")
	}
	return tfstate.ReadKeysWithPlans(paths, e.ReadFile)
}

// notAll is the error where some of several targets failed.
func notAll(failed, all int) error {
	if failed == 0 {
		return nil
	}
	return fmt.Errorf("%d of %s failed, see above", failed, output.Count(all, "token"))
}
