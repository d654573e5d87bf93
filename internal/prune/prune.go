package prune

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/keyward/terraform-provider-keyward/internal/inventory"
	"github.com/keyward/terraform-provider-keyward/internal/platform/provisional"
	"github.com/keyward/terraform-provider-keyward/internal/tfstate"
)

// Kind is what makes a key one to look at.
type Kind string

// The kinds.
const (
	// Previous is a key that a rotation replaced.
	Previous Kind = "previous"
	// Orphaned is a key whose creation was not finished, or that a state has in
	// orphaned.
	Orphaned Kind = "orphaned"
	// Ephemeral is a key for one run that is past its time.
	Ephemeral Kind = "ephemeral"
	// Unclaimed is a key that Keyward finished, that no one uses, and that is in
	// none of the states. It is revoked only after a person's yes.
	Unclaimed Kind = "unclaimed"
)

// Candidate is a live key, and what is decided about it.
type Candidate struct {
	Verdict

	Key  inventory.Key `json:"key"`
	Kind Kind          `json:"kind"`
	// Address and File are the resource whose key it was, or was to be; empty where
	// that is not known.
	Address string `json:"address,omitempty"`
	File    string `json:"file,omitempty"`

	state *tfstate.Resource
}

// Pruner knows what is live and what the states have.
type Pruner struct {
	inv    *inventory.Inventory
	states []tfstate.Resource
	live   map[string]inventory.Key
	// edits are how the unclaimed candidates were changed right after their creation,
	// which is over: what a log has of that stays so.
	edits map[string][]inventory.Request
	// own are the ids of the accounts' own keys.
	own map[string]bool
}

// ErrOwnUnknown says that it is not certain which key an account itself uses.
var ErrOwnUnknown = errors.New("nothing is revoked, because it is not certain which key the account itself uses")

// New reads the live keys. That it is not certain which keys are the accounts' own
// is an error: each of the live keys might be.
func New(ctx context.Context, inv *inventory.Inventory, states []tfstate.Resource) (*Pruner, error) {
	p := &Pruner{inv: inv, states: states, live: map[string]inventory.Key{}, own: map[string]bool{}}
	for _, self := range inv.Whoami(ctx) {
		if self.Key == nil {
			return nil, fmt.Errorf("%w (%s account %q): %s", ErrOwnUnknown, self.Platform, self.Account, self.Why())
		}
		p.own[self.Key.ID] = true
	}
	for key, err := range inv.Keys(ctx, inventory.ListOptions{}) {
		if err != nil {
			return nil, err
		}
		if _, seen := p.live[key.ID]; !seen {
			p.live[key.ID] = key
		}
	}
	// What is due is told by the platform's clock, and by no other.
	if err := inv.CheckTime(); err != nil {
		return nil, fmt.Errorf("nothing is revoked: %w", err)
	}
	return p, nil
}

// Find decides about every key that one of the rules may be for. It revokes
// nothing. With unclaimed it looks for unclaimed keys, too: the states must be all
// that use the credentials. step is told how many of the keys are looked at.
func (p *Pruner) Find(ctx context.Context, unclaimed bool, step func(done, all int)) ([]Candidate, error) {
	candidates := p.candidates(unclaimed)
	var unclaimedKeys []inventory.Key
	for _, c := range candidates {
		if c.Kind == Unclaimed {
			unclaimedKeys = append(unclaimedKeys, c.Key)
		}
	}
	var err error
	if p.edits, err = p.inv.Edits(ctx, unclaimedKeys, provisional.FinishWithin); err != nil {
		return nil, err
	}
	found := []Candidate{}
	for i, c := range candidates {
		step(i, len(candidates))
		ok, err := p.decide(ctx, &c)
		if err != nil {
			return nil, err
		}
		if ok {
			found = append(found, c)
		}
	}
	return merge(found), nil
}

// candidates returns the live keys that a rule may be for, undecided.
func (p *Pruner) candidates(unclaimed bool) []Candidate {
	var found []Candidate
	known := map[string]bool{}
	for i := range p.states {
		state := &p.states[i]
		add := func(kind Kind, id string) {
			known[id] = true
			if key, ok := p.live[id]; ok {
				found = append(found, Candidate{Key: key, Kind: kind, Address: state.Address, File: state.File, state: state})
			}
		}
		known[state.ID] = true
		if state.Previous != nil {
			add(Previous, state.Previous.ID)
		}
		for _, id := range state.Orphaned {
			add(Orphaned, id)
		}
	}
	for _, key := range p.live {
		if known[key.ID] {
			continue
		}
		_, ephemeral := provisional.ParseEphemeral(key.Name)
		if _, kind, ok := byName(key, p.inv.Now(key)); ok {
			found = append(found, p.placed(Candidate{Key: key, Kind: kind}))
		} else if unclaimed && !ephemeral && key.LastUsedAt == nil && strings.HasPrefix(key.CreatedBy, "key_") {
			found = append(found, Candidate{Key: key, Kind: Unclaimed})
		}
	}
	return found
}

