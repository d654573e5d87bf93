package provider_test

import (
	"context"
	"net/http"
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

// A live key of the name is a conflict, whoever made it and whether it was used or
// not; one whose creation is not finished is none.
func TestNames(t *testing.T) {
	onBoth(t, func(t *testing.T, c keyCase) {
		for _, row := range []struct {
			name  string
			there func(t *testing.T, w *world) (id string) // makes another key
			taken bool
		}{
			{"made by hand with the same credential, never used", func(t *testing.T, w *world) string {
				id, _ := c.make(t, w, c.credential(w), "shop")
				return id
			}, true},
			{"one that asks for its rotation", func(t *testing.T, w *world) string {
				id, _ := c.make(t, w, c.credential(w), "shop (rotate)")
				return id
			}, true},
			{"of another credential", func(t *testing.T, w *world) string {
				id, _ := c.make(t, w, c.stranger(t, w), "shop")
				return id
			}, true},
			{"a used one", func(t *testing.T, w *world) string {
				id, token := c.make(t, w, c.credential(w), "shop")
				c.call(t, w, token)
				return id
			}, true},
			{"a disabled one", func(t *testing.T, w *world) string {
				id, _ := c.make(t, w, c.credential(w), "shop")
				w.DisableKey(t, id)
				return id
			}, true},
			{"one of another name", func(t *testing.T, w *world) string {
				id, _ := c.make(t, w, c.credential(w), "shop 2")
				return id
			}, false},
			{"one under its provisional name", func(t *testing.T, w *world) string {
				id, _ := c.make(t, w, c.credential(w), c.provisional(w, "shop"))
				return id
			}, false},
		} {
			t.Run(row.name, func(t *testing.T) {
				t.Parallel()
				w := newWorld(t)
				id := row.there(t, w)
				step := resource.TestStep{Config: c.config(`name = "shop"`), ConfigStateChecks: []statecheck.StateCheck{c.wantLive(t, w, "shop", 1)}}
				if row.taken {
					step = resource.TestStep{Config: c.config(`name = "shop"`), PlanOnly: true, ExpectError: says("keyward keys revoke " + id)}
				}
				w.run(t, step)
				if w.revoked(t, id) {
					t.Error("the other key is dead")
				}
			})
		}
	})
}

// An orphaned key is shown as soon as it is old enough, and the plan after that lists
// it; a younger one is in nothing's way.
func TestOrphanedKeysAreListedThenRevoked(t *testing.T) {
	onBoth(t, func(t *testing.T, c keyCase) {
		w, passing := newClockedWorld(t)
		config := c.config(`name = "shop"`)
		var orphan, other string
		w.run(t,
			resource.TestStep{
				PreConfig: func() {
					orphan, _ = c.make(t, w, c.credential(w), c.provisional(w, "shop"))
					other, _ = c.make(t, w, c.credential(w), c.provisional(w, "till"))
				},
				Config: config, ConfigStateChecks: []statecheck.StateCheck{known(c.address, "orphaned", knownvalue.Null())},
			},
			resource.TestStep{
				PreConfig: passing.advance(16 * time.Minute), Config: config,
				ConfigPlanChecks: preApply(
					plancheck.ExpectResourceAction(c.address, plancheck.ResourceActionUpdate),
					plancheck.ExpectKnownValue(c.address, at("revokes"), knownvalue.ListExact([]knownvalue.Check{
						knownvalue.StringFunc(func(got string) error { return wantText(got, orphan) }),
					})),
					plancheck.ExpectKnownValue(c.address, at("orphaned"), knownvalue.Null()),
				),
				ConfigStateChecks: []statecheck.StateCheck{known(c.address, "orphaned", knownvalue.Null())},
			},
		)
		if !w.revoked(t, orphan) || w.revoked(t, other) {
			t.Errorf("orphaned %t, another name's %t", w.revoked(t, orphan), w.revoked(t, other))
		}
	})
}

func TestNameMayBeShared(t *testing.T) {
	onBoth(t, func(t *testing.T, c keyCase) {
		w := newWorld(t)
		c.make(t, w, c.stranger(t, w), "shop")
		c.make(t, w, c.credential(w), "shop")
		w.run(t, resource.TestStep{Config: c.config("name = \"shop\"\non_conflict = \"allow\""),
			ConfigStateChecks: []statecheck.StateCheck{c.wantLive(t, w, "shop", 3)}})
	})
}

// One name is one resource's, whichever of them is planned first.
func TestNameWantedTwice(t *testing.T) {
	onBoth(t, func(t *testing.T, c keyCase) {
		w := newWorld(t)
		one := c.config(`name = "shop"`)
		both := one + namedOther(one)
		w.run(t,
			resource.TestStep{Config: both, ExpectError: says("Two resources have the same name")},
			resource.TestStep{Config: one},
			resource.TestStep{Config: both, ExpectError: says("Two resources have the same name")},
			// One gives its name away, in the same plan.
			resource.TestStep{Config: c.config(`name = "till"`) + namedOther(one), ConfigStateChecks: []statecheck.StateCheck{c.wantLive(t, w, "shop", 1), c.wantLive(t, w, "till", 1)}},
			resource.TestStep{Config: one, ConfigStateChecks: []statecheck.StateCheck{c.wantLive(t, w, "shop", 1)}},
		)
	})
}

// A key that is renamed takes a name, too.
func TestNameTakenByRenaming(t *testing.T) {
	onBoth(t, func(t *testing.T, c keyCase) {
		w := newWorld(t)
		config := func(name, other string) string {
			return c.config(`name = "`+name+`"`) + namedOther(c.config(`name = "`+other+`"`))
		}
		w.run(t,
			resource.TestStep{Config: config("shop", "till")},
			resource.TestStep{Config: config("shop", "shop"), ExpectError: says("Two resources have the same name")},
			resource.TestStep{Config: config("till", "till"), ExpectError: says("Two resources have the same name")},
			resource.TestStep{Config: config("till", "shop"), ConfigStateChecks: []statecheck.StateCheck{c.wantLive(t, w, "shop", 1), c.wantLive(t, w, "till", 1)}},
			resource.TestStep{PreConfig: func() { c.make(t, w, c.stranger(t, w), "kiosk") },
				Config: config("kiosk", "shop"), ExpectError: says("Name conflict with another live key")},
			resource.TestStep{Config: c.config("name = \"kiosk\"\non_conflict = \"allow\"") + namedOther(c.config(`name = "shop"`)),
				ConfigStateChecks: []statecheck.StateCheck{c.wantLive(t, w, "kiosk", 2)}},
		)
	})
}

// However a resource is replaced, the keys that it had are gone afterwards, and
// nothing stands in its way.
func TestReplacementsKeepTheName(t *testing.T) {
	onBoth(t, func(t *testing.T, c keyCase) {
		for name, lifecycle := range map[string]string{"destroyed first": "", "created first": "lifecycle { create_before_destroy = true }"} {
			for _, used := range []bool{false, true} {
				t.Run(name, func(t *testing.T) {
					t.Parallel()
					w := newWorld(t)
					config := func(v string) string {
						return `resource "terraform_data" "version" { input = "` + v + `" }
						` + c.config(`name = "shop"
						lifecycle { replace_triggered_by = [terraform_data.version] }`)
					}
					if lifecycle != "" {
						config = func(v string) string {
							return `resource "terraform_data" "version" { input = "` + v + `" }
							` + c.config(`name = "shop"
							lifecycle { 
								create_before_destroy = true
								replace_triggered_by = [terraform_data.version]
							}`)
						}
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
							c.wantLive(t, w, "shop", 1), taken(c.address, "token", &token), version.AddStateValue(c.address, at("generation")),
						}
					}
					w.run(t,
						resource.TestStep{Config: config("1"), ConfigStateChecks: replaced()},
						resource.TestStep{PreConfig: use, Config: config("2"), ConfigStateChecks: replaced()},
						resource.TestStep{PreConfig: use, Taint: []string{c.address}, Config: config("2"), ConfigStateChecks: replaced()},
					)
					if n := len(c.live(t, w, "shop")); n != 0 {
						t.Errorf("%d keys are live at the end", n)
					}
				})
			}
		}
	})
}

