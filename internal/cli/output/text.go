package output

import (
	"fmt"
	"time"

	"github.com/keyward/terraform-provider-keyward/internal/platform/duration"
)

// Stamp is a point in time as tables show it, in UTC.
func Stamp(t time.Time) string { return t.UTC().Format("2006-01-02 15:04") }

// StampOr is a Stamp, or a word for none.
func StampOr(t *time.Time, none string) string {
	if t == nil {
		return none
	}
	return Stamp(*t)
}

// Ago is how long something has been, in one unit.
func Ago(t, now time.Time) string {
	switch d := now.Sub(t); {
	case d < time.Minute:
		return "just now"
	case d < time.Hour:
		return Count(int(d/time.Minute), "minute") + " ago"
	case d < duration.Day:
		return Count(int(d/time.Hour), "hour") + " ago"
	default:
		return Count(int(d/duration.Day), "day") + " ago"
	}
}

// Count writes a number of things: 1 key, 2 keys.
func Count(n int, thing string) string {
	if n == 1 {
		return "1 " + thing
	}
	return fmt.Sprintf("%d %ss", n, thing)
}
