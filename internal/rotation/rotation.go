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
	"unicode/utf8"

	"github.com/keyward/terraform-provider-keyward/internal/platform/naming"
)

// MaxNameLength is the contract's limit on a key's name, in characters.
const MaxNameLength = 100

// Marker ends the name of a key whose rotation is asked for. The name is the
// only text about a key that both platforms let one edit, so a request that
// stands there outlives a run and needs no token.
const Marker = " (rotate)"

// Request returns the name under which the key of that name asks for its
// rotation. A name that asks already stays as it is.
func Request(name string) (string, error) {
	switch {
	case Marked(name):
		return name, nil
	case utf8.RuneCountInString(name+Marker) > MaxNameLength:
		return "", fmt.Errorf("the name %q has no room for %q: a name has at most %d characters; "+
			"to rotate the key, change rotate_when_changed of its resource", name, Marker, MaxNameLength)
	}
	return name + Marker, nil
}

// Marked reports whether a name asks for a rotation.
func Marked(name string) bool { return strings.HasSuffix(name, Marker) }

// Requested reports whether the key that is declared under one name asks for its
// rotation by the name that it has.
func Requested(name, declared string) bool { return naming.Same(name, declared+Marker) }

// Named reports whether a key of that name counts as one of the declared name.
func Named(name, declared string) bool {
	return naming.Same(name, declared) || Requested(name, declared)
}

// Choice is what is to become of the current key.
type Choice int

const (
	// Keep means that the key stays: whatever changes can be edited in place.
	Keep Choice = iota
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
func Decide(key Key, age Age, properties []Property, before, after Triggers) (Choice, []string) {
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

// DefaultOverlap is how long a previous key stays live where a rotation block says
// nothing.
const DefaultOverlap = 24 * time.Hour

// Overlap is how long a replaced key lives on. The zero value ends it at once.
type Overlap struct {
	// For is how long it lives on in any case.
	For time.Duration
	// Quiet is how long it must have been unused before it is revoked; 0 for not
	// at all.
	Quiet time.Duration
	// Max ends the wait for quiet, counted like For; 0 for never.
	Max time.Duration
}

// Replaced is a key that another one has taken the place of.
type Replaced struct {
	// Since is when the other one was created.
	Since time.Time
	// LastUsedAt is nil for never.
	LastUsedAt *time.Time
}

// RevocationStatus is what becomes of a replaced key.
type RevocationStatus int

const (
	// Overlapping means that the key's time is not over.
	Overlapping RevocationStatus = iota
	// InUse means that its time is over, but someone has used it lately.
	InUse
	// RevokeDue means that it is to be revoked.
	RevokeDue
)

// Due returns when the key may be revoked, if no one uses it.
func (o Overlap) Due(since time.Time) time.Time { return since.Add(o.For) }

// None reports whether a replaced key is revoked as soon as it is replaced.
func (o Overlap) None() bool { return o.For <= 0 && o.Quiet <= 0 }

// Status returns what becomes of a key, as it was observed at a time.
func (o Overlap) Status(key Replaced, observed time.Time) RevocationStatus {
	switch {
	case o.None():
		return RevokeDue
	case observed.Before(o.Due(key.Since)):
		return Overlapping
	case o.Quiet <= 0 || key.LastUsedAt == nil || observed.Sub(*key.LastUsedAt) >= o.Quiet:
		return RevokeDue
	case o.Max > 0 && !observed.Before(key.Since.Add(o.Max)):
		return RevokeDue
	default:
		return InUse
	}
}