// A creation whose answer is lost leaves one key, in the same apply.
func TestLostAnswers(t *testing.T) {
	onBoth(t, func(t *testing.T, c keyCase) {
		for name, fault := range map[string]sandboxtest.Fault{
			"cut before anything was done": {When: sandboxtest.Arrived, Cut: true},
			"cut after it was done":        {When: sandboxtest.Committed, Cut: true},
			"500 after it was done":        {When: sandboxtest.Committed, Status: http.StatusInternalServerError},
			"503 after it was done":        {When: sandboxtest.Committed, Status: http.StatusServiceUnavailable},
			"cut after each replay":        {When: sandboxtest.Committed, Cut: true, Times: 5},
		} {
			if c.platform == "corebill" && fault.Times > 1 {
				continue // Corebill's creations are not replayed
			}
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				w := newWorld(t)
				fault.Platform, fault.Method, fault.Path = c.platform, http.MethodPost, c.path
				injected := w.Inject(fault)
				var token string
				w.run(t, resource.TestStep{Config: c.config(`name = "shop"`), ConfigStateChecks: []statecheck.StateCheck{
					c.wantLive(t, w, "shop", 1), taken(c.address, "token", &token),
					serverSees(func() error { return exactly(http.StatusOK, c.call(t, w, token), "(status of the token)") }),
				}})
				if injected.Struck() == 0 {
					t.Error("the fault struck nothing")
				}
			})
		}
	})
}

