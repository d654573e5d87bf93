package keyring

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/keyward/terraform-provider-keyward/internal/client"
	"github.com/keyward/terraform-provider-keyward/internal/platform/billium"
	"github.com/keyward/terraform-provider-keyward/internal/platform/corebill"
)

// Find returns the key that an id, or the prefix of its token, names, revoked in
// the last 90 days or not. None, and more than one, is an error that says what
// there is.
func (r *Ring) Find(ctx context.Context, reference string) (Key, error) {
	reference = Prefix(reference)
	if err := checkReference(reference); err != nil {
		return Key{}, err
	}
	if strings.HasPrefix(reference, "key_") {
		return r.findID(ctx, reference)
	}
	found, err := r.match(ctx, platformOf(reference), func(k Key) bool { return strings.HasPrefix(k.KeyPrefix, reference) })
	if err != nil {
		return Key{}, err
	}
	return r.single(found, reference)
}

// findID looks in one account after another. One that can't be asked matters only
// where no other one has the key.
func (r *Ring) findID(ctx context.Context, id string) (Key, error) {
	var trouble error
	for _, h := range r.holders {
		switch key, err := h.byID(ctx, id); {
		case err == nil:
			return key, nil
		case !errors.Is(err, client.ErrNotFound) && trouble == nil:
			trouble = fmt.Errorf("looking for the key %s in the account %q: %w", id, h.name(), err)
		}
	}
	if trouble != nil {
		return Key{}, trouble
	}
	return Key{}, r.none(id)
}

// FindToken returns the key whose token is given. The token itself is presented
// to the platform, which tells for certain what key it is: on Corebill, keys that
// have nothing to do with one another often have the same prefix. That counts as
// a use of the key. A token that is refused is found by its prefix where that is
// certain, and is an error otherwise.
func (r *Ring) FindToken(ctx context.Context, token client.Secret) (Key, error) {
	text := token.Reveal()
	if strings.HasPrefix(text, webhookSecret) {
		return Key{}, errWebhook
	}
	if !corebill.ValidToken(text) && !billium.ValidToken(text) {
		return Key{}, errors.New("what came on standard input is not a token of Corebill (sk_live_…) or Billium (sk_…, pk_…)")
	}
	found, trouble := r.match(ctx, platformOf(text), func(k Key) bool { return tokenOf(k, text) })
	switch {
	case len(found) == 0 && trouble != nil:
		return Key{}, trouble
	case len(found) == 0:
		return Key{}, r.none(shown(text))
	}
	presented, err := found[0].holder.as(token)
	if err != nil {
		return Key{}, err
	}
	self, err := presented.self(ctx)
	switch {
	case client.Refused(err):
		return r.dead(found, text, err)
	case err != nil:
		return Key{}, fmt.Errorf("which key the token %s is could not be told: %w", shown(text), err)
	}
	for _, k := range found {
		if k.ID == self.ID {
			return k, nil
		}
	}
	if trouble != nil {
		return Key{}, fmt.Errorf("the token %s is that of the key %s, which is in no account that could be asked: %w", shown(text), self.ID, trouble)
	}
	return Key{}, fmt.Errorf("the token %s is that of the key %s, which no configured account sees", shown(text), self.ID)
}

// dead returns the key of a token that the platform refuses. Billium's prefixes
// tell keys apart, Corebill's don't.
func (r *Ring) dead(found []Key, token string, refusal error) (Key, error) {
	if found[0].Platform == Billium {
		return r.single(found, shown(token))
	}
	text := fmt.Sprintf("the platform refuses the token %s already (%v), so that it can't be told which key it is. These begin like it; "+
		"to revoke one, name its id:", shown(token), refusal)
	return Key{}, errors.New(text + listed(found))
}

// match collects the keys of a platform, or of both, that pass. A key that several
// accounts see comes once. The error tells which accounts could not be asked: the
// keys are those of the others.
func (r *Ring) match(ctx context.Context, platform string, pass func(Key) bool) ([]Key, error) {
	var found []Key
	var troubles []error
	seen := map[string]bool{}
	for _, h := range r.holders {
		if platform != "" && platform != h.platform() {
			continue
		}
		for key, err := range h.each(ctx, Narrow{Revoked: true}) {
			if err != nil {
				troubles = append(troubles, fmt.Errorf("listing the keys of the account %q: %w", h.name(), err))
				break
			}
			if pass(key) && !seen[key.ID] {
				seen[key.ID] = true
				found = append(found, key)
			}
		}
	}
	return found, errors.Join(troubles...)
}

// single returns the only key, or of several with one name for it the only live
// one.
func (r *Ring) single(found []Key, reference string) (Key, error) {
	var live []Key
	for _, k := range found {
		if k.Status != Revoked {
			live = append(live, k)
		}
	}
	switch {
	case len(found) == 1:
		return found[0], nil
	case len(live) == 1:
		return live[0], nil
	case len(found) == 0:
		return Key{}, r.none(reference)
	}
	text := fmt.Sprintf("%d keys begin with %s; name one of them by its id:", len(found), reference)
	return Key{}, errors.New(text + listed(found))
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
	return form && k.KeyPrefix != "" && strings.HasPrefix(token, k.KeyPrefix)
}

// prefixed reports whether a credential begins with a key's prefix.
func prefixed(credential client.Secret, prefix string) bool {
	return prefix != "" && strings.HasPrefix(credential.Reveal(), prefix)
}

// shown is the part of a token that may be shown.
func shown(token string) string {
	if billium.ValidToken(token) {
		return billium.KeyPrefix(token) + "…"
	}
	return corebill.KeyPrefix(token) + "…"
}
