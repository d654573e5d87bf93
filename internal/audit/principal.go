package audit

import (
	"cmp"
	"slices"

	"github.com/keyward/terraform-provider-keyward/internal/platform/billium"
	"github.com/keyward/terraform-provider-keyward/internal/platform/corebill"
)

// Principal is a person or a program that may act on a platform: a key or a
// member of a team.
type Principal struct {
	Object

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
func (in *Inventory) Principals(platform Platform) []Principal {
	index := newIndex(in)
	out := []Principal{}
	for _, k := range in.Keys {
		if k.Platform == platform {
			p := Principal{Object: k.Object, Key: k, Declared: index.knows(k.ID)}
			p.Holds, p.Used = holds(k), used(k)
			out = append(out, p)
		}
	}
	for _, m := range in.Members {
		if m.Platform == platform {
			out = append(out, Principal{
				Object: m.Object, Holds: billium.Names(m.Permissions), Role: m.Role, Declared: index.knows(m.ID),
			})
		}
	}
	slices.SortStableFunc(out, func(a, b Principal) int {
		return cmp.Or(cmp.Compare(len(b.Holds), len(a.Holds)), compareObjects(a.Object, b.Object))
	})
	return out
}

func holds(k *Key) []string {
	if k.Platform == Billium {
		return billium.Names(k.Permissions)
	}
	return upTo(k.Level)
}

func used(k *Key) []string {
	switch {
	case k.Use == nil || k.Use.Requests == 0:
		return nil
	case k.Platform == Corebill:
		return upTo(k.Use.Level)
	default:
		return billium.Names(k.Use.Permissions)
	}
}

// upTo returns a level and those that it includes.
func upTo(level corebill.Level) []string {
	var out []string
	for _, l := range corebill.Levels() {
		if level.Includes(l) {
			out = append(out, string(l))
		}
	}
	return out
}
