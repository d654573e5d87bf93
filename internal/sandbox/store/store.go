// Package store keeps the sandbox's state in SQLite or PostgreSQL.
//
// One set of SQL serves both: it is written with `?` and rebound for
// PostgreSQL. A row is a struct, and one generic Table reads and writes rows of
// every kind. A transaction travels in the context (see Store.InTx), so that every
// method works inside and outside of one.
package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"sync"

	"github.com/pressly/goose/v3"
)

// ErrNotFound says that no row has the id, or none within the scope given, or
// that what a new row refers to is gone.
var ErrNotFound = errors.New("not found")

// Store is an open database whose schema is current. It is safe for concurrent
// use.
type Store struct {
	dialect goose.Dialect
	// writer begins every transaction. On SQLite it is a single connection, since
	// the file has one writer at a time anyway.
	writer *sql.DB
	// reader serves what runs outside of a transaction. On PostgreSQL it is writer.
	reader *sql.DB
	// prepared holds reader's *sql.Stmt by their text, on SQLite; pgx prepares by
	// itself.
	prepared sync.Map
}

// Close waits for running queries and closes the database.
func (s *Store) Close() error { return errors.Join(s.reader.Close(), s.writer.Close()) }

// transaction is what a context carries under txKey.
type transaction struct {
	*sql.Tx

	after []func() // what is called once it is committed
}

type txKey struct{}

func transactionOf(ctx context.Context) *transaction {
	tx, _ := ctx.Value(txKey{}).(*transaction)
	return tx
}

// InTx runs fn in a transaction, which the context handed to fn carries, and
// commits it where fn returns nil. When InTx returns nil, what fn wrote survives
// the process and the machine. Inside another transaction it joins that one.
func (s *Store) InTx(ctx context.Context, fn func(ctx context.Context) error) error {
	if transactionOf(ctx) != nil {
		return fn(ctx)
	}
	begun, err := s.writer.BeginTx(ctx, nil)
	if err != nil {
		return fmt.Errorf("beginning a transaction: %w", err)
	}
	// After a commit this does nothing; it is for fn's errors and panics.
	defer func() { _ = begun.Rollback() }()
	tx := &transaction{Tx: begun}
	if err := fn(context.WithValue(ctx, txKey{}, tx)); err != nil {
		return err
	}
	if err := tx.Commit(); err != nil {
		return fmt.Errorf("committing: %w", err)
	}
	for _, do := range tx.after {
		do()
	}
	return nil
}

// Exclusively runs fn in a transaction that no other process's Exclusively runs
// beside. It is for what may happen once only, such as the first rows.
func (s *Store) Exclusively(ctx context.Context, fn func(ctx context.Context) error) error {
	return s.InTx(ctx, func(ctx context.Context) error {
		// An SQLite transaction holds the write lock from its beginning already.
		if s.dialect == goose.DialectPostgres {
			if _, err := transactionOf(ctx).ExecContext(ctx, "SELECT pg_advisory_xact_lock($1)", int64(advisoryLock)); err != nil {
				return fmt.Errorf("locking the database: %w", err)
			}
		}
		return fn(ctx)
	})
}

// AfterCommit calls do once the context's transaction is committed, and never
// where it is not. Without a transaction it calls do at once.
func (s *Store) AfterCommit(ctx context.Context, do func()) {
	if tx := transactionOf(ctx); tx != nil {
		tx.after = append(tx.after, do)
		return
	}
	do()
}

// write runs a statement, in a transaction of its own where the context has
// none, and returns how many rows it changed.
func (s *Store) write(ctx context.Context, query string, args ...any) (changed int64, err error) {
	err = s.InTx(ctx, func(ctx context.Context) error {
		result, err := transactionOf(ctx).ExecContext(ctx, s.rebind(query), encodeAll(args)...)
		if err != nil && refersToNothing(err) {
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

// exec is write for a statement that may change no row.
func (s *Store) exec(ctx context.Context, query string, args ...any) error {
	_, err := s.write(ctx, query, args...)
	return err
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

// query calls scan with each row of a query.
func (s *Store) query(ctx context.Context, scan func(*sql.Rows) error, query string, args ...any) error {
	rows, err := s.open(ctx, query, encodeAll(args))
	if err != nil {
		return err
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		if err := scan(rows); err != nil {
			return err
		}
	}
	return rows.Err()
}

// open begins a query, in the context's transaction where it has one.
func (s *Store) open(ctx context.Context, query string, args []any) (*sql.Rows, error) {
	if tx := transactionOf(ctx); tx != nil {
		return tx.QueryContext(ctx, s.rebind(query), args...)
	}
	if s.dialect == goose.DialectPostgres {
		return s.reader.QueryContext(ctx, s.rebind(query), args...)
	}
	stmt, err := s.prepare(ctx, query) //nolint:sqlclosecheck // it stays prepared until Close
	if err != nil {
		return nil, err
	}
	return stmt.QueryContext(ctx, args...)
}

// prepare returns the reader's statement for a query, which is prepared once.
func (s *Store) prepare(ctx context.Context, query string) (*sql.Stmt, error) {
	if known, ok := s.prepared.Load(query); ok {
		return known.(*sql.Stmt), nil //nolint:forcetypeassert // only these are stored
	}
	stmt, err := s.reader.PrepareContext(ctx, query)
	if err != nil {
		return nil, err
	}
	if known, others := s.prepared.LoadOrStore(query, stmt); others {
		return known.(*sql.Stmt), stmt.Close() //nolint:forcetypeassert,sqlclosecheck // only these are stored, and this one is not used
	}
	return stmt, nil
}

// encodeAll returns the values as they are stored.
func encodeAll(values []any) []any {
	out := make([]any, len(values))
	for i, value := range values {
		out[i] = encode(value)
	}
	return out
}
