package rotation

import (
	"fmt"
	"strings"
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
