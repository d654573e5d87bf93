package store

import (
	"context"
	"database/sql"
	"reflect"
	"slices"
	"strings"
)

// insertBatch bounds the rows of one INSERT, whose parameters databases limit.
const insertBatch = 200

// newestFirst is the order of what API responses list.
const newestFirst = "created_at DESC, id DESC"

// Table is the rows of one kind that a caller may see, such as the customers of a
// company. T is a struct whose fields are the columns, see columnsOf. Every method
// runs in the transaction of its context, where that has one.
type Table[T any] struct {
	store *Store
	// name is the table that is written; from is what is read: name, or it and what
	// is joined to it. A joined column has a name that no column of the table has.
	name, from string
	// order of First, All and ByPage.
	order string
	// where holds the conditions that a row must meet, args their values.
	where []string
	args  []any
}

// Cursor asks for one page of a list in Corebill's way.
type Cursor struct {
	// After is the id of the row that the page follows, Before of the row that it
	// precedes. At most one of them is set.
	After, Before string
	Limit         int
}

// Page asks for one page of a list in Billium's way. Number counts from 1.
type Page struct{ Number, Limit int }

func table[T any](s *Store, name, order string) Table[T] {
	return Table[T]{store: s, name: name, from: name, order: order}
}

// only narrows the table to the rows that also meet the condition.
func (t Table[T]) only(condition string, args ...any) Table[T] {
	t.where = append(slices.Clip(t.where), "("+condition+")")
	t.args = append(slices.Clip(t.args), args...)
	return t
}

// filter is only, unless the condition's value is nil.
func (t Table[T]) filter(condition string, value any) Table[T] {
	if encode(value) == nil {
		return t
	}
	return t.only(condition, value)
}

func (t Table[T]) whereClause() string {
	if len(t.where) == 0 {
		return ""
	}
	return " WHERE " + strings.Join(t.where, " AND ")
}

// rows reads the table; rest is what follows the conditions in the query.
func (t Table[T]) rows(ctx context.Context, rest string, args ...any) ([]T, error) {
	columns := columnsOf(reflect.TypeFor[T]())
	out := []T{}
	err := t.store.query(ctx, func(rows *sql.Rows) error {
		var row T
		err := rows.Scan(columns.pointers(reflect.ValueOf(&row))...)
		out = append(out, row)
		return err
	}, "SELECT "+columns.readNames+" FROM "+t.from+t.whereClause()+rest, slices.Concat(t.args, args)...)
	return out, err
}

// one returns the first row: ErrNotFound where there is none.
func (t Table[T]) one(ctx context.Context, rest string) (row T, err error) {
	rows, err := t.rows(ctx, rest)
	if err == nil && len(rows) == 0 {
		err = ErrNotFound
	}
	if err != nil {
		return row, err
	}
	return rows[0], nil
}

// Get returns the row with the id: ErrNotFound where the table has none.
func (t Table[T]) Get(ctx context.Context, id string) (T, error) {
	return t.only("id = ?", id).one(ctx, "")
}

// First returns the first row in the table's order: ErrNotFound in an empty one.
func (t Table[T]) First(ctx context.Context) (T, error) {
	return t.one(ctx, " ORDER BY "+t.order+" LIMIT 1")
}

// All returns every row in the table's order.
func (t Table[T]) All(ctx context.Context) ([]T, error) { return t.rows(ctx, " ORDER BY "+t.order) }

