package corebill

import (
	"errors"
	"net/http"
	"time"

	corebillapi "github.com/keyward/terraform-provider-keyward/internal/contract/corebill"
	"github.com/keyward/terraform-provider-keyward/internal/sandbox/store"
)

// defaultLimit is a page's size where the request names none. Source: docs,
// lists.
const defaultLimit = 10

// cursor is the paging that a request asks for.
func cursor(limit *int, after, before *string) (store.Cursor, error) {
	c := store.Cursor{Limit: defaultLimit}
	if after != nil && before != nil {
		return c, errBothCursors
	}
	if limit != nil {
		c.Limit = *limit
	}
	if after != nil {
		c.After = *after
	}
	if before != nil {
		c.Before = *before
	}
	return c, nil
}

// listed turns a cursor whose row is not in the list into a 400 that names it.
func listed(c store.Cursor, err error) error {
	if !errors.Is(err, store.ErrNotFound) {
		return err
	}
	name := "starting_after"
	if c.Before != "" {
		name = "ending_before"
	}
	return &apiError{http.StatusBadRequest, name + " is not an id of this list"}
}

// page is the list envelope. It has the same fields for every kind of object.
type page[T any] struct {
	Object     corebillapi.ListObject `json:"object"`
	URL        string                 `json:"url"`
	Data       []T                    `json:"data"`
	HasMore    bool                   `json:"has_more"`
	NextCursor *string                `json:"next_cursor"`
}

// newPage makes the envelope. next_cursor goes on in the request's direction.
func newPage[Row, T any](r *http.Request, rows []Row, more bool, c store.Cursor, object func(Row) T, id func(T) string) page[T] {
	p := page[T]{Object: corebillapi.ListObjectList, URL: r.URL.Path, Data: make([]T, len(rows)), HasMore: more}
	for i, row := range rows {
		p.Data[i] = object(row)
	}
	if more && len(rows) > 0 {
		last := p.Data[len(rows)-1]
		if c.Before != "" {
			last = p.Data[0]
		}
		next := id(last)
		p.NextCursor = &next
	}
	return p
}

func utcOrNil(t *time.Time) *time.Time {
	if t == nil {
		return nil
	}
	utc := t.UTC()
	return &utc
}
