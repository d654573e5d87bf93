// Package duration reads durations as people write them.
package duration

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// Day is 24 hours.
const Day = 24 * time.Hour

// units are those that time.ParseDuration doesn't know.
var units = map[string]time.Duration{"d": Day, "w": 7 * Day}

// Parse reads a duration of Go's (30m, 24h), or a whole number of days (30d) or weeks
// (2w). It is never less than zero.
func Parse(text string) (time.Duration, error) {
	for unit, length := range units {
		if number, ok := strings.CutSuffix(text, unit); ok {
			if n, err := strconv.ParseUint(number, 10, 16); err == nil {
				return time.Duration(n) * length, nil
			}
		}
	}
	d, err := time.ParseDuration(text)
	if err != nil || d < 0 {
		return 0, fmt.Errorf("%q is not a valid duration (try 30m, 24h or 30d)", text)
	}
	return d, nil
}

// Positive reads a duration that is greater than zero.
func Positive(text string) (time.Duration, error) {
	d, err := Parse(text)
	if err == nil && d == 0 {
		return 0, fmt.Errorf("%q must be greater than zero", text)
	}
	return d, err
}

// Short writes a duration without its zeros: "1h" for "1h0m0s".
func Short(d time.Duration) string {
	switch {
	case d != 0 && d%time.Hour == 0:
		return fmt.Sprintf("%dh", d/time.Hour)
	case d != 0 && d%time.Minute == 0:
		return fmt.Sprintf("%dm", d/time.Minute)
	default:
		return d.String()
	}
}
