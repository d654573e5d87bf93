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
	t.Parallel()
	w, passing := newClockedWorld(t)
	w.runBoth(t, func(c keyCase) []resource.TestStep {
		config := func(v string) string {
			return c.config(`name = "shop"
			rotation = { rotate_when_changed = { v = "` + v + `" } }`)
		}
		var first, second, id string
		return []resource.TestStep{
			{Config: config("1"), ConfigStateChecks: []statecheck.StateCheck{
				known(c.address, "generation", knownvalue.Int64Exact(1)),
				known(c.address, "previous", knownvalue.Null()),
				known(c.address, "rotate_due", knownvalue.Null()),
				taken(c.address, "token", &first), taken(c.address, "id", &id),
			}},
			{
				Config: config("2"),
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
					c.wantLive(t, w, "shop", 2), c.wantStatus(t, w, &first, http.StatusOK), c.wantStatus(t, w, &second, http.StatusOK),
				},
			},
			{PreConfig: c.once(passing.advance(23 * time.Hour)), Config: config("2"), PlanOnly: true},
			{
				PreConfig: c.once(passing.advance(2 * time.Hour)), Config: config("2"), ConfigPlanChecks: preApply(append(c.revokes().PreApply, c.revoking(&id))...),
				ConfigStateChecks: []statecheck.StateCheck{
					c.wantLive(t, w, "shop", 1), c.wantStatus(t, w, &first, http.StatusUnauthorized), c.wantStatus(t, w, &second, http.StatusOK),
				},
			},
		}
	})
	w.wantNoKeys(t, "shop")
}

// A key is rotated when it is old enough, counted from its creation, and never
// by an apply whose plan did not say so.
func TestRotationByAge(t *testing.T) {
	t.Parallel()
	w, passing := newClockedWorld(t)
	w.runBoth(t, func(c keyCase) []resource.TestStep {
		config := c.config(`name = "shop"
			rotation = { rotate_after = "720h", overlap = "1h" }`)
		return []resource.TestStep{
			{Config: config, ConfigStateChecks: []statecheck.StateCheck{known(c.address, "rotate_due", knownvalue.NotNull())}},
			{PreConfig: c.once(passing.advance(719 * time.Hour)), Config: config, PlanOnly: true},
			{
				PreConfig: c.once(passing.advance(2 * time.Hour)), Config: config, ConfigPlanChecks: c.rotating(),
				ConfigStateChecks: []statecheck.StateCheck{known(c.address, "generation", knownvalue.Int64Exact(2)), c.wantLive(t, w, "shop", 2)},
			},
			{
				PreConfig: c.once(passing.advance(2 * time.Hour)), Config: config, ConfigPlanChecks: c.revokes(),
				ConfigStateChecks: []statecheck.StateCheck{c.wantLive(t, w, "shop", 1)},
			},
		}
	})
}

// While someone uses the previous key it is not revoked, but for max_overlap.
func TestRotationWaitsForQuiet(t *testing.T) {
	t.Parallel()
	w, passing := newClockedWorld(t)
	w.runBoth(t, func(c keyCase) []resource.TestStep {
		config := func(v string) string {
			return c.config(`name = "shop"
			rotation = { rotate_when_changed = { v = "` + v + `" }, overlap = "1h", quiet_period = "30m", max_overlap = "10h" }`)
		}
		var first string
		uses := func(later time.Duration) func() {
			return func() {
				c.once(passing.advance(later))()
				if status := c.call(t, w, first); status != http.StatusOK {
					t.Errorf("the previous key of %s gets %d", c.platform, status)
				}
			}
		}
		return []resource.TestStep{
			{Config: config("1"), ConfigStateChecks: []statecheck.StateCheck{taken(c.address, "token", &first)}},
			{Config: config("2"), ConfigStateChecks: []statecheck.StateCheck{c.wantLive(t, w, "shop", 2)}},
			{PreConfig: uses(2 * time.Hour), Config: config("2"), PlanOnly: true},
			{PreConfig: uses(7 * time.Hour), Config: config("2"), PlanOnly: true},
			{
				PreConfig: uses(2 * time.Hour), Config: config("2"), ConfigPlanChecks: c.revokes(),
				ConfigStateChecks: []statecheck.StateCheck{c.wantLive(t, w, "shop", 1)},
			},
			{Config: config("3"), ConfigStateChecks: []statecheck.StateCheck{c.wantLive(t, w, "shop", 2)}},
			{
				PreConfig: c.once(passing.advance(2 * time.Hour)), Config: config("3"), ConfigPlanChecks: c.revokes(),
				ConfigStateChecks: []statecheck.StateCheck{c.wantLive(t, w, "shop", 1)},
			},
		}
	})
}

