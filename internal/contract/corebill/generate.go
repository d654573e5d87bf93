// Package corebillapi holds the Go form of api/corebill.yaml: the types that
// Corebill's requests and responses are made of, and the server interface that
// the sandbox implements. The client and the sandbox share it, for it is the
// contract between them.
//
// Everything but this file is generated: models.gen.go has the types,
// server.gen.go the operations.
package corebillapi

//go:generate go tool oapi-codegen --config models.yaml ../../../api/corebill.yaml
//go:generate go tool oapi-codegen --config server.yaml ../../../api/corebill.yaml
