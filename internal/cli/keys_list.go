package cli

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/keyward/terraform-provider-keyward/internal/cli/output"
	"github.com/keyward/terraform-provider-keyward/internal/inventory"
	"github.com/keyward/terraform-provider-keyward/internal/platform/billium"
	"github.com/keyward/terraform-provider-keyward/internal/platform/corebill"
	"github.com/keyward/terraform-provider-keyward/internal/platform/naming"
)

// listFlags are the flags of keyward keys list.
type listFlags struct {
	accounts, platform, scope, level, permission, prefix, name, unusedSince string

	revoked bool
	format  output.Format
}

func newKeysList(world World) *cobra.Command {
	var flags listFlags
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
		RunE: func(cmd *cobra.Command, _ []string) error {
			inv, err := world.inv(flags.accounts)
			if err != nil {
				return err
			}
			progress := output.NewProgress(cmd.ErrOrStderr(), world.Now)
			keys, err := flags.list(cmd.Context(), inv, world.Now(), progress)
			progress.Done()
			if err != nil {
				return err
			}
			out := cmd.OutOrStdout()
			return keyListing(keys, output.Color(out, world.Getenv)).Write(out, flags.format)
		},
	}
	inventory.AddFlag(cmd, &flags.accounts)
	output.AddFlag(cmd, &flags.format)
	f := cmd.Flags()
	addPlatformFlag(cmd, &flags.platform)
	f.StringVar(&flags.scope, "scope", "", "`ID` of the company (com_…) or merchant (mer_…) to look in")
	f.StringVar(&flags.level, "level", "", "Corebill keys of this `LEVEL`: read, write or admin")
	f.StringVar(&flags.permission, "permission", "", "Billium keys that hold this `PERMISSION`, such as invoice:create")
	f.StringVar(&flags.prefix, "prefix", "", "keys whose token begins with this `TEXT`")
	f.StringVar(&flags.name, "name", "", "keys with this `TEXT` in their name; upper and lower case make no difference")
	f.StringVar(&flags.unusedSince, "unused-since", "", "keys not used since this `TIME`, or ever: 90d, 2w, 12h, 2026-01-31")
	f.BoolVar(&flags.revoked, "revoked", false, "include the keys revoked in the last 90 days")
	completeWords(cmd, "level", corebill.LevelNames())
	completeWords(cmd, "permission", billium.Names(billium.Permissions()))
	return cmd
}

func addPlatformFlag(cmd *cobra.Command, platform *string) {
	cmd.Flags().StringVar(platform, "platform", "", "only this `PLATFORM`: corebill or billium")
	completeWords(cmd, "platform", []string{inventory.Corebill, inventory.Billium})
}

// completeWords has the shell complete a flag's words.
func completeWords(cmd *cobra.Command, flag string, words []string) {
	// It fails only for a flag that is not there or has a completion already.
	cobra.CheckErr(cmd.RegisterFlagCompletionFunc(flag, cobra.FixedCompletions(words, cobra.ShellCompDirectiveNoFileComp)))
}

func checkPlatform(word string) error {
	switch word {
	case "", inventory.Corebill, inventory.Billium:
		return nil
	}
	return fmt.Errorf("--platform: %q is not a platform: it must be corebill or billium", word)
}

func (f listFlags) list(ctx context.Context, inv *inventory.Inventory, now time.Time, progress *output.Progress) ([]inventory.Key, error) {
	pass, err := f.filter(now)
	if err != nil {
		return nil, err
	}
	if f.scope != "" {
		if err := inv.Reaches(ctx, f.platform, f.scope); err != nil {
			return nil, fmt.Errorf("--scope: %w", err)
		}
	}
	keys := []inventory.Key{}
	seen := map[string]bool{}
	looked := 0
	for key, err := range inv.Keys(ctx, inventory.ListOptions{Platform: f.platform, Scope: f.scope, Revoked: f.revoked}) {
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
		return cmp.Or(strings.Compare(b.Platform, a.Platform), b.CreatedAt.Compare(a.CreatedAt))
	})
	return keys, nil
}

// filter returns what a key must pass.
func (f listFlags) filter(now time.Time) (func(inventory.Key) bool, error) {
	if err := checkPlatform(f.platform); err != nil {
		return nil, err
	}
	if f.level != "" {
		if _, err := corebill.ParseLevel(f.level); err != nil {
			return nil, fmt.Errorf("--level: %w", err)
		}
	}
	if f.permission != "" && !billium.Permission(f.permission).Known() {
		return nil, fmt.Errorf("--permission: %q is not a permission of Billium's", f.permission)
	}
	var since time.Time
	if f.unusedSince != "" {
		var err error
		if since, err = parseSince(f.unusedSince, now); err != nil {
			return nil, fmt.Errorf("--unused-since: %w", err)
		}
		if since.After(now) {
			return nil, fmt.Errorf("--unused-since: %s is in the future, before which every key was last used", f.unusedSince)
		}
	}
	return func(k inventory.Key) bool {
		switch {
		case f.level != "" && k.Level != f.level,
			f.permission != "" && !slices.Contains(k.Permissions, f.permission),
			!strings.HasPrefix(k.KeyPrefix, f.prefix),
			!strings.Contains(searchable(k.Name), searchable(f.name)):
			return false
		}
		return since.IsZero() || k.LastUsedAt == nil || k.LastUsedAt.Before(since)
	}, nil
}

// searchable is a name as a search sees it.
func searchable(name string) string { return naming.NFC(strings.ToLower(name)) }
