package sandbox

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"github.com/keyward/terraform-provider-keyward/internal/cli/env"
	"github.com/keyward/terraform-provider-keyward/internal/sandbox"
)

func newAccept(e *env.Env) *cobra.Command {
	var database string
	cmd := &cobra.Command{
		Use:   "accept-invitation EMAIL",
		Short: "Accept an invitation to the Billium team, as the invited user would",
		Long: `Accept an invitation to the team of the sandbox's Billium merchant, as its link in an
e-mail would: the sandbox sends none. The user joins with the role and the permissions
of the invitation. The sandbox may be running meanwhile, and knows the member at once.

It prints the new member's id.`,
		Example: `  keyward sandbox accept-invitation ann@example.com --database keyward-sandbox.db`,
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := checkDatabase(database); err != nil {
				return err
			}
			joined, err := sandbox.AcceptInvitation(cmd.Context(), sandbox.Options{Database: database}, args[0])
			if err != nil {
				return fmt.Errorf("accepting the invitation: %w", err)
			}
			if _, err := fmt.Fprintf(e.Stderr, "%s is on the team as %s.\n", joined.Email, joined.Role); err != nil {
				return err
			}
			_, err = fmt.Fprintln(e.Stdout, joined.MemberID)
			return err
		},
	}
	cmd.Flags().StringVar(&database, "database", defaultDatabase, "the sandbox's SQLite `FILE`, or a postgres:// URL")
	return cmd
}

// checkDatabase refuses a file that is not there: opening it would make it.
func checkDatabase(database string) error {
	if database == "" {
		return errors.New("--database must not be empty")
	}
	if strings.Contains(database, "://") {
		return nil
	}
	if _, err := os.Stat(database); errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("there is no database %s: name the one that the sandbox runs on", database)
	}
	return nil // what else is wrong with it, opening it says better
}
