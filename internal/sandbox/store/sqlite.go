package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"sync"
)

// migrationAttempts bounds how often the migrations start again because another
// process ran the same one a moment earlier.
const migrationAttempts = 5

func openSQLite(ctx context.Context, path string) (*Store, error) {
	if err := createPrivate(path); err != nil {
		return nil, err
	}
	writer, err := sql.Open("sqlite", sqliteURL(path, "_txlock", "immediate"))
	if err != nil {
		return nil, fmt.Errorf("opening %s: %w", path, err)
	}
	writer.SetMaxOpenConns(1)
	reader, err := sql.Open("sqlite", sqliteURL(path, "_pragma", "query_only(1)"))
	if err != nil {
		return nil, errors.Join(fmt.Errorf("opening %s: %w", path, err), writer.Close())
	}
	readers := max(4, runtime.NumCPU())
	reader.SetMaxOpenConns(readers)
	reader.SetMaxIdleConns(readers)

	s := &Store{dialect: sqlite, writer: writer, reader: reader, prepared: &statements{db: reader, known: map[string]*sql.Stmt{}}}
	for range migrationAttempts {
		if err = migrate(ctx, sqlite, writer); err == nil {
			return s, nil
		}
	}
	return nil, errors.Join(fmt.Errorf("opening %s: %w", path, err), s.Close())
}

// createPrivate makes the file where there is none. SQLite gives its -wal and
// -shm files the same mode.
func createPrivate(path string) error {
	file, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return fmt.Errorf("opening the database: %w", err)
	}
	return file.Close()
}

// sqliteURL adds to the path what every connection needs: FULL, so that a commit
// is on the disk before it is acknowledged, and a wait for other writers.
func sqliteURL(path, key, value string) string {
	query := url.Values{"_pragma": {
		"busy_timeout(15000)", "journal_mode(WAL)", "synchronous(FULL)", "foreign_keys(1)",
	}}
	query.Add(key, value)
	u := url.URL{Scheme: "file", OmitHost: true, Path: filepath.ToSlash(path), RawQuery: query.Encode()}
	if !filepath.IsAbs(path) {
		u = url.URL{Scheme: "file", Opaque: (&url.URL{Path: filepath.ToSlash(path)}).EscapedPath(), RawQuery: query.Encode()}
	}
	return u.String()
}

// statements prepares each query once per connection of a pool.
type statements struct {
	db *sql.DB

	mu    sync.RWMutex
	known map[string]*sql.Stmt
}

func (s *statements) get(ctx context.Context, query string) (*sql.Stmt, error) {
	s.mu.RLock()
	stmt := s.known[query]
	s.mu.RUnlock()
	if stmt != nil {
		return stmt, nil
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if stmt := s.known[query]; stmt != nil {
		return stmt, nil
	}
	stmt, err := s.db.PrepareContext(ctx, query) //nolint:sqlclosecheck // close does it
	if err != nil {
		return nil, err
	}
	s.known[query] = stmt
	return stmt, nil
}

func (s *statements) close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	var errs []error
	for _, stmt := range s.known {
		errs = append(errs, stmt.Close())
	}
	return errors.Join(errs...)
}
