package configured

import (
	"sync"

	"github.com/keyward/terraform-provider-keyward/internal/configured/pages"
)

// kept makes a kind's shared lists when they are first asked for.
type kept[T any] struct {
	once   sync.Once
	shared *pages.Cache[T]
}

func (k *kept[T]) of(source func(scope string) pages.Source[T]) *pages.Cache[T] {
	k.once.Do(func() { k.shared = pages.New(source) })
	return k.shared
}
