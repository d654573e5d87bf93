package providerdata

import (
	"context"
	"errors"
	"testing"

	billiumapi "github.com/keyward/terraform-provider-keyward/internal/contract/billium"
)

// A numbered page is followed by the next one up to the last, or to one without objects,
// and where it fails, unless nothing is known of the list yet.
func TestNumberedPages(t *testing.T) {
	t.Parallel()
	failed := errors.New("failed")
	for name, row := range map[string]struct {
		cursor  string
		objects []int
		last    int
		err     error
		next    string
	}{
		"the first of some":            {"", []int{1}, 3, nil, "2"},
		"one between":                  {"2", []int{1}, 3, nil, "3"},
		"the last":                     {"3", []int{1}, 3, nil, ""},
		"none there":                   {"4", nil, 1e9, nil, ""},
		"one that fails":               {"2", nil, 0, failed, "3"},
		"the first, where that failed": {"", nil, 0, failed, ""},
	} {
		page := numbered(func(context.Context, int) ([]int, billiumapi.Pagination, error) {
			return row.objects, billiumapi.Pagination{LastPage: row.last}, row.err
		})
		objects, next, err := page(t.Context(), row.cursor)
		if len(objects) != len(row.objects) || next != row.next || !errors.Is(err, row.err) {
			t.Errorf("%s: got %v, %q, %v", name, objects, next, err)
		}
	}
}
