package seedtest

import (
	"sync"
	"time"
)

// clock is a time that only the test moves.
type clock struct {
	mu   sync.Mutex
	now  time.Time
	tick time.Duration

	// countdown is how many readings there are until one waits at the gate; zero
	// for none.
	countdown int
	gate      *gate
}

// gate holds up one reading of the clock, and with it the request that reads.
type gate struct {
	reached chan struct{}
	open    chan struct{}
}

// Now moves the time on by one tick and returns it.
func (c *clock) Now() time.Time {
	now, held := c.read()
	if held != nil {
		close(held.reached)
		<-held.open
	}
	return now
}

func (c *clock) read() (time.Time, *gate) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(c.tick)
	if c.countdown == 0 {
		return c.now, nil
	}
	c.countdown--
	if c.countdown > 0 {
		return c.now, nil
	}
	return c.now, c.gate
}

func (c *clock) advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

// holdUp puts a gate at the n-th reading from now.
func (c *clock) holdUp(n int) *gate {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.countdown, c.gate = n, &gate{reached: make(chan struct{}), open: make(chan struct{})}
	return c.gate
}

// letThrough opens the gate, reached or not.
func (c *clock) letThrough() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.countdown = 0
	close(c.gate.open)
}
