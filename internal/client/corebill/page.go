package corebill

import (
	"context"
	"errors"
	"iter"
	"net/http"
	"net/url"
	"strconv"

	"github.com/keyward/terraform-provider-keyward/internal/client"
	corebillapi "github.com/keyward/terraform-provider-keyward/internal/contract/corebill"
)

// PageSize is how many objects are asked for at once: the most that Corebill
// gives. Source: docs.
const PageSize = 100

// page is what the platform's lists have in common.
type page interface {
	// state returns the list's object, whether it has data, and its cursor.
	state() (object corebillapi.ListObject, data bool, more bool, next *string)
}

type (
	companyList struct{ corebillapi.CompanyList }
	keyList     struct{ corebillapi.APIKeyList }
	logList     struct{ corebillapi.APILogList }
	webhookList struct{ corebillapi.WebhookList }
)

func (l *companyList) state() (corebillapi.ListObject, bool, bool, *string) {
	return l.Object, l.Data != nil, l.HasMore, l.NextCursor
}

func (l *keyList) state() (corebillapi.ListObject, bool, bool, *string) {
	return l.Object, l.Data != nil, l.HasMore, l.NextCursor
}

func (l *logList) state() (corebillapi.ListObject, bool, bool, *string) {
	return l.Object, l.Data != nil, l.HasMore, l.NextCursor
}

func (l *webhookList) state() (corebillapi.ListObject, bool, bool, *string) {
	return l.Object, l.Data != nil, l.HasMore, l.NextCursor
}

// list gets the page that follows the object with the id after, or the first
// page for "". size is 1 to PageSize; 0 means PageSize.
func (c *Client) list(ctx context.Context, path string, query url.Values, after string, size int, into page) error {
	if size == 0 {
		size = PageSize
	}
	query.Set("limit", strconv.Itoa(size))
	if after != "" {
		query.Set("starting_after", after)
	}
	return c.http.Do(ctx, client.Request{
		Method: http.MethodGet, Path: path, Query: query,
		Check: func() error { return checkPage(into, after) },
	}, into)
}

// checkPage refuses what is no list, which would pass for an empty one, and a
// cursor that leads nowhere or back.
func checkPage(p page, after string) error {
	object, data, more, next := p.state()
	switch {
	case object != corebillapi.ListObjectList || !data:
		return errors.New("it is not a list")
	case more && (next == nil || *next == "" || *next == after):
		return errors.New("the list has more, but no cursor that leads there")
	}
	return nil
}

// walk yields the objects of all pages. It ends with an error where the cursors go in
// circles, or pages without anything new go on and on. An error is the last thing it
// yields.
func walk[T any](id func(T) string, get func(after string) (data []T, more bool, next *string, err error)) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		var none T
		var paging client.Paging
		after := ""
		for {
			data, more, next, err := get(after)
			if err != nil {
				yield(none, err)
				return
			}
			for _, object := range data {
				if !yield(object, nil) {
					return
				}
			}
			if !more {
				return
			}
			after = *next
			if err := paging.Take(after, client.IDs(id, data)); err != nil {
				yield(none, err)
				return
			}
		}
	}
}
