package sandboxtest

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"path"
	"strconv"
	"strings"
	"sync"
)

// Moment is when a fault strikes a request.
type Moment string

// The moments.
const (
	// Arrived: the request is there, and nothing has been done about it.
	Arrived Moment = "arrived"
	// Committed: all that was asked for is done, and not one byte of the answer is out.
	Committed Moment = "committed"
	// Answered: the whole answer is out.
	Answered Moment = "answered"
	// Late: the connection breaks at once, and what was asked for is done only
	// after the next selected request has been carried out, as on a server that is
	// too busy to notice that the client is gone.
	Late Moment = "late"
)

// Fault is what goes wrong with some requests. Empty fields of a selection
// select every request.
type Fault struct {
	// Platform is corebill or billium.
	Platform string
	Method   string
	// Path is a pattern of path.Match for what follows the base URL:
	// "/v1/api_keys/*".
	Path string
	// Selects narrows the selection further.
	Selects func(r *http.Request) bool
	// Nth is the first selected request that is struck, from 1; 0 is 1.
	Nth int
	// Times is how many are struck, 0 is 1; Endless for all from there on.
	Times int

	// When is Arrived where it is empty.
	When Moment
	// Do is called at that moment; it may kill the client. Until it returns no one
	// is served: a request that arrives meanwhile finds its connection broken. So
	// it must not call the sandbox's address; its dashboard it may use.
	Do func()
	// Cut breaks the connection; Late always does.
	Cut bool
	// Status is answered in place of what the answer would have been, as a gateway
	// does that lost the server (500, 503), or one that limits requests (429). Unused
	// after the answer is out.
	Status int
	// RetryAfter is the Retry-After header of that answer, in seconds; 0 for none.
	RetryAfter int
}

// Endless is the Times of a fault that does not end by itself.
const Endless = -1

// Injected is a fault in force.
type Injected struct {
	fault   Fault
	traffic *traffic

	mu       sync.Mutex
	selected int
	struck   int
	removed  bool
	// late is what is still to be carried out.
	late func()
}

// Inject puts a fault in force from now on. The last one injected is struck first.
func (s *Sandbox) Inject(fault Fault) *Injected {
	injected := &Injected{fault: fault, traffic: &s.traffic}
	s.Intercept(injected.wrap)
	return injected
}

// Struck returns how many requests the fault has struck.
func (i *Injected) Struck() int {
	i.mu.Lock()
	defer i.mu.Unlock()
	return i.struck
}

// Remove ends the fault.
func (i *Injected) Remove() {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.removed = true
}

// Waiting returns how many requests wait for a fault's Do to return.
func (s *Sandbox) Waiting() int {
	s.traffic.mu.Lock()
	defer s.traffic.mu.Unlock()
	return s.traffic.waiting
}

func (i *Injected) wrap(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !i.fault.selects(r) {
			next.ServeHTTP(w, r)
			return
		}
		if !i.strikes() {
			i.spared(w, r, next)
			return
		}
		switch i.fault.When {
		case Late:
			i.postpone(r, next)
			i.happen(nil)
			panic(http.ErrAbortHandler)
		case Answered:
			i.answered(w, r, next)
		case Committed:
			answer := httptest.NewRecorder()
			next.ServeHTTP(answer, r)
			i.happen(nil)
			i.end(w, func() { forward(w, answer) })
		default:
			i.happen(nil)
			i.end(w, func() { next.ServeHTTP(w, r) })
		}
	})
}

// strikes counts a selected request and reports whether it is to be struck.
func (i *Injected) strikes() bool {
	i.mu.Lock()
	defer i.mu.Unlock()
	if i.removed {
		return false
	}
	i.selected++
	times := max(i.fault.Times, 1)
	first := max(i.fault.Nth, 1)
	if i.selected < first || i.fault.Times != Endless && i.selected >= first+times {
		return false
	}
	i.struck++
	return true
}

// postpone keeps a request to be carried out later.
func (i *Injected) postpone(r *http.Request, next http.Handler) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		panic(http.ErrAbortHandler) // it never arrived
	}
	later := r.Clone(context.WithoutCancel(r.Context()))
	later.Body = io.NopCloser(bytes.NewReader(body))
	i.mu.Lock()
	defer i.mu.Unlock()
	i.late = func() { next.ServeHTTP(httptest.NewRecorder(), later) }
}

// spared carries out a selected request that isn't struck and, before it is
// answered, one that is late.
func (i *Injected) spared(w http.ResponseWriter, r *http.Request, next http.Handler) {
	i.mu.Lock()
	late := i.late
	i.late = nil
	i.mu.Unlock()
	if late == nil {
		next.ServeHTTP(w, r)
		return
	}
	answer := httptest.NewRecorder()
	next.ServeHTTP(answer, r)
	late()
	forward(w, answer)
}

// answered sends the answer with no other request being served, so that nothing
// follows it before the fault has happened.
func (i *Injected) answered(w http.ResponseWriter, r *http.Request, next http.Handler) {
	answer := httptest.NewRecorder()
	next.ServeHTTP(answer, r)
	i.happen(func() {
		forward(w, answer)
		_ = http.NewResponseController(w).Flush() // the client is gone: it has no answer to wait for
	})
	if i.fault.Cut {
		panic(http.ErrAbortHandler)
	}
}

// happen does what the fault does at its moment.
func (i *Injected) happen(before func()) {
	if i.fault.Do == nil {
		if before != nil {
			before()
		}
		return
	}
	i.traffic.alone(func() {
		if before != nil {
			before()
		}
		i.fault.Do()
	})
}

// end ends a struck request: otherwise is what happens without a cut or another
// status.
func (i *Injected) end(w http.ResponseWriter, otherwise func()) {
	switch {
	case i.fault.Cut:
		panic(http.ErrAbortHandler)
	case i.fault.Status != 0:
		if i.fault.RetryAfter > 0 {
			w.Header().Set("Retry-After", strconv.Itoa(i.fault.RetryAfter))
		}
		http.Error(w, http.StatusText(i.fault.Status), i.fault.Status)
	default:
		otherwise()
	}
}

func (f Fault) selects(r *http.Request) bool {
	platform, rest, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, "/"), "/")
	if f.Platform != "" && f.Platform != platform || f.Method != "" && f.Method != r.Method {
		return false
	}
	if f.Path != "" {
		matched, err := path.Match(f.Path, "/"+rest)
		if err != nil {
			panic(fmt.Errorf("the fault's path %q: %w", f.Path, err))
		}
		if !matched {
			return false
		}
	}
	return f.Selects == nil || f.Selects(r)
}

// forward sends an answer that was held back.
func forward(w http.ResponseWriter, answer *httptest.ResponseRecorder) {
	for name, values := range answer.Header() {
		w.Header()[name] = values
	}
	w.WriteHeader(answer.Code)
	_, _ = w.Write(answer.Body.Bytes()) // an error means that the client is gone
}
