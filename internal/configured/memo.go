package configured

import (
	"context"
	"sync/atomic"

	"golang.org/x/sync/singleflight"
)

// memo keeps an answer for the life of the provider process, which is one plan
// or one apply. Those who ask while the first request is under way share it; a
// failure is not kept.
type memo[T any] struct {
	answer atomic.Pointer[T]
	asking singleflight.Group
}

func (m *memo[T]) get(ctx context.Context, fetch func(context.Context) (T, error)) (T, error) {
	if known := m.answer.Load(); known != nil {
		return *known, nil
	}
	// One caller's cancellation must not fail the others who share its request.
	answer := m.asking.DoChan("", func() (any, error) {
		value, err := fetch(context.WithoutCancel(ctx))
		if err == nil {
			m.answer.Store(&value)
		}
		return nil, err
	})
	var none T
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
