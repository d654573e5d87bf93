package billium

import (
	"context"
	"errors"
	"iter"
	"net/http"
	"net/url"
	"strconv"

	"github.com/keyward/terraform-provider-keyward/internal/client"
	billiumapi "github.com/keyward/terraform-provider-keyward/internal/contract/billium"
)

// PageSize is how many objects are asked for at once: the most that Billium
// gives. Source: contract.
const PageSize = 100

// page is a page of any of the platform's paged lists.
type page[T any] struct {
	Data       []T                   `json:"data"`
	Pagination billiumapi.Pagination `json:"pagination"`
}

// list gets a page, counted from 1. size is 1 to PageSize; 0 means PageSize.
func list[T any](ctx context.Context, c *Client, path string, query url.Values, number, size int) (page[T], error) {
	if size == 0 {
		size = PageSize
	}
	query.Set("page", strconv.Itoa(number))
	query.Set("limit", strconv.Itoa(size))
	var got page[T]
	err := c.http.Do(ctx, client.Request{
		Method: http.MethodGet, Path: path, Query: query,
		Check: func() error {
			// What is no list would pass for an empty one.
			if got.Data == nil || got.Pagination.Page != number {
				return errors.New("it is not the page of the list that was asked for")
			}
			return nil
		},
	}, &got)
	return got, err
}

// LastPage returns the number of the last page of a list, as a page with a number of
// objects tells it. It is sound where all that the page says agrees with what it has;
// otherwise pages that are not there may be promised, and anyone who asks for them goes
// on one by one.
func LastPage(said billiumapi.Pagination, received int) (last int, sound bool) {
	left := said.Total - (said.Page-1)*said.Limit
	sound = said.Limit > 0 && said.Limit <= PageSize && said.Page > 0 && said.Total >= 0 &&
		said.LastPage == max(1, (said.Total+said.Limit-1)/said.Limit) && received == max(0, min(left, said.Limit))
	return said.LastPage, sound
}

// announce tells how many pages a list has, once its first one is there.
func (p page[T]) announce(tell func(pages int)) page[T] {
	if last, sound := LastPage(p.Pagination, len(p.Data)); sound && tell != nil && p.Pagination.Page == 1 {
		tell(last)
	}
	return p
}

// maxStepsBack is how often walk reads a page again. It bounds what a platform
// costs whose totals go up and down by themselves.
const maxStepsBack = 10

// walk yields the objects of all pages, each id once: an object that is created
// meanwhile moves the others towards the end and one of them onto the next page.
// One that is deleted moves them the other way, onto a page that was read already:
// where the total has shrunk, that page is read again. It ends with the first page that
// is empty, whatever the platform says of more, and where pages go on without anything
// new. An error is the last thing it yields.
func walk[T any](id func(T) string, get func(number int) (page[T], error)) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		var none T
		var paging client.Paging
		seen := map[string]bool{}
		total, back := 0, 0
		for number := 1; ; number++ {
			got, err := get(number)
			if err != nil {
				yield(none, err)
				return
			}
			for _, object := range got.Data {
				if seen[id(object)] {
					continue
				}
				seen[id(object)] = true
				if !yield(object, nil) {
					return
				}
			}
			shrunk := got.Pagination.Total < total
			total = got.Pagination.Total
			if shrunk && number > 1 && back < maxStepsBack {
				back++
				number -= 2
				continue
			}
			if len(got.Data) == 0 || number >= got.Pagination.LastPage {
				return
			}
			if err := paging.Take("", client.IDs(id, got.Data)); err != nil {
				yield(none, err)
				return
			}
		}
	}
}
