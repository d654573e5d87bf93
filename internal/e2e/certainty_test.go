//go:build unix

package e2e_test

import (
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

const year = 365 * 24 * time.Hour

// A live key of the name that is in no state of this run is never touched, however
// old or unused, and no matter who made it.
func TestOtherKeysOfTheNameStay(t *testing.T) {
	for name, arrange := range map[string]func(t *testing.T, c *certainty) heldKey{
		"another workspace's, old and never used": func(t *testing.T, c *certainty) heldKey {
			c.setBehind(year + 35*24*time.Hour)
			c.other.configure(t, c.key("shop", "shop"))
			c.other.apply(t)
			return c.heldIn(t, c.other)
		},
		"made by hand with the same credential": func(t *testing.T, c *certainty) heldKey { return c.byHand(t, "shop") },
		"answered 403 and nothing else": func(t *testing.T, c *certainty) heldKey {
			key := c.byHand(t, "shop")
			if c.name == "Billium" {
				c.CallBillium(t, key.Token, http.MethodGet, "/api-keys", nil).Want(t, http.StatusForbidden)
			} else {
				c.CallCorebill(t, key.Token, http.MethodPost, "/customers?company_id="+c.scope(), map[string]any{"name": "Ana"}).Want(t, http.StatusForbidden)
			}
			return key
		},
		"disabled": func(t *testing.T, c *certainty) heldKey {
			key := c.byHand(t, "shop")
			c.DisableKey(t, key.ID)
			return key
		},
		"forgotten by terraform state rm": func(t *testing.T, c *certainty) heldKey {
			c.configure(t, c.key("shop", "shop"))
			c.apply(t)
			key := c.heldIn(t, c.workspace)
			c.run(t, nil, "state", "rm", c.resource+".shop")
			return key
		},
		"forgotten by a removed block": func(t *testing.T, c *certainty) heldKey {
			c.configure(t, c.key("shop", "shop"))
			c.apply(t)
			key := c.heldIn(t, c.workspace)
			c.configure(t, "removed {\n  from = "+c.resource+".shop\n  lifecycle {\n    destroy = false\n  }\n}\n")
			c.apply(t)
			return key
		},
	} {
		t.Run(name, func(t *testing.T) {
			onBothPlatforms(t, func(t *testing.T, c *certainty) {
				key := arrange(t, c)
				c.setBehind(0)
				c.configure(t, c.key("shop", "shop"))
				out := c.refuses(t, conflict(key.ID), "plan")
				if strings.Contains(name, "403") {
					wantText(t, out, "answered 403")
				}
				c.wantRevoked(t)
				c.wantNamed(t, "shop", 1)
				c.EnableKey(t, key.ID)
				c.works(t, key.Token)
			})
		})
	}
}

// The import block that a conflict prints is a way out, and on_conflict another one.
func TestWaysOutOfANameConflict(t *testing.T) {
	onBothPlatforms(t, func(t *testing.T, c *certainty) {
		c.other.configure(t, c.key("shop", "shop"))
		c.other.apply(t)
		first := c.heldIn(t, c.other)
		c.configure(t, c.key("shop", "shop", `on_conflict = "allow"`))
		c.apply(t)
		c.empty(t)
		c.wantNamed(t, "shop", 2)
		c.works(t, first.Token)
		c.works(t, c.heldIn(t, c.workspace).Token)
		c.run(t, nil, "destroy", "-auto-approve", "-input=false")
		c.wantNamed(t, "shop", 1)

		c.configure(t, c.key("shop", "shop"))
		blocks, count := importBlocks(c.refuses(t, conflict(first.ID), "apply", "-auto-approve"))
		if count != 1 {
			t.Fatalf("%d import blocks are printed", count)
		}
		c.configure(t, c.key("shop", "shop")+blocks)
		wantText(t, c.apply(t), "1 imported, 0 added")
		if held := c.heldIn(t, c.workspace); held.ID != first.ID || held.Token != "" {
			t.Errorf("the state has %s, with a token: %t", held.ID, held.Token != "")
		}
		c.empty(t)
		c.works(t, first.Token)
	})
}

// A saved plan revokes nothing that it does not list, and creates nothing beside what
// has turned up since.
func TestSavedPlanAgainstAKeyThatTurnedUp(t *testing.T) {
	onBothPlatforms(t, func(t *testing.T, c *certainty) {
		c.configure(t, c.key("shop", "shop"))
		c.other.configure(t, c.key("shop", "shop"))
		saved := c.saves(t)
		wantText(t, saved.output, "1 to add")
		c.other.apply(t)
		key := c.heldIn(t, c.other)
		c.refuses(t, conflict(key.ID), "apply", saved.file)
		c.wantRevoked(t)
		if all := c.keys(c.world, t); all[len(all)-1].ID != key.ID {
			t.Error("a key was created")
		}
		c.works(t, key.Token)
		c.other.empty(t)
	})
}

// A plan with -target does not see the other resources of its own state.
func TestTargetedCreationUnderATakenName(t *testing.T) {
	for name, configuration := range map[string]func(c *certainty) string{
		"the other one gives its name away": func(c *certainty) string { return c.key("shop", "till") + c.key("new", "shop") },
		"the address has changed":           func(c *certainty) string { return c.key("new", "shop") },
	} {
		t.Run(name, func(t *testing.T) {
			onBothPlatforms(t, func(t *testing.T, c *certainty) {
				c.configure(t, c.key("shop", "shop"))
				c.apply(t)
				key := c.heldIn(t, c.workspace)
				c.configure(t, configuration(c))
				c.refuses(t, conflict(key.ID), "apply", "-auto-approve", "-target="+c.resource+".new")
				c.wantRevoked(t)
				c.wantNamed(t, "shop", 1)
				c.works(t, key.Token)
			})
		})
	}
}

// Two first applies at the same moment: neither kills the other's key.
func TestFirstAppliesAtTheSameMoment(t *testing.T) {
	onBothPlatforms(t, func(t *testing.T, c *certainty) {
		var mu sync.Mutex
		creations, both := 0, make(chan struct{})
		c.Intercept(func(next http.Handler) http.Handler {
			return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if r.Method == http.MethodPost { // each has looked for the name by now
					mu.Lock()
					if creations++; creations == 2 {
						close(both)
					}
					mu.Unlock()
					select {
					case <-both:
					case <-r.Context().Done():
					}
				}
				next.ServeHTTP(w, r)
			})
		})
		workspaces := []*workspace{c.workspace, c.other}
		var started []*running
		for _, w := range workspaces {
			w.configure(t, c.key("shop", "shop"))
			started = append(started, w.start(t, "apply", "-auto-approve", "-input=false"))
		}
		for _, terraform := range started {
			if out, err := terraform.wait(); err != nil {
				t.Errorf("%v\n%s", err, out)
			}
		}
		for _, w := range workspaces {
			c.works(t, c.heldIn(t, w).Token)
			w.empty(t)
			w.apply(t)
		}
		c.wantRevoked(t)
		c.wantNamed(t, "shop", 2)
	})
}

