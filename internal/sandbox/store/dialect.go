package store

import (
	"errors"
	"strconv"
	"strings"
	"sync"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/pressly/goose/v3"
	sqlitedriver "modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

// dialect is what differs between the two databases.
type dialect struct {
	goose goose.Dialect
	// rebind turns the `?` of a query into the database's placeholders.
	rebind func(query string) string
	// refersToNothing reports whether a foreign key of a new row has no row.
	refersToNothing func(err error) bool
}

var (
	sqlite = dialect{
		goose:  goose.DialectSQLite3,
		rebind: func(query string) string { return query },
		refersToNothing: func(err error) bool {
			var e *sqlitedriver.Error
			return errors.As(err, &e) && e.Code() == sqlite3.SQLITE_CONSTRAINT_FOREIGNKEY
		},
	}
	postgres = dialect{
		goose:  goose.DialectPostgres,
		rebind: numbered,
		refersToNothing: func(err error) bool {
			var e *pgconn.PgError
			return errors.As(err, &e) && e.Code == foreignKeyViolation
		},
	}
)

// foreignKeyViolation is PostgreSQL's code of it.
const foreignKeyViolation = "23503"

// rebound remembers what numbered made, for the same few queries come again and
// again.
var rebound sync.Map

// numbered replaces each `?` by $1, $2, …  No query of ours has a question mark
// anywhere else.
func numbered(query string) string {
	if known, ok := rebound.Load(query); ok {
		return known.(string) //nolint:forcetypeassert // only strings are stored
	}
	var out strings.Builder
	n := 0
	for _, r := range query {
		if r != '?' {
			out.WriteRune(r)
			continue
		}
		n++
		out.WriteString("$" + strconv.Itoa(n))
	}
	rebound.Store(query, out.String())
	return out.String()
}
