package sandboxtest

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	_ "github.com/jackc/pgx/v5/stdlib" // the driver "pgx"
)

// Databases runs a test once on SQLite and once on PostgreSQL, as subtests with
// a fresh database each. What the test gets goes to WithDatabase. The PostgreSQL
// server is this process's own: it is started at first use and ends with the
// process. Where there is none, the subtest is skipped, loudly.
func Databases(t *testing.T, test func(t *testing.T, database string)) {
	t.Helper()
	t.Run("sqlite", func(t *testing.T) { test(t, filepath.Join(t.TempDir(), "sandbox.db")) })
	t.Run("postgres", func(t *testing.T) { test(t, Postgres(t)) })
}

var (
	postgresOnce   = sync.OnceValues(startPostgres)
	errNoPostgres  = errors.New("initdb is neither on PATH nor under /usr/lib/postgresql")
	databaseNumber atomic.Int64
)

// Postgres returns the URL of a fresh PostgreSQL database, or skips the test
// where PostgreSQL is not installed.
func Postgres(t testing.TB) string {
	t.Helper()
	url, err := postgresOnce()
	if errors.Is(err, errNoPostgres) {
		t.Skipf("SKIPPED: PostgreSQL is not installed, so nothing was tested on it: %v", err)
	}
	must(t, "starting PostgreSQL", err)
	name := fmt.Sprintf("test_%d", databaseNumber.Add(1))
	must(t, "creating a database", execute(withoutCancel(t), url("postgres"), "CREATE DATABASE "+name))
	t.Cleanup(func() {
		if err := execute(withoutCancel(t), url("postgres"), "DROP DATABASE "+name+" WITH (FORCE)"); err != nil {
			t.Errorf("dropping the database: %v", err)
		}
	})
	return url(name)
}

func execute(ctx context.Context, url, statement string) error {
	db, err := sql.Open("pgx", url)
	if err != nil {
		return err
	}
	_, err = db.ExecContext(ctx, statement)
	return errors.Join(err, db.Close())
}

// startPostgres makes a cluster in a temporary directory and starts it on a unix
// socket in there. It returns the URL of each of its databases.
func startPostgres() (func(database string) string, error) {
	bin, err := postgresBin()
	if err != nil {
		return nil, err
	}
	dir, err := postgresDir()
	if err != nil {
		return nil, err
	}
	as, err := unprivileged(dir)
	if err != nil {
		return nil, errors.Join(err, os.RemoveAll(dir))
	}
	p := &cluster{bin: bin, dir: dir, as: as}
	if err := p.start(); err != nil {
		return nil, errors.Join(err, os.RemoveAll(dir))
	}
	return p.url, nil
}

// url of a database. Its being kept keeps the cluster's leash from being
// collected.
func (c *cluster) url(database string) string {
	return fmt.Sprintf("postgres://postgres@/%s?host=%s&port=%s", database, c.dir, postgresPort)
}

// postgresPort only names the socket's file: nothing listens at a port.
const postgresPort = "5432"

// longestSocket is how long a unix socket's path may be on every system.
const longestSocket = 100

func postgresDir() (string, error) {
	dir, err := os.MkdirTemp("", "keyward-postgres-")
	if err != nil {
		return "", err
	}
	if len(filepath.Join(dir, ".s.PGSQL."+postgresPort)) <= longestSocket {
		return dir, nil
	}
	if err := os.Remove(dir); err != nil {
		return "", err
	}
	return os.MkdirTemp("/tmp", "keyward-postgres-")
}

// postgresBin returns the directory of PostgreSQL's programs.
func postgresBin() (string, error) {
	if path, err := exec.LookPath("initdb"); err == nil {
		// initdb looks for postgres beside itself, not beside a link to itself.
		if path, err = filepath.EvalSymlinks(path); err == nil {
			return filepath.Dir(path), nil
		}
	}
	found, err := filepath.Glob("/usr/lib/postgresql/*/bin/initdb")
	if err != nil || len(found) == 0 {
		return "", errNoPostgres
	}
	return filepath.Dir(slices.MaxFunc(found, strings.Compare)), nil
}
