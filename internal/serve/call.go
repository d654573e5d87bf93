package serve

import (
	"context"
	"sync/atomic"
	"time"
)

// call is the context of one call of Terraform's. Once the call has returned, the
// context has ended and holds on to nothing.
//
// The framework keeps each call's context for as long as the process lives, to
// cancel it when Terraform asks to stop, and with it the loggers that were made
// for the call: ten kilobytes per call, four calls per resource. That grows with
// the plan, and the collector looks through it again and again. Source:
// terraform-plugin-framework 1.19, internal/proto6server/serve.go.
type call struct {
	current atomic.Pointer[context.Context]
}

// begin returns the context of a call and what ends it.
func begin(ctx context.Context) (during context.Context, end func()) {
	inner, cancel := context.WithCancel(ctx)
	c := &call{}
	c.current.Store(&inner)
	return c, func() {
		cancel()
		c.current.Store(&ended)
	}
}

// ended is what remains of every call.
var ended = func() context.Context {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	return ctx
}()

func (c *call) Deadline() (time.Time, bool) { return (*c.current.Load()).Deadline() }
func (c *call) Done() <-chan struct{}       { return (*c.current.Load()).Done() }
func (c *call) Err() error                  { return (*c.current.Load()).Err() }
func (c *call) Value(key any) any           { return (*c.current.Load()).Value(key) }
