// Package billiumapi is Billium's API contract in Go: the types of its requests and responses, and the interface that
// a server of it implements. All of it is generated from api/billium.yaml, which says for each operation whether
// Billium documents it or Keyward defines it (x-source).
package billiumapi

//go:generate go tool oapi-codegen --config config.yaml ../../../api/billium.yaml
