package provider_test

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-testing/compare"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"

	"github.com/keyward/terraform-provider-keyward/internal/sandbox/sandboxtest"
)

// A live key of the name is a conflict, no matter who made it and whether it was used or
// not, unless that is allowed; one whose creation is not finished is none.
func TestNames(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	other := map[string]string{} // the ids of the other keys, by address
	w.runBoth(t, func(c keyCase) []resource.TestStep {
		var steps []resource.TestStep
		for i, row := range []struct {
			name  string
			there func(name string) (id, token string) // makes another key
		}{
			{"made by hand with the same credential, never used", func(name string) (id, token string) { return c.make(t, w, c.credential(w), name) }},
			{"one that asks for its rotation", func(name string) (id, token string) { return c.make(t, w, c.credential(w), name+" (rotate)") }},
			{"of another credential", func(name string) (id, token string) { return c.make(t, w, c.stranger(t, w), name) }},
			{"a used one", func(name string) (id, token string) {
				id, token = c.make(t, w, c.credential(w), name)
				c.call(t, w, token)
				return id, token
			}},
			{"a disabled one", func(name string) (id, token string) {
				id, token = c.make(t, w, c.credential(w), name)
				w.DisableKey(t, id)
				return id, token
			}},
		} {
			name := fmt.Sprintf("shop %d", i)
			id, _ := row.there(name)
			other[c.platform+row.name] = id
			steps = append(steps, resource.TestStep{
				PreConfig: func() { t.Log(c.platform, ": ", row.name) },
				Config:    c.config(`name = "` + name + `"`), PlanOnly: true, ExpectError: says("keyward keys revoke " + id),
			})
		}
		other["one of another name of "+c.platform], _ = c.make(t, w, c.credential(w), "till 2")
		other["one under its provisional name of "+c.platform], _ = c.make(t, w, c.credential(w), c.provisional(w, "kiosk"))
		c.make(t, w, c.stranger(t, w), "shared")
		c.make(t, w, c.credential(w), "shared")
		return append(steps, resource.TestStep{
			Config: c.config(`name = "till"`) + namedOther(c.config(`name = "kiosk"`)) +
				c.labelled("shared").config("name = \"shared\"\non_conflict = \"allow\""),
			ConfigStateChecks: []statecheck.StateCheck{c.wantLive(t, w, "till", 1), c.wantLive(t, w, "kiosk", 1), c.wantLive(t, w, "shared", 3)},
		})
	})
	for name, id := range other {
		if w.revoked(t, id) {
			t.Errorf("%s: the other key is dead", name)
		}
	}
}

// An orphaned key is shown as soon as it is old enough, and the plan after that lists
// it; a younger one is in nothing's way.
func TestOrphanedKeysAreListedThenRevoked(t *testing.T) {
	t.Parallel()
	w, passing := newClockedWorld(t)
	orphans, others := map[string]string{}, map[string]string{} // by platform
	w.runBoth(t, func(c keyCase) []resource.TestStep {
		config := c.config(`name = "shop"`)
		return []resource.TestStep{
			{
				PreConfig: func() {
					orphans[c.platform], _ = c.make(t, w, c.credential(w), c.provisional(w, "shop"))
					others[c.platform], _ = c.make(t, w, c.credential(w), c.provisional(w, "till"))
				},
				Config: config, ConfigStateChecks: []statecheck.StateCheck{known(c.address, "orphaned", knownvalue.Null())},
			},
			{
				PreConfig: c.once(passing.advance(16 * time.Minute)), Config: config,
				ConfigPlanChecks: preApply(
					plancheck.ExpectResourceAction(c.address, plancheck.ResourceActionUpdate),
					plancheck.ExpectKnownValue(c.address, at("revokes"), knownvalue.ListExact([]knownvalue.Check{
						knownvalue.StringFunc(func(got string) error { return wantText(got, orphans[c.platform]) }),
					})),
					plancheck.ExpectKnownValue(c.address, at("orphaned"), knownvalue.Null()),
				),
				ConfigStateChecks: []statecheck.StateCheck{known(c.address, "orphaned", knownvalue.Null())},
			},
		}
	})
	for platform, orphan := range orphans {
		if other := others[platform]; !w.revoked(t, orphan) || w.revoked(t, other) {
			t.Errorf("%s: orphaned %t, another name's %t", platform, w.revoked(t, orphan), w.revoked(t, other))
		}
	}
}

