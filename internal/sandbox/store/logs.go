package store

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"time"
)

// Platform tells whose request a row of the log is.
type Platform string

// The two platforms.
const (
	Corebill Platform = "corebill"
	Billium  Platform = "billium"
)

// Log is one request and how it was answered.
type Log struct {
	ID       string
	Platform Platform
	// KeyID is nil where the token matched no key. ScopeID is Corebill's company or
	// Billium's merchant; nil where the request named none that its key reaches.
	KeyID, ScopeID *string
	Method         string
	Path           string // without the query
	Status         int
	DurationMS     int64
	IP, UserAgent  string
	CreatedAt      time.Time
}

// LogFilter names the rows that a caller wants and may see.
type LogFilter struct {
	Platform Platform
	ScopeID  string
	// WithoutScope adds the rows that have no scope.
	WithoutScope                bool
	KeyID                       *string
	Status                      *int
	CreatedAfter, CreatedBefore *time.Time
}

// Logs are the rows of the log that the filter names, newest first.
func (s *Store) Logs(f LogFilter) Table[Log] {
	t := table[Log](s, "api_logs", newestFirst).only("platform = ?", f.Platform)
	if f.WithoutScope {
		t = t.only("scope_id = ? OR scope_id IS NULL", f.ScopeID)
	} else {
		t = t.only("scope_id = ?", f.ScopeID)
	}
	return t.filter("key_id = ?", f.KeyID).filter("status = ?", f.Status).
		filter("created_at > ?", f.CreatedAfter).filter("created_at < ?", f.CreatedBefore)
}

// Records is a batch of what is written behind the requests.
type Records struct {
	Logs []Log
	// LastUsed holds, per platform and key id, when the key was last used.
	LastUsed map[Platform]map[string]time.Time
}

// WriteRecords writes a batch in one transaction.
func (s *Store) WriteRecords(ctx context.Context, r Records) error {
	return s.InTx(ctx, func(ctx context.Context) error {
		if err := table[Log](s, "api_logs", newestFirst).Insert(ctx, r.Logs...); err != nil {
			return fmt.Errorf("writing the log: %w", err)
		}
		for platform, keys := range map[Platform]string{Corebill: "corebill_keys", Billium: "billium_keys"} {
			if err := s.touchKeys(ctx, keys, r.LastUsed[platform]); err != nil {
				return fmt.Errorf("writing when keys were used: %w", err)
			}
		}
		return nil
	})
}

// touchKeys goes through the keys in the order of their ids, so that two
// processes that write the same ones never wait for one another.
func (s *Store) touchKeys(ctx context.Context, keys string, used map[string]time.Time) error {
	for _, id := range slices.Sorted(maps.Keys(used)) {
		at := used[id]
		if err := s.exec(ctx, "UPDATE "+keys+" SET last_used_at = ? WHERE id = ? AND (last_used_at IS NULL OR last_used_at < ?)", at, id, at); err != nil {
			return err
		}
	}
	return nil
}
