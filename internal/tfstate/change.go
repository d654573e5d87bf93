package tfstate

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
)

// Change is what a plan does to one of Keyward's objects. Its type need not be one of
// Types: the provider may be newer than the command. Source: Terraform's JSON output
// format, "Change representation".
type Change struct {
	Address string `json:"address"`
	// Module is "" for the root module.
	Module string `json:"module_address"`
	Mode   string `json:"mode"`
	Type   string `json:"type"`
	Name   string `json:"name"`
	// Deposed is "" but for the old object of a replacement that could not be destroyed.
	Deposed string `json:"deposed"`
	// Actions are no-op, create, read, update, delete and forget; a replacement has
	// two of them.
	Actions []string `json:"-"`
	// Raw is the change as Terraform has it. It has what is sensitive.
	Raw json.RawMessage `json:"change"`
}

// Does reports whether an action is among the change's.
func (c Change) Does(action string) bool { return slices.Contains(c.Actions, action) }

// Values are the attributes that an object of one of Types has before and after a
// change, and zero where it doesn't exist. What is not known yet is absent from After.
type Values struct {
	Before  Attributes                 `json:"before"`
	After   Attributes                 `json:"after"`
	Unknown map[string]json.RawMessage `json:"after_unknown"`
}

// IsUnknown reports whether an attribute, or any part of it, is known only after the
// apply.
func (v Values) IsUnknown(attribute string) bool {
	return strings.Contains(string(v.Unknown[attribute]), "true")
}

// Values decodes the attributes. The error names the resource.
func (c Change) Values() (Values, error) {
	var v Values
	return v, decode(c.Address, c.Raw, &v)
}

// ours returns the changes to objects that Keyward manages, whatever registry its
// provider is from.
func ours(changes []Change) ([]Change, error) {
	var found []Change
	for _, c := range changes {
		if c.Mode != "managed" || !strings.HasPrefix(c.Type, prefix) {
			continue
		}
		var change struct {
			Actions []string `json:"actions"`
		}
		if err := json.Unmarshal(c.Raw, &change); err != nil {
			return nil, fmt.Errorf("%s: its change can't be understood: %w", c.Address, err)
		}
		c.Actions = change.Actions
		found = append(found, c)
	}
	return found, nil
}
