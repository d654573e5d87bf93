package store

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
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
	// KeyID is nil where the token matched no key.
	KeyID *string
	// ScopeID is Corebill's company or Billium's merchant; nil where the request
	// named none that its key reaches.
	ScopeID    *string
	Method     string
	Path       string // without the query
	Status     int
	DurationMS int64
	IP         string
	UserAgent  string
	CreatedAt  time.Time
}

// LogFilter names the rows that a caller wants and may see.
type LogFilter struct {
	Platform Platform
	ScopeID  string
	// WithoutScope adds the rows that have no scope.
	WithoutScope  bool
	KeyID         *string
	Status        *int
	CreatedAfter  *time.Time
	CreatedBefore *time.Time
}

// Records is a batch of what is written behind the requests.
type Records struct {
	Logs []Log
	// LastUsed holds, per platform and key id, when the key was last used.
	LastUsed map[Platform]map[string]time.Time
}

const (
	logColumns = "id, platform, key_id, scope_id, method, path, status, duration_ms, ip, user_agent, created_at"
	// logBatch bounds the rows of one INSERT, whose parameters databases limit.
	logBatch = 200
)

func scanLog(row scanner) (Log, error) {
	var l Log
	var createdAt int64
	err := row.Scan(&l.ID, &l.Platform, &l.KeyID, &l.ScopeID, &l.Method, &l.Path, &l.Status, &l.DurationMS, &l.IP, &l.UserAgent, &createdAt)
	l.CreatedAt = fromMicros(createdAt)
	return l, err
}

// WriteRecords writes a batch in one transaction.
func (s *Store) WriteRecords(ctx context.Context, r Records) error {
	return s.InTx(ctx, func(ctx context.Context) error {
		for batch := range slices.Chunk(r.Logs, logBatch) {
			if err := s.insertLogs(ctx, batch); err != nil {
				return fmt.Errorf("writing the log: %w", err)
			}
		}
		for platform, table := range map[Platform]string{Corebill: "corebill_keys", Billium: "billium_keys"} {
			if err := s.touchKeys(ctx, table, r.LastUsed[platform]); err != nil {
				return fmt.Errorf("writing when keys were used: %w", err)
			}
		}
		return nil
	})
}

func (s *Store) insertLogs(ctx context.Context, logs []Log) error {
	args := make([]any, 0, 11*len(logs))
	for _, l := range logs {
		args = append(args, l.ID, string(l.Platform), l.KeyID, l.ScopeID, l.Method, l.Path, l.Status, l.DurationMS, l.IP, l.UserAgent, micros(l.CreatedAt))
	}
	values := strings.TrimSuffix(strings.Repeat("("+placeholders(11)+"),", len(logs)), ",")
	_, err := s.write(ctx, "INSERT INTO api_logs ("+logColumns+") VALUES "+values, args...)
	return err
}

// touchKeys goes through the keys in the order of their ids, so that two
// processes that write the same ones never wait for one another.
func (s *Store) touchKeys(ctx context.Context, table string, used map[string]time.Time) error {
	for _, id := range slices.Sorted(maps.Keys(used)) {
		at := micros(used[id])
		if _, err := s.write(ctx, "UPDATE "+table+" SET last_used_at = ? WHERE id = ? AND (last_used_at IS NULL OR last_used_at < ?)", at, id, at); err != nil {
			return err
		}
	}
	return nil
}

func logs(f LogFilter) list[Log] {
	l := list[Log]{table: "api_logs", columns: logColumns, scan: scanLog}
	l.only("platform = ?", string(f.Platform))
	if f.WithoutScope {
		l.only("scope_id = ? OR scope_id IS NULL", f.ScopeID)
	} else {
		l.only("scope_id = ?", f.ScopeID)
	}
	if f.KeyID != nil {
		l.only("key_id = ?", *f.KeyID)
	}
	if f.Status != nil {
		l.only("status = ?", *f.Status)
	}
	if f.CreatedAfter != nil {
		l.only("created_at > ?", micros(*f.CreatedAfter))
	}
	if f.CreatedBefore != nil {
		l.only("created_at < ?", micros(*f.CreatedBefore))
	}
	return l
}

// LogsByCursor returns one page of the log in Corebill's way.
func (s *Store) LogsByCursor(ctx context.Context, f LogFilter, c Cursor) ([]Log, bool, error) {
	return logs(f).byCursor(ctx, s, c)
}

// LogsByPage returns one page of the log in Billium's way, and its length.
func (s *Store) LogsByPage(ctx context.Context, f LogFilter, p Page) ([]Log, int, error) {
	return logs(f).byNumber(ctx, s, p)
}
