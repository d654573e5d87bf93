package cli

import (
	"fmt"
	"time"

	"github.com/keyward/terraform-provider-keyward/internal/platform/duration"
)

const day = duration.Day

// parseSince reads a point in time: how long ago it is (90d, 2w, 12h, 5m30s) or
// when it was (2026-01-31, or RFC 3339).
func parseSince(text string, now time.Time) (time.Time, error) {
	if ago, err := duration.Parse(text); err == nil {
		return now.Add(-ago), nil
	}
	for _, layout := range []string{time.RFC3339, time.DateOnly} {
		if when, err := time.Parse(layout, text); err == nil {
			return when, nil
		}
	}
	return time.Time{}, fmt.Errorf("%q is not a point in time: write how long ago (90d, 2w, 12h) or when (2026-01-31, 2026-01-31T08:00:00Z)", text)
}

// stamp is a point in time as tables show it, in UTC.
func stamp(t time.Time) string { return t.UTC().Format("2006-01-02 15:04") }

// stampOr is a stamp, or a word for none.
func stampOr(t *time.Time, none string) string {
	if t == nil {
		return none
	}
	return stamp(*t)
}

// ago is how long something has been, in one unit.
func ago(t, now time.Time) string {
	switch d := now.Sub(t); {
	case d < time.Minute:
		return "just now"
	case d < time.Hour:
		return count(int(d/time.Minute), "minute") + " ago"
	case d < day:
		return count(int(d/time.Hour), "hour") + " ago"
	default:
		return count(int(d/day), "day") + " ago"
	}
}

// count writes a number of things: 1 key, 2 keys.
func count(n int, thing string) string {
	if n == 1 {
		return "1 " + thing
	}
	return fmt.Sprintf("%d %ss", n, thing)
}
