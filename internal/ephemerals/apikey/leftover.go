package apikey

import "time"

// Marker starts the names of ephemeral keys on the platform, by which they are
// found again.
const Marker = "keyward-ephemeral/"

// Key is what a platform tells of a key, in the words that both share.
type Key struct {
	ID   string
	Name string
	// Scope is the company or merchant that requests about the key name.
	Scope string
	// Owner is what the key belongs to; empty for an organization's key.
	Owner     string
	KeyPrefix string
	// CreatedBy is the id of the key that created it.
	CreatedBy string
	CreatedAt time.Time
}

// leftBehind reports whether a key is one that an earlier run of the same
// configuration minted and could not revoke. minted is the key just minted: that
// it was created by the provider's own key is what tells whose other keys are
// ours, and its time of creation is the platform's clock.
func leftBehind(key, minted Key, after time.Duration) bool {
	return key.ID != minted.ID &&
		key.Name == minted.Name &&
		key.Owner == minted.Owner &&
		key.CreatedBy == minted.CreatedBy &&
		key.CreatedAt.Before(minted.CreatedAt.Add(-after))
}
