// Package validate checks requests against the platforms' OpenAPI contracts.
// Everything is compiled when a contract is loaded, so a contract that can't be
// served fails at the start and not at a request.
package validate

import (
	"context"
	"fmt"
	"net/http"
	"path"
	"regexp"
	"strings"
	"sync"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/routers"
)

// Contract is a compiled OpenAPI document.
type Contract struct {
	operations map[string]*Operation
}

// Operation is one method of one path.
type Operation struct {
	// ID is its operationId.
	ID string
	// Permission is its x-permission.
	Permission string
	// SecretOnly is its x-secret-only.
	SecretOnly bool

	route        *routers.Route
	parameters   openapi3.Parameters
	query        map[string]bool
	body         *openapi3.Schema
	bodyRequired bool
}

// Load compiles a document.
func Load(document []byte) (*Contract, error) {
	doc, err := openapi3.NewLoader().LoadFromData(document)
	if err != nil {
		return nil, fmt.Errorf("reading the contract: %w", err)
	}
	if err := doc.Validate(context.Background()); err != nil {
		return nil, fmt.Errorf("the contract is not valid: %w", err)
	}
	c := &Contract{operations: map[string]*Operation{}}
	for path, item := range doc.Paths.Map() {
		for method, operation := range item.Operations() {
			compiled, err := compile(&routers.Route{Spec: doc, Path: path, PathItem: item, Method: method, Operation: operation})
			if err != nil {
				return nil, fmt.Errorf("%s %s: %w", method, path, err)
			}
			c.operations[method+" "+path] = compiled
		}
	}
	return c, nil
}

// Operation returns the operation that a pattern of http.ServeMux stands for,
// such as "GET /companies/{id}".
func (c *Contract) Operation(pattern string) (*Operation, error) {
	operation, ok := c.operations[pattern]
	if !ok {
		return nil, fmt.Errorf("the contract has no operation %q", pattern)
	}
	return operation, nil
}

func compile(route *routers.Route) (*Operation, error) {
	o := &Operation{ID: route.Operation.OperationID, route: route, query: map[string]bool{}}
	var ok bool
	if o.Permission, ok = route.Operation.Extensions["x-permission"].(string); !ok || o.Permission == "" {
		return nil, fmt.Errorf("x-permission is missing")
	}
	o.SecretOnly, _ = route.Operation.Extensions["x-secret-only"].(bool)
	o.parameters = append(append(o.parameters, route.PathItem.Parameters...), route.Operation.Parameters...)
	for _, p := range o.parameters {
		if p.Value.In == openapi3.ParameterInQuery {
			o.query[p.Value.Name] = true
		}
	}
	if body := route.Operation.RequestBody; body != nil {
		media := body.Value.Content[mediaType]
		if media == nil {
			return nil, fmt.Errorf("its request body is not %s", mediaType)
		}
		o.body, o.bodyRequired = media.Schema.Value, body.Value.Required
	}
	return o, nil
}

// trimBase returns a pattern without the base that its path starts with:
// "GET /v1/companies" with base "/v1" is "GET /companies".
func trimBase(pattern, base string) string {
	method, path, _ := strings.Cut(pattern, " ")
	return method + " " + strings.TrimPrefix(path, base)
}

// Once returns a function that loads the document at its first call and returns
// the same contract ever after.
func Once(document []byte) func() (*Contract, error) {
	return sync.OnceValues(func() (*Contract, error) { return Load(document) })
}

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

// forms says what the patterns of the contracts' requests accept. A test finds
// those that are missing.
var forms = map[string]string{
	`^\d+(\.\d{1,8})?$`:        "a decimal number as text, such as 49.90, with at most 8 decimals",
	`^[A-Z]{3}$`:               "a currency's code of 3 capital letters",
	`^[A-Z]{3,5}$`:             "a currency's code of 3 to 5 capital letters",
	`^[A-Z0-9]{1,10}$`:         "1 to 10 capital letters and digits",
	`^[a-z0-9]+(-[a-z0-9]+)*$`: "small letters and digits, with single hyphens between them",
	`^[^@\s]+@[^@\s]+$`:        "an e-mail address",
	`^https?://`:               "an http or https URL",
	`^https?://\S+$`:           "an http or https URL",
}

var idPattern = regexp.MustCompile(`^\^([a-z]+_)\[0-9a-f\]\{32\}\$$`)

// form says in words what a pattern accepts.
func form(pattern string) string {
	if words, ok := forms[pattern]; ok {
		return words
	}
	if id := idPattern.FindStringSubmatch(pattern); id != nil {
		return id[1] + " and 32 hexadecimal digits"
	}
	return "of the form " + pattern
}
