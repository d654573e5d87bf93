// Package tfstate is the one reader of Terraform's states and plans: state files, and
// what `terraform show -json` prints of a state or of a plan, from files, folders or
// stdin, in any of the encodings that shells write. It returns the resources of
// Keyward in them, typed. What it does not understand is an error that says which file
// it is, what that is instead and what to do, so that nothing in it is taken for
// absent. Of a token it keeps only whether there is one; a whole plan it hands out with what
// is sensitive concealed.
package tfstate

import (
	"encoding/json"
	"fmt"
	"strings"
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
	// State are Keyward's resources in the state; of a plan, those in the state that it
	// started from, refreshed.
	State []Resource
	// Empty tells that the state has no resource of any provider: what Terraform shows
	// in a folder that it was never applied in, such as the wrong one.
	Empty bool
	// Planned are a plan's resources as they will be once it is applied. What is not
	// known yet is absent from their attributes.
	Planned []Resource
	// Changes are what a plan does to Keyward's resources, Drift is what its refresh
	// found to be done to them outside Terraform.
	Changes, Drift []Change
	// Complete is false of a plan that leaves something out, as with -target.
	Complete bool

	// text is all of it as JSON in UTF-8, with the tokens and all else that is sensitive.
	text   json.RawMessage
	blocks map[string]Block
}

// Keys returns the API keys of the state. One without an id is an error: a key that
// can't be told from others would be taken for one that no state has.
func (d Document) Keys() ([]Resource, error) {
	var keys []Resource
	for _, resource := range d.State {
		if !IsKey(resource.Type) {
			continue
		}
		if resource.ID == "" {
			return nil, fmt.Errorf("%s: it has no id", resource.Address)
		}
		keys = append(keys, resource)
	}
	return keys, nil
}

// prefix begins the name of each of Keyward's resource types:
// keyward_<platform>_<thing>.
const prefix = "keyward_"

// Types are the provider's resource types.
var Types = []string{
	"keyward_billium_api_key", "keyward_billium_merchant", "keyward_billium_permission_set", "keyward_billium_team_member",
	"keyward_billium_webhook", "keyward_corebill_api_key", "keyward_corebill_company", "keyward_corebill_webhook",
}

// IsKey reports whether a resource type is that of an API key.
func IsKey(name string) bool { return Thing(name) == "api_key" }

// Thing returns what a type of Keyward's is without its platform, such as api_key or
// webhook; "" for any other type.
func Thing(name string) string {
	_, thing, _ := strings.Cut(strings.TrimPrefix(name, prefix), "_")
	if !strings.HasPrefix(name, prefix) {
		return ""
	}
	return thing
}

// platformOf returns corebill or billium, of a type of Keyward's.
func platformOf(name string) string {
	platform, _, _ := strings.Cut(strings.TrimPrefix(name, prefix), "_")
	return platform
}