// A key that was imported at two addresses is revoked under neither.
func TestKeyOfTwoResources(t *testing.T) {
	onBothPlatforms(t, func(t *testing.T, c *certainty) {
		key := c.byHand(t, "shop")
		twice := []string{"Two resources have the same key", key.ID, "terraform state rm", "removed {", "destroy = false"}
		one, two := c.key("one", "shop"), c.key("two", "shop")
		imported := ""
		for _, label := range []string{"one", "two"} {
			imported += "import {\n  to = " + c.resource + "." + label + "\n  id = \"" + c.scope() + "/" + key.ID + "\"\n}\n"
		}
		c.configure(t, one+two+imported)
		c.refuses(t, twice, "plan")
		c.configure(t, one+two)
		for _, label := range []string{"one", "two"} {
			c.run(t, nil, "import", "-input=false", c.resource+"."+label, c.scope()+"/"+key.ID)
		}
		c.refuses(t, twice, "plan")
		c.refuses(t, twice, "destroy", "-auto-approve")
		c.configure(t, one)
		c.refuses(t, twice, "apply", "-auto-approve")
		c.works(t, key.Token)
		c.run(t, nil, "state", "rm", c.resource+".two")
		c.apply(t)
		c.empty(t)
		c.works(t, key.Token)
		c.wantRevoked(t)
	})
}

// A rename in place takes no other key's name, unless that one gives it away.
func TestRenameOntoATakenName(t *testing.T) {
	onBothPlatforms(t, func(t *testing.T, c *certainty) {
		foreign := c.byHand(t, "taken")
		c.configure(t, c.key("one", "a")+c.key("two", "b"))
		c.apply(t)
		c.configure(t, c.key("one", "b")+c.key("two", "a"))
		c.apply(t)
		c.empty(t)
		c.wantNamed(t, "a", 1)
		c.wantNamed(t, "b", 1)

		onto := c.key("one", "taken") + c.key("two", "a")
		c.configure(t, onto)
		c.refuses(t, conflict(foreign.ID), "apply", "-auto-approve")
		c.wantNamed(t, "taken", 1)
		unrefreshed := c.saves(t, "-refresh=false")
		wantText(t, unrefreshed.output, "Another key has this name")
		wantText(t, unrefreshed.output, "Nothing is revoked. To be sure, run without -refresh=false.")
		if len(unrefreshed.revokes) > 0 || unrefreshed.unknown {
			t.Errorf("it revokes %q", unrefreshed.revokes)
		}
		c.configure(t, c.key("one", "taken", `on_conflict = "allow"`)+c.key("two", "a"))
		c.apply(t)
		c.empty(t)
		c.wantNamed(t, "taken", 2)
		c.wantRevoked(t)
		c.works(t, foreign.Token)
	})
}

// What Terraform replaces with create_before_destroy is no conflict, as long as
// Terraform shows it to the provider.
func TestReplacementWithCreateBeforeDestroy(t *testing.T) {
	onBothPlatforms(t, func(t *testing.T, c *certainty) {
		c.configure(t, c.key("shop", "shop", createBeforeDestroy))
		c.apply(t)
		address, gone := c.resource+".shop", []string{c.heldIn(t, c.workspace).ID}
		c.apply(t, "-replace="+address)
		c.wantNamed(t, "shop", 1)
		c.wantRevoked(t, gone...)

		tainted := c.heldIn(t, c.workspace)
		c.run(t, nil, "taint", address)
		c.refuses(t, append(conflict(tainted.ID), "run without -refresh=false"), "apply", "-auto-approve", "-refresh=false")
		c.works(t, tainted.Token)
		c.apply(t)
		c.wantNamed(t, "shop", 1)
		c.wantRevoked(t, append(slices.Clone(gone), tainted.ID)...)
		c.works(t, c.heldIn(t, c.workspace).Token)
		c.empty(t)
	})
}
