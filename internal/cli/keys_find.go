package cli

import (
	"bufio"
	"errors"
	"fmt"
	"os"
	"strings"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"github.com/keyward/terraform-provider-keyward/internal/cli/output"
	"github.com/keyward/terraform-provider-keyward/internal/client"
	"github.com/keyward/terraform-provider-keyward/internal/keyring"
)

// foundKey is the key that an argument names.
type foundKey struct {
	key keyring.Key
	// token is empty where nobody gave it.
	token client.Secret
}

// find returns the key that an argument names: by id, by prefix, or, where it is
// -, by the token on standard input.
func (w World) find(cmd *cobra.Command, ring *keyring.Ring, reference string) (foundKey, error) {
	if reference != "-" {
		key, err := ring.Find(cmd.Context(), reference)
		return foundKey{key: key}, err
	}
	token, err := w.readToken(cmd)
	if err != nil {
		return foundKey{}, err
	}
	key, err := ring.FindToken(cmd.Context(), token)
	return foundKey{key, token}, err
}

// readToken reads one token. A terminal doesn't show what is typed.
func (w World) readToken(cmd *cobra.Command) (client.Secret, error) {
	var line string
	if file, ok := w.Stdin.(*os.File); ok && output.Terminal(file) {
		_, _ = fmt.Fprint(cmd.ErrOrStderr(), "Token (it is not shown): ") // nothing can be done about a closed stderr
		typed, err := term.ReadPassword(int(file.Fd()))
		_, _ = fmt.Fprintln(cmd.ErrOrStderr())
		if err != nil {
			return client.Secret{}, fmt.Errorf("reading the token: %w", err)
		}
		line = string(typed)
	} else {
		lines := bufio.NewScanner(w.Stdin)
		for line == "" && lines.Scan() {
			line = strings.TrimSpace(lines.Text())
		}
		if err := lines.Err(); err != nil {
			return client.Secret{}, fmt.Errorf("reading the token: %w", err)
		}
	}
	if line = strings.TrimSpace(line); line == "" {
		return client.Secret{}, errors.New("there is no token on standard input")
	}
	return client.NewSecret(line), nil
}

// confirm asks a question that only yes answers. Without a terminal to ask at it
// is an error that names --yes.
func (w World) confirm(cmd *cobra.Command, question string) error {
	if !output.Terminal(w.Stdin) {
		return errors.New("nobody can be asked, for standard input is not a terminal: look at the above and say --yes")
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
