package apikey

import (
	"context"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/keyward/terraform-provider-keyward/internal/diagnose"
)

// What a plan or an apply finds out is not handed on to whoever needs it: a
// creation gets nothing but planned values, and those are planned once more as the
// plan is applied, without the object that is replaced; and an apply that is
// killed hands on nothing at all. What they all share is the platform: its log has
// every request, with its user agent. So they look at the key that they are about
// to do something with, say what, and whoever comes later finds that in the log.

// The words that are left in the log.
const (
	// ReplacesComment: a plan is about to replace the key. With
	// create_before_destroy the old key is still live when the new one is created,
	// and is in no state any more.
	ReplacesComment = "replaces"
	// RotatesComment: an apply is about to create the key that takes the key's place.
	RotatesComment = "rotates"
)

const (
	// lookBack is how many of the provider's own requests are looked at.
	lookBack = 1000
	// creationTime is how long after the word a rotation creates its key, at most.
	creationTime = 5 * time.Minute
)

// remember leaves word that keys are about to be replaced.
func (r *Resource[M, P]) remember(ctx context.Context, m *M, ids ...string) (diags diag.Diagnostics) {
	for _, id := range ids {
		if err := r.platform.Inspect(ctx, r.platform.ScopeOf(m), id, ReplacesComment); err != nil {
			diags.Append(diagnose.Error("look at the key to be replaced by", r.name(P(m).Shared()), err))
		}
	}
	return diags
}

// remembered reports whether a plan has left word that the key is to be replaced.
func (r *Resource[M, P]) remembered(ctx context.Context, m *M, id string) (bool, error) {
	return r.left(ctx, m, id, ReplacesComment, time.Time{}, time.Time{})
}

// rotating leaves word that the key in place is about to be rotated.
func (r *Resource[M, P]) rotating(ctx context.Context, m *M) error {
	return r.platform.Inspect(ctx, r.platform.ScopeOf(m), P(m).Shared().ID.ValueString(), RotatesComment)
}

// madeFor reports whether a key was made by a rotation of the key in place.
func (r *Resource[M, P]) madeFor(ctx context.Context, m *M, key Key) (bool, error) {
	return r.left(ctx, m, P(m).Shared().ID.ValueString(), RotatesComment, key.CreatedAt.Add(-creationTime), key.CreatedAt.Add(time.Second))
}

// left reports whether a word about a key was left in a span of time.
func (r *Resource[M, P]) left(ctx context.Context, m *M, id, word string, from, to time.Time) (bool, error) {
	creators, err := r.platform.Creators(ctx, m)
	if err != nil {
		return false, err
	}
	for _, creator := range creators {
		for use, err := range r.platform.Uses(ctx, r.platform.ScopeOf(m), creator, lookBack, to) {
			if err != nil {
				return false, err
			}
			if use.At.Before(from) {
				break
			}
			if strings.HasSuffix(use.Path, "/"+id) && strings.HasSuffix(use.UserAgent, "("+word+")") {
				return true, nil
			}
		}
	}
	return false, nil
}
