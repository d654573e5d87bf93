// Package logs is keyward logs.
package logs

import (
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/keyward/terraform-provider-keyward/internal/cli/env"
	"github.com/keyward/terraform-provider-keyward/internal/client"
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

// lateness is how long after a request its row may appear in the log.
const lateness = 10 * time.Second

// follow shows requests as they come, until the context ends, which is no error.
func follow(ctx context.Context, o *Options, inv *inventory.Inventory, filter inventory.LogFilter) error {
	tail := newTail(inv, filter, ownRequests(ctx, o.UserAgent(), inv))
	write := o.rowWriter()
	for {
		rows, err := tail.next(ctx)
		if err != nil {
			return unlessEnded(ctx, err)
		}
		for _, row := range rows {
			if err := write(row); err != nil {
				return err
			}
		}
		if err := o.Sleep(ctx, o.interval); err != nil {
			return unlessEnded(ctx, err)
		}
	}
}

// unlessEnded drops the error of a command that someone ended.
func unlessEnded(ctx context.Context, err error) error {
	if ctx.Err() != nil || errors.Is(err, context.Canceled) {
		return nil //nolint:nilerr // to be ended is how it ends
	}
	return err
}

// ownRequests returns what tells the requests that following itself makes: this
// program reads with an account's own key. Where a key can't be told, its
// requests are shown.
func ownRequests(ctx context.Context, agent string, inv *inventory.Inventory) func(inventory.Request) bool {
	own := map[string]bool{}
	for _, self := range inv.Whoami(ctx) {
		if self.Key != nil {
			own[self.Key.ID] = true
		}
	}
	return func(r inventory.Request) bool {
		return r.Method == http.MethodGet && client.WithoutNonce(r.UserAgent) == agent && r.KeyID != nil && own[*r.KeyID]
	}
}

// tail remembers what of a log has been shown.
type tail struct {
	inv    *inventory.Inventory
	filter inventory.LogFilter
	hidden func(inventory.Request) bool
	seen   map[string]time.Time
	newest time.Time
}

func newTail(inv *inventory.Inventory, filter inventory.LogFilter, hidden func(inventory.Request) bool) *tail {
	return &tail{inv: inv, filter: filter, hidden: hidden, seen: map[string]time.Time{}}
}

// next returns the rows that are new since the last call, oldest first. It looks
// back a while, for rows of one moment don't all appear at once.
func (t *tail) next(ctx context.Context) ([]inventory.Request, error) {
	rows, err := t.inv.Logs(ctx, t.filter)
	if err != nil {
		return nil, err
	}
	var fresh []inventory.Request
	for _, row := range rows {
		if _, known := t.seen[row.ID]; known {
			continue
		}
		t.seen[row.ID] = row.CreatedAt
		if row.CreatedAt.After(t.newest) {
			t.newest = row.CreatedAt
		}
		if !t.hidden(row) {
			fresh = append(fresh, row)
		}
	}
	if t.newest.IsZero() {
		return fresh, nil
	}
	// From now on everything new is wanted, however much it is.
	t.filter.Since, t.filter.Limit = t.newest.Add(-lateness), 0
	for id, at := range t.seen {
		if at.Before(t.filter.Since) {
			delete(t.seen, id)
		}
	}
	return fresh, nil
}

// rowWriter returns what writes one request at a time.
func (o *Options) rowWriter() func(inventory.Request) error {
	switch o.Format {
	case output.FormatJSON:
		return func(r inventory.Request) error { return output.JSONLine(o.Stdout, r) }
	case output.FormatCSV:
		lines := csv.NewWriter(o.Stdout)
		return func(r inventory.Request) error {
			if err := lines.Write(output.CSVCells(env.RequestRow(r))); err != nil {
				return err
			}
			lines.Flush()
			return lines.Error()
		}
	default:
		color := o.Color()
		return func(r inventory.Request) error {
			row := env.RequestRow(r)
			_, err := fmt.Fprintf(o.Stdout, "%s  %-8s  %-36s  %-6s  %s  %6s ms  %-15s  %s  %s\n", row[0], row[1], row[2], row[3],
				env.PaintRequest(r, env.RequestStatusColumn).Apply(row[env.RequestStatusColumn], color), row[6], row[7], output.Clean(row[4]), output.Clean(row[8]))
			return err
		}
	}
}