// One name is one resource's, whichever of them is planned first.
func TestNameWantedTwice(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.runBoth(t, func(c keyCase) []resource.TestStep {
		one := c.config(`name = "shop"`)
		both := one + namedOther(one)
		return []resource.TestStep{
			{Config: both, ExpectError: says("Two resources have the same name")},
			{Config: one},
			{Config: both, ExpectError: says("Two resources have the same name")},
			// One gives its name away, in the same plan.
			{Config: c.config(`name = "till"`) + namedOther(one), ConfigStateChecks: []statecheck.StateCheck{c.wantLive(t, w, "shop", 1), c.wantLive(t, w, "till", 1)}},
			{Config: one, ConfigStateChecks: []statecheck.StateCheck{c.wantLive(t, w, "shop", 1)}},
		}
	})
}

// A key that is renamed takes a name, too.
func TestNameTakenByRenaming(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.runBoth(t, func(c keyCase) []resource.TestStep {
		config := func(name, other string) string {
			return c.config(`name = "`+name+`"`) + namedOther(c.config(`name = "`+other+`"`))
		}
		return []resource.TestStep{
			{Config: config("shop", "till")},
			{Config: config("shop", "shop"), ExpectError: says("Two resources have the same name")},
			{Config: config("till", "till"), ExpectError: says("Two resources have the same name")},
			{Config: config("till", "shop"), ConfigStateChecks: []statecheck.StateCheck{c.wantLive(t, w, "shop", 1), c.wantLive(t, w, "till", 1)}},
			{
				PreConfig: func() { c.make(t, w, c.stranger(t, w), "kiosk") },
				Config:    config("kiosk", "shop"), ExpectError: says("Name conflict with another live key"),
			},
			{
				Config:            c.config("name = \"kiosk\"\non_conflict = \"allow\"") + namedOther(c.config(`name = "shop"`)),
				ConfigStateChecks: []statecheck.StateCheck{c.wantLive(t, w, "kiosk", 2)},
			},
		}
	})
}

// However a resource is replaced, the keys that it had are gone afterwards, and
// nothing stands in its way.
func TestReplacementsKeepTheName(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	var tracks []track
	for _, platform := range bothCases {
		for name, first := range map[string]string{"destroyed_first": "false", "created_first": "true"} {
			for _, used := range []bool{false, true} {
				name := fmt.Sprintf("%s_%s_used_%t", platform.platform, name, used)
				c := platform.labelled(name)
				config := func(v string) string {
					return `resource "terraform_data" "` + name + `" { input = "` + v + `" }
					` + c.config(`name = "`+name+`"
					lifecycle {
						create_before_destroy = `+first+`
						replace_triggered_by = [terraform_data.`+name+`]
					}`)
				}
				var token string
				use := func() {
					if used {
						c.call(t, w, token)
					}
				}
				version := statecheck.CompareValue(compare.ValuesDiffer())
				replaced := func() []statecheck.StateCheck {
					return []statecheck.StateCheck{
						c.wantLive(t, w, name, 1), taken(c.address, "token", &token), version.AddStateValue(c.address, at("generation")),
					}
				}
				tracks = append(tracks, track{about: c.address, steps: []resource.TestStep{
					{Config: config("1"), ConfigStateChecks: replaced()},
					{PreConfig: use, Config: config("2"), ConfigStateChecks: replaced()},
					{PreConfig: use, Taint: []string{c.address}, Config: config("2"), ConfigStateChecks: replaced()},
				}})
				t.Cleanup(func() { w.wantNoKeys(t, name) })
			}
		}
	}
	w.runTogether(t, tracks...)
}

// A creation whose answer is lost leaves one key, in the same apply.
func TestLostAnswers(t *testing.T) {
	t.Parallel()
	for name, fault := range map[string]sandboxtest.Fault{
		"cut before anything was done": {When: sandboxtest.Arrived, Cut: true},
		"cut after it was done":        {When: sandboxtest.Committed, Cut: true},
		"500 after it was done":        {When: sandboxtest.Committed, Status: http.StatusInternalServerError},
		"503 after it was done":        {When: sandboxtest.Committed, Status: http.StatusServiceUnavailable},
		"cut after each replay":        {When: sandboxtest.Committed, Cut: true, Times: 5},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			var tracks []track
			injected := map[string]*sandboxtest.Injected{}
			for _, c := range bothCases {
				if c.platform == "corebill" && fault.Times > 1 {
					continue // Corebill's creations are not replayed
				}
				fault.Platform, fault.Method, fault.Path = c.platform, http.MethodPost, c.path
				injected[c.platform] = w.Inject(fault)
				var token string
				tracks = append(tracks, track{about: c.address, steps: []resource.TestStep{{Config: c.config(`name = "shop"`), ConfigStateChecks: []statecheck.StateCheck{
					c.wantLive(t, w, "shop", 1), taken(c.address, "token", &token), c.wantStatus(t, w, &token, http.StatusOK),
				}}}})
			}
			w.runTogether(t, tracks...)
			for platform, fault := range injected {
				if fault.Struck() == 0 {
					t.Errorf("the fault struck nothing of %s", platform)
				}
			}
		})
	}
}

