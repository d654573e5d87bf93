package store

import (
	"strconv"
	"strings"
	"sync"

	"github.com/pressly/goose/v3"
)

// dialect is what differs between the two databases.
type dialect struct {
	goose goose.Dialect
	// rebind turns the `?` of a query into the database's placeholders.
	rebind func(query string) string
}

var (
	sqlite   = dialect{goose: goose.DialectSQLite3, rebind: func(query string) string { return query }}
	postgres = dialect{goose: goose.DialectPostgres, rebind: numbered}
)

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
