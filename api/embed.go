// Package api holds the two platforms' OpenAPI contracts. The Go types under internal/contract are generated from
// them, and the sandbox validates its requests against the copies embedded here.
package api

import _ "embed"

// Corebill is Corebill's contract, an OpenAPI 3.0.3 document in YAML.
//
//go:embed corebill.yaml
var Corebill []byte

// Billium is Billium's contract, an OpenAPI 3.0.3 document in YAML.
//
//go:embed billium.yaml
var Billium []byte
