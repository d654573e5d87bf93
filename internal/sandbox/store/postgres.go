package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"

	_ "github.com/jackc/pgx/v5/stdlib" // the driver "pgx"
)

const (
	postgresConnections = 16
	// advisoryLock is any number that nobody else locks: "keyward" in ASCII.
	advisoryLock = 0x6b657977617264
)

func isPostgres(database string) bool {
	return strings.HasPrefix(database, "postgres://") || strings.HasPrefix(database, "postgresql://")
}

func openPostgres(ctx context.Context, database string) (*Store, error) {
	db, err := sql.Open("pgx", database)
	if err != nil {
		return nil, fmt.Errorf("opening the PostgreSQL database: %w", err)
	}
	db.SetMaxOpenConns(postgresConnections)
	db.SetMaxIdleConns(postgresConnections)
	if err := migratePostgres(ctx, db); err != nil {
		return nil, errors.Join(fmt.Errorf("opening the PostgreSQL database: %w", err), db.Close())
	}
	return &Store{dialect: postgres, writer: db, reader: db}, nil
}

// migratePostgres lets one process at a time migrate.
func migratePostgres(ctx context.Context, db *sql.DB) (err error) {
	conn, err := db.Conn(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, conn.Close()) }()
	if _, err := conn.ExecContext(ctx, "SELECT pg_advisory_lock($1)", int64(advisoryLock)); err != nil {
		return fmt.Errorf("locking the schema: %w", err)
	}
	defer func() {
		_, unlockErr := conn.ExecContext(context.WithoutCancel(ctx), "SELECT pg_advisory_unlock($1)", int64(advisoryLock))
		err = errors.Join(err, unlockErr)
	}()
	return migrate(ctx, postgres, db)
}

// Exclusively runs fn in a transaction that no other process's Exclusively runs
// beside. It is for what may happen once only, such as the first rows.
func (s *Store) Exclusively(ctx context.Context, fn func(ctx context.Context) error) error {
	return s.InTx(ctx, func(ctx context.Context) error {
		// An SQLite transaction holds the write lock from its beginning already.
		if s.dialect.goose == postgres.goose {
			tx, _ := ctx.Value(txKey{}).(*sql.Tx)
			if _, err := tx.ExecContext(ctx, "SELECT pg_advisory_xact_lock($1)", int64(advisoryLock)); err != nil {
				return fmt.Errorf("locking the database: %w", err)
			}
		}
		return fn(ctx)
	})
}
