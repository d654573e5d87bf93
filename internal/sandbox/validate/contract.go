// Package validate checks requests against the platforms' OpenAPI contracts.
// Everything is compiled when a contract is loaded, so a contract that can't be
// served fails at the start and not at a request.
package validate

import (
	"context"
	"fmt"
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
