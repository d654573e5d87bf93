// Package store keeps the sandbox's state in SQLite or PostgreSQL.
//
// One set of SQL serves both: it is written with `?` and rebound for
// PostgreSQL. A transaction travels in the context (see Store.InTx), so that
// every query method works inside and outside of one.
package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"time"
)

// ErrNotFound says that no row has the id, or none within the scope given, or
// that what a new row refers to is gone.
var ErrNotFound = errors.New("not found")

// Store is an open database whose schema is current. It is safe for concurrent
// use.
type Store struct {
	dialect dialect
	// writer begins every transaction. On SQLite it is a single connection, since
	// the file has one writer at a time anyway.
	writer *sql.DB
	// reader serves what runs outside of a transaction. On PostgreSQL it is writer.
	reader *sql.DB
	// prepared holds reader's statements on SQLite; pgx prepares by itself.
	prepared *statements
}

// Open opens the database and brings its schema up to date. It is a
// postgres:// or postgresql:// URL, or else the path of an SQLite file, which is
// created where there is none (readable by its owner only). Any number of
// processes may open one database at the same time.
func Open(ctx context.Context, database string) (*Store, error) {
	switch {
	case isPostgres(database):
		return openPostgres(ctx, database)
	case strings.Contains(database, "://"), strings.HasPrefix(database, "file:"), database == ":memory:", database == "":
		return nil, errors.New("the database must be the path of an SQLite file or a postgres:// URL")
	default:
		return openSQLite(ctx, database)
	}
}

// Close waits for running queries and closes the database.
func (s *Store) Close() error {
	if s.reader == s.writer {
		return s.writer.Close()
	}
	return errors.Join(s.prepared.close(), s.reader.Close(), s.writer.Close())
}

type (
	txKey    struct{}
	afterKey struct{}
)

// InTx runs fn in a transaction, which the context handed to fn carries, and
// commits it where fn returns nil. When InTx returns nil, what fn wrote survives
// the process and the machine. Inside another transaction it joins that one.
func (s *Store) InTx(ctx context.Context, fn func(ctx context.Context) error) error {
	if ctx.Value(txKey{}) != nil {
		return fn(ctx)
	}
	tx, err := s.writer.BeginTx(ctx, nil)
	if err != nil {
		return fmt.Errorf("beginning a transaction: %w", err)
	}
	// After a commit this does nothing; it is for fn's errors and panics.
	defer func() { _ = tx.Rollback() }()
	var after []func()
	if err := fn(context.WithValue(context.WithValue(ctx, txKey{}, tx), afterKey{}, &after)); err != nil {
		return err
	}
	if err := tx.Commit(); err != nil {
		return fmt.Errorf("committing: %w", err)
	}
	for _, do := range after {
		do()
	}
	return nil
}

// AfterCommit calls do once the context's transaction is committed, and never
// where it is not. Without a transaction it calls do at once.
func (s *Store) AfterCommit(ctx context.Context, do func()) {
	if after, ok := ctx.Value(afterKey{}).(*[]func()); ok {
		*after = append(*after, do)
		return
	}
	do()
}

// write runs a statement, in a transaction of its own where the context has
// none, and returns how many rows it changed.
func (s *Store) write(ctx context.Context, query string, args ...any) (int64, error) {
	var changed int64
	err := s.InTx(ctx, func(ctx context.Context) error {
		tx, _ := ctx.Value(txKey{}).(*sql.Tx)
		result, err := tx.ExecContext(ctx, s.dialect.rebind(query), args...)
		if err != nil && s.dialect.refersToNothing(err) {
			return fmt.Errorf("%w: %w", ErrNotFound, err)
		}
		if err != nil {
			return err
		}
		changed, err = result.RowsAffected()
		return err
	})
	return changed, err
}

// writeOne is write for a statement that must change a row: ErrNotFound where it
// changes none.
func (s *Store) writeOne(ctx context.Context, query string, args ...any) error {
	changed, err := s.write(ctx, query, args...)
	if err == nil && changed == 0 {
		return ErrNotFound
	}
	return err
}

func (s *Store) query(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	if tx, ok := ctx.Value(txKey{}).(*sql.Tx); ok {
		return tx.QueryContext(ctx, s.dialect.rebind(query), args...)
	}
	if s.prepared == nil {
		return s.reader.QueryContext(ctx, s.dialect.rebind(query), args...)
	}
	stmt, err := s.prepared.get(ctx, query) //nolint:sqlclosecheck // it stays prepared until Close
	if err != nil {
		return nil, err
	}
	return stmt.QueryContext(ctx, args...)
}

// scanner is a row to read: *sql.Rows.
type scanner interface{ Scan(dest ...any) error }

// all reads every row of a query.
func all[T any](ctx context.Context, s *Store, scan func(scanner) (T, error), query string, args ...any) ([]T, error) {
	rows, err := s.query(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	out := []T{}
	for rows.Next() {
		row, err := scan(rows)
		if err != nil {
			return nil, err
		}
		out = append(out, row)
	}
	return out, rows.Err()
}

// one reads the first row of a query: ErrNotFound where there is none.
func one[T any](ctx context.Context, s *Store, scan func(scanner) (T, error), query string, args ...any) (T, error) {
	rows, err := all(ctx, s, scan, query, args...)
	if err == nil && len(rows) == 0 {
		err = ErrNotFound
	}
	if err != nil {
		var none T
		return none, err
	}
	return rows[0], nil
}

// scalar reads a query's only column.
func scalar[T any](row scanner) (T, error) {
	var value T
	err := row.Scan(&value)
	return value, err
}

func micros(t time.Time) int64 { return t.UnixMicro() }

func fromMicros(us int64) time.Time { return time.UnixMicro(us).UTC() }

func microsOrNull(t *time.Time) *int64 {
	if t == nil {
		return nil
	}
	us := micros(*t)
	return &us
}

func fromMicrosOrNull(us *int64) *time.Time {
	if us == nil {
		return nil
	}
	t := fromMicros(*us)
	return &t
}

// placeholders returns n question marks with commas between.
func placeholders(n int) string { return strings.TrimSuffix(strings.Repeat("?,", n), ",") }
