package keys

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/keyward/terraform-provider-keyward/internal/cli/env"
	"github.com/keyward/terraform-provider-keyward/internal/inventory"
	"github.com/keyward/terraform-provider-keyward/internal/output"
	"github.com/keyward/terraform-provider-keyward/internal/platform/billium"
	"github.com/keyward/terraform-provider-keyward/internal/platform/corebill"
	"github.com/keyward/terraform-provider-keyward/internal/platform/naming"
)

// ListOptions are what keyward keys list is told.
type ListOptions struct {
	*env.Env

	level, permission, prefix, name, unusedSince string
	revoked                                      bool
}

func newList(e *env.Env) *cobra.Command {
	o := &ListOptions{Env: e}
	cmd := &cobra.Command{
		Use:   "list",
		Short: "List keys, filtered",
		Long: `List the API keys of every configured account, the newest of each platform first. Filters
narrow together. A token is never shown: the platforms show it only once, when the key is
created.

The status is live, disabled or revoked or, where the key's name says so: "being created",
"orphaned" for a creation that was never finished, "expired" for an ephemeral key that is
past its time. keyward keys prune revokes orphaned and expired keys.`,
		Example: `  # every live key
  keyward keys list

  # what may delete things at Corebill, as JSON
  keyward keys list --level admin --output json

  # what no one has used for 90 days, or ever
  keyward keys list --unused-since 90d

  # who may invite people at Billium
  keyward keys list --permission team:invite`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return list(cmd.Context(), o) },
	}
	o.AddAccounts(cmd)
	o.AddOutput(cmd)
	f := cmd.Flags()
	o.AddPlatform(cmd)
	f.StringVar(&o.level, "level", "", "Corebill keys of this `LEVEL`: read, write or admin")
	f.StringVar(&o.permission, "permission", "", "Billium keys that hold this `PERMISSION`, such as invoice:create")
	f.StringVar(&o.prefix, "prefix", "", "keys whose token begins with this `TEXT`")
	f.StringVar(&o.name, "name", "", "keys with this `TEXT` in their name; upper and lower case make no difference")
	f.StringVar(&o.unusedSince, "unused-since", "", "keys not used since this `TIME`, or ever: 90d, 2w, 12h, 2026-01-31")
	f.BoolVar(&o.revoked, "revoked", false, "include the keys revoked in the last 90 days")
	env.CompleteWords(cmd, "level", corebill.LevelNames())
	env.CompleteWords(cmd, "permission", billium.Names(billium.Permissions()))
	return cmd
}

func list(ctx context.Context, o *ListOptions) error {
	inv, err := o.Inventory()
	if err != nil {
		return err
	}
	progress := o.Progress()
	keys, err := o.keys(ctx, inv, progress)
	progress.Done()
	if err != nil {
		return err
	}
	return o.Print(keyListing(keys))
}

func (o *ListOptions) keys(ctx context.Context, inv *inventory.Inventory, progress *output.Progress) ([]inventory.Key, error) {
	pass, err := o.filter(o.Now())
	if err != nil {
		return nil, err
	}
	if err := o.CheckScope(ctx, inv); err != nil {
		return nil, err
	}
	keys := []inventory.Key{}
	seen := map[string]bool{}
	looked := 0
	for key, err := range inv.Keys(ctx, inventory.ListOptions{Platform: o.Platform, Scope: o.Scope, Revoked: o.revoked}) {
		if err != nil {
			return nil, err
		}
		looked++
		progress.Step("keys", looked, 0)
		if !seen[key.ID] && pass(key) {
			seen[key.ID] = true
			keys = append(keys, key)
		}
	}
	slices.SortStableFunc(keys, func(a, b inventory.Key) int {
		return cmp.Or(cmp.Compare(b.Platform, a.Platform), b.CreatedAt.Compare(a.CreatedAt))
	})
	return keys, nil
}

// filter returns what a key must pass.
func (o *ListOptions) filter(now time.Time) (func(inventory.Key) bool, error) {
	if err := o.CheckPlatform(); err != nil {
		return nil, err
	}
	if o.level != "" {
		if _, err := corebill.ParseLevel(o.level); err != nil {
			return nil, fmt.Errorf("--level: %w", err)
		}
	}
	if o.permission != "" && !billium.Permission(o.permission).Known() {
		return nil, fmt.Errorf("--permission: %q is not a permission of Billium's", o.permission)
	}
	var since time.Time
	if o.unusedSince != "" {
		var err error
		if since, err = env.ParseSince(o.unusedSince, now); err != nil {
			return nil, fmt.Errorf("--unused-since: %w", err)
		}
		if since.After(now) {
			return nil, fmt.Errorf("--unused-since: %s is in the future, before which every key was last used", o.unusedSince)
		}
	}
	return func(k inventory.Key) bool {
		switch {
		case o.level != "" && string(k.Level) != o.level,
			o.permission != "" && !slices.Contains(k.Permissions, billium.Permission(o.permission)),
			!strings.HasPrefix(k.KeyPrefix, o.prefix),
			!strings.Contains(searchable(k.Name), searchable(o.name)):
			return false
		}
		return since.IsZero() || k.LastUsedAt == nil || k.LastUsedAt.Before(since)
	}, nil
}

// searchable is a name as a search sees it.
func searchable(name string) string { return naming.NFC(strings.ToLower(name)) }
