package billium_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"testing"

	"github.com/keyward/terraform-provider-keyward/internal/client"
	"github.com/keyward/terraform-provider-keyward/internal/client/billium"
	platform "github.com/keyward/terraform-provider-keyward/internal/platform/billium"
)

// Somebody deletes keys while their list is read: what stays is read, though it
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
