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

// ErrTokenGiven refuses a token where an id or a prefix is to be: an argument is
// seen by whoever lists the machine's processes, and stays in the shell's history.
var ErrTokenGiven = errors.New("that is a whole token: it is now in this shell's history and was in the list of processes. " +
	"Name the key by its id or its prefix, or give the token on standard input (-)")

// minPrefix is how much of a token names a key: the form and one character more.
const minPrefix = len("sk_") + 1

// Find returns the key that an id, or the prefix of its token, names, revoked in
// the last 90 days or not. None, and more than one, is an error that says what
// there is.
func (r *Ring) Find(ctx context.Context, reference string) (Key, error) {
	if err := checkReference(reference); err != nil {
		return Key{}, err
	}
	if strings.HasPrefix(reference, "key_") {
		return r.findID(ctx, reference)
	}
	found, err := r.match(ctx, func(k Key) bool { return strings.HasPrefix(k.KeyPrefix, reference) })
	if err != nil {
		return Key{}, err
	}
	return single(found, reference)
}

func (r *Ring) findID(ctx context.Context, id string) (Key, error) {
	for _, h := range r.holders {
		switch key, err := h.byID(ctx, id); {
		case err == nil:
			return key, nil
		case !errors.Is(err, client.ErrNotFound):
			return Key{}, fmt.Errorf("looking for the key %s in the account %q: %w", id, h.name(), err)
		}
	}
	return single(nil, id)
}

// FindToken returns the key whose token is given. The token itself is presented
// to the platform, which tells for certain what key it is: on Corebill, keys that
// have nothing to do with one another often have the same prefix. That counts as
// a use of the key. A token that is refused is found by its prefix where that is
// certain, and is an error otherwise.
func (r *Ring) FindToken(ctx context.Context, token client.Secret) (Key, error) {
	text := token.Reveal()
	if !corebill.ValidToken(text) && !billium.ValidToken(text) {
		return Key{}, errors.New("what came on standard input is not a token of Corebill (sk_live_…) or Billium (sk_…, pk_…)")
	}
	found, err := r.match(ctx, func(k Key) bool { return tokenOf(k, text) })
	if err != nil {
		return Key{}, err
	}
	if len(found) == 0 {
		return single(found, shown(text))
	}
	presented, err := found[0].holder.as(token)
	if err != nil {
		return Key{}, err
	}
	self, err := presented.self(ctx)
	switch {
	case errors.Is(err, client.ErrUnauthorized):
		return dead(found, text, err)
	case err != nil:
		return Key{}, fmt.Errorf("which key the token %s is could not be told: %w", shown(text), err)
	}
	for _, k := range found {
		if k.ID == self.ID {
			return k, nil
		}
	}
	return Key{}, fmt.Errorf("the token %s is that of the key %s, which no configured account sees", shown(text), self.ID)
}

// dead returns the key of a token that the platform refuses. Billium's prefixes
// tell keys apart, Corebill's don't.
func dead(found []Key, token string, refusal error) (Key, error) {
	if found[0].Platform == Billium {
		return single(found, shown(token))
	}
	text := fmt.Sprintf("the platform refuses the token %s already (%v), so that it can't be told which key it is. These begin like it; "+
		"to revoke one, name its id:", shown(token), refusal)
	return Key{}, errors.New(text + listed(found))
}

// match collects the keys that pass. A key that several accounts see comes once.
func (r *Ring) match(ctx context.Context, pass func(Key) bool) ([]Key, error) {
	var found []Key
	seen := map[string]bool{}
	for key, err := range r.Keys(ctx, Narrow{Revoked: true}) {
		if err != nil {
			return nil, err
		}
		if pass(key) && !seen[key.ID] {
			seen[key.ID] = true
			found = append(found, key)
		}
	}
	return found, nil
}

// single returns the only key, or of several with one name for it the only live
// one.
func single(found []Key, reference string) (Key, error) {
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
		return Key{}, fmt.Errorf("no key that the configured accounts see is %s (keyward keys list shows them; keyward whoami shows the accounts)", reference)
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

func checkReference(reference string) error {
	switch {
	case corebill.ValidToken(reference) && len(reference) > corebill.KeyPrefixLength, billium.ValidToken(reference):
		return ErrTokenGiven
	case len(reference) < minPrefix:
		return fmt.Errorf("%q names no key: give its id (key_…) or the beginning of its token (such as sk_live_ab)", reference)
	}
	return nil
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
