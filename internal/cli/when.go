package cli

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

const day = 24 * time.Hour

// parseSince reads a point in time: how long ago it is (90d, 2w, 12h, 5m30s) or
// when it was (2026-01-31, or RFC 3339).
func parseSince(text string, now time.Time) (time.Time, error) {
	if ago, err := parseDuration(text); err == nil {
		return now.Add(-ago), nil
	}
	for _, layout := range []string{time.RFC3339, time.DateOnly} {
		if when, err := time.Parse(layout, text); err == nil {
			return when, nil
		}
	}
	return time.Time{}, fmt.Errorf("%q is no point in time: write how long ago (90d, 2w, 12h) or when (2026-01-31, 2026-01-31T08:00:00Z)", text)
}

// parseDuration reads a Go duration, or a whole number of days (d) or weeks (w).
func parseDuration(text string) (time.Duration, error) {
	for unit, length := range map[string]time.Duration{"d": day, "w": 7 * day} {
		if number, ok := strings.CutSuffix(text, unit); ok {
			n, err := strconv.ParseUint(number, 10, 16)
			if err != nil {
				return 0, fmt.Errorf("%q is no duration: write 90d, 2w, 12h or 5m30s", text)
			}
			return time.Duration(n) * length, nil
		}
	}
	d, err := time.ParseDuration(text)
	if err != nil || d < 0 {
		return 0, fmt.Errorf("%q is no duration: write 90d, 2w, 12h or 5m30s", text)
	}
	return d, nil
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
