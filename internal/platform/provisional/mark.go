package provisional

import "time"

// Mark is what a live key's name says of it beside what it is called.
type Mark string

// The marks. A key that is finished and for no single run has none.
const (
	// Creating is a key whose creation is under way.
	Creating Mark = "being created"
	// Orphan is a key whose creation was never finished.
	Orphan Mark = "orphaned"
	// Expired is an ephemeral key that is past its time.
	Expired Mark = "expired"
)

// MarkOf returns the mark of a live key of that name, created then. now is the
// platform's time.
func MarkOf(name string, created, now time.Time) Mark {
	if ephemeral, ok := ParseEphemeral(name); ok && ephemeral.Over(now) {
		return Expired
	}
	switch {
	case Orphaned(name, created, now):
		return Orphan
	case Is(name):
		return Creating
	default:
		return ""
	}
}
