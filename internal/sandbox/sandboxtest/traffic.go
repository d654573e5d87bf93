package sandboxtest

import (
	"net/http"
	"slices"
	"sync"
)

// Request is one that reached the sandbox's address, whatever answered it.
type Request struct {
	Method string
	// Path with the query, as it came: "/corebill/v1/companies?limit=1".
	Path   string
	Status int
}

// traffic stands before the server: it notes requests and may put faults in
// their way.
type traffic struct {
	// aloneness is held by the fault that has the server to itself.
	aloneness sync.Mutex

	mu           sync.Mutex
	requests     []Request
	interceptors []func(http.Handler) http.Handler
	// pause is closed when a fault that had the server to itself is over; nil
	// while there is none.
	pause chan struct{}
	// waiting counts the requests that wait for it to be over.
	waiting int
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
		interceptors, pause := slices.Clone(t.interceptors), t.pause
		t.mu.Unlock()
		if pause != nil {
			interceptors = append(interceptors, t.brokenAfter(pause))
		}
		for _, wrap := range interceptors {
			handler = wrap(handler)
		}
		// Noted ahead of the answer's first byte: a client that has it finds the request.
		noted := &statusWriter{ResponseWriter: w, note: func(status int) { t.add(r, status) }}
		defer noted.finish()
		handler.ServeHTTP(noted, r)
	})
}

// alone does something while no request is let in. Those that come break when it
// is done: the client may be dead by then.
func (t *traffic) alone(do func()) {
	t.aloneness.Lock()
	defer t.aloneness.Unlock()
	done := make(chan struct{})
	t.setPause(done)
	defer func() {
		t.setPause(nil)
		close(done)
	}()
	do()
}

func (t *traffic) setPause(pause chan struct{}) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.pause = pause
}

func (t *traffic) brokenAfter(pause <-chan struct{}) func(http.Handler) http.Handler {
	return func(http.Handler) http.Handler {
		return http.HandlerFunc(func(http.ResponseWriter, *http.Request) {
			t.wait(+1)
			defer t.wait(-1)
			<-pause
			panic(http.ErrAbortHandler)
		})
	}
}

func (t *traffic) wait(change int) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.waiting += change
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
