// Package output is how every command of keyward answers: in one of a few
// formats, with colour and progress for people only, and with an exit code.
package output

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"
)

// Format is a form of a command's answer.
type Format string

// The formats that every listing command has. A command may have more of its
// own, such as sarif.
const (
	FormatTable    Format = "table"
	FormatJSON     Format = "json"
	FormatCSV      Format = "csv"
	FormatMarkdown Format = "markdown"
)

// Formats that some commands have besides those.
const (
	FormatSARIF Format = "sarif"
	FormatJUnit Format = "junit"
	FormatHTML  Format = "html"
)

// Formats are the four of every listing command.
var Formats = []Format{FormatTable, FormatJSON, FormatCSV, FormatMarkdown}

// AddFlag gives the command --output and -o, whose value is one of allowed, by default a
// table; without any they are Formats. The shell completes them, and any other value is an
// error of usage. Commands may share the format, as only one of them runs: hence the one
// default.
func AddFlag(cmd *cobra.Command, format *Format, allowed ...Format) {
	if len(allowed) == 0 {
		allowed = Formats
	}
	*format = FormatTable
	words := make([]string, len(allowed))
	for i, choice := range allowed {
		words[i] = string(choice)
	}
	value := &formatFlag{format: format, allowed: words}
	cmd.Flags().VarP(value, "output", "o", "`FORMAT` of the answer: "+strings.Join(words, ", "))
	complete := func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
		return words, cobra.ShellCompDirectiveNoFileComp
	}
	// It fails only for a flag that is not there or has a completion already.
	cobra.CheckErr(cmd.RegisterFlagCompletionFunc("output", complete))
}

// formatFlag is a flag that takes one of a few words.
type formatFlag struct {
	format  *Format
	allowed []string
}

// String returns the format that is chosen.
func (f *formatFlag) String() string { return string(*f.format) }

// Set chooses a format.
func (f *formatFlag) Set(word string) error {
	if !slices.Contains(f.allowed, word) {
		return fmt.Errorf("it must be one of %s", strings.Join(f.allowed, ", "))
	}
	*f.format = Format(word)
	return nil
}

// Type returns what the help calls the value.
func (f *formatFlag) Type() string { return "format" }

// ErrFindings ends a command that did its work and found something: exit code 1.
// By itself it prints nothing, because the command has said all. Any other error
// means that a command could not do its work: exit code 2.
var ErrFindings = errors.New("there are findings")

// Found is an ErrFindings with a line for stderr.
func Found(format string, args ...any) error {
	return &found{text: fmt.Sprintf(format, args...)}
}

type found struct{ text string }

func (f *found) Error() string { return f.text }

func (f *found) Is(target error) bool { return target == ErrFindings }
