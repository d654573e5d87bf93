//go:build unix

package e2e_test

import (
	"net/http"
	"slices"
	"testing"
	"time"

	"github.com/keyward/terraform-provider-keyward/internal/sandbox/sandboxtest"
)

// lists plans, and holds that the plan lists those keys, that keyward's rules find
// it, and that the apply revokes them and no other.
func (c *certainty) lists(t *testing.T, ids []string, finding string) {
	t.Helper()
	before := c.revoked(t)
	saved := c.saves(t)
	slices.Sort(saved.revokes)
	slices.Sort(ids)
	if saved.unknown || !slices.Equal(saved.revokes, ids) {
		t.Fatalf("the plan revokes %q (unknown: %t), want %q\n%s", saved.revokes, saved.unknown, ids, saved.output)
	}
	for _, id := range ids {
		wantText(t, saved.output, id)
	}
	c.check(t, saved, finding)
	c.run(t, nil, "apply", "-input=false", saved.file)
	c.wantRevoked(t, append(before, ids...)...)
	c.empty(t)
}

// The JSON of a plan lists exactly what its apply revokes.
func TestPlanListsWhatItsApplyRevokes(t *testing.T) {
	onBothPlatforms(t, func(t *testing.T, c *certainty) {
		address := c.resource + ".shop"
		current := func() string { return c.heldIn(t, c.workspace).ID }
		c.setBehind(72 * time.Hour)
		c.configure(t, c.rotating(`"1"`, "0s"))
		c.apply(t)
		c.configure(t, c.rotating(`"2"`, "0s"))
		c.lists(t, []string{current()}, "high,key-revoked-at-once,"+address+",")

		// With an overlap, the rotation revokes nothing yet.
		rotates := func(trigger string) (previous string) {
			previous = current()
			c.configure(t, c.rotating(trigger, "24h"))
			saved := c.saves(t)
			if len(saved.revokes) > 0 || saved.unknown {
				t.Errorf("a rotation with an overlap revokes %q (unknown: %t)", saved.revokes, saved.unknown)
			}
			c.run(t, nil, "apply", "-input=false", saved.file)
			return previous
		}
		previous := rotates(`"3"`)
		c.setBehind(0)
		c.lists(t, []string{previous}, "info,previous-key-revoked,"+address+",")
		previous = rotates(`"4"`)
		c.configure(t, c.rotating(`"5"`, "24h"))
		c.lists(t, []string{previous}, "high,superseded-key-revoked,"+address+",")
		c.lists(t, []string{c.orphan(t)}, "low,orphaned-key-revoked,"+address+",")
		c.wantNamed(t, "shop", 2)
		c.works(t, c.heldIn(t, c.workspace).Token)
	})
}

// Where a plan can't know what it revokes, its apply revokes at most the keys that
// the state has, and no orphaned one.
func TestPlanThatDoesNotKnowWhatItRevokes(t *testing.T) {
	onBothPlatforms(t, func(t *testing.T, c *certainty) {
		c.configure(t, c.rotating("timestamp()", "0s"))
		c.apply(t)
		orphan, foreign, old := c.orphan(t), c.byHand(t, "till"), c.heldIn(t, c.workspace)
		saved := c.saves(t)
		if !saved.unknown || len(saved.revokes) > 0 {
			t.Errorf("the plan revokes %q (unknown: %t)", saved.revokes, saved.unknown)
		}
		c.check(t, saved, "high,may-revoke,"+c.resource+".shop,the plan may revoke "+old.ID)
		c.run(t, nil, "apply", "-input=false", saved.file)
		c.wantRevoked(t, old.ID)
		c.works(t, c.heldIn(t, c.workspace).Token)
		c.works(t, foreign.Token)

		c.configure(t, c.key("shop", "shop"))
		c.lists(t, []string{orphan}, "low,orphaned-key-revoked,"+c.resource+".shop,")
	})
}

