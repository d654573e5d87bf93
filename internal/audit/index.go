package audit

import (
	"github.com/keyward/terraform-provider-keyward/internal/inventory"
	"github.com/keyward/terraform-provider-keyward/internal/platform/resourcekind"
)

// index finds objects by id. Ids of both platforms never meet.
type index struct {
	declared map[string]*Declared
	live     map[string]live
	// previous are the keys that a rotation has replaced and that the declaration
	// still knows, by id, with their successors.
	previous map[string]*Declared
	// orphaned are the keys that a declaration has in orphaned, by id.
	orphaned map[string]*Declared
	// names are those of the resources that keyward import writes for live objects, by id.
	names map[string]string
}

func newIndex(in *Inventory) *index {
	ix := &index{
		declared: make(map[string]*Declared, len(in.Declared)),
		live:     make(map[string]live, len(in.Keys)),
		previous: map[string]*Declared{},
		orphaned: map[string]*Declared{},
		names:    map[string]string{},
	}
	for _, d := range in.Declared {
		ix.declared[d.ID] = d
		if d.Key != nil && d.Key.Previous != nil {
			ix.previous[d.Key.Previous.ID] = d
		}
		if d.Key != nil {
			for _, id := range d.Key.Orphaned {
				ix.orphaned[id] = d
			}
		}
	}
	companies := map[string]string{}
	for _, company := range in.Companies {
		companies[company.ID] = company.Name
	}
	var resources []resourcekind.Generated
	for object := range in.all {
		ix.live[object.Ref().ID] = object
		if unmanageable(object) == "" {
			resources = append(resources, inventory.Generated(object, companies))
		}
	}
	for i, name := range resourcekind.Names(resources) {
		ix.names[resources[i].ID] = name
	}
	return ix
}

// knows reports whether a declaration accounts for the object.
func (ix *index) knows(id string) bool {
	return ix.declared[id] != nil || ix.previous[id] != nil
}
