package inventory

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/keyward/terraform-provider-keyward/internal/client"
	"github.com/keyward/terraform-provider-keyward/internal/platform/billium"
	"github.com/keyward/terraform-provider-keyward/internal/platform/corebill"
)

// Find returns the key that an id names, or that alone has a prefix, revoked in the
// last 90 days or not. None, and more than one, is an error that says what there is.
// A prefix is for looking: what revokes takes FindID.
func (inv *Inventory) Find(ctx context.Context, reference string) (Key, error) {
	return inv.find(ctx, reference, func(found []Key, err error) (Key, error) {
		switch {
		case err != nil:
			return Key{}, err
		case len(found) > 1:
			return Key{}, fmt.Errorf("%d keys begin with %s; name one of them by its id:%s", len(found), Prefix(reference), listed(found))
		}
		return found[0], nil
	})
}

// FindID returns the key that an id names. A prefix is an error that lists the keys
// that have it: the key that is meant may be gone from the lists, and another one
// have the same.
func (inv *Inventory) FindID(ctx context.Context, reference string) (Key, error) {
	return inv.find(ctx, reference, func(found []Key, err error) (Key, error) {
		if len(found) == 0 {
			return Key{}, err
		}
		return Key{}, fmt.Errorf("a prefix can't tell which key is meant: others may have the same. These begin with %s; "+
			"name one of them by its id, or give the whole token on standard input (-):%s", Prefix(reference), listed(found))
	})
}

// find returns the key that an id names, or what is made of those that have a prefix:
// one at least, or an error.
func (inv *Inventory) find(ctx context.Context, reference string, prefixed func([]Key, error) (Key, error)) (Key, error) {
	reference = Prefix(reference)
	if err := checkReference(reference); err != nil {
		return Key{}, err
	}
	if strings.HasPrefix(reference, "key_") {
		return inv.findID(ctx, reference)
	}
	found, err := inv.match(ctx, platformOf(reference), func(k Key) bool { return strings.HasPrefix(k.KeyPrefix, reference) })
	if len(found) == 0 && err == nil {
		return Key{}, inv.none(reference)
	}
	return prefixed(found, err)
}

// findID looks in one account after another. One that can't be asked matters only
// where no other one has the key.
func (inv *Inventory) findID(ctx context.Context, id string) (Key, error) {
	var trouble error
	for _, h := range inv.readers {
		switch key, err := h.byID(ctx, id); {
		case err == nil:
			return key, nil
		case !errors.Is(err, client.ErrNotFound) && trouble == nil:
			trouble = fmt.Errorf("looking for the key %s in the account %q: %w", id, h.about.Name, err)
		}
	}
	if trouble != nil {
		return Key{}, trouble
	}
	return Key{}, inv.none(id)
}

// FindToken returns the key whose token is given, for certain or not at all. Where a
// key has its prefix, it is presented to the platform, which counts as a use of the key.
// client.ErrUnidentified tells that it can't be told.
func (inv *Inventory) FindToken(ctx context.Context, token client.Secret) (Key, error) {
	text := token.Reveal()
	found, trouble := inv.match(ctx, platformOf(text), func(k Key) bool { return tokenOf(k, text) })
	switch {
	case len(found) == 0 && trouble != nil:
		return Key{}, trouble
	case len(found) == 0:
		return Key{}, inv.none(shown(text))
	}
	identity, err := present(ctx, found, token)
	if err != nil {
		return Key{}, fmt.Errorf("the token %s: %w. These begin like it; to revoke one, name its id:%s", shown(text), err, listed(found))
	}
	for _, k := range found {
		if k.ID == identity.KeyID {
			return k, nil
		}
	}
	if trouble != nil {
		return Key{}, fmt.Errorf("the token %s is that of the key %s, which is in no account that could be asked: %w", shown(text), identity.KeyID, trouble)
	}
	return Key{}, fmt.Errorf("the token %s is that of the key %s, which no configured account sees", shown(text), identity.KeyID)
}

