package inventory

import (
	"cmp"
	"context"
	"net/http"
	"path"
	"slices"
	"time"
)

// Now returns the time by the clock of the key's platform, as its last answer
// told it.
func (inv *Inventory) Now(key Key) time.Time { return key.reader.now() }

func (h *corebillReader) now() time.Time { return h.Client.PlatformNow() }

func (h *billiumReader) now() time.Time { return h.Client.PlatformNow() }

func (h *corebillReader) tellsTime() bool { return h.Client.TellsTime() }

func (h *billiumReader) tellsTime() bool { return h.Client.TellsTime() }

// WholeLog reports whether the log of the key's account has every request that
// the key made. self is the account's own key.
func (inv *Inventory) WholeLog(key, self Key) bool { return key.reader.wholeLog(self) }

// wholeLog: a request that names no company is seen by the organization's keys
// only, and one that names another company in that company's log.
func (h *corebillReader) wholeLog(self Key) bool { return self.Scope == nil && h.CompanyIDs == nil }

func (h *billiumReader) wholeLog(Key) bool { return true }

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

// UsesAnywhere returns what was done with a key in every company that its account
// sees, oldest first: the newest limit requests of any status.
func (inv *Inventory) UsesAnywhere(ctx context.Context, key Key, limit int) ([]Request, error) {
	return inv.logOf(ctx, key, LogFilter{KeyID: key.ID, Limit: limit})
}

// logOf reads the log of the key's own account.
func (inv *Inventory) logOf(ctx context.Context, key Key, filter LogFilter) ([]Request, error) {
	filter.Platform = key.Platform
	one := &Inventory{readers: []reader{key.reader}}
	return one.Logs(ctx, filter)
}