// Without an overlap the old key is revoked in the same apply; a rotation while
// another one's key is still live takes that along.
func TestRotationsOvertake(t *testing.T) {
	t.Parallel()
	w, _ := newClockedWorld(t)
	w.runBoth(t, func(c keyCase) []resource.TestStep {
		config := func(v, overlap string) string {
			return c.config(`name = "shop"
			rotation = { rotate_when_changed = { v = "` + v + `" }, overlap = "` + overlap + `" }`)
		}
		var first, second, third string
		return []resource.TestStep{
			{Config: config("1", "0s"), ConfigStateChecks: []statecheck.StateCheck{taken(c.address, "id", &first)}},
			{Config: config("2", "0s"), ConfigPlanChecks: c.rotating(c.revoking(&first)), ConfigStateChecks: []statecheck.StateCheck{
				c.wantLive(t, w, "shop", 1), known(c.address, "previous", knownvalue.Null()), taken(c.address, "id", &second),
			}},
			{Config: config("3", "24h"), ConfigStateChecks: []statecheck.StateCheck{c.wantLive(t, w, "shop", 2), taken(c.address, "id", &third)}},
			{Config: config("4", "24h"), ConfigPlanChecks: c.rotating(c.revoking(&second)), ConfigStateChecks: []statecheck.StateCheck{
				c.wantLive(t, w, "shop", 2), known(c.address, "generation", knownvalue.Int64Exact(4)), known(c.address, "orphaned", knownvalue.Null()),
			}},
			{
				Config: config("4", "0s"), ConfigPlanChecks: preApply(append(c.revokes().PreApply, c.revoking(&third))...),
				ConfigStateChecks: []statecheck.StateCheck{c.wantLive(t, w, "shop", 1)},
			},
		}
	})
}

// The old key goes only once the platform has accepted the new one.
func TestRotationVerifiesTheNewKey(t *testing.T) {
	t.Parallel()
	w, _ := newClockedWorld(t)
	var tracks []track
	for _, platform := range bothCases {
		own := platform.credential(w)
		var fault *sandboxtest.Injected
		for label, overlap := range map[string]string{"overlapping": "24h", "at_once": "0s"} {
			c := platform.labelled(label)
			config := func(v string) string {
				return c.config(`name = "` + label + `"
				rotation = { rotate_when_changed = { v = "` + v + `" }, overlap = "` + overlap + `" }`)
			}
			tracks = append(tracks, track{about: c.address, steps: []resource.TestStep{
				{Config: config("1")},
				{
					PreConfig: func() {
						if fault == nil { // one for all keys of the platform
							fault = w.Inject(sandboxtest.Fault{
								Platform: c.platform, Method: http.MethodGet, Times: sandboxtest.Endless, Status: http.StatusUnauthorized,
								Selects: func(r *http.Request) bool {
									return r.Header.Get("Authorization") != "Bearer "+own && r.Header.Get("X-Api-Key") != own
								},
							})
						}
					},
					Config: config("2"), ExpectError: says("The new key could not be verified"),
				},
				{
					PreConfig: func() {
						fault.Remove()
						if n := len(c.live(t, w, label)); n != 1 {
							t.Errorf("%d keys of %s are live, want the old one alone", n, c.address)
						}
					},
					Config:            config("2"),
					ConfigStateChecks: []statecheck.StateCheck{known(c.address, "generation", knownvalue.Int64Exact(2))},
				},
			}})
		}
	}
	w.runTogether(t, tracks...)
}
