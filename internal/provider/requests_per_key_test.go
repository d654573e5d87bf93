package provider_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
)

// What one key more costs in requests: a creation two, an edit one, a rotation four, a
// destruction two, and a refresh none. All else is shared by the keys of a run.
func TestRequestsPerKey(t *testing.T) {
	t.Parallel()
	const keys = 7
	cost := requests(t, keys)
	for what, want := range map[string]int{
		"corebill: create": 6 + 2*keys, "corebill: refresh": 1, "corebill: rename": 3 + keys, "corebill: rotate": 7 + 4*keys, "corebill: destroy": 1 + 2*keys,
		"billium: create": 4 + 2*keys, "billium: refresh": 1, "billium: rename": 3 + keys, "billium: rotate": 5 + 4*keys, "billium: destroy": 3 + 2*keys,
	} {
		if cost[what] != want {
			t.Errorf("%s: %d requests for %d keys, want %d", what, cost[what], keys, want)
		}
	}
}

// requests counts what the life of n keys of each platform costs, by operation.
func requests(t *testing.T, n int) map[string]int {
	t.Helper()
	w := newWorld(t)
	cost := map[string]int{}
	w.runBoth(t, func(c keyCase) []resource.TestStep {
		config := func(name, v string) string {
			return c.config(fmt.Sprintf("count = %d\nname = \"%s-${count.index}\"\nrotation = { overlap = \"0s\", rotate_when_changed = { v = %q } }", n, name, v))
		}
		step := func(what, config string) resource.TestStep {
			return resource.TestStep{
				PreConfig: w.ResetRequests, Config: config,
				ConfigStateChecks: []statecheck.StateCheck{serverSees(func() error {
					cost[c.platform+": "+what] = c.requests(w)
					return nil
				})},
			}
		}
		return []resource.TestStep{
			step("create", config("shop", "1")), step("refresh", config("shop", "1")), step("rename", config("store", "1")),
			step("rotate", config("store", "2")), step("destroy", `output "`+c.platform+`" { value = 0 }`),
		}
	})
	return cost
}

// requests counts the requests to the platform.
func (c keyCase) requests(w *world) (n int) {
	for _, request := range w.Requests() {
		if strings.HasPrefix(request.Path, "/"+c.platform+"/") {
			n++
		}
	}
	return n
}
