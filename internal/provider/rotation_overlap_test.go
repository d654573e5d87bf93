package provider_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"

	"github.com/keyward/terraform-provider-keyward/internal/sandbox/sandboxtest"
)

// revokes are the plan checks of an apply that only revokes the previous key.
func (c keyCase) revokes() resource.ConfigPlanChecks {
	return preApply(
		plancheck.ExpectResourceAction(c.address, plancheck.ResourceActionUpdate),
		plancheck.ExpectKnownValue(c.address, at("previous"), knownvalue.Null()),
	)
}

// revoking is a plan check of the keys that an apply is to revoke.
func (c keyCase) revoking(ids ...*string) plancheck.PlanCheck {
	keys := make([]knownvalue.Check, len(ids))
	for i, id := range ids {
		keys[i] = knownvalue.StringFunc(func(got string) error { return wantText(got, *id) })
	}
	return plancheck.ExpectKnownValue(c.address, at("revokes"), knownvalue.ListExact(keys))
}

// The previous key lives on for the overlap, and the first apply after that
// revokes it.
func TestRotationOverlaps(t *testing.T) {
	onBoth(t, func(t *testing.T, c keyCase) {
		w, passing := newClockedWorld(t)
		config := func(v string) string {
			return c.config(`name = "shop"
			rotation = { rotate_when_changed = { v = "` + v + `" } }`)
		}
		var first, second, id string
		w.run(t,
			resource.TestStep{Config: config("1"), ConfigStateChecks: []statecheck.StateCheck{
				known(c.address, "generation", knownvalue.Int64Exact(1)),
				known(c.address, "previous", knownvalue.Null()),
				known(c.address, "rotate_due", knownvalue.Null()),
				taken(c.address, "token", &first), taken(c.address, "id", &id),
			}},
			resource.TestStep{Config: config("2"),
				ConfigPlanChecks: c.rotating(
					plancheck.ExpectUnknownValue(c.address, at("token")),
					plancheck.ExpectKnownValue(c.address, at("generation"), knownvalue.Int64Exact(2)),
					plancheck.ExpectKnownValue(c.address, previousAt("id"), knownvalue.StringFunc(func(got string) error { return wantText(got, id) })),
					plancheck.ExpectUnknownValue(c.address, previousAt("revoke_due")),
					plancheck.ExpectKnownValue(c.address, at("revokes"), knownvalue.Null()),
				),
				ConfigStateChecks: []statecheck.StateCheck{
					known(c.address, "generation", knownvalue.Int64Exact(2)),
					statecheck.ExpectKnownValue(c.address, previousAt("revoke_due"), knownvalue.NotNull()),
					taken(c.address, "token", &second),
					serverSees(func() error {
						return all(exactly(2, len(c.live(t, w, "shop")), "live keys"),
							exactly(http.StatusOK, c.call(t, w, first), "(status of the old token)"), exactly(http.StatusOK, c.call(t, w, second), "(status of the new token)"))
					}),
				}},
			resource.TestStep{PreConfig: passing.advance(23 * time.Hour), Config: config("2"), ConfigPlanChecks: preApply(plancheck.ExpectEmptyPlan())},
			resource.TestStep{PreConfig: passing.advance(2 * time.Hour), Config: config("2"), ConfigPlanChecks: preApply(append(c.revokes().PreApply, c.revoking(&id))...),
				ConfigStateChecks: []statecheck.StateCheck{serverSees(func() error {
					return all(exactly(1, len(c.live(t, w, "shop")), "live keys"),
						exactly(http.StatusUnauthorized, c.call(t, w, first), "(status of the old token)"), exactly(http.StatusOK, c.call(t, w, second), "(status of the new token)"))
				})}},
		)
		if n := len(c.live(t, w, "shop")); n != 0 {
			t.Errorf("%d keys are live at the end", n)
		}
	})
}

// A key is rotated when it is old enough, counted from its creation, and never
// by an apply whose plan did not say so.
func TestRotationByAge(t *testing.T) {
	onBoth(t, func(t *testing.T, c keyCase) {
		w, passing := newClockedWorld(t)
		config := c.config(`name = "shop"
			rotation = { rotate_after = "720h", overlap = "1h" }`)
		w.run(t,
			resource.TestStep{Config: config, ConfigStateChecks: []statecheck.StateCheck{known(c.address, "rotate_due", knownvalue.NotNull())}},
			resource.TestStep{PreConfig: passing.advance(719 * time.Hour), Config: config, ConfigPlanChecks: preApply(plancheck.ExpectEmptyPlan())},
			resource.TestStep{PreConfig: passing.advance(2 * time.Hour), Config: config, ConfigPlanChecks: c.rotating(),
				ConfigStateChecks: []statecheck.StateCheck{known(c.address, "generation", knownvalue.Int64Exact(2)), c.wantLive(t, w, "shop", 2)}},
			resource.TestStep{PreConfig: passing.advance(2 * time.Hour), Config: config, ConfigPlanChecks: c.revokes(),
				ConfigStateChecks: []statecheck.StateCheck{c.wantLive(t, w, "shop", 1)}},
		)
	})
}

