package cli

import (
	"errors"
	"io"
	"os"

	"github.com/spf13/cobra"

	"github.com/keyward/terraform-provider-keyward/internal/tfstate"
)

const (
	// stdin is what stands for it where a file is named.
	stdin = tfstate.Stdin
	// stdinName is its name in findings.
	stdinName = "stdin"
)

// input reads what a command is given: files, or stdin.
type input struct{ in io.Reader }

func newInput(cmd *cobra.Command) *input { return &input{cmd.InOrStdin()} }

// read returns the content of a file, or of stdin.
func (i *input) read(name string) ([]byte, error) {
	if name != stdin {
		return os.ReadFile(name)
	}
	// Anyone who forgot the pipe would wait for a command that waits for them.
	if file, ok := i.in.(*os.File); ok {
		if info, err := file.Stat(); err == nil && info.Mode()&os.ModeCharDevice != 0 {
			return nil, errors.New("stdin is neither a file nor a pipe: name a file, or pipe one in")
		}
	}
	return io.ReadAll(i.in)
}

// called is how a message names an input.
func called(name string) string {
	if name == stdin {
		return "(stdin)"
	}
	return name
}