// What people do on the platform during the overlap is told apart.
func TestOverlapAndTheOutsideWorld(t *testing.T) {
	t.Parallel()
	config := func(c keyCase, v string) string {
		return c.config(`name = "shop"
			rotation = { rotate_when_changed = { v = "` + v + `" }, overlap = "24h" }`)
	}
	t.Run("the previous key is revoked", func(t *testing.T) {
		t.Parallel()
		w, _ := newClockedWorld(t)
		w.runBoth(t, func(c keyCase) []resource.TestStep {
			var first string
			return []resource.TestStep{
				{Config: config(c, "1"), ConfigStateChecks: []statecheck.StateCheck{taken(c.address, "id", &first)}},
				{Config: config(c, "2")},
				{PreConfig: func() { w.RevokeKey(t, first) }, Config: config(c, "2"), PlanOnly: true},
				{RefreshState: true},
				{Config: config(c, "2"), ConfigStateChecks: []statecheck.StateCheck{known(c.address, "previous", knownvalue.Null())}},
			}
		})
	})
	t.Run("the key in place is revoked", func(t *testing.T) {
		t.Parallel()
		w, passing := newClockedWorld(t)
		w.runBoth(t, func(c keyCase) []resource.TestStep {
			var first, second string
			return []resource.TestStep{
				{Config: config(c, "1"), ConfigStateChecks: []statecheck.StateCheck{taken(c.address, "id", &first)}},
				{Config: config(c, "2"), ConfigStateChecks: []statecheck.StateCheck{taken(c.address, "id", &second)}},
				{
					PreConfig: func() { w.RevokeKey(t, second) }, Config: config(c, "2"),
					ConfigPlanChecks: c.rotating(plancheck.ExpectKnownValue(c.address, previousAt("id"), knownvalue.StringFunc(func(got string) error { return wantText(got, first) }))),
					ConfigStateChecks: []statecheck.StateCheck{
						c.wantLive(t, w, "shop", 2), known(c.address, "generation", knownvalue.Int64Exact(3)),
						statecheck.ExpectKnownValue(c.address, previousAt("id"), knownvalue.StringFunc(func(got string) error { return wantText(got, first) })),
					},
				},
				{
					PreConfig: c.once(passing.advance(25 * time.Hour)), Config: config(c, "2"), ConfigPlanChecks: c.revokes(),
					ConfigStateChecks: []statecheck.StateCheck{c.wantLive(t, w, "shop", 1)},
				},
			}
		})
	})
	// And another one is destroyed with both of its keys.
	t.Run("the key in place is disabled", func(t *testing.T) {
		t.Parallel()
		w, _ := newClockedWorld(t)
		w.runBoth(t, func(c keyCase) []resource.TestStep {
			var first, second string
			destroyed := func(v string) string {
				return strings.Replace(namedOther(config(c, v)), `"shop"`, `"till"`, 1)
			}
			return []resource.TestStep{
				{Config: config(c, "1") + destroyed("1"), ConfigStateChecks: []statecheck.StateCheck{taken(c.address, "id", &first)}},
				{Config: config(c, "2") + destroyed("2"), ConfigStateChecks: []statecheck.StateCheck{taken(c.address, "id", &second), c.wantLive(t, w, "till", 2)}},
				{
					PreConfig: func() { w.DisableKey(t, second) }, Config: config(c, "3") + destroyed("2"),
					ConfigPlanChecks: c.rotating(plancheck.ExpectKnownValue(c.address, previousAt("id"), knownvalue.StringFunc(func(got string) error { return wantText(got, first) }))),
					ConfigStateChecks: []statecheck.StateCheck{
						known(c.address, "generation", knownvalue.Int64Exact(3)),
						c.wantLive(t, w, "shop", 2), known(c.address, "orphaned", knownvalue.Null()),
						statecheck.ExpectKnownValue(c.address, previousAt("id"), knownvalue.StringFunc(func(got string) error { return wantText(got, first) })),
						serverSees(func() error {
							if !w.revoked(t, second) {
								return fmt.Errorf("the disabled key %s is still live", second)
							}
							return nil
						}),
						c.wantLive(t, w, "till", 2),
					},
				},
			}
		})
		w.wantNoKeys(t, "till")
	})
	t.Run("the key was rotated by hand", func(t *testing.T) {
		t.Parallel()
		w, _ := newClockedWorld(t)
		w.runBoth(t, func(c keyCase) []resource.TestStep {
			var first string
			return []resource.TestStep{
				{Config: config(c, "1"), ConfigStateChecks: []statecheck.StateCheck{taken(c.address, "id", &first)}},
				{
					PreConfig: func() {
						c.make(t, w, c.stranger(t, w), "shop")
						w.RevokeKey(t, first)
					},
					Config: config(c, "1"), ExpectError: says("To manage that key, import it"),
				},
				{PreConfig: func() { w.RevokeKey(t, c.live(t, w, "shop")[0].ID) }, Config: config(c, "1")},
			}
		})
	})
}

