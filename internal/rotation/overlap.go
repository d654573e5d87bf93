package rotation

import "time"

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
