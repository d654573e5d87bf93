package inventory

import (
	"cmp"
	"context"
	"errors"
	"slices"

	"github.com/keyward/terraform-provider-keyward/internal/client"
)

// Place is a company or a merchant.
type Place struct {
	ID   string `json:"id"`
	Name string `json:"name"`
}

// Self is an account's credential: which key it is, and what that may do.
type Self struct {
	Account  string   `json:"account"`
	Platform Platform `json:"platform"`
	// Key is null where it could not be told.
	Key *Key `json:"key"`
	// Role is that of the user behind a Billium key, which caps what the key may
	// do; "" for Corebill, which has no roles.
	Role string `json:"role,omitempty"`
	// Reaches are the companies, or the merchant.
	Reaches []Place `json:"reaches"`
	// Error is why the account doesn't work; "" where it does.
	Error string `json:"error,omitempty"`

	err error
}

// Unidentified reports whether which key the credential is could not be told, though
// the platform does not refuse it.
func (s Self) Unidentified() bool {
	return errors.Is(s.err, client.ErrUnidentified) && !client.Refused(s.err)
}

// Why is why the key is null, for a sentence that says that it could not be told.
func (s Self) Why() string {
	if s.err == nil {
		return "no key that it sees is certain to be its own"
	}
	return client.Reason(s.err).Error()
}

// Whoami returns each account's credential. What is wrong with one is in its
// Error.
func (inv *Inventory) Whoami(ctx context.Context) []Self {
	selves := make([]Self, len(inv.readers))
	for i, h := range inv.readers {
		selves[i] = Self{Account: h.about.Name, Platform: h.about.Platform, Reaches: []Place{}}
		if err := h.introduce(ctx, &selves[i]); err != nil {
			selves[i].Error, selves[i].err = err.Error(), err
		}
	}
	return selves
}

// introduce says which key that is, and what it reaches. Of a Billium credential that is
// refused that is not known.
func (h *reader) introduce(ctx context.Context, self *Self) error {
	places, err := h.reach(ctx)
	if err != nil {
		return err
	}
	if h.about.Platform == Corebill {
		self.Reaches = slices.SortedFunc(slices.Values(places), func(a, b Place) int { return cmp.Or(cmp.Compare(a.Name, b.Name), cmp.Compare(a.ID, b.ID)) })
	}
	key, err := h.self(ctx)
	if err != nil {
		return err
	}
	self.Key, self.Role = &key, h.role
	if calls, ok := h.calls.(billiumCalls); ok {
		return calls.introduce(ctx, places[0].ID, self)
	}
	return nil
}

// introduce names the merchant; without merchant:view its name stays unknown.
func (c billiumCalls) introduce(ctx context.Context, at string, self *Self) error {
	place := Place{ID: at, Name: at}
	merchant, err := c.GetMerchant(ctx, at)
	switch {
	case err == nil:
		place.Name = merchant.Name
	case !errors.Is(err, client.ErrForbidden):
		return err
	}
	self.Reaches = append(self.Reaches, place)
	return nil
}

// Ownership is whether a key is that of one of the accounts.
type Ownership int

// What can be told of it. MaybeOwn is a key with the prefix of a credential of which it
// can't be told which key it is.
const (
	NotOwn Ownership = iota
	MaybeOwn
	Own
)

// Ownership returns which of the keys are those of the accounts, or may be, by their ids.
// An account is asked only where a key has its credential's prefix, and once.
func (inv *Inventory) Ownership(ctx context.Context, keys []Key) map[string]Ownership {
	candidates := map[*reader][]Key{}
	for _, key := range keys {
		for _, h := range inv.readers {
			if h.mayBe(key) {
				candidates[h] = append(candidates[h], key)
			}
		}
	}
	found := map[string]Ownership{}
	for h, keys := range candidates {
		self, err := h.self(ctx)
		for _, key := range keys {
			switch {
			case err == nil && self.ID == key.ID:
				found[key.ID] = Own
			case err != nil:
				found[key.ID] = max(found[key.ID], MaybeOwn)
			}
		}
	}
	return found
}
