package rotation

import (
	"net/http"
	"slices"
	"strings"
	"time"
)

// What the provider's requests say of themselves, as comments in their user agents,
// which the platforms' logs show. No comment permits more than its function says.
const (
	agent    = "terraform-provider-keyward/"
	rotates  = "rotates"
	verifies = "verifies"
)

// MaxRequests is how many requests of a new key are read at most: one that has
// made as many is in use.
const MaxRequests = 20

// Rotates is the comment of the request that gives a new key its final name: the
// key replaces the one with that id.
func Rotates(id string) string { return rotates + " " + id }

// Verifies is the comment of the request by which a rotation verifies the token of
// the new key with that id.
func Verifies(id string) string { return verifies + " " + id }

// Row is a row of a platform's log.
type Row struct {
	At           time.Time
	Method, Path string
	// Status is the HTTP status of the answer.
	Status        int
	IP, UserAgent string
}

// says reports whether the provider made the request, with a comment.
func (r Row) says(comment string) bool {
	return strings.HasPrefix(r.UserAgent, agent) && strings.HasSuffix(r.UserAgent, "("+comment+")")
}

// Finished is a live key under its final name.
type Finished struct {
	ID string
	// LastUsedAt is nil for never.
	LastUsedAt *time.Time
	// Made are the requests of the key that made it, from its creation on; Own those
	// that the key made itself, of any status.
	Made, Own []Row
}

// NewKeyOf reports whether a key was created by a rotation of one of the keys with
// those ids, and nothing has used it since but that rotation's own verification.
// It is certain: the log has the request that gave the key its name.
func NewKeyOf(key Finished, ids ...string) bool {
	return Unused(key) && slices.ContainsFunc(ReplacedBy(key), func(id string) bool { return slices.Contains(ids, id) })
}

// ReplacedBy returns the ids of the keys that a key was created to replace, as far as
// the log has the request that gave it its name.
func ReplacedBy(key Finished) (ids []string) {
	for _, r := range key.Made {
		_, comment, _ := strings.Cut(r.UserAgent, "("+rotates+" ")
		id, ends := strings.CutSuffix(comment, ")")
		named := r.Method == http.MethodPatch && r.Status >= 200 && r.Status < 300 && strings.HasSuffix(r.Path, "/"+key.ID)
		if ends && named && r.says(Rotates(id)) {
			ids = append(ids, id)
		}
	}
	return ids
}

// Unused reports whether a key has certainly made no request but its own
// verification.
func Unused(key Finished) bool {
	if key.LastUsedAt != nil && len(key.Own) == 0 || len(key.Own) >= MaxRequests {
		return false
	}
	return !slices.ContainsFunc(key.Own, func(r Row) bool { return !r.says(Verifies(key.ID)) })
}

// Verification reports whether a request is a rotation's verification of the key
// that made it.
func Verification(r Row, id string) bool { return r.says(Verifies(id)) }
