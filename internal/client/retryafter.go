package client

import (
	"net/http"
	"strconv"
	"strings"
	"time"
)

// maxSeconds keeps a number of seconds within time.Duration.
const maxSeconds = 1 << 31

// retryAfter returns how long a Retry-After header asks to wait from now on, 0
// where it asks for nothing or is in neither of its two forms: a number of
// seconds or an HTTP date. Source: RFC 9110, 10.2.3.
func retryAfter(header http.Header, now time.Time) time.Duration {
	value := strings.TrimSpace(header.Get("Retry-After"))
	if seconds, err := strconv.ParseInt(value, 10, 64); err == nil {
		return time.Duration(max(0, min(seconds, maxSeconds))) * time.Second
	}
	date, err := http.ParseTime(value)
	if err != nil {
		return 0
	}
	return max(0, date.Sub(now))
}