// A creation that is killed before the key has its name is in no one's way, and heals.
func TestKilledCreationHeals(t *testing.T) {
	onBothPlatforms(t, func(t *testing.T, c *certainty) {
		c.setBehind(time.Hour)
		c.configure(t, c.key("shop", "shop"))
		started := make(chan *running, 1)
		fault := c.fault(c.world, creates)
		fault.When, fault.Cut = sandboxtest.Committed, true
		fault.Do = func() {
			if err := killsProvider.happen(<-started); err != nil {
				t.Error(err)
			}
		}
		injected := c.Inject(fault)
		terraform := c.start(t, "apply", "-auto-approve", "-input=false")
		started <- terraform
		if out, err := terraform.wait(); err == nil || injected.Struck() != 1 {
			t.Fatalf("the apply was not killed:\n%s", out)
		}
		orphans := c.pending(t)
		if len(orphans) != 1 {
			t.Fatalf("the keys %q have a provisional name", orphans)
		}
		c.apply(t) // at once
		c.empty(t)
		c.wantRevoked(t)
		c.wantNamed(t, "shop", 1)
		c.setBehind(time.Hour - 16*time.Minute)
		c.lists(t, orphans, "low,orphaned-key-revoked,"+c.resource+".shop,the orphaned key "+orphans[0])
		c.works(t, c.heldIn(t, c.workspace).Token)
	})
}

// A plan that takes a key from its users says who they are, and a protected key is
// not destroyed.
func TestDestructionSaysWhoUsesTheKey(t *testing.T) {
	onBothPlatforms(t, func(t *testing.T, c *certainty) {
		address := c.resource + ".shop"
		c.configure(t, c.key("shop", "shop", "deletion_protection = true"))
		c.apply(t)
		key := c.heldIn(t, c.workspace)
		c.works(t, key.Token)
		for _, args := range [][]string{{"plan", "-destroy"}, {"plan", "-replace=" + address}, {"destroy", "-auto-approve"}} {
			c.refuses(t, []string{"is protected", key.ID, "set deletion_protection = false on the key and apply"}, args...)
		}
		c.works(t, key.Token)

		used := "last request at "
		from := " from 127.0.0.1 with \"Go-http-client/1.1\", answered 200"
		c.configure(t, c.key("shop", "shop", "enabled = false"))
		saved := c.saves(t)
		wantText(t, saved.output, "will be disabled")
		wantText(t, saved.output, used)
		wantText(t, saved.output, from)
		c.configure(t, c.key("shop", "shop"))
		c.apply(t)
		saved = c.saves(t, "-replace="+address)
		c.check(t, saved, "high,key-destroyed,"+address+",") // Terraform drops the warnings of a replacement's plan
		c.configure(t, "")
		saved = c.saves(t)
		wantText(t, saved.output, "will be revoked")
		wantText(t, saved.output, used)
		wantText(t, saved.output, from)
		c.check(t, saved, "high,key-destroyed,"+address+",")
		c.run(t, nil, "apply", "-input=false", saved.file)
		c.wantRevoked(t, key.ID)
		if status := c.status(c.world, t, key.Token); status != http.StatusUnauthorized {
			t.Errorf("the revoked token is answered %d", status)
		}
	})
}

// The plan of a tainted key's replacement is not shown the key: the apply refuses to
// revoke a protected one.
func TestProtectedKeyThatIsTainted(t *testing.T) {
	onBothPlatforms(t, func(t *testing.T, c *certainty) {
		c.configure(t, c.key("shop", "shop", "deletion_protection = true", createBeforeDestroy))
		c.apply(t)
		key := c.heldIn(t, c.workspace)
		c.run(t, nil, "taint", c.resource+".shop")
		c.refuses(t, []string{"is protected", "run keyward keys revoke " + key.ID + " and apply again"}, "apply", "-auto-approve")
		c.works(t, key.Token)
		c.works(t, c.heldIn(t, c.workspace).Token)
		c.wantRevoked(t)
		c.command(t, 0, "", "keys", "revoke", key.ID, "--yes")
		c.apply(t)
		c.empty(t)
		c.wantNamed(t, "shop", 1)
		c.wantRevoked(t, key.ID)
	})
}
