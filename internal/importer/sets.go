package importer

import (
	"fmt"
	"slices"
	"strings"

	"github.com/zclconf/go-cty/cty"

	"github.com/keyward/terraform-provider-keyward/internal/platform/resourcekind"
)

var (
	setKind = resourcekind.BilliumPermissionSet.ResourceType()
	keyKind = resourcekind.BilliumAPIKey.ResourceType()
)

// proposal is a permission set that keys with the same permissions could share.
type proposal struct {
	// set is the resource of a new set, or of one that there is.
	set *object
	// exists tells that the platform has it.
	exists bool
	keys   []*object
}

// proposeSets finds keys that share their permissions. With adopt the keys use a
// set; without it, a comment says how they could.
func proposeSets(p *part, adopt bool) {
	for _, keys := range sharingPermissions(p.objects) {
		found := proposal{keys: keys}
		permissions, _ := keys[0].permissions()
		for _, o := range p.objects {
			if o.Type == setKind && o.grantsAs(keys[0]) {
				found.set, found.exists = o, true
			}
		}
		if found.set == nil {
			found.set = newSet(keys, permissions)
		}
		if !adopt {
			p.proposals = append(p.proposals, found)
			continue
		}
		if !found.exists {
			found.set.comment = "New: " + found.reason()
			p.objects = slices.Insert(p.objects, firstKey(p.objects), found.set)
		}
		for _, key := range keys {
			key.unset("permissions")
			key.attributes = append(key.attributes, attribute{name: "permission_set_id", value: cty.StringVal(found.set.key()), refers: true})
		}
	}
}

func newSet(keys []*object, permissions cty.Value) *object {
	names := labels(keys)
	if len(names) > 2 {
		names = []string{names[0], fmt.Sprintf("%d others", len(names)-1)}
	}
	set := &object{Generated: resourcekind.Generated{Type: setKind, Label: strings.Join(names, " and "), Hint: keys[0].ID}}
	set.text("name", set.Label)
	set.set("permissions", permissions)
	return set
}

// sharingPermissions returns groups of two and more keys that have the same
// permissions of their own, in the order in which they come.
func sharingPermissions(objects []*object) [][]*object {
	var groups [][]*object
	for _, o := range objects {
		if _, own := o.permissions(); o.Type != keyKind || !own {
			continue
		}
		i := slices.IndexFunc(groups, func(group []*object) bool { return group[0].grantsAs(o) })
		if i < 0 {
			groups = append(groups, []*object{o})
			continue
		}
		groups[i] = append(groups[i], o)
	}
	return slices.DeleteFunc(groups, func(group []*object) bool { return len(group) < 2 })
}

// grantsAs reports whether two objects have the same permissions of their own.
func (o *object) grantsAs(other *object) bool {
	mine, ok := o.permissions()
	theirs, also := other.permissions()
	return ok && also && mine.RawEquals(theirs)
}

func firstKey(objects []*object) int {
	i := slices.IndexFunc(objects, func(o *object) bool { return o.Type == keyKind })
	return max(0, i)
}

func labels(objects []*object) []string {
	names := make([]string, len(objects))
	for i, o := range objects {
		names[i] = o.Label
	}
	return names
}

func (p proposal) reason() string {
	names := labels(p.keys)
	return fmt.Sprintf("%s and %s have the same permissions.", strings.Join(names[:len(names)-1], ", "), names[len(names)-1])
}
