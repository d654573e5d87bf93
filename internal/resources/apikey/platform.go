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
	// RevokedAt is nil for a key that is not revoked.
	RevokedAt *time.Time
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
	// IsOwn reports whether a key is the one that the provider itself uses.
	IsOwn(ctx context.Context, key Held) (bool, error)

	Create(ctx context.Context, plan *M) (Issued, error)
	// Read finds the key of the model's id. An error that is
	// client.ErrNotFound means that the key itself is gone.
	Read(ctx context.Context, m *M) (Key, error)
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
