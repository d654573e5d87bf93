package billium

import (
	"net/http"
	"strconv"
	"time"

	"github.com/keyward/terraform-provider-keyward/internal/sandbox/exchange"
	"github.com/keyward/terraform-provider-keyward/internal/sandbox/limit"
)

// The documented limits. Source: docs, Billium, "Rate limits".
const (
	perAddress = 50
	perKey     = 300
	window     = 60 * time.Second
)

// limits are the two that apply at once.
type limits struct {
	address, key *limit.Limiter
}

func newLimits() *limits {
	return &limits{address: limit.New(perAddress, window), key: limit.New(perKey, window)}
}

// take counts a request and returns the result that the headers describe: the
// refusal, or else the limit with the fewest requests left. A request that its
// address may not make is not counted against its key.
func (l *limits) take(address, bucket string, now time.Time) limit.Result {
	byAddress := l.address.Take(address, now)
	if !byAddress.Allowed || bucket == "" {
		return byAddress
	}
	byKey := l.key.Take(bucket, now)
	if !byKey.Allowed || byKey.Remaining < byAddress.Remaining {
		return byKey
	}
	return byAddress
}

// throttle applies the limits, before it matters whether the key is valid.
func (s *server) throttle(next http.Handler) http.Handler {
	if !s.RateLimits {
		return next
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		result := s.limits.take(exchange.ClientIP(r), callerOf(r).bucket, s.Now())
		// Rounded up: a client that waits this long meets a new window.
		reset := strconv.FormatInt(int64((result.ResetIn+time.Second-1)/time.Second), 10)
		header := w.Header()
		header.Set("X-RateLimit-Limit", strconv.Itoa(result.Limit))
		header.Set("X-RateLimit-Remaining", strconv.Itoa(result.Remaining))
		header.Set("X-RateLimit-Reset", reset)
		if !result.Allowed {
			header.Set("Retry-After", reset)
			s.fail(w, r, errThrottled)
			return
		}
		next.ServeHTTP(w, r)
	})
}
