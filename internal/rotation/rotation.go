// Package rotation decides, from what is declared and what is, whether a key
// can be edited where it stands or a new one has to take its place, what becomes
// of the key that was replaced, and whose the other keys of its name are. It is
// pure: no I/O, no clock.
package rotation

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
)

// Decision of what becomes of a key.
type Decision int

const (
	// Keep means that the key stays: whatever changes can be edited in place.
	Keep Decision = iota
	// Rotate means that a new key is created, then the old one is revoked.
	Rotate
	// Undecided means that values are missing that a plan does not know yet.
	Undecided
)

// Property is something about a key that its platform can't edit.
type Property struct {
	// Name is the attribute's.
	Name string
	// Old and New values; New has no meaning while it is Unknown.
	Old, New string
	Unknown  bool
}

// Triggers is the value of rotate_when_changed.
type Triggers struct {
	// Values; nil where none are declared.
	Values map[string]string
	// Unknown is true where the map, or a value in it, is not known yet.
	Unknown bool
}

// Key is the current key, as the decision about it sees it.
type Key struct {
	CreatedAt time.Time
	// Requested is whether the key asks for its rotation.
	Requested bool
	// Lost says how the key ended, where it no longer works but its resource goes
	// on; empty while it works.
	Lost string
	// Waiting is whether a key that it replaced is still live, and has to be for
	// a while.
	Waiting bool
}

// Age is the rotation by age. The zero value asks for none.
type Age struct {
	// RotateAfter is how old a key gets; 0 for no limit.
	RotateAfter time.Duration
	// Observed is when the platform was last asked about the key; the zero time
	// for never. Age is decided by it and by no other clock, so that a plan and
	// its apply, whenever that runs, decide alike.
	Observed time.Time
	// Unknown is true where a plan doesn't know RotateAfter yet.
	Unknown bool
}

// Due returns when the key is to be rotated; the zero time for never.
func (a Age) Due(created time.Time) time.Time {
	if a.RotateAfter <= 0 || created.IsZero() {
		return time.Time{}
	}
	return created.Add(a.RotateAfter)
}

func (a Age) over(created time.Time) bool {
	due := a.Due(created)
	return !due.IsZero() && !a.Observed.IsZero() && !a.Observed.Before(due)
}

// Decide returns what becomes of the key, and for Rotate the reasons in the
// words of a plan. A key that is due waits while the previous key is still live:
// both may be in use.
func Decide(key Key, age Age, properties []Property, before, after Triggers) (Decision, []string) {
	var reasons []string
	if key.Lost != "" {
		reasons = append(reasons, key.Lost)
	}
	if key.Requested {
		reasons = append(reasons, "a rotation was requested")
	}
	undecided := false
	for _, p := range properties {
		switch {
		case p.Unknown:
			undecided = true
		case p.Old != p.New:
			reasons = append(reasons, fmt.Sprintf("%s changes from %q to %q", p.Name, p.Old, p.New))
		}
	}
	switch {
	case after.Unknown:
		undecided = undecided || before.Values != nil
	case triggered(before.Values, after.Values):
		reasons = append(reasons, "rotate_when_changed changes: "+strings.Join(changedKeys(before.Values, after.Values), ", "))
	}
	undecided = undecided || age.Unknown && !age.Observed.IsZero()
	if age.over(key.CreatedAt) && !key.Waiting {
		reasons = append(reasons, fmt.Sprintf("rotate_after was over at %s", age.Due(key.CreatedAt).UTC().Format(time.RFC3339)))
	}
	switch {
	case len(reasons) > 0:
		return Rotate, reasons
	case undecided:
		return Undecided, nil
	default:
		return Keep, nil
	}
}

// triggered reports whether the triggers ask for a new key. Declaring them for
// the first time and removing them does not: neither says that the current key
// is no longer wanted, and an imported key must not be replaced for it.
func triggered(before, after map[string]string) bool {
	return before != nil && after != nil && !maps.Equal(before, after)
}

func changedKeys(before, after map[string]string) []string {
	changed := map[string]bool{}
	for k, v := range before {
		if w, ok := after[k]; !ok || v != w {
			changed[k] = true
		}
	}
	for k := range after {
		if _, ok := before[k]; !ok {
			changed[k] = true
		}
	}
	return slices.Sorted(maps.Keys(changed))
}
