// Package keys is keyward keys.
package keys

import (
	"github.com/spf13/cobra"

	"github.com/keyward/terraform-provider-keyward/internal/cli/env"
	"github.com/keyward/terraform-provider-keyward/internal/inventory"
	"github.com/keyward/terraform-provider-keyward/internal/output"
)

// New returns keyward keys.
func New(e *env.Env) *cobra.Command {
	cmd := env.Group("keys", "List, look at and revoke API keys",
		newList(e), newShow(e), newRevoke(e), newPrune(e))
	cmd.Long = `List, look at and revoke the API keys of every configured account.

A key is named by its id. To look at one, the beginning of its token as lists show it
(sk_live_ab) names it too, if no other key has the same; to revoke one, it never does.
Never write a token as an argument: it would stay in the shell's history and in the list
of processes. Where a token is all you have, give it on standard input.`
	cmd.Example = `  # a key has leaked: see what it is, then end it
  keyward keys show key_a1b2c3d4e5f6
  keyward keys revoke key_a1b2c3d4e5f6

  # the same with nothing but the token, from the clipboard
  pbpaste | keyward keys revoke - --yes

  # what no one has used for three months
  keyward keys list --unused-since 90d`
	return cmd
}

// keyListing is a table of keys.
func keyListing(keys []inventory.Key) output.Listing {
	l := output.Listing{
		Header:  []string{"PLATFORM", "ID", "PREFIX", "NAME", "BELONGS TO", "ACCESS", "STATUS", "CREATED", "LAST USED"},
		Records: keys, None: "No keys.",
		Paint: func(row, column int) output.Paint { return paintKey(keys[row], column) },
	}
	for _, k := range keys {
		l.Rows = append(l.Rows, []string{
			string(k.Platform), k.ID, k.KeyPrefix, k.Name, k.Where(), k.Access(), k.State(), output.Stamp(k.CreatedAt), output.StampOr(k.LastUsedAt, "never"),
		})
	}
	return l
}

// Columns that have colours.
const (
	accessColumn   = 5
	statusColumn   = 6
	lastUsedColumn = 8
)

func paintKey(k inventory.Key, column int) output.Paint {
	switch {
	case k.Status == inventory.Revoked:
		return output.Faint
	case column == statusColumn && k.State() != string(inventory.Live), column == lastUsedColumn && k.LastUsedAt == nil:
		return output.Yellow
	case column == accessColumn && (k.Level == "admin" || k.Access() == "all permissions"):
		return output.Red
	default:
		return output.Plain
	}
}
