// Package corebill holds Corebill's own words: permission levels, tokens and
// ids. It is pure: no I/O, no clock.
//
// Source, unless said otherwise: Corebill's authentication page.
package corebill

import (
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/keyward/terraform-provider-keyward/internal/platform/suggest"
)

// Level is the permission level of an API key.
type Level string

// The three levels. They are hierarchical: each includes those before it.
// Source: "Permission Levels".
const (
	Read  Level = "read"
	Write Level = "write"
	Admin Level = "admin"
)

var levels = []Level{Read, Write, Admin}

// Levels returns the levels from the lowest to the highest.
func Levels() []Level { return slices.Clone(levels) }

// LevelNames returns the levels' names from the lowest to the highest.
func LevelNames() []string {
	names := make([]string, len(levels))
	for i, l := range levels {
		names[i] = string(l)
	}
	return names
}

// ParseLevel returns the level of that name. The error names the levels there
// are and, where one is close, the one that was probably meant.
func ParseLevel(name string) (Level, error) {
	if l := Level(name); slices.Contains(levels, l) {
		return l, nil
	}
	return "", fmt.Errorf("%q is not a permission level: it must be one of %s.%s",
		name, strings.Join(LevelNames(), ", "), suggest.DidYouMean(name, LevelNames()))
}

// Includes reports whether l allows everything that other allows.
func (l Level) Includes(other Level) bool {
	return slices.Index(levels, l) >= slices.Index(levels, other)
}

// Allows reports whether a key of this level may use the HTTP method.
func (l Level) Allows(method string) bool { return l.Includes(LevelFor(method)) }

// LevelFor returns the lowest level that may use the HTTP method: read for GET,
// write for POST, admin for every other one.
func LevelFor(method string) Level {
	switch method {
	case http.MethodGet, http.MethodHead:
		return Read
	case http.MethodPost:
		return Write
	default:
		return Admin
	}
}

// Title returns the level's name as the platform's messages write it: "Write".
func (l Level) Title() string {
	if l == "" {
		return ""
	}
	return strings.ToUpper(string(l[:1])) + string(l[1:])
}
