// Package provisional has the names that mark a key on the platform itself: as
// one whose creation is not finished, and as one for a single run. Anyone who finds
// such a key knows from its name alone what it is; nothing has to be looked up in
// a log. It is pure: no I/O, no clock.
package provisional

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"
	"time"

	"github.com/keyward/terraform-provider-keyward/internal/platform/naming"
)

const (
	// OrphanAge is how old an object with a provisional name must be, by the
	// platform's clock, to be orphaned.
	OrphanAge = 15 * time.Minute
	// FinishWithin is how long a creation may take from the object's creation to its
	// final name. It is shorter than OrphanAge, so that an orphaned object is one
	// that no creation is still working on.
	FinishWithin = 10 * time.Minute

	marker     = "keyward pending "
	hashLength = 16
	// maxNonce keeps the whole name below the platforms' limit of 100 characters.
	maxNonce = 48

	lettersAndDigits = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
)

// Name is a provisional name, read.
type Name struct {
	// Hash stands for the scope and the declared name: see Hash.
	Hash string
	// Nonce tells one creation from all others.
	Nonce string
}

// New returns the name under which an object is created that is to be called name
// in the end. scope is the id of its company or merchant, "" for an organization's
// own. nonce tells this creation from all others: 1 to 48 letters and digits, random.
func New(scope, name, nonce string) string { return marker + Hash(scope, name) + " " + nonce }

// Hash is what a provisional name has of the scope and the declared name. Names
// that differ only in how Unicode composes their characters have the same.
func Hash(scope, name string) string {
	sum := sha256.Sum256([]byte(scope + "\x00" + naming.NFC(name)))
	return hex.EncodeToString(sum[:])[:hashLength]
}

// Parse reads a provisional name; ok is false of any other name.
func Parse(name string) (parsed Name, ok bool) {
	rest, found := strings.CutPrefix(name, marker)
	if !found {
		return Name{}, false
	}
	hash, nonce, found := strings.Cut(rest, " ")
	if !found || len(hash) != hashLength || strings.Trim(hash, "0123456789abcdef") != "" || !plain(nonce) {
		return Name{}, false
	}
	return Name{Hash: hash, Nonce: nonce}, true
}

func plain(nonce string) bool {
	return nonce != "" && len(nonce) <= maxNonce && strings.Trim(nonce, lettersAndDigits) == ""
}

// Is reports whether a name is provisional.
func Is(name string) bool {
	_, ok := Parse(name)
	return ok
}

// Orphaned reports whether an object of that name, created then, is orphaned: its
// creation was never finished, so that no one can have been given its token. now
// is the platform's time.
func Orphaned(name string, created, now time.Time) bool {
	return Is(name) && now.Sub(created) > OrphanAge
}

// OrphanOf reports whether an object is orphaned and was to get that name in that
// scope.
func OrphanOf(scope, declared, name string, created, now time.Time) bool {
	parsed, _ := Parse(name)
	return Orphaned(name, created, now) && parsed.Hash == Hash(scope, declared)
}

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
