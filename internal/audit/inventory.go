package audit

import (
	"cmp"
	"iter"
	"slices"
	"time"

	"github.com/keyward/terraform-provider-keyward/internal/inventory"
	"github.com/keyward/terraform-provider-keyward/internal/platform/billium"
	"github.com/keyward/terraform-provider-keyward/internal/platform/corebill"
	"github.com/keyward/terraform-provider-keyward/internal/platform/resourcekind"
	"github.com/keyward/terraform-provider-keyward/internal/tfstate"
)

// Inventory is everything that the rules look at.
type Inventory struct {
	// Live are *Key and pointers to the inventory's other objects.
	Live     []inventory.Item
	Declared []*Declared
	// DeclaredRead tells that there were states or plans to read, even if they
	// declare nothing.
	DeclaredRead bool
	// Revoked tells when declared keys were revoked that are live no longer, as
	// far as the platform still says.
	Revoked map[string]time.Time

	covered map[coverage]bool
}

// Live yields the live objects of a type.
func Live[T inventory.Item](in *Inventory) iter.Seq[T] {
	return func(yield func(T) bool) {
		for _, item := range in.Live {
			if object, ok := item.(T); ok && !yield(object) {
				return
			}
		}
	}
}

// coverage names what was read completely.
type coverage struct {
	platform inventory.Platform
	scope    string
	kind     inventory.Kind
}

// Covered reports whether every live object of the kind was read. Of what was
// not, it can't be said to be gone.
func (in *Inventory) Covered(platform inventory.Platform, scope string, kind inventory.Kind) bool {
	return in.covered[coverage{platform, scope, kind}]
}

// Cover notes that every live object of the kind is in the inventory.
func (in *Inventory) Cover(platform inventory.Platform, scope string, kind inventory.Kind) {
	if in.covered == nil {
		in.covered = map[coverage]bool{}
	}
	in.covered[coverage{platform, scope, kind}] = true
}

// sort puts everything in an order that depends on nothing but the objects.
func (in *Inventory) sort() {
	slices.SortFunc(in.Live, func(a, b inventory.Item) int { return compareObjects(a.Ref(), b.Ref()) })
}

func compareObjects(a, b inventory.Object) int {
	return cmp.Or(
		-cmp.Compare(a.Platform, b.Platform), // Corebill first, as everywhere
		cmp.Compare(a.Scope, b.Scope),
		cmp.Compare(a.Kind, b.Kind),
		cmp.Compare(a.Name, b.Name),
		cmp.Compare(a.ID, b.ID),
	)
}

// Key is a live key and what is known of its use.
type Key struct {
	inventory.Key

	// Owned tells whether the audit itself was made with it.
	Owned inventory.Ownership
	// Use is what the logs say; nil where they hold nothing of it.
	Use *Use
	// WholeUse tells that the logs of everything the key reaches were read.
	WholeUse bool
}

// Declared is an object as a state or a plan has it.
type Declared struct {
	inventory.Object

	// File and Address are where.
	File    string
	Address string
	// Fields are what it says, in canonical form, without what is unknown or left
	// to the platform.
	Fields map[string]string
	// Key is what the file has of a key; nil for any other object.
	Key *tfstate.Attributes
}

// Where is the declaration for a sentence: "prod.json: module.a.keyward_…".
func (d *Declared) Where() string { return d.File + ": " + d.Address }

// index finds objects by id. Ids of both platforms never meet.
type index struct {
	declared map[string]*Declared
	live     map[string]inventory.Item
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
		live:     make(map[string]inventory.Item, len(in.Live)),
		previous: map[string]*Declared{},
		orphaned: map[string]*Declared{},
		names:    map[string]string{},
	}
	for _, d := range in.Declared {
		ix.declared[d.ID] = d
		if d.Key == nil {
			continue
		}
		if d.Key.Previous != nil {
			ix.previous[d.Key.Previous.ID] = d
		}
		for _, id := range d.Key.Orphaned {
			ix.orphaned[id] = d
		}
	}
	companies := map[string]string{}
	for company := range Live[*inventory.Company](in) {
		companies[company.ID] = company.Name
	}
	var resources []resourcekind.Generated
	for _, object := range in.Live {
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

// Principal is a person or a program that may act on a platform: a key or a
// member of a team.
type Principal struct {
	inventory.Object

	// Holds are what it may do: Billium's permissions, or Corebill's levels, each
	// with those below it. Used are those of them that the logs saw it need; nil
	// where they say nothing, as of members, who need no key.
	Holds []string `json:"holds"`
	Used  []string `json:"used"`
	// Declared tells that a state or a plan has it.
	Declared bool `json:"declared"`
	// Key is set for keys.
	Key *Key `json:"-"`
	// Role is set for members.
	Role billium.Role `json:"role,omitempty"`
}

// Principals returns the keys and the members of one platform, those that may do
// most first.
func (in *Inventory) Principals(platform inventory.Platform) []Principal {
	index := newIndex(in)
	out := []Principal{}
	for _, item := range in.Live {
		p := Principal{Object: item.Ref()}
		if p.Platform != platform {
			continue
		}
		switch o := item.(type) {
		case *Key:
			p.Key, p.Holds = o, may(platform, o.Level, o.Permissions)
			if o.Use != nil && o.Use.Requests > 0 {
				p.Used = may(platform, o.Use.Level, o.Use.Permissions)
			}
		case *inventory.Member:
			p.Role, p.Holds = o.Role, billium.Names(o.Permissions)
		default:
			continue
		}
		p.Declared = index.knows(p.ID)
		out = append(out, p)
	}
	slices.SortStableFunc(out, func(a, b Principal) int {
		return cmp.Or(cmp.Compare(len(b.Holds), len(a.Holds)), compareObjects(a.Object, b.Object))
	})
	return out
}

// may names the permissions or, on Corebill, a level and those that it includes.
func may(platform inventory.Platform, level corebill.Level, permissions []billium.Permission) []string {
	if platform == inventory.Billium {
		return billium.Names(permissions)
	}
	var out []string
	for _, l := range corebill.Levels() {
		if level.Includes(l) {
			out = append(out, string(l))
		}
	}
	return out
}
