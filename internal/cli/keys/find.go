package keys

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"

	"github.com/keyward/terraform-provider-keyward/internal/cli/env"
	"github.com/keyward/terraform-provider-keyward/internal/client"
	"github.com/keyward/terraform-provider-keyward/internal/inventory"
	"github.com/keyward/terraform-provider-keyward/internal/output"
	"github.com/keyward/terraform-provider-keyward/internal/tfstate"
)

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

// task is what a command does with every key that it is given.
type task struct {
	// find returns the key that an argument names.
	find func(*inventory.Inventory, context.Context, string) (inventory.Key, error)
	// do does it with a key, and returns what writes the result.
	do func(context.Context, *inventory.Inventory, []tfstate.Resource, target) (write func() error, err error)
	// notDone begins the line about a key of several with which it failed.
	notDone string
	// failuresOnStdout tells that such a line is a part of the result.
	failuresOnStdout bool
}

// run does the task with the key that an argument names or, where it is -, with that of
// each token on standard input. What fails doesn't stop the rest.
func (w task) run(ctx context.Context, e *env.Env, reference string) error {
	inv, err := e.Inventory()
	if err != nil {
		return err
	}
	if reference == env.Stdin && slices.Contains(e.States, env.Stdin) {
		return errors.New("the tokens and a state can't both come from standard input: name a file for --state")
	}
	states, err := e.ReadStates()
	if err != nil {
		return err
	}
	targets, err := w.targets(ctx, e, inv, reference)
	if err != nil {
		return err
	}
	people, failed := e.Stderr, 0
	if w.failuresOnStdout {
		people = e.Stdout
	}
	for i, t := range targets {
		var write func() error
		if t.err = t.find(ctx, inv, states); t.err == nil {
			write, t.err = w.do(ctx, inv, states, t)
		}
		if i > 0 && e.Format != output.FormatJSON && (t.err == nil || w.failuresOnStdout) {
			if _, err := fmt.Fprintln(e.Stdout); err != nil {
				return err
			}
		}
		if t.err != nil {
			failed++
			err = t.fail(e.Stdout, people, e.Format, w.notDone, len(targets))
		} else {
			err = write()
		}
		if err != nil {
			return err
		}
	}
	if failed > 0 {
		return fmt.Errorf("%d of %s failed, see above", failed, output.Count(len(targets), "token"))
	}
	return nil
}

// targets returns what an argument names: a key, which find returns, or where it is
// - one for each token on standard input, which key it is not yet looked up: what is
// done about one may change what is true of the next.
func (w task) targets(ctx context.Context, e *env.Env, inv *inventory.Inventory, reference string) ([]target, error) {
	if reference != env.Stdin {
		key, err := w.find(inv, ctx, reference)
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