// placed names the resource for which a key with a provisional name was made, if a
// state has it.
func (p *Pruner) placed(c Candidate) Candidate {
	scope := c.Key.Ref().Scope
	name, ok := provisional.Parse(c.Key.Name)
	for _, state := range p.states {
		if ok && state.Platform == string(c.Key.Platform) && state.Scope == scope && name.Hash == provisional.Hash(scope, state.Name) {
			c.Address, c.File = state.Address, state.File
			break
		}
	}
	return c
}

// decide decides about a candidate by what is known of its key; false where the
// key turns out to be none.
func (p *Pruner) decide(ctx context.Context, c *Candidate) (ok bool, err error) {
	now := p.inv.Now(c.Key)
	switch c.Kind {
	case Previous:
		var current *inventory.Key
		if key, live := p.live[c.state.ID]; live {
			current = &key
		}
		c.Verdict, ok = replaced(c.state.Overlap.Overlap, c.Key, current, now), true
	case Unclaimed:
		ok, err = p.decideUnclaimed(ctx, c)
	case Orphaned, Ephemeral:
		if c.Verdict, _, ok = byName(c.Key, now); ok || c.state == nil {
			break
		}
		uses, failure := p.inv.UsesAnywhere(ctx, c.Key, maxUses)
		c.Verdict, ok, err = listed(c.Key, uses), true, failure
	}
	if why := p.protected(c.Key); ok && why != "" {
		c.Verdict = keep("%s", why)
	}
	return ok, err
}

func (p *Pruner) decideUnclaimed(ctx context.Context, c *Candidate) (ok bool, err error) {
	edits := p.edits[c.Key.ID]
	if finish(c.Key, edits) == nil {
		return false, nil
	}
	uses, err := p.inv.UsesAnywhere(ctx, c.Key, maxUses)
	if err != nil {
		return false, err
	}
	c.Verdict, ok = unclaimed(c.Key, edits, uses, p.inv.WholeLog(c.Key), p.inv.Now(c.Key))
	return ok, nil
}

// protected says why a key is never revoked, whatever else is true of it; "" where
// nothing is known.
func (p *Pruner) protected(key inventory.Key) string {
	if p.own[key.ID] {
		return "it is the key that keyward itself uses"
	}
	for _, state := range p.states {
		if state.ID == key.ID {
			return fmt.Sprintf("it is the current key of %s (%s)", state.Address, state.File)
		}
	}
	return ""
}

// merge leaves one candidate of each key, and puts all into one order. A key that
// one resource keeps is kept.
func merge(found []Candidate) []Candidate {
	slices.SortStableFunc(found, func(a, b Candidate) int {
		return cmp.Or(cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Address, b.Address), cmp.Compare(a.File, b.File),
			a.Key.CreatedAt.Compare(b.Key.CreatedAt), cmp.Compare(a.Key.ID, b.Key.ID))
	})
	index := map[string]int{}
	merged := []Candidate{}
	for _, c := range found {
		i, again := index[c.Key.ID]
		switch {
		case !again:
			index[c.Key.ID] = len(merged)
			merged = append(merged, c)
		case merged[i].Revoke && !c.Revoke:
			merged[i] = c
		}
	}
	return merged
}

// Revoke reads the key again, decides again and then revokes it. What is decided
// and whether it was revoked is in what it returns: a key that is due no longer is
// none to revoke, and no error.
func (p *Pruner) Revoke(ctx context.Context, c Candidate) (Candidate, error) {
	if err := p.refresh(ctx, c.Key); err != nil {
		return c, err
	}
	if c.Kind == Previous {
		if current, live := p.live[c.state.ID]; live {
			if err := p.refresh(ctx, current); err != nil {
				return c, err
			}
		}
	}
	key, live := p.live[c.Key.ID]
	if !live {
		c.Verdict = keep("it was revoked meanwhile")
		return c, nil
	}
	c.Key = key
	ok, err := p.decide(ctx, &c)
	switch {
	case err != nil:
		return c, err
	case !ok:
		c.Verdict = keep("it has changed since it was listed: look again")
	}
	if !c.Revoke {
		return c, nil
	}
	done, err := p.inv.Revoke(ctx, c.Key)
	if err == nil {
		c.Key = done.Key
	}
	return c, err
}

// refresh reads a live key again.
func (p *Pruner) refresh(ctx context.Context, key inventory.Key) error {
	now, err := p.inv.Get(ctx, key)
	if err != nil {
		return fmt.Errorf("reading the key %s again before it is revoked: %w", key, err)
	}
	if now.Status == inventory.Revoked {
		delete(p.live, key.ID)
	} else {
		p.live[key.ID] = now
	}
	return nil
}