// What people do on the platform during the overlap is told apart.
func TestOverlapAndTheOutsideWorld(t *testing.T) {
	onBoth(t, func(t *testing.T, c keyCase) {
		config := func(v string) string {
			return c.config(`name = "shop"
			rotation = { rotate_when_changed = { v = "` + v + `" }, overlap = "24h" }`)
		}
		t.Run("the previous key is revoked", func(t *testing.T) {
			t.Parallel()
			w, _ := newClockedWorld(t)
			var first string
			w.run(t,
				resource.TestStep{Config: config("1"), ConfigStateChecks: []statecheck.StateCheck{taken(c.address, "id", &first)}},
				resource.TestStep{Config: config("2")},
				resource.TestStep{PreConfig: func() { w.RevokeKey(t, first) }, Config: config("2"), ConfigPlanChecks: preApply(plancheck.ExpectEmptyPlan())},
				resource.TestStep{RefreshState: true},
				resource.TestStep{Config: config("2"), ConfigStateChecks: []statecheck.StateCheck{known(c.address, "previous", knownvalue.Null())}},
			)
		})
		t.Run("the key in place is revoked", func(t *testing.T) {
			t.Parallel()
			w, passing := newClockedWorld(t)
			var first, second string
			w.run(t,
				resource.TestStep{Config: config("1"), ConfigStateChecks: []statecheck.StateCheck{taken(c.address, "id", &first)}},
				resource.TestStep{Config: config("2"), ConfigStateChecks: []statecheck.StateCheck{taken(c.address, "id", &second)}},
				resource.TestStep{PreConfig: func() { w.RevokeKey(t, second) }, Config: config("2"),
					ConfigPlanChecks: c.rotating(plancheck.ExpectKnownValue(c.address, previousAt("id"), knownvalue.StringFunc(func(got string) error { return wantText(got, first) }))),
					ConfigStateChecks: []statecheck.StateCheck{
						c.wantLive(t, w, "shop", 2), known(c.address, "generation", knownvalue.Int64Exact(3)),
						statecheck.ExpectKnownValue(c.address, previousAt("id"), knownvalue.StringFunc(func(got string) error { return wantText(got, first) })),
					}},
				resource.TestStep{PreConfig: passing.advance(25 * time.Hour), Config: config("2"), ConfigPlanChecks: c.revokes(),
					ConfigStateChecks: []statecheck.StateCheck{c.wantLive(t, w, "shop", 1)}},
			)
		})
		t.Run("the key in place is disabled", func(t *testing.T) {
			t.Parallel()
			w, _ := newClockedWorld(t)
			var first, second string
			w.run(t,
				resource.TestStep{Config: config("1"), ConfigStateChecks: []statecheck.StateCheck{taken(c.address, "id", &first)}},
				resource.TestStep{Config: config("2"), ConfigStateChecks: []statecheck.StateCheck{taken(c.address, "id", &second)}},
				resource.TestStep{PreConfig: func() { w.DisableKey(t, second) }, Config: config("3"),
					ConfigPlanChecks: c.rotating(plancheck.ExpectKnownValue(c.address, previousAt("id"), knownvalue.StringFunc(func(got string) error { return wantText(got, first) }))),
					ConfigStateChecks: []statecheck.StateCheck{
						known(c.address, "generation", knownvalue.Int64Exact(3)),
						c.wantLive(t, w, "shop", 2), known(c.address, "orphaned", knownvalue.Null()),
						statecheck.ExpectKnownValue(c.address, previousAt("id"), knownvalue.StringFunc(func(got string) error { return wantText(got, first) })),
					}},
			)
			if !w.revoked(t, second) {
				t.Error("the disabled key is still live")
			}
		})
		t.Run("all is destroyed", func(t *testing.T) {
			t.Parallel()
			w, _ := newClockedWorld(t)
			w.run(t,
				resource.TestStep{Config: config("1")},
				resource.TestStep{Config: config("2"), ConfigStateChecks: []statecheck.StateCheck{c.wantLive(t, w, "shop", 2)}},
			)
			if n := len(c.live(t, w, "shop")); n != 0 {
				t.Errorf("%d keys are live at the end", n)
			}
		})
		t.Run("the key was rotated by hand", func(t *testing.T) {
			t.Parallel()
			w, _ := newClockedWorld(t)
			var first string
			w.run(t,
				resource.TestStep{Config: config("1"), ConfigStateChecks: []statecheck.StateCheck{taken(c.address, "id", &first)}},
				resource.TestStep{PreConfig: func() {
					c.make(t, w, c.stranger(t, w), "shop")
					w.RevokeKey(t, first)
				}, Config: config("1"), ExpectError: says("To manage that key, import it")},
				resource.TestStep{PreConfig: func() { w.RevokeKey(t, c.live(t, w, "shop")[0].ID) }, Config: config("1")},
			)
		})
	})
}

