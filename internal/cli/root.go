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
	"time"

	"github.com/spf13/cobra"
)

// Exit codes.
const (
	exitFine     = 0
	exitFindings = 1 // it did its work, and found what somebody has to act on
	exitFailed   = 2 // it could not do its work, wrong usage included
)

// errFindings ends a command that has printed its findings.
var errFindings = errors.New("there are findings")

// World is what a command meets around it.
type World struct {
	Stdin          io.Reader
	Stdout, Stderr io.Writer
	Now            func() time.Time
}

// Main runs keyward with the arguments and returns its exit code. version is what
// the linker set, or empty. SIGINT and SIGTERM end a running command in order.
func Main(version string, args []string, world World) int {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM)
	defer stop()
	// A second signal ends the process at once, should the first take too long.
	context.AfterFunc(ctx, stop)
	return Run(ctx, version, args, world)
}

// Run is Main without signals: ctx ends a running command.
func Run(ctx context.Context, version string, args []string, world World) int {
	root := newRoot(version, world.Now)
	root.SetArgs(args)
	root.SetIn(world.Stdin)
	root.SetOut(world.Stdout)
	root.SetErr(world.Stderr)
	err := root.ExecuteContext(ctx)
	switch {
	case err == nil:
		return exitFine
	case errors.Is(err, errFindings):
		return exitFindings
	}
	// Nothing can be done about a closed stderr.
	_, _ = fmt.Fprintf(world.Stderr, "Error: %v\n", err)
	return exitFailed
}

func newRoot(version string, now func() time.Time) *cobra.Command {
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
	root.AddCommand(newSandbox(), newRotate(now), newToken())
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
			return fmt.Errorf("%s needs a command: %s\nRun '%s --help' for usage",
				cmd.CommandPath(), strings.Join(names, ", "), cmd.CommandPath())
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
