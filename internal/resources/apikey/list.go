package apikey

import (
	"context"
	"iter"

	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/keyward/terraform-provider-keyward/internal/configured"
	"github.com/keyward/terraform-provider-keyward/internal/resources/object"
)

// NewLister returns the list resource of a platform's keys. chosen is whether
// its configuration may name the scope.
func NewLister[M any, P Model[M]](kind object.Kind, platform Platform[M], chosen bool) *object.Lister[M] {
	return object.NewLister(kind, listed[M, P]{Access: platform, kind: kind, platform: platform}, chosen)
}

// listed are a platform's keys as a list sees them.
type listed[M any, P Model[M]] struct {
	configured.Access
	kind     object.Kind
	platform Platform[M]
}

func (l listed[M, P]) Label(m *M) string { return P(m).Shared().Name.ValueString() }

func (l listed[M, P]) Identity(m *M) (scope, id types.String) {
	return l.platform.ScopeOf(m), P(m).Shared().ID
}

// All yields the keys as an import would have them: without their tokens, which
// no platform shows again.
func (l listed[M, P]) All(ctx context.Context, scope string) iter.Seq2[M, error] {
	return func(yield func(M, error) bool) {
		for found, err := range l.platform.Each(ctx, scope) {
			if err != nil {
				yield(found.Model, err)
				return
			}
			attributes := P(&found.Model).Shared()
			attributes.adopt(found.Key)
			attributes.Rotation = types.ObjectNull(rotationTypes())
			attributes.TokenEncryption = types.ObjectNull(encryptionTypes())
			attributes.complete(l.kind.Scope)
			if !yield(found.Model, nil) {
				return
			}
		}
	}
}
