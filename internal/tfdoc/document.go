// Package tfdoc reads Terraform's documents: state files, and what
// `terraform show -json` prints of a state or of a plan. What it does not
// understand is an error that says what it is instead, so that nothing in it is
// taken for absent. It knows no resource type.
package tfdoc

import (
	"encoding/json"
	"fmt"
)

// Kind is what a document is of.
type Kind string

// The kinds.
const (
	State Kind = "state"
	Plan  Kind = "plan"
)

// Document is a state or a plan.
type Document struct {
	Kind Kind
	// State are the resources of the state; of a plan, those of the state that it
	// started from, refreshed.
	State []Resource
	// Planned are a plan's resources as they will be once it is applied. What it
	// does not know yet is absent from their values.
	Planned []Resource
	// Changes are what a plan does, Drift is what its refresh found to be done
	// outside Terraform.
	Changes, Drift []Change
}

// Resource is an object of a resource.
type Resource struct {
	// Mode is managed or data.
	Mode    string `json:"mode"`
	Type    string `json:"type"`
	Address string `json:"address"`
	// Tainted and Deposed are Terraform's marks; Deposed is "" where there is none.
	Tainted bool            `json:"tainted"`
	Deposed string          `json:"deposed_key"`
	Values  json.RawMessage `json:"values"`
}

// Managed reports whether Terraform manages the object, rather than reading it.
func (r Resource) Managed() bool { return r.Mode == "managed" }

// Decode decodes the values. The error names the resource.
func (r Resource) Decode(into any) error { return decode(r.Address, r.Values, into) }

// Change is what happens to an object.
type Change struct {
	Mode    string `json:"mode"`
	Type    string `json:"type"`
	Address string `json:"address"`
	Deposed string `json:"deposed"`
	Values  Values `json:"change"`
}

// Values are those of a change. Source: Terraform's JSON output format, "Change
// representation".
type Values struct {
	// Actions are no-op, create, read, update, delete and forget; a replacement has
	// two of them.
	Actions []string        `json:"actions"`
	Before  json.RawMessage `json:"before"`
	After   json.RawMessage `json:"after"`
	// Unknown has true for each value that After lacks because it is not known yet.
	Unknown json.RawMessage `json:"after_unknown"`
}

// Decode decodes some of the change's values. The error names the resource.
func (c Change) Decode(values json.RawMessage, into any) error {
	return decode(c.Address, values, into)
}

func decode(address string, values json.RawMessage, into any) error {
	// A value that the error may repeat is a time or a number, never a token.
	if err := json.Unmarshal(values, into); err != nil {
		return fmt.Errorf("%s: its values are not in the form that the provider gives them: %w", address, err)
	}
	return nil
}
