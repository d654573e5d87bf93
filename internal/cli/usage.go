package cli

import (
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"
)

// closeEnough is how many letters a mistyped command may be off.
const closeEnough = 2

// explainUsage has every command say how it is used where its arguments are not
// what it takes.
func explainUsage(cmd *cobra.Command) {
	if check := cmd.Args; check != nil {
		cmd.Args = func(cmd *cobra.Command, args []string) error {
			err := check(cmd, args)
			switch {
			case err == nil:
				return nil
			case !cmd.HasAvailableSubCommands() || len(args) == 0:
				return fmt.Errorf("that is not what it takes, which is: %s\n%s", cmd.UseLine(), seeHelp(cmd))
			default:
				return unknown(cmd, args[0])
			}
		}
	}
	for _, command := range cmd.Commands() {
		explainUsage(command)
	}
}

// strictHelp has keyward help fail for what is no command, as everything else does.
func strictHelp(root *cobra.Command) {
	root.InitDefaultHelpCmd()
	for _, cmd := range root.Commands() {
		if cmd.Name() != "help" {
			continue
		}
		cmd.Run = nil
		cmd.RunE = func(_ *cobra.Command, args []string) error {
			about, rest, err := root.Find(args)
			if err != nil {
				return err
			}
			if len(rest) > 0 {
				return unknown(about, rest[0])
			}
			about.InitDefaultHelpFlag()
			return about.Help()
		}
	}
}

func unknown(cmd *cobra.Command, word string) error {
	return fmt.Errorf("unknown command %q for %q%s\n%s", word, cmd.CommandPath(), meant(cmd, word), seeHelp(cmd))
}

func seeHelp(cmd *cobra.Command) string {
	return fmt.Sprintf("Run '%s --help' for usage", cmd.CommandPath())
}

// meant guesses which command someone looked for: one of a similar name, or of
// this name elsewhere.
func meant(cmd *cobra.Command, word string) string {
	var guesses []string
	cmd.SuggestionsMinimumDistance = closeEnough
	for _, name := range cmd.SuggestionsFor(word) {
		guesses = append(guesses, cmd.CommandPath()+" "+name)
	}
	guesses = append(guesses, pathsOf(cmd.Root(), word)...)
	slices.Sort(guesses)
	if guesses = slices.Compact(guesses); len(guesses) == 0 {
		return ""
	}
	return ": is it " + strings.Join(guesses, " or ") + "?"
}

// pathsOf returns the commands of a name below cmd.
func pathsOf(cmd *cobra.Command, name string) []string {
	var paths []string
	for _, command := range cmd.Commands() {
		if command.Name() == name {
			paths = append(paths, command.CommandPath())
		}
		paths = append(paths, pathsOf(command, name)...)
	}
	return paths
}
