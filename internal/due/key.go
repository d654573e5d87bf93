package due

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"
)

// types are the resources that have rotations.
var types = []string{"keyward_billium_api_key", "keyward_corebill_api_key"}

// Key is an API key as a state has it: what a rotation depends on, and nothing
// else of it.
type Key struct {
	Address string
	ID      string
	Name    string
	// RotateDue is when its age calls for a rotation, nil where none does.
	RotateDue         *time.Time
	RotationRequested bool
	Previous          *Previous
	// Leftovers are the ids of other keys that are still to be revoked.
	Leftovers []string
	// Tainted and Deposed are Terraform's marks on the object.
	Tainted, Deposed bool
}

// Previous is the key before the last rotation, while it waits for its
// revocation. Without a time the next apply revokes it.
type Previous struct {
	ID        string
	RevokeDue *time.Time
}

// attributes are those of the resource that Key is made of. States of older
// versions of the provider have fewer.
type attributes struct {
	ID                string     `json:"id"`
	Name              string     `json:"name"`
	RotateDue         *time.Time `json:"rotate_due"`
	RotationRequested bool       `json:"rotation_requested"`
	Previous          *struct {
		ID        string     `json:"id"`
		RevokeDue *time.Time `json:"revoke_due"`
	} `json:"previous"`
	Leftovers []struct {
		ID string `json:"id"`
	} `json:"leftovers"`
}

// object is an object of a state, in the words of either format.
type object struct {
	mode, kind, address string
	tainted, deposed    bool
	values              json.RawMessage
}

// keys returns the objects that are API keys.
func keys(objects []object) ([]Key, error) {
	var found []Key
	for _, o := range objects {
		if o.mode != "managed" || !slices.Contains(types, o.kind) {
			continue
		}
		key, err := o.key()
		if err != nil {
			return nil, fmt.Errorf("%s: %w", o.address, err)
		}
		found = append(found, key)
	}
	return found, nil
}

func (o object) key() (Key, error) {
	var a attributes
	if err := json.Unmarshal(o.values, &a); err != nil {
		// The error of a value could repeat it, but none of these is secret.
		return Key{}, fmt.Errorf("its attributes are not those of a key: %w", err)
	}
	if a.ID == "" {
		return Key{}, errors.New("it has no id")
	}
	key := Key{
		Address: o.address, ID: a.ID, Name: a.Name, Tainted: o.tainted, Deposed: o.deposed,
		RotateDue: a.RotateDue, RotationRequested: a.RotationRequested,
	}
	if a.Previous != nil {
		key.Previous = &Previous{ID: a.Previous.ID, RevokeDue: a.Previous.RevokeDue}
	}
	for _, leftover := range a.Leftovers {
		key.Leftovers = append(key.Leftovers, leftover.ID)
	}
	return key, nil
}
