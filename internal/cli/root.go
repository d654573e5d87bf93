// Package cli holds the commands of keyward: their flags and what they print.
// Data goes to stdout, everything else to stderr.
package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os/signal"
	"runtime/debug"
	"strings"
	"syscall"

	"github.com/spf13/cobra"

	"github.com/keyward/terraform-provider-keyward/internal/cli/output"
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
func Main(version string, args []string, stdout, stderr io.Writer) int {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM)
	defer stop()
	// A second signal ends the process at once, should the first take too long.
	context.AfterFunc(ctx, stop)
	return Run(ctx, World{Version: version}, args, stdout, stderr)
}

// Command returns the root of all commands, for anyone who documents them.
func Command(world World) *cobra.Command { return newRoot(world.withDefaults()) }

// Run is Main without signals: ctx ends a running command.
func Run(ctx context.Context, world World, args []string, stdout, stderr io.Writer) int {
	world = world.withDefaults()
	world.waits.stderr = stderr
	root := newRoot(world)
	root.SetArgs(args)
	root.SetIn(world.Stdin)
	root.SetOut(stdout)
	root.SetErr(stderr)
	return exitCode(root.ExecuteContext(ctx), args, stderr)
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

func newRoot(world World) *cobra.Command {
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
		Version:       world.Version,
		Args:          cobra.NoArgs,
		SilenceErrors: true, // Run prints them, once
		SilenceUsage:  true,
		RunE:          func(cmd *cobra.Command, _ []string) error { return cmd.Help() },

		PersistentPreRunE: checkIDs,
	}
	root.SetVersionTemplate("keyward {{.Version}}\n")
	root.SetFlagErrorFunc(func(cmd *cobra.Command, err error) error {
		return fmt.Errorf("%w\n%s", err, seeHelp(cmd))
	})
	addCommands(root, world)
	world.waits.addFlag(root)
	strictHelp(root)
	explainUsage(root)
	return root
}

// newGroup returns a command that does nothing without one of its own: a script
// that calls it alone must not take that for success.
func newGroup(use, short string, commands ...*cobra.Command) *cobra.Command {
	group := &cobra.Command{
		Use:   use,
		Short: short,
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			var names []string
			for _, command := range cmd.Commands() {
				names = append(names, command.Name())
			}
			return fmt.Errorf("%s needs a command: %s\n%s", cmd.CommandPath(), strings.Join(names, ", "), seeHelp(cmd))
		},
	}
	group.AddCommand(commands...)
	return group
}

// versionOr returns the linker's version or, in a binary that go install made,
// the module's.
func versionOr(version string) string {
	if version != "" {
		return version
	}
	if info, ok := debug.ReadBuildInfo(); ok && info.Main.Version != "" {
		return info.Main.Version
	}
	return "(unknown)"
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
