package reap

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/keyward/terraform-provider-keyward/internal/declared"
	"github.com/keyward/terraform-provider-keyward/internal/keyring"
	"github.com/keyward/terraform-provider-keyward/internal/rotation"
)

// Kind is what a key was left behind by.
type Kind string

// The two kinds.
const (
	// Previous is a key that a rotation replaced.
	Previous Kind = "previous"
	// Leftover is a key that an interrupted apply made.
	Leftover Kind = "leftover"
)

// Candidate is a live key that was left behind, and what is to become of it.
type Candidate struct {
	Key keyring.Key `json:"key"`
	// Kind is previous or leftover.
	Kind Kind `json:"kind"`
	// Address and File are the resource that it was left behind by.
	Address string `json:"address"`
	File    string `json:"file"`
	// Revoke tells that its time is over.
	Revoke bool   `json:"revoke"`
	Why    string `json:"why"`
}

// finder holds what is live and what is declared.
type finder struct {
	ring   *keyring.Ring
	states []declared.Key
	now    time.Time
	live   map[string]keyring.Key
	own    map[string]bool
	known  map[string]bool
}

// Find returns the live keys that rotations and interrupted applies of the
// declared keys left behind. It revokes nothing.
func Find(ctx context.Context, ring *keyring.Ring, states []declared.Key, now time.Time) ([]Candidate, error) {
	f := &finder{ring: ring, states: states, now: now, live: map[string]keyring.Key{}, own: map[string]bool{}, known: map[string]bool{}}
	for key, err := range ring.Keys(ctx, keyring.Narrow{}) {
		if err != nil {
			return nil, err
		}
		f.live[key.ID] = key
	}
	for _, self := range ring.Whoami(ctx) {
		if self.Key != nil {
			f.own[self.Key.ID] = true
		}
	}
	for _, d := range states {
		f.known[d.ID] = true
		if d.Previous != nil {
			f.known[d.Previous.ID] = true
		}
		for _, id := range d.Leftovers {
			f.known[id] = true
		}
	}
	var found []Candidate
	for _, d := range states {
		found = append(found, f.previous(d)...)
		more, err := f.leftovers(ctx, d)
		if err != nil {
			return nil, err
		}
		found = append(found, more...)
	}
	return f.sparesOwn(ctx, f.once(found))
}

// sparesOwn keeps the keys that the accounts themselves use. Where that can't be told
// of one that is to be revoked, nothing may be.
func (f *finder) sparesOwn(ctx context.Context, found []Candidate) ([]Candidate, error) {
	for i := range found {
		if !found[i].Revoke {
			continue
		}
		own, err := f.ring.IsOwn(ctx, found[i].Key)
		switch {
		case err != nil:
			return nil, fmt.Errorf("nothing was revoked: %w", err)
		case own:
			found[i].Revoke, found[i].Why = false, "it is the key that keyward itself uses"
		}
	}
	return found, nil
}

func (f *finder) previous(d declared.Key) []Candidate {
	if d.Previous == nil {
		return nil
	}
	key, ok := f.live[d.Previous.ID]
	if !ok {
		return nil
	}
	c := Candidate{Key: key, Kind: Previous, Address: d.Address, File: d.File}
	if current, ok := f.live[d.ID]; !ok || current.Status != keyring.Live {
		c.Why = "the key that replaced it, " + d.ID + ", is not live: apply first"
	} else {
		c.Revoke, c.Why = replaced(d.Overlap, rotation.Replaced{Since: d.CreatedAt, LastUsedAt: key.LastUsedAt}, f.now)
	}
	return []Candidate{c}
}

func (f *finder) leftovers(ctx context.Context, d declared.Key) ([]Candidate, error) {
	var found []Candidate
	for _, id := range d.Leftovers {
		if key, ok := f.live[id]; ok {
			found = append(found, Candidate{Key: key, Kind: Leftover, Address: d.Address, File: d.File, Revoke: true, Why: "its resource has it among its leftovers"})
		}
	}
	for _, key := range f.live {
		if f.known[key.ID] || !named(key, d) {
			continue
		}
		usedAt, err := f.usedAt(ctx, key)
		if err != nil {
			return nil, err
		}
		c := Candidate{Key: key, Kind: Leftover, Address: d.Address, File: d.File}
		c.Revoke, c.Why = leftover(namesake{
			rotation.Namesake{Ours: f.own[key.CreatedBy], Alike: alike(key, d), LastUsedAt: usedAt}, d.KeepsNamesakes, !key.CreatedAt.Before(d.CreatedAt),
		})
		found = append(found, c)
	}
	return found, nil
}

// usedAt returns when a key was last used, nil where only the provider used it.
func (f *finder) usedAt(ctx context.Context, key keyring.Key) (*time.Time, error) {
	if key.LastUsedAt == nil {
		return nil, nil //nolint:nilnil // never
	}
	uses, err := f.ring.Uses(ctx, key, rotation.MaxUses)
	agents := make([]string, len(uses))
	for i, use := range uses {
		agents[i] = use.UserAgent
	}
	if err != nil || !rotation.Used(agents) {
		return nil, err
	}
	return key.LastUsedAt, nil
}

// named reports whether a key counts as one of the declared key's name.
func named(key keyring.Key, d declared.Key) bool {
	scope := ""
	if key.Scope != nil {
		scope = *key.Scope
	}
	return key.Platform == d.Platform && scope == d.Scope && rotation.Named(key.Name, d.Name)
}

func alike(key keyring.Key, d declared.Key) bool {
	if key.Platform == keyring.Corebill {
		return key.Level == d.Level
	}
	set := ""
	if key.PermissionSetID != nil {
		set = *key.PermissionSetID
	}
	return key.Type == d.Type && set == d.PermissionSetID && slices.Equal(slices.Sorted(slices.Values(key.Permissions)), slices.Sorted(slices.Values(d.Permissions)))
}

// once leaves a key out that another resource of its name found too, and puts
// all into one order. A key that is somebody's is nobody's leftover.
func (f *finder) once(found []Candidate) []Candidate {
	slices.SortStableFunc(found, func(a, b Candidate) int {
		return cmp.Or(cmp.Compare(a.Address, b.Address), cmp.Compare(a.File, b.File), cmp.Compare(a.Kind, b.Kind),
			a.Key.CreatedAt.Compare(b.Key.CreatedAt), cmp.Compare(a.Key.ID, b.Key.ID))
	})
	index := map[string]int{}
	kept := []Candidate{}
	for _, c := range found {
		if i, ok := index[c.Key.ID]; ok {
			kept[i].Revoke = kept[i].Revoke && c.Revoke
			continue
		}
		index[c.Key.ID] = len(kept)
		kept = append(kept, c)
	}
	return kept
}
