package apikey

import (
	"context"
	"iter"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/keyward/terraform-provider-keyward/internal/client"
	"github.com/keyward/terraform-provider-keyward/internal/configured"
	"github.com/keyward/terraform-provider-keyward/internal/rotation"
)

// Key is what a platform tells of a key, in the words that both share.
type Key struct {
	ID        string
	Name      string
	Enabled   bool
	KeyPrefix string
	CreatedAt time.Time
	// CreatedBy is the id of the key that made it, or whatever else the platform
	// tells of its maker.
	CreatedBy string
	// LastUsedAt is nil for a key that was never used.
	LastUsedAt *time.Time
	// RevokedAt is nil for a key that is not revoked.
	RevokedAt *time.Time
}

// Namesake is a key, beside what a resource declares.
type Namesake struct {
	Key
	// Alike is whether it is what is declared, but for its name.
	Alike bool
}

// Which says which keys are looked at.
type Which int

const (
	// All are the live keys and those revoked lately, as the run first found them.
	All Which = iota
	// Fresh are all keys as they are now.
	Fresh
	// Newest are the live keys that the first page of a list has, as the run first
	// found them.
	Newest
)

// Use is a request that a key made.
type Use struct {
	At                  time.Time
	Path, IP, UserAgent string
	// Status is the HTTP status of the answer.
	Status int
}

// UsesOf makes uses of the first rows of a log, as many as limit. What was refused
// is no use.
func UsesOf[R any](rows iter.Seq2[R, error], limit int, use func(R) Use) iter.Seq2[Use, error] {
	return func(yield func(Use, error) bool) {
		for row, err := range rows {
			if limit--; limit < 0 {
				return
			}
			found := use(row)
			if err == nil && found.Status >= 400 {
				continue
			}
			if !yield(found, err) {
				return
			}
		}
	}
}

// Issued is a key that was just created, with the token that is shown once.
type Issued struct {
	Key
	Token client.Secret
}

// Platform is what differs between the platforms. M is the resource's model; it
// embeds Attributes.
//
// Methods that talk to the platform write what it answers into the model's own
// attributes; the shared ones are written for them.
type Platform[M any] interface {
	// Status tells whether the platform can be called.
	Status() configured.Status
	// Ledger is what the walk over the configuration has shown.
	Ledger() *configured.Ledger
	// Now is the time.
	Now() time.Time
	// ScopeOf returns what the key belongs to.
	ScopeOf(m *M) types.String

	// Complete fills in and checks the platform's own attributes of a plan.
	// state is nil for a key that is to be created.
	Complete(ctx context.Context, config, state, plan *M) diag.Diagnostics
	// Uneditable lists the properties that only a new key can change.
	Uneditable(state, plan *M) []rotation.Property
	// Narrows lists what a change in place takes away from the key, as far as
	// that is known.
	Narrows(ctx context.Context, state, plan *M) ([]string, diag.Diagnostics)
	// Renew leaves open what a new key of the plan may have otherwise than the key
	// in place.
	Renew(plan *M)
	// Namesakes returns the keys of m's scope that count as ones of its name, each
	// compared with m.
	// known is false where a plan doesn't know yet what is declared.
	Namesakes(ctx context.Context, m *M, which Which) (keys []Namesake, known bool, err error)
	// Creators returns the ids that the provider's own key may have, of which one
	// is in CreatedBy of the keys that it makes.
	Creators(ctx context.Context, m *M) ([]string, error)
	// IsOwn reports whether a key is the one that the provider itself uses.
	IsOwn(ctx context.Context, key Held) (bool, error)

	// Create creates the key. A comment goes into the request's user agent.
	Create(ctx context.Context, plan *M, comment string) (Issued, error)
	// Read finds the key of the model's id. An error that is
	// client.ErrNotFound means that the key itself is gone.
	Read(ctx context.Context, m *M) (Key, error)
	// Find returns a key, revoked or not, as the run first found it, or as it is now.
	// An error that is client.ErrNotFound means that the key is gone.
	Find(ctx context.Context, scope types.String, id string, fresh bool) (Key, error)
	// Uses yields the successful requests that a key made, newest first; an error
	// is the last thing that it yields. limit is how many will be looked at, before
	// the time up to which; the zero time is now.
	Uses(ctx context.Context, scope types.String, id string, limit int, before time.Time) iter.Seq2[Use, error]
	// Inspect is Find with a comment in the request's user agent.
	Inspect(ctx context.Context, scope types.String, id, comment string) error
	// Prove makes a request with a token.
	Prove(ctx context.Context, scope types.String, token client.Secret) error
	// Edit makes the key that is as from says as to says, with no request
	// where nothing differs.
	Edit(ctx context.Context, from, to *M) (Key, error)
	// Revoke is done as well where the key is revoked already or gone.
	Revoke(ctx context.Context, scope types.String, id string) error
	// Each yields the live keys of a scope with their own attributes filled in;
	// "" is the provider's own scope.
	Each(ctx context.Context, scope string) iter.Seq2[Listed[M], error]
}

// Listed is a key that a list found.
type Listed[M any] struct {
	Model M
	Key   Key
}
