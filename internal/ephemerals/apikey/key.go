package apikey

import (
	"time"

	"github.com/keyward/terraform-provider-keyward/internal/platform/naming"
	"github.com/keyward/terraform-provider-keyward/internal/platform/provisional"
)

// Key is what a platform says of a key, in the words that both share.
type Key struct {
	ID   string
	Name string
	// Scope is the company or merchant that requests about the key name.
	Scope string
	// Owner is what the key belongs to; empty for an organization's key.
	Owner     string
	KeyPrefix string
	CreatedAt time.Time
	// Revoked says that it no longer works.
	Revoked bool
}

// hashed is what the provisional name of an ephemeral key has of its declared name: not
// what a lasting key of that name would have.
func hashed(declared string) string { return "keyward-ephemeral/" + declared }

// Reasons why any run may revoke a key.
const (
	expired  = "it could live until %s, and its run did not revoke it"
	orphaned = "its creation, at %s, was never finished, so that no run has its token"
)

// overdue returns why any run of a declared name may revoke another key, and the time
// that the reason is about; "" where none may. The key's own name is all the evidence: who
// made it and who used it says nothing. now is the platform's time.
func overdue(key Key, owner, declared string, now time.Time) (reason string, when time.Time) {
	if key.Revoked || key.Owner != owner {
		return "", time.Time{}
	}
	ephemeral, ok := provisional.ParseEphemeral(key.Name)
	switch {
	case ok && naming.Same(ephemeral.Name, declared) && ephemeral.Over(now):
		return expired, ephemeral.Until
	case provisional.OrphanOf(owner, hashed(declared), key.Name, key.CreatedAt, now):
		return orphaned, key.CreatedAt
	default:
		return "", time.Time{}
	}
}
