package validate

import (
	"net/http"
	"path"
)

// Router is the mux that generated code registers its operations with. It finds
// each one's operation in the contract and wraps its handler.
type Router struct {
	// NotFound answers a path that is no operation's.
	NotFound http.Handler
	// MethodNotAllowed answers a method that a path doesn't have. The Allow header
	// is set already.
	MethodNotAllowed http.Handler

	contract *Contract
	base     string
	wrap     func(o *Operation, next http.Handler) http.Handler
	mux      *http.ServeMux
	err      error
}

// NewRouter returns an empty router. wrap puts around each operation's handler
// what precedes it.
func NewRouter(c *Contract, wrap func(o *Operation, next http.Handler) http.Handler) *Router {
	return &Router{contract: c, wrap: wrap, mux: http.NewServeMux()}
}

// At sets the base that the paths of the operations registered next start with.
func (r *Router) At(base string) *Router {
	r.base = base
	return r
}

// HandleFunc registers an operation. What goes wrong is kept for Err.
func (r *Router) HandleFunc(pattern string, handler func(http.ResponseWriter, *http.Request)) {
	operation, err := r.contract.Operation(trimBase(pattern, r.base))
	if err != nil {
		r.err = err
		return
	}
	r.mux.Handle(pattern, r.wrap(operation, http.HandlerFunc(handler)))
}

// Err returns why an operation could not be registered.
func (r *Router) Err() error { return r.err }

// ServeHTTP calls the handler of the request's operation. Unlike http.ServeMux
// it never redirects: a path that is not clean is not found.
func (r *Router) ServeHTTP(w http.ResponseWriter, req *http.Request) {
	if path.Clean(req.URL.Path) != req.URL.Path {
		r.NotFound.ServeHTTP(w, req)
		return
	}
	fallback, pattern := r.mux.Handler(req)
	if pattern != "" {
		r.mux.ServeHTTP(w, req)
		return
	}
	// The mux's own answer is plain text; only its status and Allow are wanted.
	probe := &probe{header: http.Header{}}
	fallback.ServeHTTP(probe, req)
	if probe.status == http.StatusMethodNotAllowed {
		w.Header().Set("Allow", probe.header.Get("Allow"))
		r.MethodNotAllowed.ServeHTTP(w, req)
		return
	}
	r.NotFound.ServeHTTP(w, req)
}

// probe is a response that is not read.
type probe struct {
	header http.Header
	status int
}

func (p *probe) Header() http.Header         { return p.header }
func (p *probe) Write(b []byte) (int, error) { return len(b), nil }
func (p *probe) WriteHeader(status int)      { p.status = status }