// While somebody uses the previous key it is not revoked, but for max_overlap.
func TestRotationWaitsForQuiet(t *testing.T) {
	onBoth(t, func(t *testing.T, c keyCase) {
		w, passing := newClockedWorld(t)
		config := func(v string) string {
			return c.config(`name = "shop"
			rotation = { rotate_when_changed = { v = "` + v + `" }, overlap = "1h", quiet_period = "30m", max_overlap = "10h" }`)
		}
		var first string
		uses := func(later time.Duration) func() {
			return func() {
				passing.advance(later)()
				if status := c.call(t, w, first); status != http.StatusOK {
					t.Errorf("the previous key gets %d", status)
				}
			}
		}
		w.run(t,
			resource.TestStep{Config: config("1"), ConfigStateChecks: []statecheck.StateCheck{taken(c.address, "token", &first)}},
			resource.TestStep{Config: config("2"), ConfigStateChecks: []statecheck.StateCheck{c.wantLive(t, w, "shop", 2)}},
			resource.TestStep{PreConfig: uses(2 * time.Hour), Config: config("2"), ConfigPlanChecks: preApply(plancheck.ExpectEmptyPlan())},
			resource.TestStep{PreConfig: uses(7 * time.Hour), Config: config("2"), ConfigPlanChecks: preApply(plancheck.ExpectEmptyPlan())},
			resource.TestStep{PreConfig: uses(2 * time.Hour), Config: config("2"), ConfigPlanChecks: c.revokes(),
				ConfigStateChecks: []statecheck.StateCheck{c.wantLive(t, w, "shop", 1)}},
			resource.TestStep{Config: config("3"), ConfigStateChecks: []statecheck.StateCheck{c.wantLive(t, w, "shop", 2)}},
			resource.TestStep{PreConfig: passing.advance(2 * time.Hour), Config: config("3"), ConfigPlanChecks: c.revokes(),
				ConfigStateChecks: []statecheck.StateCheck{c.wantLive(t, w, "shop", 1)}},
		)
	})
}

// Without an overlap the old key is revoked in the same apply; a rotation while
// another one's key is still live takes that along.
func TestRotationsOvertake(t *testing.T) {
	onBoth(t, func(t *testing.T, c keyCase) {
		w, _ := newClockedWorld(t)
		config := func(v, overlap string) string {
			return c.config(`name = "shop"
			rotation = { rotate_when_changed = { v = "` + v + `" }, overlap = "` + overlap + `" }`)
		}
		var first, second, third string
		w.run(t,
			resource.TestStep{Config: config("1", "0s"), ConfigStateChecks: []statecheck.StateCheck{taken(c.address, "id", &first)}},
			resource.TestStep{Config: config("2", "0s"), ConfigPlanChecks: c.rotating(c.revoking(&first)), ConfigStateChecks: []statecheck.StateCheck{
				c.wantLive(t, w, "shop", 1), known(c.address, "previous", knownvalue.Null()), taken(c.address, "id", &second),
			}},
			resource.TestStep{Config: config("3", "24h"), ConfigStateChecks: []statecheck.StateCheck{c.wantLive(t, w, "shop", 2), taken(c.address, "id", &third)}},
			resource.TestStep{Config: config("4", "24h"), ConfigPlanChecks: c.rotating(c.revoking(&second)), ConfigStateChecks: []statecheck.StateCheck{
				c.wantLive(t, w, "shop", 2), known(c.address, "generation", knownvalue.Int64Exact(4)), known(c.address, "orphaned", knownvalue.Null()),
			}},
			resource.TestStep{Config: config("4", "0s"), ConfigPlanChecks: preApply(append(c.revokes().PreApply, c.revoking(&third))...),
				ConfigStateChecks: []statecheck.StateCheck{c.wantLive(t, w, "shop", 1)}},
		)
	})
}

// The old key goes only once the platform has accepted the new one.
func TestRotationVerifiesTheNewKey(t *testing.T) {
	onBoth(t, func(t *testing.T, c keyCase) {
		for name, overlap := range map[string]string{"with an overlap": "24h", "without": "0s"} {
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				w, _ := newClockedWorld(t)
				config := func(v string) string {
					return c.config(`name = "shop"
					rotation = { rotate_when_changed = { v = "` + v + `" }, overlap = "` + overlap + `" }`)
				}
				own := c.credential(w)
				var fault *sandboxtest.Injected
				w.run(t,
					resource.TestStep{Config: config("1")},
					resource.TestStep{
						PreConfig: func() {
							fault = w.Inject(sandboxtest.Fault{Platform: c.platform, Method: http.MethodGet, Times: sandboxtest.Endless, Status: http.StatusUnauthorized,
								Selects: func(r *http.Request) bool {
									return r.Header.Get("Authorization") != "Bearer "+own && r.Header.Get("X-Api-Key") != own
								}})
						},
						Config: config("2"), ExpectError: says("The new key could not be verified"),
					},
					resource.TestStep{
						PreConfig: func() {
							fault.Remove()
							if n := len(c.live(t, w, "shop")); n != 1 {
								t.Errorf("%d keys are live, want the old one alone", n)
							}
						},
						Config:            config("2"),
						ConfigStateChecks: []statecheck.StateCheck{known(c.address, "generation", knownvalue.Int64Exact(2))},
					},
				)
			})
		}
	})
}
