package object

import (
	"context"
	"iter"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/keyward/terraform-provider-keyward/internal/configured"
)

// Platform is what differs between kinds of objects. M is the resource's model.
//
// Methods that talk to the platform write what it answers into the model.
type Platform[M any] interface {
	configured.Access
	// Label tells an object from others of its kind, in diagnostics and lists.
	Label(m *M) string
	// Identity returns what the object belongs to and its id.
	Identity(m *M) (scope, id types.String)

	// Complete fills in and checks what only the provider knows of a plan. state
	// is nil for an object that is to be created.
	Complete(ctx context.Context, config, state, plan *M) diag.Diagnostics
	Create(ctx context.Context, plan *M) error
	// Read brings the model up to date. An error that is client.ErrNotFound means
	// that the object itself is gone.
	Read(ctx context.Context, m *M) error
	// Update makes the object that is as state says as plan says.
	Update(ctx context.Context, state, plan *M) error
	// Delete is done as well where the object is gone already.
	Delete(ctx context.Context, state *M) error
	// All yields every object of a scope; "" is the provider's own.
	All(ctx context.Context, scope string) iter.Seq2[M, error]
}

// PlanDeleter is a Platform that has something to say before an object is
// deleted.
type PlanDeleter[M any] interface {
	PlanDelete(ctx context.Context, state *M) diag.Diagnostics
}

// PlanReplacer is a Platform that has something to say before a new object takes the
// place of the one with that id.
type PlanReplacer interface {
	PlanReplace(ctx context.Context, id string) diag.Diagnostics
}

// Replacer is a Platform some of whose attributes no change in place can reach.
type Replacer[M any] interface {
	// Replaces returns the attributes whose change takes a new object. plan is
	// complete.
	Replaces(state, plan *M) path.Paths
}
