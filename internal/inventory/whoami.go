package inventory

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strings"

	"github.com/keyward/terraform-provider-keyward/internal/client"
)

// Place is a company or a merchant.
type Place struct {
	ID   string `json:"id"`
	Name string `json:"name"`
}

// Self is an account's credential: which key it is, and what that may do.
type Self struct {
	Account  string `json:"account"`
	Platform string `json:"platform"`
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
		selves[i] = Self{Account: h.account().Name, Platform: string(h.account().Platform), Reaches: []Place{}}
		if err := h.introduce(ctx, &selves[i]); err != nil {
			selves[i].Error, selves[i].err = err.Error(), err
		}
	}
	return selves
}

func (h *corebillReader) introduce(ctx context.Context, self *Self) error {
	companies, err := h.reach(ctx)
	if err != nil {
		return err
	}
	for _, c := range companies {
		self.Reaches = append(self.Reaches, Place{c.ID, c.Name})
	}
	slices.SortFunc(self.Reaches, func(a, b Place) int { return cmp.Or(cmp.Compare(a.Name, b.Name), cmp.Compare(a.ID, b.ID)) })
	key, err := h.self(ctx)
	if err != nil {
		return err
	}
	self.Key = &key
	return nil
}

func (h *billiumReader) introduce(ctx context.Context, self *Self) error {
	current, err := h.ownKey(ctx)
	if err != nil {
		return err
	}
	key := h.currentKey(current)
	self.Key, self.Role = &key, string(current.Role)
	place := Place{ID: h.MerchantID, Name: h.MerchantID}
	merchant, err := h.Client.GetMerchant(ctx, h.MerchantID)
	switch {
	case err == nil:
		place.Name = merchant.Name
	case !errors.Is(err, client.ErrForbidden): // without merchant:view its name stays unknown
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
	candidates := map[reader][]Key{}
	for _, key := range keys {
		for _, h := range inv.readers {
			if string(h.account().Platform) == key.Platform && strings.HasPrefix(h.credential().Reveal(), key.KeyPrefix) {
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
