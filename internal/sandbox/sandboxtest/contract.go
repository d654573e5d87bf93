package sandboxtest

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"

	"github.com/keyward/terraform-provider-keyward/api"
)

var (
	corebillContract = sync.OnceValues(func() (*contract, error) { return newContract(api.Corebill) })
	billiumContract  = sync.OnceValues(func() (*contract, error) { return newContract(api.Billium) })
)

// contract checks answers. It shares no code with the server's own validation,
// so that a fault there does not hide itself.
type contract struct {
	mux    *http.ServeMux
	routes map[string]*routers.Route
}

func newContract(document []byte) (*contract, error) {
	doc, err := openapi3.NewLoader().LoadFromData(document)
	if err != nil {
		return nil, err
	}
	c := &contract{mux: http.NewServeMux(), routes: map[string]*routers.Route{}}
	for path, item := range doc.Paths.Map() {
		for method, operation := range item.Operations() {
			pattern := method + " /v1" + path
			c.mux.Handle(pattern, http.NotFoundHandler())
			c.routes[pattern] = &routers.Route{Spec: doc, Path: path, PathItem: item, Method: method, Operation: operation}
		}
	}
	return c, nil
}

// unlisted are the statuses of HTTP itself, which the contract leaves out.
var unlisted = []int{http.StatusMethodNotAllowed, http.StatusRequestEntityTooLarge, http.StatusUnsupportedMediaType}

// check reports how an answer differs from what the contract says of it.
func (c *contract) check(request *http.Request, path string, answer Answer) error {
	if !strings.HasPrefix(answer.Header.Get("X-Request-Id"), "req_") {
		return fmt.Errorf("it has no X-Request-Id")
	}
	target, err := url.Parse(path)
	if err != nil {
		return err
	}
	_, pattern := c.mux.Handler(&http.Request{Method: request.Method, URL: target})
	route := c.routes[pattern]
	if route == nil || slices.Contains(unlisted, answer.Status) || request.Method == http.MethodHead {
		return nil
	}
	if route.Operation.Responses.Status(answer.Status) == nil {
		return fmt.Errorf("%s has no answer %d: %s", route.Operation.OperationID, answer.Status, answer.Body)
	}
	input := &openapi3filter.ResponseValidationInput{
		RequestValidationInput: &openapi3filter.RequestValidationInput{Request: request, Route: route},
		Status:                 answer.Status,
		Header:                 withLimits(answer.Header),
		Options:                &openapi3filter.Options{MultiError: true, IncludeResponseStatus: true},
	}
	input.SetBodyBytes([]byte(answer.Body))
	return openapi3filter.ValidateResponse(request.Context(), input)
}

// withLimits adds the headers that a sandbox without rate limits leaves out.
func withLimits(header http.Header) http.Header {
	header = header.Clone()
	for _, name := range []string{"X-RateLimit-Limit", "X-RateLimit-Remaining", "X-RateLimit-Reset"} {
		if header.Get(name) == "" {
			header.Set(name, "1")
		}
	}
	return header
}
