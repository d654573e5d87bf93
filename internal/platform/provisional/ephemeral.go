package provisional

import (
	"strings"
	"time"
)

const (
	ephemeralMarker = "keyward-ephemeral/"
	untilFormat     = "20060102T150405Z"

	// MaxEphemeralName is how long the name of an ephemeral key may be, in
	// characters, so that the name on the platform has at most 100.
	MaxEphemeralName = 100 - len(ephemeralMarker) - len(untilFormat) - len("/")
)

// Ephemeral is the name of a key for one run, read.
type Ephemeral struct {
	// Name is the declared one.
	Name string
	// Until is until when the key may live, by the platform's clock.
	Until time.Time
}

// String returns the name on the platform, which says until when the key may
// live, to the second.
func (e Ephemeral) String() string {
	return ephemeralMarker + e.Until.UTC().Format(untilFormat) + "/" + e.Name
}

// Over reports whether any run may revoke the key. now is the platform's time.
func (e Ephemeral) Over(now time.Time) bool { return now.After(e.Until) }

// ParseEphemeral reads the name of a key for one run; ok is false of any other
// name, and of one that doesn't say until when the key may live.
func ParseEphemeral(name string) (parsed Ephemeral, ok bool) {
	rest, found := strings.CutPrefix(name, ephemeralMarker)
	if !found {
		return Ephemeral{}, false
	}
	text, declared, found := strings.Cut(rest, "/")
	until, err := time.Parse(untilFormat, text)
	if !found || err != nil || declared == "" {
		return Ephemeral{}, false
	}
	return Ephemeral{Name: declared, Until: until}, true
}
