// Package logs is keyward logs.
package logs

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/keyward/terraform-provider-keyward/internal/cli/env"
	"github.com/keyward/terraform-provider-keyward/internal/inventory"
	"github.com/keyward/terraform-provider-keyward/internal/output"
)

// Options are what keyward logs is told.
type Options struct {
	*env.Env

	key, since, status, method string

	limit    int
	follow   bool
	interval time.Duration
}

// New returns keyward logs.
func New(e *env.Env) *cobra.Command {
	o := &Options{Env: e}
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
		RunE: func(cmd *cobra.Command, _ []string) error { return run(cmd.Context(), o) },
	}
	o.AddAccounts(cmd)
	o.AddOutput(cmd)
	o.AddPlatform(cmd)
	f := cmd.Flags()
	f.StringVar(&o.key, "key", "", "requests of the key with this `ID` or prefix")
	f.StringVar(&o.since, "since", "", "requests since this `TIME`: 24h, 7d, 2026-01-31, 2026-01-31T08:00:00Z")
	f.StringVar(&o.status, "status", "", "requests answered with this `STATUS`: 401, or 4xx for all of a class")
	f.StringVar(&o.method, "method", "", "requests of this HTTP `METHOD`")
	f.IntVar(&o.limit, "limit", 100, "the newest `NUMBER` of requests; 0 for all")
	f.BoolVarP(&o.follow, "follow", "f", false, "show new requests as they come")
	f.DurationVar(&o.interval, "interval", 2*time.Second, "`TIME` between two looks with --follow, at least 1s")
	env.CompleteWords(cmd, "method", []string{"GET", "POST", "PATCH", "DELETE"})
	env.CompleteWords(cmd, "status", []string{"2xx", "4xx", "5xx", "401", "403", "429"})
	return cmd
}

var statusForm = regexp.MustCompile(`^[1-5]([0-9][0-9]|xx)$`)

func run(ctx context.Context, o *Options) error {
	inv, err := o.Inventory()
	if err != nil {
		return err
	}
	filter, err := o.filter(ctx, inv)
	if err != nil {
		return err
	}
	if o.follow {
		return follow(ctx, o, inv, filter)
	}
	rows, err := inv.Logs(ctx, filter)
	if err != nil {
		return err
	}
	return o.Print(env.RequestListing(rows))
}

func (o *Options) filter(ctx context.Context, inv *inventory.Inventory) (inventory.LogFilter, error) {
	filter := inventory.LogFilter{Platform: o.Platform, Scope: o.Scope, Status: strings.ToLower(o.status), Method: o.method, Limit: o.limit}
	if err := o.CheckPlatform(); err != nil {
		return filter, err
	}
	switch {
	case o.status != "" && !statusForm.MatchString(filter.Status):
		return filter, fmt.Errorf("--status: %q is no HTTP status: write 401, or 4xx for all of a class", o.status)
	case o.limit < 0:
		return filter, fmt.Errorf("--limit: %d is less than nothing", o.limit)
	case o.follow && o.interval < time.Second:
		return filter, errors.New("--interval: it must be at least 1s, for the platforms limit how often they may be asked")
	case o.follow && o.Format == output.FormatMarkdown:
		return filter, errors.New("--follow: a markdown table has an end; use table, json or csv")
	}
	var err error
	if o.since != "" {
		if filter.Since, err = env.ParseSince(o.since, o.Now()); err != nil {
			return filter, fmt.Errorf("--since: %w", err)
		}
	}
	if err := o.CheckScope(ctx, inv); err != nil {
		return filter, err
	}
	if o.key == "" {
		return filter, nil
	}
	key, err := inv.Find(ctx, o.key)
	return filter.Of(key), err
}
