package store

import (
	"database/sql"
	"reflect"
	"regexp"
	"strings"
	"sync"
	"time"

	"github.com/keyward/terraform-provider-keyward/internal/platform/billium"
)

// columns are what a row's struct has of the database.
type columns struct {
	read, written []column
	// readNames and writtenNames are the names with commas between.
	readNames, writtenNames string
}

type column struct {
	name  string
	index []int // of the field, through embedded structs
}

var (
	// known holds the *columns of each reflect.Type that was asked for.
	known sync.Map
	// newWord is where the name of a column has an underscore.
	newWord = regexp.MustCompile("([a-z])([A-Z])")
)

// columnsOf returns the columns of a struct. Each field is one, and LogoURL is
// logo_url. A tag `db:"name"` gives it another name, and `db:"name,read"` says that
// it is one of a joined table, or an expression, which is read and never written.
func columnsOf(row reflect.Type) *columns {
	if found, ok := known.Load(row); ok {
		return found.(*columns) //nolint:forcetypeassert // only these are stored
	}
	c := &columns{}
	var read, written []string
	for _, field := range reflect.VisibleFields(row) {
		if field.Anonymous {
			continue
		}
		name, readOnly := strings.CutSuffix(field.Tag.Get("db"), ",read")
		if name == "" {
			name = strings.ToLower(newWord.ReplaceAllString(field.Name, "${1}_${2}"))
		}
		c.read, read = append(c.read, column{name, field.Index}), append(read, name)
		if !readOnly {
			c.written, written = append(c.written, column{name, field.Index}), append(written, name)
		}
	}
	c.readNames, c.writtenNames = strings.Join(read, ", "), strings.Join(written, ", ")
	known.Store(row, c)
	return c
}

// pointers returns what a row of a query for readNames is scanned into.
func (c *columns) pointers(row reflect.Value) []any {
	out := make([]any, len(c.read))
	for i, column := range c.read {
		out[i] = decoder(row.Elem().FieldByIndex(column.index).Addr().Interface())
	}
	return out
}

// values returns what is stored in the columns writtenNames.
func (c *columns) values(row reflect.Value) []any {
	out := make([]any, len(c.written))
	for i, column := range c.written {
		out[i] = encode(row.FieldByIndex(column.index).Interface())
	}
	return out
}

// encode turns a value into what the database stores: times are microseconds
// since 1970, and lists have spaces between. Permissions are stored in the
// platform's order. nil is null.
func encode(value any) any {
	switch v := value.(type) {
	case nil, string, bool, int, int64:
		return value
	case time.Time:
		return v.UnixMicro()
	case []string:
		return strings.Join(v, " ")
	case []billium.Permission:
		if v == nil {
			return nil
		}
		return strings.Join(billium.Names(billium.Sort(v)), " ")
	}
	v := reflect.ValueOf(value)
	switch {
	case v.Kind() != reflect.Pointer:
		return v.String() // of a role, a level, ...
	case v.IsNil():
		return nil
	default:
		return encode(v.Elem().Interface())
	}
}

// decoder undoes encode where a value is scanned into the field that is pointed
// at. Other fields are for database/sql.
func decoder(field any) any {
	switch field := field.(type) {
	case *time.Time:
		return decode[int64](func(us int64) { *field = time.UnixMicro(us).UTC() })
	case **time.Time:
		return decode[int64](func(us int64) { *field = new(time.UnixMicro(us).UTC()) })
	case *[]string:
		return decode[string](func(list string) { *field = strings.Fields(list) })
	case *[]billium.Permission:
		return decode[string](func(list string) {
			*field = []billium.Permission{}
			for _, name := range strings.Fields(list) {
				*field = append(*field, billium.Permission(name))
			}
		})
	default:
		return field
	}
}

// decode is an sql.Scanner that hands on what is stored, unless it is null.
type decode[V any] func(V)

// Scan implements sql.Scanner.
func (d decode[V]) Scan(stored any) error {
	var value sql.Null[V]
	err := value.Scan(stored)
	if err == nil && value.Valid {
		d(value.V)
	}
	return err
}
