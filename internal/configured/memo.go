package configured

import (
	"context"
	"sync/atomic"
	"time"

	"golang.org/x/sync/singleflight"

	"github.com/keyward/terraform-provider-keyward/internal/client"
	"github.com/keyward/terraform-provider-keyward/internal/configured/pages"
)

// memo keeps an answer for the life of the provider process, which is one plan
// or one apply. Those who ask while the first request is under way share it; a
// failure is not kept, but for a while where no one is answered.
type memo[T any] struct {
	answer  atomic.Pointer[T]
	trouble atomic.Pointer[trouble]
	asking  singleflight.Group
}

// trouble is how a platform failed, and until when that is all there is to say.
type trouble struct {
	err   error
	until time.Time
}

func (m *memo[T]) get(ctx context.Context, now func() time.Time, fetch func(context.Context) (T, error)) (T, error) {
	var none T
	if known := m.answer.Load(); known != nil {
		return *known, nil
	}
	if last := m.trouble.Load(); last != nil && now().Before(last.until) {
		return none, last.err
	}
	// One caller's cancellation must not fail the others who share its request.
	answer := m.asking.DoChan("", func() (any, error) {
		value, err := fetch(context.WithoutCancel(ctx))
		if err == nil {
			m.answer.Store(&value)
		} else if client.Trouble(err) {
			m.trouble.Store(&trouble{err, now().Add(pages.Backoff)})
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
		return *m.answer.Load(), nil
	}
}
