package deliver

import "time"

// Retry is retry, for the tests.
var Retry = retry

// Turn is what the worker does between two pauses: it begins what is due and
// returns how long it would wait.
func (e *Engine) Turn() time.Duration { return e.turn() }
