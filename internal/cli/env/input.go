package env

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"golang.org/x/term"

	"github.com/keyward/terraform-provider-keyward/internal/output"
	"github.com/keyward/terraform-provider-keyward/internal/tfstate"
)

const (
	// Stdin is what stands for it where a file is named.
	Stdin = tfstate.Stdin
	// StdinName is its name in findings.
	StdinName = "stdin"
)

// Called is how a message names an input.
func Called(name string) string {
	if name == Stdin {
		return "(stdin)"
	}
	return name
}

// ReadFile returns the content of a file, or of stdin.
func (e *Env) ReadFile(name string) ([]byte, error) {
	if name != Stdin {
		return os.ReadFile(name)
	}
	return io.ReadAll(e.OpenStdin())
}

// OpenStdin returns stdin, to be read to its end. At a terminal it says so first: anyone
// who forgot the pipe would wait for a command that waits for them.
func (e *Env) OpenStdin() io.Reader {
	if !output.Terminal(e.Stdin) {
		return e.Stdin
	}
	e.notice("reading standard input: paste it and press Ctrl-D, or press Ctrl-C and pipe it in")
	return io.MultiReader(e.Stdin) // it reads no further once Ctrl-D was typed; a terminal would
}

// maxPasted bounds what is read as tokens, in bytes.
const maxPasted = 16 << 20

// ReadTokens reads text with tokens in it from stdin. A terminal gives one line after a
// prompt of its own, and doesn't show what is typed.
func (e *Env) ReadTokens() (string, error) {
	if file, ok := e.Stdin.(*os.File); ok && output.Terminal(file) {
		_, _ = fmt.Fprint(e.Stderr, "Token (it is not shown): ") // nothing can be done about a closed stderr
		typed, err := term.ReadPassword(int(file.Fd()))
		_, _ = fmt.Fprintln(e.Stderr)
		if err != nil {
			return "", fmt.Errorf("reading the token: %w", err)
		}
		return string(typed), nil
	}
	text, err := io.ReadAll(io.LimitReader(e.OpenStdin(), maxPasted+1))
	switch {
	case err != nil:
		return "", fmt.Errorf("reading the tokens: %w", err)
	case len(text) > maxPasted:
		return "", fmt.Errorf("standard input has more than %d MiB: give the lines with tokens alone (keyward scan finds them)", maxPasted>>20)
	}
	return string(text), nil
}

// Confirm asks a question that only yes answers. Without a terminal to ask at it
// is an error that names --yes.
func (e *Env) Confirm(question string) error {
	if !output.Terminal(e.Stdin) {
		return errors.New("can't ask, because standard input is not a terminal: check the above, then run again with --yes")
	}
	_, _ = fmt.Fprintf(e.Stderr, "%s Only \"yes\" goes on: ", question) // likewise
	answer, err := bufio.NewReader(e.Stdin).ReadString('\n')
	if err != nil {
		_, _ = fmt.Fprintln(e.Stderr) // the question's line has not been ended
	}
	if err != nil || strings.TrimSpace(answer) != "yes" {
		return errors.New("not done: the answer was not yes")
	}
	return nil
}
