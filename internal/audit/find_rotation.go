package audit

import (
	"fmt"
	"time"

	"github.com/keyward/terraform-provider-keyward/internal/inventory"
	"github.com/keyward/terraform-provider-keyward/internal/platform/provisional"
)

func checkTooOld(c *check, k *Key) *Finding {
	age := c.now.Sub(k.CreatedAt)
	if c.policy.MaxAge == 0 || age < c.policy.MaxAge {
		return nil
	}
	return &Finding{
		Title:    fmt.Sprintf("%s is %s old; the most allowed is %s.", subject(k), days(age), days(c.policy.MaxAge)),
		Evidence: []string{made(k), lastUse(k)},
		Remedy: hcl("Have it rotated from now on: the next plan after that time replaces it, and both work for the overlap.",
			fmt.Sprintf("rotation = {\n  rotate_after = \"%dh\"\n  overlap      = \"24h\"\n}", int(c.policy.MaxAge.Hours()))),
	}
}

func checkRotationOverdue(c *check, d *Declared) *Finding {
	if d.Key == nil || d.Key.RotateDue == nil || d.Key.RotateDue.After(c.now) {
		return nil
	}
	if c.index.live[d.ID] == nil && c.Covered(d.Platform, d.Scope, inventory.KindKey) {
		return nil // it is gone, which is another finding
	}
	return &Finding{
		Title: fmt.Sprintf("%s should have been rotated %s ago.", subject(d), days(c.now.Sub(*d.Key.RotateDue))),
		Evidence: []string{
			fmt.Sprintf("%s says that its rotation was due %s.", d.Where(), date(*d.Key.RotateDue)),
			"Only an apply rotates a key, and none has rotated it since.",
		},
		Remedy: shell("Apply; then have a schedule apply, so that it is not forgotten again.",
			target("apply", d)),
	}
}

// checkPreviousOverdue looks for replaced keys that outlived their overlap.
func checkPreviousOverdue(c *check, d *Declared) *Finding {
	if d.Key == nil || d.Key.Previous == nil {
		return nil
	}
	previous, due := d.Key.Previous, "at once"
	if previous.RevokeDue != nil {
		if previous.RevokeDue.After(c.now) {
			return nil
		}
		due = date(*previous.RevokeDue)
	}
	object := inventory.Object{Platform: d.Platform, Kind: inventory.KindKey, ID: previous.ID, Name: d.Name, Scope: d.Scope}
	evidence := []string{fmt.Sprintf("%s says that it was to be revoked %s, after the rotation to %s.", d.Where(), due, d.ID)}
	switch found := c.index.live[previous.ID]; {
	case found != nil:
		object = found.Ref()
		if key, ok := found.(*Key); ok {
			evidence = append(evidence, "It is live.", lastUse(key))
			evidence = append(evidence, c.heldBack(key, d.Key.Overlap.Quiet)...)
		}
	case c.Covered(d.Platform, d.Scope, inventory.KindKey):
		return nil // it is revoked already
	default:
		evidence = append(evidence, "Whether it is still live was not looked at.")
	}
	return &Finding{
		Object: object, File: d.File, Address: d.Address, Evidence: evidence,
		Title: fmt.Sprintf("%s was replaced, and is past the time that it was to be revoked.", subject(object)),
		Remedy: shell("Apply: that revokes it. If no one can apply, keyward keys prune revokes by the same rules. Look at --dry-run first, then run it without.",
			"terraform show -json > state.json\nkeyward keys prune --state state.json --dry-run"),
	}
}

// heldBack says that the provider leaves a replaced key alone as long as it is in
// use.
func (c *check) heldBack(key *Key, quiet time.Duration) []string {
	if quiet == 0 || key.LastUsedAt == nil || c.now.Sub(*key.LastUsedAt) >= quiet {
		return nil
	}
	return []string{fmt.Sprintf("It is not revoked yet because it is still in use: its quiet period is %s.", days(quiet))}
}

// checkOrphaned looks for keys whose creation was never finished, and tells of
// those that are being created.
func checkOrphaned(c *check, k *Key) *Finding {
	evidence := []string{made(k), lastUse(k)}
	switch {
	case k.Mark == provisional.Creating:
		return &Finding{
			Severity: Info, Title: fmt.Sprintf("%s is being created.", subject(k)), Evidence: evidence,
			Remedy: Remedy{Text: fmt.Sprintf("Audit again later: the key is orphaned once it is older than %d minutes.", int(provisional.OrphanAge.Minutes()))},
		}
	case k.Mark == "":
		d := c.index.orphaned[k.ID]
		return &Finding{
			File: d.File, Address: d.Address, Title: fmt.Sprintf("%s is orphaned: an interrupted rotation made it.", subject(k)),
			Evidence: append(evidence, d.Where()+" has it in orphaned."),
			Remedy: shell("Apply, which revokes it; or, where no one can apply, revoke what is due by the same rules. Look at what would be revoked first.",
				"terraform show -json > state.json\nkeyward keys prune --state state.json --dry-run"),
		}
	case k.Mark != provisional.Orphan:
	case k.LastUsedAt != nil && k.LastUsedAt.Sub(k.CreatedAt) > provisional.FinishWithin:
		return &Finding{
			Severity: High, Evidence: evidence, Remedy: pruning(),
			Title: fmt.Sprintf("%s has the name of a creation that was never finished, and is used.", subject(k)),
		}
	default:
		return &Finding{
			Title: fmt.Sprintf("%s is orphaned: its creation was never finished.", subject(k)), Evidence: evidence, Remedy: pruning(),
		}
	}
	return nil
}

// checkExpired looks for ephemeral keys that outlived the time that their names
// say.
func checkExpired(_ *check, k *Key) *Finding {
	if k.Mark != provisional.Expired {
		return nil
	}
	ephemeral, _ := provisional.ParseEphemeral(k.Name)
	return &Finding{
		Title:    fmt.Sprintf("%s was to live until %s.", subject(k), date(ephemeral.Until)),
		Evidence: []string{made(k), lastUse(k)}, Remedy: pruning(),
	}
}

func pruning() Remedy {
	return shell("Revoke it, and all that is due like it. Look at what would be revoked first.",
		"keyward keys prune --dry-run\nkeyward keys prune")
}
