package cli

import (
	"github.com/spf13/cobra"

	"github.com/keyward/terraform-provider-keyward/internal/cli/output"
	"github.com/keyward/terraform-provider-keyward/internal/inventory"
)

func newKeys(world World) *cobra.Command {
	cmd := newGroup("keys", "List, look at and revoke API keys",
		newKeysList(world), newKeysShow(world), newKeysRevoke(world), newKeysPrune(world))
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

// inv returns the keys of the accounts that are configured.
func (w World) inv(accounts string) (*inventory.Inventory, error) {
	access, err := inventory.Load(accounts, w.Getenv, w.clientOptions())
	if err != nil {
		return nil, err
	}
	return inventory.New(access), nil
}

// keyListing is a table of keys.
func keyListing(keys []inventory.Key, color bool) output.Listing {
	l := output.Listing{
		Header:  []string{"PLATFORM", "ID", "PREFIX", "NAME", "BELONGS TO", "ACCESS", "STATUS", "CREATED", "LAST USED"},
		Records: keys, Color: color, None: "No keys.",
		Paint: func(row, column int) output.Paint { return paintKey(keys[row], column) },
	}
	for _, k := range keys {
		l.Rows = append(l.Rows, []string{
			k.Platform, k.ID, k.KeyPrefix, k.Name, k.Where(), k.Access(), k.State(), stamp(k.CreatedAt), stampOr(k.LastUsedAt, "never"),
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
