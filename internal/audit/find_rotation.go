package audit

import (
	"fmt"
	"time"
)

func checkTooOld(c *check) {
	for _, k := range c.Keys {
		age := c.now.Sub(k.CreatedAt)
		if c.policy.MaxAge == 0 || age < c.policy.MaxAge {
			continue
		}
		c.add(k.Object, Finding{
			Title:    fmt.Sprintf("%s is %s old; the most allowed is %s.", upper(k.Short()), days(age), days(c.policy.MaxAge)),
			Evidence: []string{made(k), lastUse(k)},
			Remedy: Remedy{
				Text:     "Have it rotated from now on: the next plan after that time replaces it, and both work for the overlap.",
				Language: HCL, Code: fmt.Sprintf("rotation = {\n  rotate_after = \"%dh\"\n  overlap      = \"24h\"\n}", int(c.policy.MaxAge.Hours())),
			},
		})
	}
}

func checkRotationOverdue(c *check) {
	for _, d := range c.Declared {
		if d.Key == nil || d.Key.RotateDue == nil || d.Key.RotateDue.After(c.now) {
			continue
		}
		if c.index.live[d.ID] == nil && c.Covered(d.Platform, d.Scope, KindKey) {
			continue // it is gone, which is another finding
		}
		c.add(d.Object, Finding{
			Title: fmt.Sprintf("%s should have been rotated %s ago.", upper(d.Short()), days(c.now.Sub(*d.Key.RotateDue))),
			Evidence: []string{
				fmt.Sprintf("%s says that its rotation was due %s.", d.Where(), date(*d.Key.RotateDue)),
				"Only an apply rotates a key, and none has rotated it since.",
			},
			Remedy: Remedy{
				Text:     "Apply; then have a schedule apply, so that it is not forgotten again.",
				Language: Shell, Code: "terraform apply -target=" + shellQuote(d.Address),
			},
		})
	}
}

// checkPreviousOverdue looks for replaced keys that outlived their overlap.
func checkPreviousOverdue(c *check) {
	for _, d := range c.Declared {
		if d.Key == nil || d.Key.Previous == nil {
			continue
		}
		previous, due := d.Key.Previous, "at once"
		if previous.RevokeDue != nil {
			if previous.RevokeDue.After(c.now) {
				continue
			}
			due = date(*previous.RevokeDue)
		}
		object := Object{Platform: d.Platform, Kind: KindKey, ID: previous.ID, Name: d.Name, Scope: d.Scope}
		evidence := []string{fmt.Sprintf("%s says that it was to be revoked %s, after the rotation to %s.", d.Where(), due, d.ID)}
		switch found := c.index.live[previous.ID]; {
		case found != nil:
			object = found.Ref()
			if key, ok := found.(*Key); ok {
				evidence = append(evidence, "It is live.", lastUse(key))
				evidence = append(evidence, c.heldBack(key, d.Key.Overlap.Quiet)...)
			}
		case c.Covered(d.Platform, d.Scope, KindKey):
			continue // it is revoked already
		default:
			evidence = append(evidence, "Whether it is still live was not looked at.")
		}
		c.add(object, Finding{
			File: d.File, Address: d.Address, Evidence: evidence,
			Title: fmt.Sprintf("%s was replaced, and is past the time that it was to be revoked.", upper(object.Short())),
			Remedy: Remedy{
				Text:     "Apply: that revokes it. If no one can apply, keyward keys prune revokes by the same rules. Look at --dry-run first, then run it without.",
				Language: Shell, Code: "terraform show -json > state.json\nkeyward keys prune --state state.json --dry-run",
			},
		})
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