// What an interrupted rotation has left goes once it is old enough, though nothing is
// rotated any more, and with a destruction. Another configuration's key stays.
func TestOrphansOfWithdrawnRotations(t *testing.T) {
	t.Parallel()
	config := func(c keyCase, v string) string {
		return c.config(`name = "shop"
			rotation = { overlap = "0s", rotate_when_changed = { v = "` + v + `" } }`)
	}
	// The platform is not to be reached any more once the new key is made.
	interrupted := func(c keyCase, w *world, down *atomic.Bool) resource.TestStep {
		return resource.TestStep{
			PreConfig: func() {
				w.Inject(sandboxtest.Fault{
					Platform: c.platform, Method: http.MethodPost, Path: c.path,
					When: sandboxtest.Committed, Do: func() { down.Store(true) }, Cut: true,
				})
				w.Inject(sandboxtest.Fault{
					Platform: c.platform, Times: sandboxtest.Endless, Cut: true,
					Selects: func(*http.Request) bool { return down.Load() },
				})
			},
			Config: config(c, "2"), ExpectError: says("Could not create"),
		}
	}
	for name, destroyed := range map[string]bool{"applied again": false, "destroyed": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w, passing := newClockedWorld(t)
			w.sleep = func(context.Context, time.Duration) error { return nil }
			w.runBoth(t, func(c keyCase) []resource.TestStep {
				var down atomic.Bool
				last := resource.TestStep{
					PreConfig: func() {
						down.Store(false)
						c.once(passing.advance(16 * time.Minute))()
						if n := c.orphans(t, w); n != 1 {
							t.Errorf("%d %s keys are orphaned after the interruption, want 1", n, c.platform)
						}
					},
					Config: config(c, "1"), Destroy: destroyed,
				}
				if !destroyed {
					last.ConfigPlanChecks = preApply(plancheck.ExpectResourceAction(c.address, plancheck.ResourceActionUpdate))
					last.ConfigStateChecks = []statecheck.StateCheck{c.wantLive(t, w, "shop", 1), known(c.address, "orphaned", knownvalue.Null())}
				}
				return []resource.TestStep{{Config: config(c, "1")}, interrupted(c, w, &down), last}
			})
			w.wantNoKeys(t, "shop")
			for _, c := range bothCases {
				if n := c.orphans(t, w); n != 0 {
					t.Errorf("%d %s keys are orphaned at the end", n, c.platform)
				}
			}
		})
	}
	t.Run("another configuration's", func(t *testing.T) {
		t.Parallel()
		w := newWorld(t)
		w.runBoth(t, func(c keyCase) []resource.TestStep {
			return []resource.TestStep{
				{Config: config(c, "1")},
				{PreConfig: func() { c.make(t, w, c.credential(w), "shop") }, Config: config(c, "1"), PlanOnly: true},
			}
		})
		for _, c := range bothCases {
			if n := len(c.live(t, w, "shop")); n != 1 {
				t.Errorf("%d %s keys are live at the end, want the other configuration's", n, c.platform)
			}
		}
	})
}
