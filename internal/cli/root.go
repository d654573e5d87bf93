// Package cli holds the commands of keyward: their flags and what they print.
// Data goes to stdout, everything else to stderr.
package cli

import (
	"context"
	"fmt"
	"io"
	"os/signal"
	"runtime/debug"
	"syscall"

	"github.com/spf13/cobra"
)

// Exit codes. 1 is for findings; no command here has any.
const (
	exitFine   = 0
	exitFailed = 2 // it could not do its work, wrong usage included
)

// Main runs keyward with the arguments and returns its exit code. version is what
// the linker set, or empty. SIGINT and SIGTERM end a running command in order.
func Main(version string, args []string, stdout, stderr io.Writer) int {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM)
	defer stop()
	// A second signal ends the process at once, should the first take too long.
	context.AfterFunc(ctx, stop)
	return Run(ctx, version, args, stdout, stderr)
}

// Run is Main without signals: ctx ends a running command.
func Run(ctx context.Context, version string, args []string, stdout, stderr io.Writer) int {
	root := newRoot(version)
	root.SetArgs(args)
	root.SetOut(stdout)
	root.SetErr(stderr)
	if err := root.ExecuteContext(ctx); err != nil {
		if _, printErr := fmt.Fprintf(stderr, "Error: %v\n", err); printErr != nil {
			return exitFailed
		}
		return exitFailed
	}
	return exitFine
}

func newRoot(version string) *cobra.Command {
	root := &cobra.Command{
		Use:   "keyward",
		Short: "Keys, permissions and companies of Corebill and Billium as code",
		Long: `keyward is what runs around the Terraform provider of the same name.

Exit codes: 0 fine, 1 findings, 2 it could not do its work (wrong usage included).
Data goes to stdout, everything else to stderr.`,
		Version:       versionOr(version),
		Args:          cobra.NoArgs,
		SilenceErrors: true, // Run prints them, once
		SilenceUsage:  true,
		RunE:          func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	root.SetVersionTemplate("keyward {{.Version}}\n")
	root.SetFlagErrorFunc(func(cmd *cobra.Command, err error) error {
		return fmt.Errorf("%w\nRun '%s --help' for usage", err, cmd.CommandPath())
	})
	root.AddCommand(newSandbox())
	return root
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
