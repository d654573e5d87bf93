package store

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"

	"github.com/jackc/pgx/v5/pgconn"
	_ "github.com/jackc/pgx/v5/stdlib" // the driver "pgx"
	"github.com/pressly/goose/v3"
	sqlitedriver "modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

const (
	postgresConnections = 16
	// advisoryLock is any number that no other program locks: "keyward" in ASCII.
	advisoryLock = 0x6b657977617264
	// foreignKeyViolation is PostgreSQL's code of it.
	foreignKeyViolation = "23503"
	// migrationAttempts bounds how often the migrations of an SQLite file start
	// again because another process ran the same one a moment earlier.
	migrationAttempts = 5
)

//go:embed migrations/*.sql
var migrations embed.FS

// Open opens the database and brings its schema up to date. It is a
// postgres:// or postgresql:// URL, or else the path of an SQLite file, which is
// created where there is none (readable by its owner only). Any number of
// processes may open one database at the same time.
func Open(ctx context.Context, database string) (*Store, error) {
	switch {
	case strings.HasPrefix(database, "postgres://"), strings.HasPrefix(database, "postgresql://"):
		return openPostgres(ctx, database)
	case strings.Contains(database, "://"), strings.HasPrefix(database, "file:"), database == ":memory:", database == "":
		return nil, errors.New("the database must be the path of an SQLite file or a postgres:// URL")
	default:
		return openSQLite(ctx, database)
	}
}

func openSQLite(ctx context.Context, path string) (*Store, error) {
	// SQLite gives its -wal and -shm files the mode of the file.
	file, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, fmt.Errorf("opening the database: %w", err)
	}
	writer, writerErr := sql.Open("sqlite", sqliteURL(path, "_txlock", "immediate"))
	reader, readerErr := sql.Open("sqlite", sqliteURL(path, "_pragma", "query_only(1)"))
	if err := errors.Join(file.Close(), writerErr, readerErr); err != nil {
		return nil, fmt.Errorf("opening %s: %w", path, err)
	}
	writer.SetMaxOpenConns(1)
	readers := max(4, runtime.NumCPU())
	reader.SetMaxOpenConns(readers)
	reader.SetMaxIdleConns(readers)

	s := &Store{dialect: goose.DialectSQLite3, writer: writer, reader: reader}
	for range migrationAttempts {
		if err = s.migrate(ctx); err == nil {
			return s, nil
		}
	}
	return nil, errors.Join(fmt.Errorf("opening %s: %w", path, err), s.Close())
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

func openPostgres(ctx context.Context, database string) (*Store, error) {
	db, err := sql.Open("pgx", database)
	if err != nil {
		return nil, fmt.Errorf("opening the PostgreSQL database: %w", err)
	}
	db.SetMaxOpenConns(postgresConnections)
	db.SetMaxIdleConns(postgresConnections)
	s := &Store{dialect: goose.DialectPostgres, writer: db, reader: db}
	if err := s.migrateAlone(ctx); err != nil {
		return nil, errors.Join(fmt.Errorf("opening the PostgreSQL database: %w", err), s.Close())
	}
	return s, nil
}

// migrateAlone lets one process at a time migrate a PostgreSQL database.
func (s *Store) migrateAlone(ctx context.Context) (err error) {
	conn, err := s.writer.Conn(ctx)
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
	return s.migrate(ctx)
}

// migrate brings the schema up to date. A database that a newer Keyward has
// migrated further is refused, since its rows may mean something else.
func (s *Store) migrate(ctx context.Context) error {
	dir, err := fs.Sub(migrations, "migrations")
	if err != nil {
		return err
	}
	provider, err := goose.NewProvider(s.dialect, s.writer, dir)
	if err != nil {
		return fmt.Errorf("reading the migrations: %w", err)
	}
	if _, err := provider.Up(ctx); err != nil {
		return fmt.Errorf("migrating: %w", err)
	}
	current, known, err := provider.GetVersions(ctx)
	if err != nil {
		return fmt.Errorf("reading the schema's version: %w", err)
	}
	if current > known {
		return fmt.Errorf("its schema has version %d, but this Keyward knows versions up to %d", current, known)
	}
	return nil
}

// rebind turns the `?` of a query into the database's placeholders, which are $1,
// $2, … for PostgreSQL. No query of ours has a question mark anywhere else.
func (s *Store) rebind(query string) string {
	if s.dialect == goose.DialectSQLite3 {
		return query
	}
	var out strings.Builder
	for i, part := range strings.Split(query, "?") {
		if i > 0 {
			out.WriteString("$" + strconv.Itoa(i))
		}
		out.WriteString(part)
	}
	return out.String()
}

// refersToNothing reports whether a foreign key of a new row has no row.
func refersToNothing(err error) bool {
	var lite *sqlitedriver.Error
	var postgres *pgconn.PgError
	return errors.As(err, &lite) && lite.Code() == sqlite3.SQLITE_CONSTRAINT_FOREIGNKEY ||
		errors.As(err, &postgres) && postgres.Code == foreignKeyViolation
}
