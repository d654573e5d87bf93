package provider_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
)

// What one key more costs in requests: a creation one, an edit one, a rotation
// three (create, prove, revoke), a destruction one, and a refresh none. All else is
// shared by the keys of a run.
func TestRequestsPerKey(t *testing.T) {
	t.Parallel()
	const few, many = 2, 11
	fewer, more := requests(t, few), requests(t, many)
	for _, c := range bothCases {
		for _, step := range []struct {
			what string
			want int
		}{{"create", 2}, {"refresh", 0}, {"rename", 1}, {"rotate", 4}, {"destroy", 2}} {
			what := c.platform + ": " + step.what
			t.Logf("%s: %d requests for %d keys, %d for %d", what, fewer[what], few, more[what], many)
			if got := more[what] - fewer[what]; got != step.want*(many-few) {
				t.Errorf("%s: %d more keys cost %d requests more, want %d", what, many-few, got, step.want*(many-few))
			}
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
