package cli

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"github.com/keyward/terraform-provider-keyward/internal/cli/output"
	"github.com/keyward/terraform-provider-keyward/internal/client"
	"github.com/keyward/terraform-provider-keyward/internal/declared"
	"github.com/keyward/terraform-provider-keyward/internal/keyring"
)

// target is a key that an argument, or a token on standard input, names.
type target struct {
	key keyring.Key
	// token is empty where it was not given.
	token client.Secret
	// given says what named it, without the token, and line where in the input.
	given string
	line  int
	// err is why which key it is is not known.
	err error
}

// failedTarget is what json says of a target that failed.
type failedTarget struct {
	Given string `json:"given"`
	Line  int    `json:"line"`
	Error string `json:"error"`
}

// targets returns what an argument names: a key, which find returns, or where it is
// - those of the tokens on standard input. Where there is but one, that it is not
// known is an error.
func (w World) targets(cmd *cobra.Command, ring *keyring.Ring, states []declared.Key, reference string,
	find func(context.Context, string) (keyring.Key, error),
) ([]target, error) {
	if reference != stdin {
		key, err := find(cmd.Context(), reference)
		return []target{{key: key}}, err
	}
	text, err := w.readTokens(cmd)
	if err != nil {
		return nil, err
	}
	var all []target
	for _, pasted := range keyring.Tokens(text) {
		t := target{token: pasted.Token, given: pasted.String(), line: pasted.Line, err: pasted.Err}
		if t.err == nil {
			t.key, t.err = findToken(cmd.Context(), ring, states, pasted.Token)
		}
		all = append(all, t)
	}
	switch {
	case len(all) == 0:
		return nil, errors.New("there is no token on standard input")
	case len(all) == 1 && all[0].err != nil:
		return nil, fmt.Errorf("%s: %w", all[0].given, all[0].err)
	}
	return all, nil
}

func findToken(ctx context.Context, ring *keyring.Ring, states []declared.Key, token client.Secret) (keyring.Key, error) {
	owner, err := declared.OfToken(states, token.Fingerprint())
	if err != nil {
		return keyring.Key{}, err
	}
	if owner == nil {
		return ring.FindToken(ctx, token, "")
	}
	key, err := ring.FindToken(ctx, token, owner.ID)
	if err != nil {
		return key, fmt.Errorf("by its token_fingerprint it is the key %s of %s (in %s): %w", owner.ID, owner.Address, owner.File, err)
	}
	return key, nil
}

// readStates reads the states and plans that say which key a token is, and what
// manages it.
func readStates(cmd *cobra.Command, paths []string, reference string) ([]declared.Key, error) {
	if reference == stdin && slices.Contains(paths, stdin) {
		return nil, errors.New("the tokens and a state can't both come from standard input: name a file for --state")
	}
	return declared.ReadWithPlans(paths, newInput(cmd).read)
}

// maxPasted bounds what is read as tokens, in bytes.
const maxPasted = 16 << 20

// readTokens reads text with tokens in it. A terminal gives one line, and doesn't
// show what is typed.
func (w World) readTokens(cmd *cobra.Command) (string, error) {
	if file, ok := w.Stdin.(*os.File); ok && output.Terminal(file) {
		_, _ = fmt.Fprint(cmd.ErrOrStderr(), "Token (it is not shown): ") // nothing can be done about a closed stderr
		typed, err := term.ReadPassword(int(file.Fd()))
		_, _ = fmt.Fprintln(cmd.ErrOrStderr())
		if err != nil {
			return "", fmt.Errorf("reading the token: %w", err)
		}
		return string(typed), nil
	}
	text, err := io.ReadAll(io.LimitReader(w.Stdin, maxPasted+1))
	switch {
	case err != nil:
		return "", fmt.Errorf("reading the tokens: %w", err)
	case len(text) > maxPasted:
		return "", fmt.Errorf("standard input has more than %d MiB: give the lines with tokens alone (keyward scan finds them)", maxPasted>>20)
	}
	return string(text), nil
}

// notAll is the error where some of several targets failed.
func notAll(failed, all int) error {
	if failed == 0 {
		return nil
	}
	return fmt.Errorf("%d of %s failed, see above", failed, count(all, "token"))
}

// confirm asks a question that only yes answers. Without a terminal to ask at it
// is an error that names --yes.
func (w World) confirm(cmd *cobra.Command, question string) error {
	if !output.Terminal(w.Stdin) {
		return errors.New("can't ask, because standard input is not a terminal: check the above, then run again with --yes")
	}
	_, _ = fmt.Fprintf(cmd.ErrOrStderr(), "%s Only \"yes\" goes on: ", question) // likewise
	answer, err := bufio.NewReader(w.Stdin).ReadString('\n')
	if err != nil {
		_, _ = fmt.Fprintln(cmd.ErrOrStderr()) // the question's line has not been ended
	}
	if err != nil || strings.TrimSpace(answer) != "yes" {
		return errors.New("not done: the answer was not yes")
	}
	return nil
}
