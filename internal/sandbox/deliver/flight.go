package deliver

import (
	"context"
	"fmt"
)

func (e *Engine) isInFlight(id string) bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.inFlight[id]
}

func (e *Engine) enter(id string) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if len(e.inFlight) == 0 {
		e.idle = make(chan struct{})
	}
	e.inFlight[id] = true
}

func (e *Engine) leave(id string) {
	e.mu.Lock()
	defer e.mu.Unlock()
	delete(e.inFlight, id)
	if len(e.inFlight) == 0 {
		close(e.idle)
	}
	<-e.slots
}

// settle waits until nothing is being delivered.
func (e *Engine) settle(ctx context.Context) error {
	e.mu.Lock()
	idle := e.idle
	e.mu.Unlock()
	select {
	case <-idle:
		return nil
	case <-ctx.Done():
		return fmt.Errorf("waiting for deliveries: %w", ctx.Err())
	}
}
