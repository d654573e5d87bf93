package providerdata

import (
	"sync"

	"github.com/keyward/terraform-provider-keyward/internal/providerdata/pages"
)

// lists makes the cache of a kind's lists when it is first used.
type lists[T any] struct {
	once  sync.Once
	cache *pages.Cache[T]
}

func (l *lists[T]) of(source func(scope string) pages.Source[T]) *pages.Cache[T] {
	l.once.Do(func() { l.cache = pages.New(source) })
	return l.cache
}
