package provider_test

import (
	"context"
	"fmt"
	"net/http"
	"regexp"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"

	"github.com/keyward/terraform-provider-keyward/internal/sandbox/sandboxtest"
)

// A platform that is down is asked by a few, and all waiters fail at once: a
// thousand keys must not wait one by one, nor a refused credential be shown a
// thousand times.
func TestPlansOfAPlatformThatIsDown(t *testing.T) {
	t.Parallel()
	const attempts, few = 5, 4 // a few requests, each of which is repeated
	w := newWorld(t)
	w.sleep = func(ctx context.Context, _ time.Duration) error { return ctx.Err() }
	w.runBoth(t, func(c keyCase) []resource.TestStep {
		own := w.CorebillKeys(t)[0].ID // the provider's own, as there is no other yet
		if c.platform == "billium" {
			own = w.BilliumKeys(t)[0].ID
		}
		fault := func(f sandboxtest.Fault) func() func() {
			return func() func() {
				f.Platform, f.Times = c.platform, sandboxtest.Endless
				return w.Inject(f).Remove
			}
		}
		check := func() {} // of the plan before
		var steps []resource.TestStep
		plan := func(name string, count, most int, begin func() func(), told string) {
			steps = append(steps, resource.TestStep{
				PreConfig: func() {
					check()
					restore, before := begin(), c.requests(w)
					check = func() {
						got := c.requests(w) - before
						t.Logf("%s, %d keys of %s: %d requests", name, count, c.platform, got)
						if got == 0 || got > most {
							t.Errorf("%s, %d keys of %s: %d requests, want at most %d", name, count, c.platform, got, most)
						}
						restore()
					}
				},
				Config: c.config(fmt.Sprintf("count = %d\nname = \"shop-${count.index}\"", count)), PlanOnly: true, ExpectError: regexp.MustCompile(told),
			})
		}
		const some, more = 30, 60
		for _, row := range []struct {
			name  string
			most  int
			begin func() func()
			told  string
		}{
			{"refused", few, func() func() { w.DisableKey(t, own); return func() { w.EnableKey(t, own) } }, "401"},
			{"a proxy refuses", few, fault(sandboxtest.Fault{Method: http.MethodGet, Status: http.StatusUnauthorized}), "401"},
			{"unreachable", few * attempts, fault(sandboxtest.Fault{Method: http.MethodGet, Cut: true}), "connection was lost"},
			{"failing", (few + 10) * attempts, fault(sandboxtest.Fault{Method: http.MethodGet, Status: http.StatusServiceUnavailable}), "503"},
		} {
			plan(row.name, some, row.most, row.begin, row.told)
			plan(row.name+", and more to create", more, row.most, row.begin, row.told)
		}
		all := c.config(fmt.Sprintf("count = %d\nname = \"shop-${count.index}\"", some))
		return append(append([]resource.TestStep{{Config: all}}, steps...), resource.TestStep{
			PreConfig: func() { check() }, Config: all, PlanOnly: true,
		})
	})
}
