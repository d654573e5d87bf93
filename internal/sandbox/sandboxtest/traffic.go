package sandboxtest

import (
	"net/http"
	"slices"
	"sync"
)

// Request is one that reached the sandbox's address, whoever answered it.
type Request struct {
	Method string
	// Path with the query, as it came: "/corebill/v1/companies?limit=1".
	Path   string
	Status int
}

// traffic stands before the server: it notes requests and may put faults in
// their way.
type traffic struct {
	mu           sync.Mutex
	requests     []Request
	interceptors []func(http.Handler) http.Handler
}

// Requests returns the requests answered since the start or ResetRequests.
func (s *Sandbox) Requests() []Request {
	s.traffic.mu.Lock()
	defer s.traffic.mu.Unlock()
	return slices.Clone(s.traffic.requests)
}

// ResetRequests forgets the requests so far.
func (s *Sandbox) ResetRequests() {
	s.traffic.mu.Lock()
	defer s.traffic.mu.Unlock()
	s.traffic.requests = nil
}

// Intercept puts a handler in front of the server from now on; the last one put
// is the outermost.
func (s *Sandbox) Intercept(wrap func(next http.Handler) http.Handler) {
	s.traffic.mu.Lock()
	defer s.traffic.mu.Unlock()
	s.traffic.interceptors = append(s.traffic.interceptors, wrap)
}

func (t *traffic) before(server http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		handler := server
		t.mu.Lock()
		interceptors := slices.Clone(t.interceptors)
		t.mu.Unlock()
		for _, wrap := range interceptors {
			handler = wrap(handler)
		}
		// Noted ahead of the answer's first byte: whoever has it finds the request.
		noted := &statusWriter{ResponseWriter: w, note: func(status int) { t.add(r, status) }}
		defer noted.finish()
		handler.ServeHTTP(noted, r)
	})
}

func (t *traffic) add(r *http.Request, status int) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.requests = append(t.requests, Request{Method: r.Method, Path: r.RequestURI, Status: status})
}

// statusWriter notes the status of a response once. A response that is never
// begun, such as that of a broken connection, has status 0.
type statusWriter struct {
	http.ResponseWriter

	note  func(status int)
	noted bool
}

func (w *statusWriter) WriteHeader(status int) {
	if !w.noted && status >= 200 {
		w.noted = true
		w.note(status)
	}
	w.ResponseWriter.WriteHeader(status)
}

func (w *statusWriter) Write(p []byte) (int, error) {
	if !w.noted {
		w.WriteHeader(http.StatusOK)
	}
	return w.ResponseWriter.Write(p)
}

// Unwrap lets http.ResponseController reach the connection, for faults that
// break it.
func (w *statusWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }

func (w *statusWriter) finish() {
	if !w.noted {
		w.noted = true
		w.note(0)
	}
}
