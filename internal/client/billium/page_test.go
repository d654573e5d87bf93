package billium_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"testing"

	"github.com/keyward/terraform-provider-keyward/internal/client"
	"github.com/keyward/terraform-provider-keyward/internal/client/billium"
	billiumapi "github.com/keyward/terraform-provider-keyward/internal/contract/billium"
	platform "github.com/keyward/terraform-provider-keyward/internal/platform/billium"
)

// Someone deletes keys while their list is read: what stays is read, though it
// moves from page to page.
func TestDeletionsHideNothing(t *testing.T) {
	t.Parallel()
	const count = 350
	for name, deleted := range map[string]map[int][]int{ // after a number of requests, which
		"none":                        {},
		"on the first page":           {1: {0}},
		"many at once":                {1: {0, 1, 2, 50, 99}},
		"twice":                       {1: {3}, 3: {7, 120}},
		"on the page to come":         {1: {150}},
		"so many that a page is less": {3: rangeOf(0, 80)},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var ids []string
			for i := range count {
				ids = append(ids, fmt.Sprintf("key_%d", i))
			}
			gone, requests := map[string]bool{}, 0
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				live := slices.DeleteFunc(slices.Clone(ids), func(id string) bool { return gone[id] })
				answerPage(w, r, live)
				requests++
				for _, i := range deleted[requests] {
					gone[ids[i]] = true
				}
			}))
			t.Cleanup(server.Close)
			c, err := billium.New(billium.Options{BaseURL: server.URL, APIKey: client.NewSecret(newToken(t, platform.Secret))})
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for key, err := range c.APIKeys(t.Context(), "mer_1", billium.KeyFilter{}) {
				if err != nil {
					t.Fatal(err)
				}
				got = append(got, key.ID)
			}
			for _, id := range ids {
				if !gone[id] && !slices.Contains(got, id) {
					t.Errorf("%s is there and was not read", id)
				}
			}
			if most := 4 + 2*len(deleted); requests > most {
				t.Errorf("%d requests, want at most %d", requests, most)
			}
		})
	}
}

// Totals that mean nothing cost a few requests, and not the end.
func TestTotalsThatMeanNothing(t *testing.T) {
	t.Parallel()
	requests := 0
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		requests++
		_, _ = fmt.Fprintf(w, `{"data":[{"id":"key_%s"}],"pagination":{"page":%[1]s,"limit":100,"total":%[2]d,"lastPage":3}}`,
			r.URL.Query().Get("page"), 100-requests)
	}))
	t.Cleanup(server.Close)
	c, err := billium.New(billium.Options{BaseURL: server.URL, APIKey: client.NewSecret(newToken(t, platform.Secret))})
	if err != nil {
		t.Fatal(err)
	}
	keys := 0
	for _, err := range c.APIKeys(t.Context(), "mer_1", billium.KeyFilter{}) {
		if err != nil {
			t.Fatal(err)
		}
		keys++
	}
	if keys != 3 || requests > 30 {
		t.Errorf("%d keys after %d requests", keys, requests)
	}
}

// Whatever the platform says of its pages: who reads them all stops at the first that
// is empty, and where nothing new comes.
func TestPagesWithoutEnd(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		data           func(page string) string
		keys, requests int
		bad            bool
	}{
		"a million pages, one has something": {func(page string) string {
			if page == "1" {
				return `{"id":"key_1"}`
			}
			return ""
		}, 1, 2, false},
		"the same page for ever": {func(string) string { return `{"id":"key_1"}` }, 1, 27, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			requests := 0
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				requests++
				page := r.URL.Query().Get("page")
				_, _ = fmt.Fprintf(w, `{"data":[%s],"pagination":{"page":%s,"limit":100,"total":100000000,"lastPage":1000000}}`, test.data(page), page)
			}))
			t.Cleanup(server.Close)
			c, err := billium.New(billium.Options{BaseURL: server.URL, APIKey: client.NewSecret(newToken(t, platform.Secret))})
			if err != nil {
				t.Fatal(err)
			}
			keys, bad := 0, false
			for _, err := range c.APIKeys(t.Context(), "mer_1", billium.KeyFilter{}) {
				if bad = err != nil; !bad {
					keys++
				} else if !errors.Is(err, client.ErrInvalidResponse) {
					t.Error(err)
				}
			}
			if keys != test.keys || requests != test.requests || bad != test.bad {
				t.Errorf("%d keys after %d requests, bad: %t", keys, requests, bad)
			}
		})
	}
}

func TestLastPage(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		page, limit, total, last, received int
		sound                              bool
	}{
		"none":                    {1, 100, 0, 1, 0, true},
		"one":                     {1, 100, 7, 1, 7, true},
		"a full one":              {1, 100, 100, 1, 100, true},
		"the first of three":      {1, 100, 201, 3, 100, true},
		"the last of three":       {3, 100, 201, 3, 1, true},
		"smaller pages":           {1, 50, 201, 5, 50, true},
		"behind the last":         {4, 100, 201, 3, 0, true},
		"more pages than objects": {1, 100, 7, 10_000_000, 7, false},
		"a page that is short":    {1, 100, 201, 3, 7, false},
		"no limit":                {1, 0, 201, 3, 100, false},
		"a limit no one asked":    {1, 1, 1, 1, 7, false},
		"less than none":          {1, 100, -7, 1, 0, false},
		"more than there can be":  {1, 100, 1 << 62, 1 << 62, 100, false},
	} {
		said := billiumapi.Pagination{Page: test.page, Limit: test.limit, Total: test.total, LastPage: test.last}
		if last, sound := billium.LastPage(said, test.received); last != test.last || sound != test.sound {
			t.Errorf("%s: got %d, %t", name, last, sound)
		}
	}
}

// answerPage answers with the page that a request asks for.
func answerPage(w http.ResponseWriter, r *http.Request, ids []string) {
	number, _ := strconv.Atoi(r.URL.Query().Get("page"))
	data := []map[string]string{}
	for i := (number - 1) * billium.PageSize; i < min(number*billium.PageSize, len(ids)); i++ {
		data = append(data, map[string]string{"id": ids[i]})
	}
	_ = json.NewEncoder(w).Encode(map[string]any{
		"data": data,
		"pagination": map[string]int{
			"page": number, "limit": billium.PageSize, "total": len(ids),
			"lastPage": (len(ids) + billium.PageSize - 1) / billium.PageSize,
		},
	})
}

func rangeOf(from, to int) (all []int) {
	for i := from; i < to; i++ {
		all = append(all, i)
	}
	return all
}
