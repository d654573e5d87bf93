package cli

import (
	"errors"
	"fmt"
	"regexp"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/keyward/terraform-provider-keyward/internal/cli/output"
	"github.com/keyward/terraform-provider-keyward/internal/inventory"
)

// logFlags are the flags of keyward logs.
type logFlags struct {
	accounts, platform, scope, key, since, status, method string

	limit    int
	follow   bool
	interval time.Duration
	format   output.Format
}

func newLogs(world World) *cobra.Command {
	var flags logFlags
	cmd := &cobra.Command{
		Use:   "logs",
		Short: "Show what was done with keys, and follow it",
		Long: `Show the requests that the platforms have in their logs, of every configured account,
oldest first: the newest 100, or what the filters leave. Refused requests are there too;
the key is "unknown" where the token matched none.

With --follow new requests are shown as they come, until Ctrl-C. keyward asks for them
every few seconds; what this version of keyward reads with its own key is left out.
JSON is then one object a line.`,
		Example: `  # who uses this key, from where
  keyward logs --key sk_live_ab --since 24h

  # every refused request, as it comes
  keyward logs --follow --status 4xx

  # what was changed or deleted today, for a spreadsheet
  keyward logs --method DELETE --since 24h --limit 0 --output csv > deleted.csv`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			inv, err := world.inv(flags.accounts)
			if err != nil {
				return err
			}
			filter, err := world.logFilter(cmd, inv, flags)
			if err != nil {
				return err
			}
			if flags.follow {
				return world.follow(cmd, inv, filter, flags)
			}
			rows, err := inv.Logs(cmd.Context(), filter)
			if err != nil {
				return err
			}
			out := cmd.OutOrStdout()
			return requestListing(rows, output.Color(out, world.Getenv)).Write(out, flags.format)
		},
	}
	inventory.AddFlag(cmd, &flags.accounts)
	output.AddFlag(cmd, &flags.format)
	addPlatformFlag(cmd, &flags.platform)
	f := cmd.Flags()
	f.StringVar(&flags.scope, "scope", "", "`ID` of the company (com_…) or merchant (mer_…) to look in")
	f.StringVar(&flags.key, "key", "", "requests of the key with this `ID` or prefix")
	f.StringVar(&flags.since, "since", "", "requests since this `TIME`: 24h, 7d, 2026-01-31, 2026-01-31T08:00:00Z")
	f.StringVar(&flags.status, "status", "", "requests answered with this `STATUS`: 401, or 4xx for all of a class")
	f.StringVar(&flags.method, "method", "", "requests of this HTTP `METHOD`")
	f.IntVar(&flags.limit, "limit", 100, "the newest `NUMBER` of requests; 0 for all")
	f.BoolVarP(&flags.follow, "follow", "f", false, "show new requests as they come")
	f.DurationVar(&flags.interval, "interval", 2*time.Second, "`TIME` between two looks with --follow, at least 1s")
	completeWords(cmd, "method", []string{"GET", "POST", "PATCH", "DELETE"})
	completeWords(cmd, "status", []string{"2xx", "4xx", "5xx", "401", "403", "429"})
	return cmd
}

var statusForm = regexp.MustCompile(`^[1-5]([0-9][0-9]|xx)$`)

func (w World) logFilter(cmd *cobra.Command, inv *inventory.Inventory, flags logFlags) (inventory.LogFilter, error) {
	filter := inventory.LogFilter{Platform: flags.platform, Scope: flags.scope, Status: strings.ToLower(flags.status), Method: flags.method, Limit: flags.limit}
	if err := checkPlatform(flags.platform); err != nil {
		return filter, err
	}
	switch {
	case flags.status != "" && !statusForm.MatchString(filter.Status):
		return filter, fmt.Errorf("--status: %q is no HTTP status: write 401, or 4xx for all of a class", flags.status)
	case flags.limit < 0:
		return filter, fmt.Errorf("--limit: %d is less than nothing", flags.limit)
	case flags.follow && flags.interval < time.Second:
		return filter, errors.New("--interval: it must be at least 1s, for the platforms limit how often they may be asked")
	case flags.follow && flags.format == output.FormatMarkdown:
		return filter, errors.New("--follow: a markdown table has an end; use table, json or csv")
	}
	var err error
	if flags.since != "" {
		if filter.Since, err = parseSince(flags.since, w.Now()); err != nil {
			return filter, fmt.Errorf("--since: %w", err)
		}
	}
	if flags.scope != "" {
		if err := inv.Reaches(cmd.Context(), flags.platform, flags.scope); err != nil {
			return filter, fmt.Errorf("--scope: %w", err)
		}
	}
	if flags.key == "" {
		return filter, nil
	}
	key, err := inv.Find(cmd.Context(), flags.key)
	return filter.Of(key), err
}
