// Package cli holds the commands of keyward: their flags and what they print.
// Data goes to stdout, everything else to stderr.
package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os/signal"
	"slices"
	"strings"
	"syscall"

	"github.com/spf13/cobra"

	"github.com/keyward/terraform-provider-keyward/internal/cli/audit"
	"github.com/keyward/terraform-provider-keyward/internal/cli/check"
	"github.com/keyward/terraform-provider-keyward/internal/cli/doctor"
	"github.com/keyward/terraform-provider-keyward/internal/cli/env"
	"github.com/keyward/terraform-provider-keyward/internal/cli/importcmd"
	"github.com/keyward/terraform-provider-keyward/internal/cli/keys"
	"github.com/keyward/terraform-provider-keyward/internal/cli/logs"
	"github.com/keyward/terraform-provider-keyward/internal/cli/rotate"
	"github.com/keyward/terraform-provider-keyward/internal/cli/sandbox"
	"github.com/keyward/terraform-provider-keyward/internal/cli/scan"
	"github.com/keyward/terraform-provider-keyward/internal/cli/token"
	"github.com/keyward/terraform-provider-keyward/internal/cli/whoami"
	"github.com/keyward/terraform-provider-keyward/internal/output"
	"github.com/keyward/terraform-provider-keyward/internal/platform/mask"
	"github.com/keyward/terraform-provider-keyward/internal/platform/naming"
	"github.com/keyward/terraform-provider-keyward/internal/platform/printable"
)

// Exit codes.
const (
	exitFine     = 0
	exitFindings = 1 // it did its work and found something: output.ErrFindings
	exitFailed   = 2 // it could not do its work, wrong usage included
)

// Main runs keyward with the arguments and returns its exit code. version is what
// the linker set, or empty. SIGINT and SIGTERM end a running command in order.
func Main(version string, args []string) int {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM)
	defer stop()
	// A second signal ends the process at once, should the first take too long.
	context.AfterFunc(ctx, stop)
	return Run(ctx, &env.Env{Version: version}, args)
}

// Command returns the root of all commands, for anyone who documents them.
func Command(e *env.Env) *cobra.Command { return newRoot(e.SetDefaults()) }

// Run is Main without signals, and in e: ctx ends a running command.
func Run(ctx context.Context, e *env.Env, args []string) int {
	root := Command(e)
	root.SetArgs(args)
	root.SetIn(e.Stdin)
	root.SetOut(e.Stdout)
	root.SetErr(e.Stderr)
	return exitCode(root.ExecuteContext(ctx), args, e.Stderr)
}

// exitCode says what went wrong, once. A message may have words of the command line,
// and among them a token that is in the wrong place, whole or in part. Nothing can be
// done about a closed stderr.
func exitCode(err error, args []string, stderr io.Writer) int {
	say := func(text string) {
		_, _ = fmt.Fprintln(stderr, mask.Arguments(printable.Text(text), args))
	}
	switch {
	case err == nil:
		return exitFine
	case err == output.ErrFindings: //nolint:errorlint // a wrapped one has something to say
		return exitFindings
	case errors.Is(err, output.ErrFindings):
		say(err.Error())
		return exitFindings
	default:
		say("Error: " + err.Error())
		return exitFailed
	}
}

func newRoot(e *env.Env) *cobra.Command {
	root := &cobra.Command{
		Use:   "keyward",
		Short: "Keys, permissions and companies of Corebill and Billium as code",
		Long: `keyward is the command line beside the Terraform provider of the same name: for when a
key has leaked, to see who can do what, and to check a plan before it is applied.

It uses the credentials that the provider uses: COREBILL_API_KEY, BILLIUM_API_KEY and
BILLIUM_MERCHANT_ID in the environment. --accounts names a file of many accounts instead
(keyward doctor --help shows one). A token is never an argument and is never printed: a
key is named by its id. keys show also takes the beginning of its token (sk_live_ab).

Exit codes: 0 fine, 1 findings, 2 it could not do its work (wrong usage included).
Data goes to stdout, everything else to stderr; --output json is for programs.`,
		Example: `  # a key has leaked: see what it is and who uses it, then end it
  keyward keys show key_a1b2c3d4e5f6
  keyward keys revoke key_a1b2c3d4e5f6

  # only the leaked token is known: it is read from standard input, never an argument
  keyward keys revoke - --yes < token.txt

  # where else are tokens lying about, and do they still work?
  keyward scan .
  keyward scan --git .

  # who can do what, and is it what is declared?
  terraform show -json > state.json
  keyward audit --state state.json

  # something doesn't work
  keyward doctor`,
		Version:       e.Version,
		Args:          cobra.NoArgs,
		SilenceErrors: true, // Run prints them, once
		SilenceUsage:  true,
		RunE:          func(cmd *cobra.Command, _ []string) error { return cmd.Help() },

		PersistentPreRunE: checkIDs,
	}
	root.SetVersionTemplate("keyward {{.Version}}\n")
	root.SetFlagErrorFunc(func(cmd *cobra.Command, err error) error {
		return fmt.Errorf("%w\n%s", err, env.SeeHelp(cmd))
	})
	addCommands(root, e)
	e.AddMaxWait(root)
	strictHelp(root)
	explainUsage(root)
	return root
}

// addCommands adds every command, in the groups of the root's help.
func addCommands(root *cobra.Command, e *env.Env) {
	for _, group := range []struct {
		id, title string
		commands  []*cobra.Command
	}{
		{"incident", "When a key has leaked, or may have:", []*cobra.Command{keys.New(e), scan.New(e), logs.New(e)}},
		{"judge", "To know who can do what, and to stop a bad plan:", []*cobra.Command{audit.New(e), check.New(e)}},
		{"adopt", "To manage with Terraform what there is already:", []*cobra.Command{importcmd.New(e)}},
		{"tend", "To look after what Terraform manages:", []*cobra.Command{rotate.New(e), token.New(e)}},
		{"setup", "To set up, and to find out why something doesn't work:", []*cobra.Command{whoami.New(e), doctor.New(e), sandbox.New(e)}},
	} {
		root.AddGroup(&cobra.Group{ID: group.id, Title: group.title})
		for _, command := range group.commands {
			command.GroupID = group.id
			root.AddCommand(command)
		}
	}
	root.SetHelpCommandGroupID("setup")
	root.SetCompletionCommandGroupID("setup")
}

// idFlags are the flags that take an id.
var idFlags = []string{"scope", "key", "prefix"}

// checkIDs refuses ids that no object has, before anything is asked for.
func checkIDs(cmd *cobra.Command, args []string) error {
	for _, name := range idFlags {
		if flag := cmd.Flags().Lookup(name); flag != nil {
			if err := naming.CheckID("--"+name, flag.Value.String()); err != nil {
				return err
			}
		}
	}
	if !strings.Contains(cmd.Use, " ID") {
		return nil
	}
	for _, id := range args {
		if err := naming.CheckID("the argument", id); err != nil && (strings.HasPrefix(id, "key_") || strings.TrimSpace(id) != id) {
			return err
		}
	}
	return nil
}

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
				return fmt.Errorf("that is not what it takes, which is: %s\n%s", cmd.UseLine(), env.SeeHelp(cmd))
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
	return fmt.Errorf("unknown command %q for %q%s\n%s", word, cmd.CommandPath(), meant(cmd, word), env.SeeHelp(cmd))
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