// What an interrupted rotation has left goes once it is old enough, though nothing is
// rotated any more, and with a destruction. Another configuration's key stays.
func TestOrphansOfWithdrawnRotations(t *testing.T) {
	onBoth(t, func(t *testing.T, c keyCase) {
		config := func(v string) string {
			return c.config(`name = "shop"
			rotation = { overlap = "0s", rotate_when_changed = { v = "` + v + `" } }`)
		}
		// The platform is not to be reached any more once the new key is made.
		interrupted := func(w *world, down *atomic.Bool) resource.TestStep {
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
				Config: config("2"), ExpectError: says("Could not create"),
			}
		}
		for name, destroyed := range map[string]bool{"applied again": false, "destroyed": true} {
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				w, passing := newClockedWorld(t)
				w.sleep = func(context.Context, time.Duration) error { return nil }
				var down atomic.Bool
				last := resource.TestStep{
					PreConfig: func() {
						down.Store(false)
						passing.advance(16 * time.Minute)()
						if n := c.orphans(t, w); n != 1 {
							t.Errorf("%d keys are orphaned after the interruption, want 1", n)
						}
					},
					Config: config("1"), Destroy: destroyed,
				}
				if !destroyed {
					last.ConfigPlanChecks = preApply(plancheck.ExpectResourceAction(c.address, plancheck.ResourceActionUpdate))
					last.ConfigStateChecks = []statecheck.StateCheck{c.wantLive(t, w, "shop", 1), known(c.address, "orphaned", knownvalue.Null())}
				}
				w.run(t, resource.TestStep{Config: config("1")}, interrupted(w, &down), last)
				if n := len(c.live(t, w, "shop")) + c.orphans(t, w); n != 0 {
					t.Errorf("%d keys are live at the end", n)
				}
			})
		}
		t.Run("another configuration's", func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			w.run(t,
				resource.TestStep{Config: config("1")},
				resource.TestStep{PreConfig: func() { c.make(t, w, c.credential(w), "shop") }, Config: config("1"), ConfigPlanChecks: preApply(plancheck.ExpectEmptyPlan())},
			)
			if n := len(c.live(t, w, "shop")); n != 1 {
				t.Errorf("%d keys are live at the end, want the other configuration's", n)
			}
		})
	})
}
