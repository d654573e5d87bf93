package serve

import (
	"context"
	"errors"
	"testing"
)

type key struct{}

func TestCallEndsAndLetsGo(t *testing.T) {
	t.Parallel()
	outer, cancel := context.WithCancel(context.WithValue(t.Context(), key{}, "held"))
	defer cancel()
	ctx, end := begin(outer)
	if ctx.Err() != nil || ctx.Value(key{}) != "held" {
		t.Fatalf("during the call: %v, %v", ctx.Err(), ctx.Value(key{}))
	}
	// As the framework does it: a child that no one cancels.
	kept, cancelKept := context.WithCancel(ctx)
	defer cancelKept()
	end()
	<-ctx.Done()
	<-kept.Done()
	if !errors.Is(ctx.Err(), context.Canceled) || !errors.Is(kept.Err(), context.Canceled) {
		t.Errorf("after the call: %v, %v", ctx.Err(), kept.Err())
	}
	if ctx.Value(key{}) != nil || kept.Value(key{}) != nil {
		t.Error("what the call's context held is held still")
	}
	if outer.Err() != nil {
		t.Error("the end of a call ended more than it")
	}
}

func TestCallEndsWithWhatItIsPartOf(t *testing.T) {
	t.Parallel()
	outer, cancel := context.WithCancel(t.Context())
	ctx, end := begin(outer)
	defer end()
	kept, cancelKept := context.WithCancel(ctx)
	defer cancelKept()
	cancel()
	<-kept.Done()
	if !errors.Is(ctx.Err(), context.Canceled) {
		t.Errorf("got %v", ctx.Err())
	}
}
