package due

import (
	"fmt"
	"slices"
	"time"

	"github.com/keyward/terraform-provider-keyward/internal/tfdoc"
)

// types are the resources that have rotations.
var types = []string{"keyward_billium_api_key", "keyward_corebill_api_key"}

// Key is an API key as a state or a plan has it: what a rotation depends on, and
// nothing else of it.
type Key struct {
	Address string
	ID      string
	Name    string
	// RotateDue is when its age calls for a rotation, nil where none does.
	RotateDue         *time.Time
	RotationRequested bool
	Previous          *Previous
	// Orphaned are the ids of keys that interrupted applies left, still to be
	// revoked.
	Orphaned []string
	// Tainted and Deposed are Terraform's marks on the object.
	Tainted, Deposed bool
	// Planned is what the plan does to it; the zero value in a state.
	Planned Planned
}

// Previous is the key before the last rotation, while it waits for its
// revocation. Without a time the next apply revokes it.
type Previous struct {
	ID        string
	RevokeDue *time.Time
}

// attributes are those of the resource that Key is made of.
type attributes struct {
	ID                string     `json:"id"`
	Name              string     `json:"name"`
	Generation        int64      `json:"generation"`
	RotateDue         *time.Time `json:"rotate_due"`
	RotationRequested bool       `json:"rotation_requested"`
	Previous          *struct {
		ID        string     `json:"id"`
		RevokeDue *time.Time `json:"revoke_due"`
	} `json:"previous"`
	Orphaned []struct {
		ID string `json:"id"`
	} `json:"orphaned"`
	// Revokes are ids of keys: those that are new in a plan, its apply revokes.
	Revokes []string `json:"revokes"`
}

// Keys returns the API keys of the documents: those of states, and of plans those
// of the states that they started from, with what the plan does to each. The keys
// that a plan creates because its refresh found them gone are among them.
func Keys(documents []tfdoc.Document) ([]Key, error) {
	var found []Key
	for _, document := range documents {
		for _, resource := range document.State {
			if !resource.Managed() || !slices.Contains(types, resource.Type) {
				continue
			}
			key, err := newKey(resource)
			if err != nil {
				return nil, err
			}
			if key.Planned, err = plannedFor(key, document.Changes); err != nil {
				return nil, err
			}
			found = append(found, key)
		}
		gone, err := gone(document)
		if err != nil {
			return nil, err
		}
		found = append(found, gone...)
	}
	return found, nil
}

func newKey(resource tfdoc.Resource) (Key, error) {
	var a attributes
	if err := resource.Decode(&a); err != nil {
		return Key{}, err
	}
	if a.ID == "" {
		return Key{}, fmt.Errorf("%s: it has no id", resource.Address)
	}
	key := Key{
		Address: resource.Address, ID: a.ID, Name: a.Name, Tainted: resource.Tainted, Deposed: resource.Deposed != "",
		RotateDue: a.RotateDue, RotationRequested: a.RotationRequested,
	}
	if a.Previous != nil {
		key.Previous = &Previous{ID: a.Previous.ID, RevokeDue: a.Previous.RevokeDue}
	}
	for _, orphan := range a.Orphaned {
		key.Orphaned = append(key.Orphaned, orphan.ID)
	}
	return key, nil
}
