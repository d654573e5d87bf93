package configured

import (
	"context"
	"slices"
	"sync"

	"github.com/keyward/terraform-provider-keyward/internal/configured/pages"
)

// kept makes a kind's shared lists when they are first asked for.
type kept[T any] struct {
	once   sync.Once
	shared *pages.Shared[T]
}

func (k *kept[T]) of(source func(scope string) pages.Source[T]) *pages.Shared[T] {
	k.once.Do(func() { k.shared = pages.New(source) })
	return k.shared
}

// Keys are a platform's API keys as all resources of a run share them. Scope is
// the company or the merchant that requests about a key name.
//
// Get returns a key by its id, revoked ones too: those are in no list and cost a
// request each. Whoever changes a key calls Wrote or Invalidate once the change
// has come back, and Put for a key just made.
type Keys[T any] struct {
	*pages.Shared[T]
	revoked func(T) bool
}

// Live returns all keys of a scope that are not revoked, newest first, with those
// that Put added. The first call asks for the whole list; all others share it.
func (k Keys[T]) Live(ctx context.Context, scope string) ([]T, error) {
	all, err := k.All(ctx, scope)
	return slices.DeleteFunc(all, k.revoked), err
}
