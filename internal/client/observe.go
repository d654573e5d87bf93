package client

import "time"

// Event is one attempt at a request, or the beginning of a wait for a limit, for
// logs. It holds no secret, no query and no body.
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
	// Held is how long the attempt had to wait for a limit first.
	Held time.Duration
	// Limit tells what a wait is for, and Wait how long it will take at least; then
	// the event is no attempt. It is empty for an attempt.
	Limit string
	// Notice is what to tell a person of a long wait, once for all requests that wait
	// for the same; empty for none.
	Notice string
	// Unanswered is how long a request that was sent has had no answer so far; then the
	// event is no attempt, and has a Notice. It is zero for an attempt.
	Unanswered time.Duration
	// Retry tells that another attempt follows, Wait how long it waits first.
	Retry bool
	Wait  time.Duration
	// Err is what went wrong, nil for a success.
	Err error
}
