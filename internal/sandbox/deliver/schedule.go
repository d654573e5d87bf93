package deliver

import (
	"net/http"
	"time"
)

// firstWait is how long the second attempt waits; every later one waits twice as
// long as the one before. Source: docs, Billium.
const firstWait = 60 * time.Second

// delivered reports whether an endpoint that answers so has taken the event.
func delivered(status int) bool { return status >= 200 && status <= 299 }

// retry returns how long after the number-th attempt (from 1) the next one
// follows, and whether one follows at all. status is the endpoint's answer, 0
// where it gave none. Source: docs, Billium: 5xx and timeouts are repeated, 4xx
// stop at once. A redirect, which is not followed, stops too: contract.
func retry(status, number, retries int) (wait time.Duration, again bool) {
	if status != 0 && status < http.StatusInternalServerError || number > retries {
		return 0, false
	}
	return firstWait << (number - 1), true
}