// FindStated returns the key of which a state says that it has the token: its prefix must
// be the token's. The token stays here.
func (inv *Inventory) FindStated(ctx context.Context, token client.Secret, owner string) (Key, error) {
	key, err := inv.findID(ctx, owner)
	if err == nil && !tokenOf(key, token.Reveal()) {
		err = fmt.Errorf("the state says that the token %s is that of %s, whose prefix is another one: is it the state of these accounts?", shown(token.Reveal()), key)
	}
	return key, err
}

// ConfirmStated makes sure, before it is revoked, of a key that FindStated has found: a
// state may have been edited, or be another account's. Where no other key that the
// accounts see has the token's prefix, it can't be another one of theirs. Else the token
// is presented to the platform, as FindToken does.
func (inv *Inventory) ConfirmStated(ctx context.Context, token client.Secret, key Key) error {
	text := token.Reveal()
	twins, trouble := inv.match(ctx, key.Platform, func(k Key) bool { return k.ID != key.ID && tokenOf(k, text) })
	if trouble == nil && len(twins) == 0 {
		return nil
	}
	all := append([]Key{key}, twins...)
	identity, err := present(ctx, all, token)
	switch {
	case err != nil:
		return fmt.Errorf("the state says that the token %s is that of %s, and other keys may begin like it: %w. Name the one to revoke by its id:%s", shown(text), key, err, listed(all))
	case identity.KeyID != key.ID:
		return fmt.Errorf("the state says that the token %s is that of %s, but the platform says that it is that of the key %s: the state is wrong", shown(text), key, identity.KeyID)
	}
	return nil
}

// present asks the accounts that see a key of the token's prefix, one after the
// other, until one tells whose it is.
func present(ctx context.Context, found []Key, token client.Secret) (client.Identity, error) {
	asked := map[*reader]bool{}
	var first error
	for _, k := range found {
		if asked[k.reader] {
			continue
		}
		asked[k.reader] = true
		identity, err := k.reader.Identify(ctx, k.place.ID, token)
		if err == nil {
			return identity, nil
		}
		if first == nil {
			first = err
		}
	}
	return client.Identity{}, first
}

// match collects the keys of a platform, or of both, that pass. A key that several
// accounts see comes once. The error tells which accounts could not be asked: the
// keys are those of the others.
func (inv *Inventory) match(ctx context.Context, platform Platform, pass func(Key) bool) ([]Key, error) {
	var found []Key
	var troubles []error
	seen := map[string]bool{}
	for h := range inv.of(platform) {
		keys, err := inv.list(ctx, h)
		if err != nil {
			troubles = append(troubles, fmt.Errorf("listing the keys of the account %q: %w", h.about.Name, err))
		}
		for _, key := range keys {
			if pass(key) && !seen[key.ID] {
				seen[key.ID] = true
				found = append(found, key)
			}
		}
	}
	return found, errors.Join(troubles...)
}

// list returns the keys of an account, revoked ones too. They are read once, whole or
// not at all: a list that broke off is read again.
func (inv *Inventory) list(ctx context.Context, h *reader) ([]Key, error) {
	if keys, ok := inv.listed[h]; ok {
		return keys, nil
	}
	keys := []Key{}
	for key, err := range h.each(ctx, ListOptions{Revoked: true}) {
		if err != nil {
			return keys, err
		}
		keys = append(keys, key)
	}
	inv.listed[h] = keys
	return keys, nil
}

func listed(keys []Key) string {
	var b strings.Builder
	for _, k := range keys {
		fmt.Fprintf(&b, "\n  %s  %q, %s, %s, %s", k.ID, k.Name, k.Where(), k.Access(), k.Status)
	}
	return b.String()
}

// tokenOf reports whether the token may be the key's.
func tokenOf(k Key, token string) bool {
	form := corebill.ValidToken(token)
	if k.Platform == Billium {
		form = billium.ValidToken(token)
	}
	return form && strings.HasPrefix(token, k.KeyPrefix)
}

// shown is the part of a token that may be shown.
func shown(token string) string {
	if billium.ValidToken(token) {
		return billium.KeyPrefix(token) + "…"
	}
	return corebill.KeyPrefix(token) + "…"
}
