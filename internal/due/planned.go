package due

import (
	"slices"

	"github.com/keyward/terraform-provider-keyward/internal/tfstate"
)

// Key is an API key as a state or a plan has it.
type Key struct {
	tfstate.Resource

	// Planned is what the plan does to it; the zero value in a state.
	Planned Planned
}

// Planned is what a plan does to a key.
type Planned struct {
	// Action on the key itself; "" for none.
	Action Action
	// Reason of the action.
	Reason Reason
	// Revokes are the ids of the keys that the plan revokes, without the key of a
	// resource that it destroys.
	Revokes []string
	// Unknown tells that the plan may revoke these keys, and doesn't know yet which.
	Unknown bool
}

// Keys returns the API keys of the documents: those of states, and of plans those
// of the states that they started from, with what the plan does to each. The keys
// that a plan creates because its refresh found them gone are among them.
func Keys(documents []tfstate.Document) ([]Key, error) {
	var found []Key
	for _, document := range documents {
		resources, err := document.Keys()
		if err != nil {
			return nil, err
		}
		for _, resource := range resources {
			planned, err := plannedFor(resource, document.Changes)
			if err != nil {
				return nil, err
			}
			found = append(found, Key{resource, planned})
		}
		gone, err := gone(document)
		if err != nil {
			return nil, err
		}
		found = append(found, gone...)
	}
	return found, nil
}

// plannedFor returns what the changes do to a key of the state.
func plannedFor(key tfstate.Resource, changes []tfstate.Change) (Planned, error) {
	i := slices.IndexFunc(changes, func(c tfstate.Change) bool { return c.Address == key.Address && c.Deposed == "" })
	if i < 0 || key.Deposed {
		return Planned{}, nil
	}
	switch change := changes[i]; {
	case change.Does("create") && change.Does("forget"):
		return Planned{Action: Replace, Reason: PlannedChange}, nil
	case change.Does("create"): // beside a delete, since the state has it
		return Planned{Action: Replace, Reason: PlannedChange, Revokes: others(key)}, nil
	case change.Does("delete"):
		return Planned{Action: Destroy, Reason: PlannedChange, Revokes: others(key)}, nil
	case change.Does("update"):
		return plannedUpdate(key, change)
	}
	return Planned{}, nil
}

// others are the keys that the resource's destruction revokes beside its own.
func others(key tfstate.Resource) []string {
	ids := slices.Clone([]string(key.Orphaned))
	if key.Previous != nil {
		ids = append(ids, key.Previous.ID)
	}
	return ids
}

// plannedUpdate reads from an update whether it rotates the key, and which keys it
// revokes: those that are new in revokes. Where that isn't known yet, it may revoke
// the resource's own keys, never an orphaned one.
func plannedUpdate(key tfstate.Resource, change tfstate.Change) (planned Planned, err error) {
	v, err := change.Values()
	if err != nil {
		return planned, err
	}
	if v.IsUnknown("id") || v.After.Generation > max(v.Before.Generation, 1) {
		planned.Action, planned.Reason = Rotate, PlannedChange
	}
	if v.IsUnknown("revokes") {
		planned.Unknown, planned.Revokes = true, []string{key.ID}
		if key.Previous != nil {
			planned.Revokes = append(planned.Revokes, key.Previous.ID)
		}
		return planned, nil
	}
	planned.Revokes = slices.DeleteFunc(v.After.Revokes, func(id string) bool { return slices.Contains(v.Before.Revokes, id) })
	return planned, nil
}

// gone returns the keys that the plan's refresh found gone, and that the plan
// creates anew: the state that it starts from has them no longer.
func gone(document tfstate.Document) ([]Key, error) {
	var found []Key
	for _, drift := range document.Drift {
		if !tfstate.IsKey(drift.Type) || drift.Deposed != "" || !drift.Does("delete") {
			continue
		}
		if !slices.ContainsFunc(document.Changes, func(c tfstate.Change) bool { return c.Address == drift.Address && c.Does("create") }) {
			continue // the configuration has it no longer, either
		}
		was, err := drift.Values()
		if err != nil {
			return nil, err
		}
		resource := tfstate.Resource{Address: drift.Address, Attributes: tfstate.Attributes{ID: was.Before.ID, Name: was.Before.Name}}
		found = append(found, Key{resource, Planned{Action: Create, Reason: Gone}})
	}
	return found, nil
}
