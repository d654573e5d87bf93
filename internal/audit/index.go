package audit

// index finds objects by id. Ids of both platforms never meet.
type index struct {
	declared map[string]*Declared
	live     map[string]live
	// previous are the keys that a rotation has replaced and that the declaration
	// still knows, by id, with their successors.
	previous map[string]*Declared
	// orphaned are the keys that a declaration has in orphaned, by id.
	orphaned map[string]*Declared
}

func newIndex(in *Inventory) *index {
	ix := &index{
		declared: make(map[string]*Declared, len(in.Declared)),
		live:     make(map[string]live, len(in.Keys)),
		previous: map[string]*Declared{},
		orphaned: map[string]*Declared{},
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
	for object := range in.all {
		ix.live[object.Ref().ID] = object
	}
	return ix
}

// knows reports whether a declaration accounts for the object.
func (ix *index) knows(id string) bool {
	return ix.declared[id] != nil || ix.previous[id] != nil
}
