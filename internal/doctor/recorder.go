package doctor

import (
	"net/http"
	"strconv"
	"sync"
	"time"

	"github.com/keyward/terraform-provider-keyward/internal/client"
)

// recorder carries requests and keeps the headers of the last answer.
type recorder struct {
	once sync.Once
	next http.RoundTripper

	mu     sync.Mutex
	header http.Header
}

// RoundTrip makes a request.
func (r *recorder) RoundTrip(request *http.Request) (*http.Response, error) {
	r.once.Do(func() { r.next = client.NewTransport() })
	response, err := r.next.RoundTrip(request)
	r.mu.Lock()
	defer r.mu.Unlock()
	r.header = nil
	if response != nil {
		r.header = response.Header
	}
	return response, err
}

// date is the server's clock.
func (r *recorder) date() (time.Time, bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	when, err := http.ParseTime(r.header.Get("Date"))
	return when, err == nil
}

// limits are what the server says of its rate limit; reset is in seconds.
// Source: docs.
func (r *recorder) limits() (left, limit, reset int, ok bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for name, into := range map[string]*int{"X-RateLimit-Remaining": &left, "X-RateLimit-Limit": &limit, "X-RateLimit-Reset": &reset} {
		var err error
		if *into, err = strconv.Atoi(r.header.Get(name)); err != nil {
			return 0, 0, 0, false
		}
	}
	return left, limit, reset, true
}
