package due

import (
	"encoding/json"
	"slices"
	"strings"

	"github.com/keyward/terraform-provider-keyward/internal/tfdoc"
)

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

// plannedFor returns what the changes do to a key of the state.
func plannedFor(key Key, changes []tfdoc.Change) (Planned, error) {
	i := slices.IndexFunc(changes, func(c tfdoc.Change) bool { return c.Address == key.Address && c.Deposed == "" })
	if i < 0 || key.Deposed {
		return Planned{}, nil
	}
	change := changes[i]
	does := func(action string) bool { return slices.Contains(change.Values.Actions, action) }
	switch {
	case does("create") && does("forget"):
		return Planned{Action: Replace, Reason: PlannedChange}, nil
	case does("create"): // beside a delete, since the state has it
		return Planned{Action: Replace, Reason: PlannedChange, Revokes: key.others()}, nil
	case does("delete"):
		return Planned{Action: Destroy, Reason: PlannedChange, Revokes: key.others()}, nil
	case does("update"):
		return plannedUpdate(key, change)
	}
	return Planned{}, nil
}

// others are the keys that the resource's destruction revokes beside its own.
func (k Key) others() []string {
	ids := slices.Clone(k.Orphaned)
	if k.Previous != nil {
		ids = append(ids, k.Previous.ID)
	}
	return ids
}

// plannedUpdate reads from an update whether it rotates the key, and which keys it
// revokes: those that are new in revokes. Where that isn't known yet, it may revoke
// the resource's own keys, never an orphaned one.
func plannedUpdate(key Key, change tfdoc.Change) (planned Planned, err error) {
	var before, after attributes
	// What is unknown as a whole is true; of a list, each unknown value is.
	var unknown struct{ ID, Revokes json.RawMessage }
	for _, part := range []struct {
		values json.RawMessage
		into   any
	}{{change.Values.Before, &before}, {change.Values.After, &after}, {change.Values.Unknown, &unknown}} {
		if err := change.Decode(part.values, part.into); err != nil {
			return planned, err
		}
	}
	if string(unknown.ID) == "true" || after.Generation > max(before.Generation, 1) {
		planned.Action, planned.Reason = Rotate, PlannedChange
	}
	if strings.Contains(string(unknown.Revokes), "true") {
		planned.Unknown, planned.Revokes = true, []string{key.ID}
		if key.Previous != nil {
			planned.Revokes = append(planned.Revokes, key.Previous.ID)
		}
		return planned, nil
	}
	planned.Revokes = slices.DeleteFunc(after.Revokes, func(id string) bool { return slices.Contains(before.Revokes, id) })
	return planned, nil
}

// gone returns the keys that the plan's refresh found gone, and that the plan
// creates anew: the state that it starts from has them no longer.
func gone(document tfdoc.Document) ([]Key, error) {
	var found []Key
	for _, drift := range document.Drift {
		if drift.Mode != "managed" || !slices.Contains(types, drift.Type) || drift.Deposed != "" || !slices.Contains(drift.Values.Actions, "delete") {
			continue
		}
		if !slices.ContainsFunc(document.Changes, func(c tfdoc.Change) bool {
			return c.Address == drift.Address && slices.Contains(c.Values.Actions, "create")
		}) {
			continue // the configuration has it no longer, either
		}
		var was attributes
		if err := drift.Decode(drift.Values.Before, &was); err != nil {
			return nil, err
		}
		found = append(found, Key{Address: drift.Address, ID: was.ID, Name: was.Name, Planned: Planned{Action: Create, Reason: Gone}})
	}
	return found, nil
}
