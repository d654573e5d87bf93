package inventory

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/keyward/terraform-provider-keyward/internal/client/billium"
	"github.com/keyward/terraform-provider-keyward/internal/client/corebill"
)

// Request is one request that a platform answered, from its log.
type Request struct {
	Platform string `json:"platform"`
	Account  string `json:"account"`
	ID       string `json:"id"`
	// KeyID is null where the token matched no key.
	KeyID *string `json:"key_id"`
	// Scope is the company or merchant; null where the request named none.
	Scope      *string   `json:"scope"`
	Method     string    `json:"method"`
	Path       string    `json:"path"`
	Status     int       `json:"status"`
	DurationMS int64     `json:"duration_ms"`
	IP         string    `json:"ip"`
	UserAgent  string    `json:"user_agent"`
	CreatedAt  time.Time `json:"created_at"`
}

// LogFilter narrows a log. Zero values options nothing.
type LogFilter struct {
	Platform, Scope string
	// KeyID: requests that this key made.
	KeyID string
	// Status: an HTTP status such as "401", or a class of them such as "4xx".
	Status string
	// Method: requests of this HTTP method.
	Method string
	// Since and Until: requests between these times, both excluded.
	Since, Until time.Time
	// Limit is how many rows of each company's or merchant's log are wanted, the
	// newest; 0 for all.
	Limit int
}

// exactStatus is the status that the platform can filter by; 0 for none.
func (f LogFilter) exactStatus() int {
	status, err := strconv.Atoi(f.Status)
	if err != nil {
		return 0
	}
	return status
}

// passes applies what the platforms can't filter by.
func (f LogFilter) passes(r Request) bool {
	if f.Method != "" && !strings.EqualFold(f.Method, r.Method) {
		return false
	}
	class, ok := strings.CutSuffix(f.Status, "xx")
	return !ok || strings.HasPrefix(strconv.Itoa(r.Status), class)
}

func (f LogFilter) pageSize() int {
	if f.Method != "" || strings.HasSuffix(f.Status, "xx") {
		return 0
	}
	return min(f.Limit, corebill.PageSize)
}

func (f LogFilter) corebill() corebill.LogFilter {
	return corebill.LogFilter{APIKeyID: f.KeyID, Status: f.exactStatus(), CreatedAfter: f.Since, CreatedBefore: f.Until, PageSize: f.pageSize()}
}

func (f LogFilter) billium() billium.LogFilter {
	return billium.LogFilter{APIKeyID: f.KeyID, Status: f.exactStatus(), CreatedAfter: f.Since, CreatedBefore: f.Until, PageSize: f.pageSize()}
}

// Logs returns the rows of all accounts, oldest first: the newest Limit of them.
func (inv *Inventory) Logs(ctx context.Context, filter LogFilter) ([]Request, error) {
	var rows []Request
	for _, h := range inv.readers {
		if filter.Platform != "" && filter.Platform != string(h.account().Platform) {
			continue
		}
		for row, err := range h.logs(ctx, filter) {
			if err != nil {
				return nil, fmt.Errorf("reading the log of the account %q: %w", h.account().Name, err)
			}
			rows = append(rows, row)
		}
	}
	slices.SortStableFunc(rows, func(a, b Request) int {
		return cmp.Or(a.CreatedAt.Compare(b.CreatedAt), cmp.Compare(a.ID, b.ID))
	})
	if filter.Limit > 0 && len(rows) > filter.Limit {
		rows = rows[len(rows)-filter.Limit:]
	}
	return rows, nil
}

// Of narrows the filter to the requests of a key. A key of one company or
// merchant makes them there alone.
func (f LogFilter) Of(key Key) LogFilter {
	f.KeyID, f.Platform = key.ID, key.Platform
	if f.Scope == "" && key.Scope != nil {
		f.Scope = *key.Scope
	}
	return f
}

// Uses returns what was done with a key, oldest first: the newest limit requests.
func (inv *Inventory) Uses(ctx context.Context, key Key, limit int) ([]Request, error) {
	return inv.logOf(ctx, key, LogFilter{Limit: limit}.Of(key))
}
