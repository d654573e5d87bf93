package logs

import (
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/keyward/terraform-provider-keyward/internal/cli/env"
	"github.com/keyward/terraform-provider-keyward/internal/client"
	"github.com/keyward/terraform-provider-keyward/internal/inventory"
	"github.com/keyward/terraform-provider-keyward/internal/output"
)

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
