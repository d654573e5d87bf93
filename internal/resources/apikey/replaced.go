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
// every request, with its user agent. So a plan looks at the key that is about to be
// replaced and says so, a rotation's creation says whose place it takes, and whoever
// comes later finds that in the log.

// The words that are left in the log.
const (
	// ReplacesComment: a plan is about to replace the key. With
	// create_before_destroy the old key is still live when the new one is created,
	// and is in no state any more.
	ReplacesComment = "replaces"
	// RotatesComment, with a key's id after it: the request creates the key that
	// takes that key's place.
	RotatesComment = "rotates"
)

const (
	// lookBack is how many of the provider's own requests are looked at.
	lookBack = 1000
	// creationTime is how far the time of a creation and that of its row in the log
	// may be apart.
	creationTime = time.Minute
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
	return r.left(ctx, m, time.Time{}, time.Time{}, func(use Use) bool {
		return strings.HasSuffix(use.Path, "/"+id) && strings.HasSuffix(use.UserAgent, "("+ReplacesComment+")")
	})
}

// rotating is the comment of the request that creates the key which takes the
// place of the one in place.
func rotating(a *Attributes) string { return RotatesComment + " " + a.ID.ValueString() }

// madeFor reports whether a key was made by a rotation of the key in place.
func (r *Resource[M, P]) madeFor(ctx context.Context, m *M, key Key) (bool, error) {
	word := "(" + rotating(P(m).Shared()) + ")"
	return r.left(ctx, m, key.CreatedAt.Add(-creationTime), key.CreatedAt.Add(creationTime), func(use Use) bool {
		return strings.HasSuffix(use.UserAgent, word)
	})
}

// left reports whether a word was left in a span of time.
func (r *Resource[M, P]) left(ctx context.Context, m *M, from, to time.Time, is func(Use) bool) (bool, error) {
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
			if is(use) {
				return true, nil
			}
		}
	}
	return false, nil
}
