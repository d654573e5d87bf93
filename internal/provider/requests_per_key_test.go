package provider_test

import (
	"fmt"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
)

// What one key more costs in requests: a creation one, an edit one, a rotation
// three (create, prove, revoke), a destruction one, and a refresh none. All else is
// shared by the keys of a run.
func TestRequestsPerKey(t *testing.T) {
	onBoth(t, func(t *testing.T, c keyCase) {
		const few, many = 2, 11
		fewer, more := c.requests(t, few), c.requests(t, many)
		for _, step := range []struct {
			what string
			want int
		}{{"create", 2}, {"refresh", 0}, {"rename", 1}, {"rotate", 4}, {"destroy", 2}} {
			t.Logf("%s: %d requests for %d keys, %d for %d", step.what, fewer[step.what], few, more[step.what], many)
			if got := more[step.what] - fewer[step.what]; got != step.want*(many-few) {
				t.Errorf("%s: %d more keys cost %d requests more, want %d", step.what, many-few, got, step.want*(many-few))
			}
		}
	})
}

// requests counts what the life of n keys costs, by operation.
func (c keyCase) requests(t *testing.T, n int) map[string]int {
	t.Helper()
	w := newWorld(t)
	cost := map[string]int{}
	config := func(name, v string) string {
		return c.config(fmt.Sprintf("count = %d\nname = \"%s-${count.index}\"\nrotation = { overlap = \"0s\", rotate_when_changed = { v = %q } }", n, name, v))
	}
	step := func(what, config string) resource.TestStep {
		return resource.TestStep{
			PreConfig: w.ResetRequests, Config: config,
			ConfigStateChecks: []statecheck.StateCheck{serverSees(func() error {
				cost[what] = len(w.Requests())
				return nil
			})},
		}
	}
	w.run(t, step("create", config("shop", "1")), step("refresh", config("shop", "1")), step("rename", config("store", "1")),
		step("rotate", config("store", "2")), step("destroy", `output "none" { value = 0 }`))
	return cost
}
