package billium

import (
	billiumapi "github.com/keyward/terraform-provider-keyward/internal/contract/billium"
	"github.com/keyward/terraform-provider-keyward/internal/sandbox/store"
)

// defaultLimit is a page's size where the request names none. Source: docs,
// "Paging".
const defaultLimit = 20

// paging is the page that a request asks for.
func paging(number, limit *int) store.Page {
	return store.Page{Number: or(number, 1), Limit: or(limit, defaultLimit)}
}

// page is the list envelope. It has the same fields for every kind of object.
type page[T any] struct {
	Data       []T                   `json:"data"`
	Pagination billiumapi.Pagination `json:"pagination"`
}

func newPage[Row, T any](rows []Row, total int, p store.Page, object func(Row) T) page[T] {
	data := make([]T, len(rows))
	for i, row := range rows {
		data[i] = object(row)
	}
	return page[T]{Data: data, Pagination: billiumapi.Pagination{
		Page: p.Number, Limit: p.Limit, Total: total, LastPage: max(1, (total+p.Limit-1)/p.Limit),
	}}
}

func or[T any](value *T, otherwise T) T {
	if value == nil {
		return otherwise
	}
	return *value
}
