package store

import (
	"context"
	"fmt"
	"slices"
	"strings"
)

// Cursor asks for one page of a list in Corebill's way. At most one of After and
// Before is set.
type Cursor struct {
	// After is the id of the row that the page follows.
	After string
	// Before is the id of the row that the page precedes.
	Before string
	Limit  int
}

// Page asks for one page of a list in Billium's way.
type Page struct {
	// Number counts from 1.
	Number int
	Limit  int
}

// list is a table and the rows of it that a caller may see.
type list[T any] struct {
	table   string
	columns string
	scan    func(scanner) (T, error)
	where   []string
	args    []any
}

// only narrows the list. The condition's values are the args.
func (l *list[T]) only(condition string, args ...any) {
	l.where = append(l.where, "("+condition+")")
	l.args = append(l.args, args...)
}

func (l *list[T]) selectWhere(columns string) string {
	query := "SELECT " + columns + " FROM " + l.table
	if len(l.where) > 0 {
		query += " WHERE " + strings.Join(l.where, " AND ")
	}
	return query
}

// byCursor returns one page, newest first, and whether there are more rows in
// the direction of the paging. It fails with ErrNotFound where the cursor's row
// is not in the list.
func (l list[T]) byCursor(ctx context.Context, s *Store, c Cursor) ([]T, bool, error) {
	order, compare, id := "created_at DESC, id DESC", "<", c.After
	if c.Before != "" {
		order, compare, id = "created_at, id", ">", c.Before
	}
	if id != "" {
		at := l
		at.where, at.args = slices.Clone(l.where), slices.Clone(l.args)
		at.only("id = ?", id)
		createdAt, err := one(ctx, s, scalar[int64], at.selectWhere("created_at"), at.args...)
		if err != nil {
			return nil, false, err
		}
		l.only("(created_at, id) "+compare+" (?, ?)", createdAt, id)
	}
	// One row more than asked for tells whether there are more.
	rows, err := all(ctx, s, l.scan, fmt.Sprintf("%s ORDER BY %s LIMIT ?", l.selectWhere(l.columns), order), append(l.args, c.Limit+1)...)
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

// byNumber returns one page, newest first, and how many rows the whole list has.
func (l list[T]) byNumber(ctx context.Context, s *Store, p Page) ([]T, int, error) {
	total, err := one(ctx, s, scalar[int], l.selectWhere("COUNT(*)"), l.args...)
	if err != nil {
		return nil, 0, err
	}
	rows, err := all(ctx, s, l.scan, l.selectWhere(l.columns)+" ORDER BY created_at DESC, id DESC LIMIT ? OFFSET ?",
		append(l.args, p.Limit, (p.Number-1)*p.Limit)...)
	return rows, total, err
}

// every returns the whole list, newest first.
func (l list[T]) every(ctx context.Context, s *Store) ([]T, error) {
	return all(ctx, s, l.scan, l.selectWhere(l.columns)+" ORDER BY created_at DESC, id DESC", l.args...)
}

// first returns the list's only row: ErrNotFound where it is empty.
func (l list[T]) first(ctx context.Context, s *Store) (T, error) {
	return one(ctx, s, l.scan, l.selectWhere(l.columns), l.args...)
}

// changes collects the columns that an update sets.
type changes struct {
	columns []string
	args    []any
}

// set adds a column, where value is not nil.
func set[T any](c *changes, column string, value *T) {
	if value != nil {
		c.put(column, *value)
	}
}

// put adds a column; a nil pointer makes it null.
func (c *changes) put(column string, value any) {
	c.columns = append(c.columns, column+" = ?")
	c.args = append(c.args, value)
}

// update sets the collected columns of the one row of table that the condition
// names: ErrNotFound where it names none. With nothing to set it only looks.
func (s *Store) update(ctx context.Context, table string, c changes, condition string, args ...any) error {
	if len(c.columns) == 0 {
		_, err := one(ctx, s, scalar[int], "SELECT 1 FROM "+table+" WHERE "+condition, args...)
		return err
	}
	return s.writeOne(ctx, "UPDATE "+table+" SET "+strings.Join(c.columns, ", ")+" WHERE "+condition, append(c.args, args...)...)
}