// ByCursor returns one page, newest first, and whether there are more rows in the
// direction of the paging. It fails with ErrNotFound where the cursor's row is not
// in the table.
func (t Table[T]) ByCursor(ctx context.Context, c Cursor) ([]T, bool, error) {
	order, compare, id := newestFirst, "<", c.After
	if c.Before != "" {
		order, compare, id = "created_at, id", ">", c.Before
	}
	if id != "" {
		at, err := Table[struct{ CreatedAt int64 }](t).Get(ctx, id)
		if err != nil {
			return nil, false, err
		}
		t = t.only("(created_at, id) "+compare+" (?, ?)", at.CreatedAt, id)
	}
	// One row more than asked for tells whether there are more.
	rows, err := t.rows(ctx, " ORDER BY "+order+" LIMIT ?", c.Limit+1)
	if err != nil {
		return nil, false, err
	}
	more := len(rows) > c.Limit
	rows = rows[:min(len(rows), c.Limit)]
	if c.Before != "" {
		slices.Reverse(rows)
	}
	return rows, more, nil
}

// count is how many rows a table has.
type count struct {
	Rows int `db:"COUNT(*),read"`
}

// ByPage returns one page in the table's order, and how many rows the whole table
// has.
func (t Table[T]) ByPage(ctx context.Context, p Page) ([]T, int, error) {
	total, err := Table[count](t).one(ctx, "")
	if err != nil {
		return nil, 0, err
	}
	rows, err := t.rows(ctx, " ORDER BY "+t.order+" LIMIT ? OFFSET ?", p.Limit, (p.Number-1)*p.Limit)
	return rows, total.Rows, err
}

// Insert adds rows, all of them or none: ErrNotFound where one refers to a row
// that is gone.
func (t Table[T]) Insert(ctx context.Context, rows ...T) error {
	return t.store.InTx(ctx, func(ctx context.Context) error {
		for batch := range slices.Chunk(rows, insertBatch) {
			if _, err := t.insert(ctx, batch, ""); err != nil {
				return err
			}
		}
		return nil
	})
}

// insert adds a batch and returns how many rows it has added; rest is what
// follows the values in the statement.
func (t Table[T]) insert(ctx context.Context, batch []T, rest string) (int64, error) {
	columns := columnsOf(reflect.TypeFor[T]())
	args := make([]any, 0, len(batch)*len(columns.written))
	for i := range batch {
		args = append(args, columns.values(reflect.ValueOf(batch[i]))...)
	}
	values := "(" + placeholders("?", len(columns.written)) + ")"
	return t.store.write(ctx, "INSERT INTO "+t.name+" ("+columns.writtenNames+") VALUES "+placeholders(values, len(batch))+rest, args...)
}

// Change lets change set fields of the row with the id, writes the columns that
// differ then, and returns the row as it is afterwards: ErrNotFound where the
// table has none. A concurrent change of other columns is kept.
func (t Table[T]) Change(ctx context.Context, id string, change func(row *T)) (row T, err error) {
	columns := columnsOf(reflect.TypeFor[T]())
	err = t.store.InTx(ctx, func(ctx context.Context) error {
		if row, err = t.Get(ctx, id); err != nil {
			return err
		}
		before := columns.values(reflect.ValueOf(row))
		change(&row)
		var set []string
		var args []any
		for i, value := range columns.values(reflect.ValueOf(row)) {
			if value != before[i] {
				set, args = append(set, columns.written[i].name+" = ?"), append(args, value)
			}
		}
		if len(set) == 0 {
			return nil
		}
		one := t.only("id = ?", id)
		err := t.store.writeOne(ctx, "UPDATE "+t.name+" SET "+strings.Join(set, ", ")+one.whereClause(), append(args, one.args...)...)
		if err == nil {
			row, err = t.Get(ctx, id)
		}
		return err
	})
	return row, err
}

// Delete deletes the row with the id: ErrNotFound where the table has none. Where
// more than the row changes, Store has a method for it, such as DeleteCompany.
func (t Table[T]) Delete(ctx context.Context, id string) error {
	t = t.only("id = ?", id)
	return t.store.writeOne(ctx, "DELETE FROM "+t.name+t.whereClause(), t.args...)
}

// placeholders repeats one n times, with commas between.
func placeholders(one string, n int) string {
	return strings.TrimSuffix(strings.Repeat(one+",", n), ",")
}
