package providerdata

import (
	"context"
	"sync/atomic"
	"time"

	"golang.org/x/sync/singleflight"

	"github.com/keyward/terraform-provider-keyward/internal/client"
	"github.com/keyward/terraform-provider-keyward/internal/providerdata/pages"
)

// cached is an answer that is cached for the life of the provider process, which is one
// plan or one apply. Those who ask while the request is in flight share it. A failure is
// not cached, but for a while when the platform is down.
type cached[T any] struct {
	answer   atomic.Pointer[T]
	failure  atomic.Pointer[failure]
	inFlight singleflight.Group
}

// failure is how a platform failed, and until when no request is sent to it.
type failure struct {
	err   error
	until time.Time
}

func (c *cached[T]) get(ctx context.Context, now func() time.Time, fetch func(context.Context) (T, error)) (T, error) {
	var none T
	if known := c.answer.Load(); known != nil {
		return *known, nil
	}
	if last := c.failure.Load(); last != nil && now().Before(last.until) {
		return none, last.err
	}
	// One caller's cancellation must not fail the others who share its request.
	answer := c.inFlight.DoChan("", func() (any, error) {
		value, err := fetch(context.WithoutCancel(ctx))
		if err == nil {
			c.answer.Store(&value)
		} else if client.Trouble(err) {
			c.failure.Store(&failure{err, now().Add(pages.Backoff)})
		}
		return nil, err
	})
	select {
	case <-ctx.Done():
		return none, ctx.Err()
	case result := <-answer:
		if result.Err != nil {
			return none, result.Err
		}
		return *c.answer.Load(), nil
	}
}
