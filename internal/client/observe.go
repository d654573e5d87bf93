package client

import "time"

// Event is one attempt at a request, for logs. It holds no secret, no query and
// no body.
type Event struct {
	Platform  string
	Method    string
	Path      string
	RequestID string
	// Attempt counts from 1.
	Attempt int
	// Status of the answer, 0 where there was none.
	Status int
	// Duration of the attempt, the answer's body included.
	Duration time.Duration
	// Retry tells that another attempt follows, Wait how long it waits first.
	Retry bool
	Wait  time.Duration
	// Err is what went wrong, nil for a success.
	Err error
}
