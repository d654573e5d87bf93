package webhook

import (
	"context"
	"errors"
	"iter"
	"slices"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/keyward/terraform-provider-keyward/internal/client"
	"github.com/keyward/terraform-provider-keyward/internal/providerdata"
	"github.com/keyward/terraform-provider-keyward/internal/resources/object"
	"github.com/keyward/terraform-provider-keyward/internal/rotation"
)

// Model is a pointer to a resource's model, which embeds Attributes.
type Model[M any] interface {
	*M
	Shared() *Attributes
}

// Platform is what differs between the platforms. M is the resource's model; it
// embeds Attributes.
//
// Methods that talk to the platform write what it answers into the model. Read
// makes the secret null once it is known to sign no longer.
type Platform[M any] interface {
	providerdata.Access
	// ScopeOf returns what the webhook belongs to.
	ScopeOf(m *M) types.String

	// ResolvePlan fills in and checks the platform's own attributes of a plan. state
	// is nil for a webhook that is to be created.
	ResolvePlan(ctx context.Context, config, state, plan *M) diag.Diagnostics
	// Forget leaves what a rotation brings, but for the secret, to be known after
	// apply.
	Forget(plan *M)
	// Replaces returns the attributes whose change takes a new webhook.
	Replaces(state, plan *M) path.Paths

	Create(ctx context.Context, plan *M) (client.Secret, error)
	Read(ctx context.Context, m *M) error
	// Edit makes the webhook that is as state says as plan says, with no request
	// where nothing differs. What the plan leaves open stays as in the state.
	Edit(ctx context.Context, state, plan *M) error
	// Rotate gives the webhook a new secret. Once the platform has answered with
	// it, nothing may fail.
	Rotate(ctx context.Context, m *M) (client.Secret, error)
	// Delete is done as well where the webhook is gone already.
	Delete(ctx context.Context, state *M) error
	// Each yields the webhooks of a scope; "" is the provider's own.
	Each(ctx context.Context, scope string) iter.Seq2[M, error]

	// What creates each webhook once: see object.Once.
	Run() *providerdata.Objects
	Clock() func() time.Time
	List(ctx context.Context, scope string, fresh bool) ([]M, error)
	Inspect(ctx context.Context, scope, id, comment string) error
	SaysReplaced(ctx context.Context, scope, id string) (bool, error)
}

// New returns the resource of a platform's webhooks. A resource type embeds it.
func New[M any, P Model[M]](kind object.Kind, platform Platform[M]) object.Resource[M] {
	return object.New(kind, webhooks[M, P]{Platform: platform, kind: kind})
}

// NewLister returns the list resource of a platform's webhooks. chosen tells
// whether its configuration may name the scope.
func NewLister[M any, P Model[M]](kind object.Kind, platform Platform[M], chosen bool) *object.Lister[M] {
	return object.NewLister(kind, webhooks[M, P]{Platform: platform, kind: kind}, chosen)
}

// webhooks are a platform's webhooks as the shared resource sees them.
type webhooks[M any, P Model[M]] struct {
	Platform[M]
	kind object.Kind
}

func (w webhooks[M, P]) Label(m *M) string { return object.Label(P(m).Shared().URL, P(m).Shared().ID) }

func (w webhooks[M, P]) Identity(m *M) (scope, id types.String) {
	return w.ScopeOf(m), P(m).Shared().ID
}

// Unique tells webhooks apart by where they deliver and what.
func (w webhooks[M, P]) Unique(m *M) object.Unique {
	a := P(m).Shared()
	unique := object.Unique{Scope: w.ScopeOf(m).ValueString(), At: path.Root("url"), Allowed: a.OnConflict.ValueString() == object.ConflictIsAllowed}
	if a.URL.IsUnknown() || w.ScopeOf(m).IsUnknown() || !known(a.Events) {
		return unique
	}
	unique.Marks = []string{a.URL.ValueString() + " " + strings.Join(EventList[string](a.Events), " ")}
	return unique
}

// known reports whether all events are.
func known(events types.Set) bool {
	return !events.IsUnknown() && !slices.ContainsFunc(events.Elements(), func(event attr.Value) bool { return event.IsUnknown() })
}

// ResolvePlan plans the platform's own attributes and whether the secret stays.
func (w webhooks[M, P]) ResolvePlan(ctx context.Context, config, state, plan *M) diag.Diagnostics {
	diags := w.Platform.ResolvePlan(ctx, config, state, plan)
	if state == nil || diags.HasError() {
		return diags
	}
	choice, more := decide[M, P](ctx, state, plan)
	diags.Append(more...)
	if choice == rotation.Keep {
		return diags
	}
	P(plan).Shared().Secret = types.StringUnknown()
	w.Forget(plan)
	if choice == rotation.Rotate {
		diags.AddWarning("The secret of "+w.kind.Name(w.Label(state))+" will be rotated",
			"rotate_secret_when_changed has changed. Whatever verifies deliveries must read the new secret.")
	}
	return diags
}

func decide[M any, P Model[M]](ctx context.Context, state, plan *M) (rotation.Choice, diag.Diagnostics) {
	before, diags := object.Triggers(ctx, P(state).Shared().RotateSecretWhenChanged)
	after, more := object.Triggers(ctx, P(plan).Shared().RotateSecretWhenChanged)
	diags.Append(more...)
	choice, _ := rotation.Decide(rotation.Key{}, rotation.Age{}, nil, before, after)
	return choice, diags
}

// Create creates the webhook and keeps the secret that is shown once.
func (w webhooks[M, P]) Create(ctx context.Context, plan *M) error {
	secret, err := w.Platform.Create(ctx, plan)
	if err != nil {
		return err
	}
	P(plan).Shared().Secret = types.StringValue(secret.Reveal())
	return nil
}

// Update edits the webhook, and rotates its secret last: after that nothing can
// fail that would lose the new secret.
func (w webhooks[M, P]) Update(ctx context.Context, state, plan *M) error {
	choice, diags := decide[M, P](ctx, state, plan)
	if diags.HasError() {
		return errors.New(diags.Errors()[0].Detail())
	}
	if err := w.Edit(ctx, state, plan); err != nil {
		return err
	}
	P(plan).Shared().Secret = P(state).Shared().Secret
	if choice != rotation.Rotate {
		return nil
	}
	secret, err := w.Rotate(ctx, plan)
	if err != nil {
		return rotationError{err}
	}
	P(plan).Shared().Secret = types.StringValue(secret.Reveal())
	return nil
}

// All yields the webhooks as an import would have them: without their secrets.
func (w webhooks[M, P]) All(ctx context.Context, scope string) iter.Seq2[M, error] {
	return func(yield func(M, error) bool) {
		for found, err := range w.Each(ctx, scope) {
			P(&found).Shared().RotateSecretWhenChanged = types.MapNull(types.StringType)
			if !yield(found, err) {
				return
			}
		}
	}
}

// rotationError is a rotation of which no new secret came.
type rotationError struct{ error }

func (e rotationError) Unwrap() error { return e.error }

// NextStep says what to do about it.
func (e rotationError) NextStep() string {
	if errors.Is(e.error, client.ErrOutcomeUnknown) {
		return "No new secret arrived, though one may have been made. The next apply rotates again."
	}
	return "The secret was not rotated. The next apply tries again."
}
