// Package due tells from a Terraform state or plan which keys wait for an apply:
// to be rotated, to be revoked after their successor's overlap, or to be created
// again. It is pure: the document and the time are passed in.
package due

import (
	"cmp"
	"slices"
	"time"
)

// Action is what the next apply does to a key.
type Action string

// The actions.
const (
	Rotate  Action = "rotate"  // issue a new key, and later revoke this one
	Revoke  Action = "revoke"  // end a previous or orphaned key
	Replace Action = "replace" // destroy the resource and create it again
	Destroy Action = "destroy" // end the key for good
	Create  Action = "create"  // issue a key in place of one that is gone
	// MayRevoke is what a plan may do to a key, where it doesn't know yet which
	// keys it revokes.
	MayRevoke Action = "may-revoke"
)

// Reason is what makes an action due: the attribute of the resource that says
// so, Terraform's own mark, or what a plan has found or is about to do.
type Reason string

// The reasons.
const (
	RotateDue         Reason = "rotate_due"
	RotationRequested Reason = "rotation_requested"
	RevokeDue         Reason = "revoke_due"
	Orphaned          Reason = "orphaned"
	Tainted           Reason = "tainted"
	Deposed           Reason = "deposed"
	// Gone means that the platform has the key no longer.
	Gone Reason = "gone"
	// PlannedChange is the reason of what a plan does, where the state doesn't tell
	// why.
	PlannedChange Reason = "planned"
)

// Item is one thing that the next apply has to do.
type Item struct {
	Action Action
	Reason Reason
	// KeyID is the key that the action is about, which for Revoke is rarely the
	// current one.
	KeyID string
	// KeyName is the declared name.
	KeyName string
	// Address is the resource's in its configuration.
	Address string
	// Due is when it became due or will; nil where it is at once.
	Due *time.Time
}

// DueAt reports whether it is due at that time.
func (i Item) DueAt(now time.Time) bool { return i.Due == nil || !i.Due.After(now) }

// Window is which part of the time counts.
type Window struct {
	Now time.Time
	// Within adds what will be due so soon after Now.
	Within time.Duration
	// Grace leaves out what has not been due for that long.
	Grace time.Duration
}

// List returns what the keys have due in the window, the longest due first.
func List(keys []Key, window Window) []Item {
	var items []Item
	end := window.Now.Add(window.Within - window.Grace)
	for _, key := range keys {
		for _, item := range key.items(window.Now) {
			if item.DueAt(end) {
				items = append(items, item)
			}
		}
	}
	slices.SortStableFunc(items, func(a, b Item) int {
		return cmp.Or(at(a).Compare(at(b)), cmp.Compare(a.Address, b.Address))
	})
	return items
}

func at(item Item) time.Time {
	if item.Due == nil {
		return time.Time{}
	}
	return *item.Due
}

// items returns what the key waits for, now or ever.
func (k Key) items(now time.Time) []Item {
	item := func(action Action, reason Reason, id string, due *time.Time) Item {
		return Item{Action: action, Reason: reason, KeyID: id, KeyName: k.Name, Address: k.Address, Due: due}
	}
	// Its destruction ends the keys beside it too.
	if k.Deposed {
		return []Item{item(Destroy, Deposed, k.ID, nil)}
	}
	var items []Item
	switch {
	case k.Tainted:
		items = append(items, item(Replace, Tainted, k.ID, nil))
	case k.RotationRequested:
		items = append(items, item(Rotate, RotationRequested, k.ID, nil))
	case k.RotateDue != nil:
		items = append(items, item(Rotate, RotateDue, k.ID, k.RotateDue))
	}
	if k.Previous != nil {
		items = append(items, item(Revoke, RevokeDue, k.Previous.ID, k.Previous.RevokeDue))
	}
	for _, id := range k.Orphaned {
		items = append(items, item(Revoke, Orphaned, id, nil))
	}
	if k.Planned.Action != "" {
		items = withPlanned(items, item(k.Planned.Action, k.Planned.Reason, k.ID, nil), now)
	}
	revocation := Revoke
	if k.Planned.Unknown {
		revocation = MayRevoke
	}
	for _, id := range k.Planned.Revokes {
		items = withPlanned(items, item(revocation, PlannedChange, id, nil), now)
	}
	return items
}

// withPlanned adds what a plan does to a key. The state may have it as due, which
// tells more; what it has as due later is done with. A key that is rotated may be
// revoked by the same plan: these are two items.
func withPlanned(items []Item, planned Item, now time.Time) []Item {
	same := func(i Item) bool { return i.KeyID == planned.KeyID && i.revokes() == planned.revokes() }
	if slices.ContainsFunc(items, func(i Item) bool {
		return same(i) && i.DueAt(now) && (i.Action == planned.Action || i.revokes())
	}) {
		return items
	}
	return append(slices.DeleteFunc(items, same), planned)
}

func (i Item) revokes() bool { return i.Action == Revoke || i.Action == MayRevoke }
