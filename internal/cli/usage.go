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
				return fmt.Errorf("unknown command %q for %q%s\n%s", args[0], cmd.CommandPath(), meant(cmd, args[0]), seeHelp(cmd))
			}
		}
	}
	for _, command := range cmd.Commands() {
		explainUsage(command)
	}
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
