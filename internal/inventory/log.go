package inventory

import (
	"cmp"
	"context"
	"fmt"
	"net/http"
	"path"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/keyward/terraform-provider-keyward/internal/client"
)

// Request is one request that a platform answered, from its log.
type Request struct {
	Platform Platform `json:"platform"`
	Account  string   `json:"account"`
	ID       string   `json:"id"`
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

// LogFilter narrows a log. Zero values narrow nothing.
type LogFilter struct {
	Platform Platform
	Scope    string
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
	return min(f.Limit, pageSize)
}

// Logs returns the rows of all accounts, oldest first: the newest Limit of them.
func (inv *Inventory) Logs(ctx context.Context, filter LogFilter) ([]Request, error) {
	var rows []Request
	for h := range inv.of(filter.Platform) {
		for row, err := range h.logs(ctx, filter) {
			if err != nil {
				return nil, fmt.Errorf("reading the log of the account %q: %w", h.about.Name, err)
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

// UsesAnywhere returns what was done with a key in every company that its account
// sees, oldest first: the newest limit requests of any status.
func (inv *Inventory) UsesAnywhere(ctx context.Context, key Key, limit int) ([]Request, error) {
	return inv.logOf(ctx, key, LogFilter{KeyID: key.ID, Limit: limit})
}

// logOf reads the log of the key's own account.
func (inv *Inventory) logOf(ctx context.Context, key Key, filter LogFilter) ([]Request, error) {
	filter.Platform = key.Platform
	one := &Inventory{readers: []*reader{key.reader}}
	return one.Logs(ctx, filter)
}

// User is what used a key: a program at an address.
type User struct {
	IP, Program string
	Requests    int
	Last        time.Time
}

// Users sums requests up by who made them, the last one first.
func Users(requests []Request) []User {
	var users []User
	for _, r := range requests {
		program := client.WithoutNonce(r.UserAgent)
		i := slices.IndexFunc(users, func(u User) bool { return u.IP == r.IP && u.Program == program })
		if i < 0 {
			i = len(users)
			users = append(users, User{IP: r.IP, Program: program})
		}
		users[i].Requests++
		if r.CreatedAt.After(users[i].Last) {
			users[i].Last = r.CreatedAt
		}
	}
	slices.SortStableFunc(users, func(a, b User) int { return b.Last.Compare(a.Last) })
	return users
}

// Edits returns the requests with which the key that made a key changed it, from its
// creation until so long after it, by the id of the key, oldest first. The path of such a
// request ends with the key's id, so that nothing is matched by time or name. What one
// key made at about the same time is read together: no row of a log is read twice.
func (inv *Inventory) Edits(ctx context.Context, keys []Key, within time.Duration) (map[string][]Request, error) {
	edits := map[string][]Request{}
	for _, window := range windows(keys, within) {
		rows, err := inv.logOf(ctx, window.keys[0], LogFilter{
			// Both bounds are excluded, and logs may have whole seconds.
			KeyID: window.keys[0].CreatedBy, Method: http.MethodPatch, Since: window.from.Add(-time.Second), Until: window.until.Add(time.Second),
		})
		if err != nil {
			return nil, err
		}
		ids := map[string]bool{}
		for _, key := range window.keys {
			ids[key.ID] = true
		}
		for _, row := range rows {
			if id := path.Base(row.Path); ids[id] {
				edits[id] = append(edits[id], row)
			}
		}
	}
	return edits, nil
}

// window is a time in which one key made others.
type window struct {
	keys        []Key
	from, until time.Time
}

// windows are the times from each key's creation until so long after it, those of one
// account and maker that overlap taken together.
func windows(keys []Key, within time.Duration) []window {
	sorted := slices.SortedStableFunc(slices.Values(keys), func(a, b Key) int {
		return cmp.Or(cmp.Compare(a.Platform, b.Platform), cmp.Compare(a.Account, b.Account), cmp.Compare(a.CreatedBy, b.CreatedBy), a.CreatedAt.Compare(b.CreatedAt))
	})
	var all []window
	for _, key := range sorted {
		until := key.CreatedAt.Add(within)
		if n := len(all) - 1; n >= 0 {
			first := all[n].keys[0]
			if first.reader == key.reader && first.CreatedBy == key.CreatedBy && !key.CreatedAt.After(all[n].until.Add(2*time.Second)) {
				all[n].keys, all[n].until = append(all[n].keys, key), until
				continue
			}
		}
		all = append(all, window{keys: []Key{key}, from: key.CreatedAt, until: until})
	}
	return all
}
