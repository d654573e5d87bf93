package budget

import (
	"net/http"
	"strconv"
	"strings"
	"time"
)

// MaxPause is the longest that a limit may hold a request up. It covers the
// 60-second windows of Billium's limits. A longer window is not paced: the
// platform's refusal says so at once, where a wait would say nothing for an hour.
const MaxPause = 2 * time.Minute

// Answer is what became of a request, as far as limits are concerned. Its zero
// value is a request without an answer.
type Answer struct {
	// Received tells that there was an answer.
	Received bool
	// Limited tells that the answer says where the sender stands: Remaining of
	// Limit requests until Reset from now on, of the one limit with the fewest
	// left. Reset is in whole seconds, rounded up.
	Limited          bool
	Limit, Remaining int
	Reset            time.Duration
	// Refused tells that the answer is a refusal (429).
	Refused bool
	// Pause is how long a refusal (429) asks to wait; 0 for anything else.
	Pause time.Duration
}

// Read returns what an answer's headers say. pause is how long the answer asks to
// wait before the next attempt. Source: docs, Billium, "Rate limits".
func Read(status int, header http.Header, pause time.Duration) Answer {
	answer := Answer{Received: true, Refused: status == http.StatusTooManyRequests}
	limit, hasLimit := number(header, "X-RateLimit-Limit")
	remaining, hasRemaining := number(header, "X-RateLimit-Remaining")
	reset, hasReset := number(header, "X-RateLimit-Reset")
	if wait := time.Duration(reset) * time.Second; hasLimit && hasRemaining && hasReset && limit > 0 && wait <= MaxPause {
		answer.Limited, answer.Limit, answer.Remaining, answer.Reset = true, limit, min(remaining, limit), wait
	}
	if answer.Refused && pause <= MaxPause {
		answer.Pause = pause
	}
	return answer
}

// maxNumber keeps a number of seconds within time.Duration.
const maxNumber = 1 << 31

func number(header http.Header, name string) (int, bool) {
	value, err := strconv.Atoi(strings.TrimSpace(header.Get(name)))
	return value, err == nil && value >= 0 && value < maxNumber
}
