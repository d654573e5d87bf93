package client

import (
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/keyward/terraform-provider-keyward/internal/client/budget"
)

// maxSeconds keeps a number of seconds within time.Duration.
const maxSeconds = 1 << 31

// retryAfter returns how long an answer asks to wait from now on, 0 where it asks
// for nothing. A refusal (429) that has no Retry-After asks for it all the same
// where it says that no request is left before the limit's reset.
func retryAfter(status int, header http.Header, now time.Time) time.Duration {
	wait := readRetryAfter(header, now)
	if wait > 0 || status != http.StatusTooManyRequests {
		return wait
	}
	if said := budget.Read(status, header, 0); said.Limited && said.Remaining == 0 {
		return said.Reset
	}
	return 0
}

// readRetryAfter reads a Retry-After header in either of its two forms, a number
// of seconds or an HTTP date; 0 where it is in neither. A date is by the server's
// clock, which the answer's Date tells: this machine's may be another one. Source:
// RFC 9110, 10.2.3 and 6.6.1.
func readRetryAfter(header http.Header, now time.Time) time.Duration {
	value := strings.TrimSpace(header.Get("Retry-After"))
	if seconds, err := strconv.ParseInt(value, 10, 64); err == nil {
		return time.Duration(max(0, min(seconds, maxSeconds))) * time.Second
	}
	date, err := http.ParseTime(value)
	if err != nil {
		return 0
	}
	if theirs, err := http.ParseTime(header.Get("Date")); err == nil {
		now = theirs
	}
	return max(0, date.Sub(now))
}
