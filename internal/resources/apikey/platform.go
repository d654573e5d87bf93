package apikey

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/keyward/terraform-provider-keyward/internal/client"
	"github.com/keyward/terraform-provider-keyward/internal/platform/provisional"
	"github.com/keyward/terraform-provider-keyward/internal/providerdata"
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

// ListMode says which keys are looked at.
type ListMode int

const (
	// All are the live keys and those revoked lately, as the run first found them.
	All ListMode = iota
	// Fresh are all keys as they are now.
	Fresh
	// Newest are the live keys that the first page of a list has, as the run first
	// found them.
	Newest
)

// RequestFilter says which rows of the log are wanted.
type RequestFilter struct {
	// KeyID is the key that made the requests.
	KeyID string
	// From and To bound their time, both excluded; the zero time does not.
	From, To time.Time
	// Limit is how many are wanted at most, 0 for all.
	Limit int
}

// Requests makes requests of the rows of a log, as many as limit.
func Requests[R any](rows iter.Seq2[R, error], limit int, request func(R) rotation.Row) iter.Seq2[rotation.Row, error] {
	return func(yield func(rotation.Row, error) bool) {
		count := 0
		for row, err := range rows {
			if !yield(request(row), err) {
				return
			}
			if count++; limit > 0 && count >= limit {
				return
			}
		}
	}
}

// Gone makes an error of what was found of a key that the platform knows nothing of when
// it is to be revoked: nil where it is gone, or revoked.
func Gone(found Key, err error) error {
	switch {
	case errors.Is(err, client.ErrNotFound), err == nil && found.RevokedAt != nil:
		return nil
	case err == nil:
		return fmt.Errorf("the platform answered that there is no key %s, but it is live. Does a proxy answer in its place? Apply again", found.ID)
	default:
		return err
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
	providerdata.Access
	// Claims is what the walk over the configuration has shown.
	Claims() *providerdata.Claims
	// Now is the time by the platform's clock; this machine's while the platform
	// has answered nothing.
	Now() time.Time
	// ScopeOf returns what the key belongs to.
	ScopeOf(m *M) types.String

	// ResolvePlan fills in and checks the platform's own attributes of a plan.
	// state is nil for a key that is to be created.
	ResolvePlan(ctx context.Context, config, state, plan *M) diag.Diagnostics
	// Uneditable lists the properties that only a new key can change.
	Uneditable(state, plan *M) []rotation.Property
	// Narrows lists what a change in place takes away from the key, as far as
	// that is known.
	Narrows(ctx context.Context, state, plan *M) ([]string, diag.Diagnostics)
	// Lacks says what the provider's key lacks for creating, editing and deleting
	// keys; "" where it is not known to lack anything.
	Lacks(ctx context.Context) (string, error)
	// SameName returns the keys of m's scope that count as ones of its name, and
	// those whose provisional name says that they are to get it.
	// known is false where a plan doesn't know yet what is declared.
	SameName(ctx context.Context, m *M, which ListMode) (keys []Key, known bool, err error)
	// IsCaller reports whether a key is the one that the provider itself uses.
	IsCaller(ctx context.Context, key KeyRef) (bool, error)

	// Create creates the key, under another name than the planned one.
	Create(ctx context.Context, plan *M, name string) (Issued, error)
	// Read finds the key of the model's id. An error that is
	// client.ErrNotFound means that the key itself is gone.
	Read(ctx context.Context, m *M) (Key, error)
	// Find returns a key, revoked or not, as the run first found it, or as it is now.
	// An error that is client.ErrNotFound means that the key is gone.
	Find(ctx context.Context, scope types.String, id string, fresh bool) (Key, error)
	// Requests yields the requests that a key made, of any status, newest first; an
	// error is the last thing that it yields.
	Requests(ctx context.Context, scope types.String, filter RequestFilter) iter.Seq2[rotation.Row, error]
	// SaysReplaced reports whether a plan of the last 24 hours said in the log that it
	// replaces the key.
	SaysReplaced(ctx context.Context, scope types.String, id string) (bool, error)
	// Inspect reads a key with a comment in the request's user agent.
	Inspect(ctx context.Context, scope types.String, id, comment string) error
	// Verify makes a request with the token of the key with that id. An error that
	// is ErrOtherKey means that the token is another key's.
	Verify(ctx context.Context, scope types.String, id string, token client.Secret) error
	// Edit makes the key that is as from says as to says, with no request
	// where nothing differs. A comment goes into the request's user agent.
	Edit(ctx context.Context, from, to *M, comment string) (Key, error)
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

// IsNamed reports whether a key's name counts as the declared one, or is a provisional
// name that says that the key is to get it in that scope.
func IsNamed(scope, declared, name string) bool {
	parsed, pending := provisional.Parse(name)
	return rotation.Named(name, declared) || pending && parsed.Hash == provisional.Hash(scope, declared)
}
