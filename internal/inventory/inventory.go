package inventory

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"time"

	"github.com/keyward/terraform-provider-keyward/internal/client"
)

// Inventory is what is live in all accounts. It is not safe for parallel use.
type Inventory struct {
	readers []*reader
	// listed are the keys of the accounts that were listed whole, revoked ones too, as
	// far as this inventory has not changed them since.
	listed map[*reader][]Key
}

// New returns the inventory of the accounts. It makes no request.
func New(accounts *Accounts) *Inventory {
	inv := &Inventory{listed: map[*reader][]Key{}}
	for _, a := range accounts.Corebill {
		about := Account{Corebill, a.Name, a.Client.BaseURL(), a.CompanyIDs == nil}
		inv.readers = append(inv.readers, &reader{calls: corebillCalls{a.Client}, about: about, credential: a.Credential, companies: a.Companies})
	}
	for _, a := range accounts.Billium {
		about := Account{Billium, a.Name, a.Client.BaseURL(), true}
		inv.readers = append(inv.readers, &reader{calls: billiumCalls{a.Client}, about: about, credential: a.Credential, reached: []Place{{ID: a.MerchantID}}})
	}
	return inv
}

// of yields the accounts of a platform, or of both for "".
func (inv *Inventory) of(platform Platform) iter.Seq[*reader] {
	return func(yield func(*reader) bool) {
		for _, h := range inv.readers {
			if (platform == "" || platform == h.about.Platform) && !yield(h) {
				return
			}
		}
	}
}

// ListOptions narrows where keys are looked for. The zero value narrows nothing.
type ListOptions struct {
	// Platform is one of the two; "" for both.
	Platform Platform
	// Scope is a company's or merchant's id; "" for all. A key of the whole
	// organization is in none.
	Scope string
	// Revoked includes the keys revoked in the last 90 days.
	Revoked bool
}

// Keys yields the keys, account by account, newest first in each company and
// merchant. An error is the last thing it yields.
func (inv *Inventory) Keys(ctx context.Context, options ListOptions) iter.Seq2[Key, error] {
	return func(yield func(Key, error) bool) {
		for h := range inv.of(options.Platform) {
			for key, err := range h.each(ctx, options) {
				if err != nil {
					yield(Key{}, fmt.Errorf("listing the keys of the account %q: %w", h.about.Name, err))
					return
				}
				if !yield(key, nil) {
					return
				}
			}
		}
	}
}

// Get returns the key as it is now.
func (inv *Inventory) Get(ctx context.Context, key Key) (Key, error) {
	return key.reader.get(ctx, key.place, key.ID)
}

// Now returns the time by the clock of the key's platform, as its last answer
// told it.
func (inv *Inventory) Now(key Key) time.Time { return key.reader.PlatformNow() }

// WholeLog reports whether the log of the key's account has every request that
// the key made; false where Whoami has not told which key is the account's own. On
// Corebill, a request that names no company is seen by the organization's keys only, and
// one that names another company in that company's log.
func (inv *Inventory) WholeLog(key Key) bool {
	own := key.reader.own
	return own != nil && (key.Platform == Billium || own.Scope == nil && key.reader.about.Whole)
}

// ErrNoDate tells that a platform's answers have no Date, so that no key's age can be
// told.
var ErrNoDate = errors.New("its answers have no Date header, by which a key's age is told: is there a proxy that removes it?")

// CheckTime is ErrNoDate where an account's answers so far don't tell its platform's
// time.
func (inv *Inventory) CheckTime() error {
	for _, h := range inv.readers {
		if !h.TellsTime() {
			return fmt.Errorf("the age of the keys of the account %q can't be told: %w", h.about.Name, ErrNoDate)
		}
	}
	return nil
}

// Revocation is what a platform says of a key that was revoked.
type Revocation struct {
	// Key is the key as it is then.
	Key Key
	// Refused tells that the platform answered the key's own token with 401.
	Refused bool
}

// Revoke revokes the key. The platform says that it is revoked, or answers the
// account's credential with 401 where the key is that, or there is an error.
func (inv *Inventory) Revoke(ctx context.Context, key Key) (Revocation, error) {
	self, selfErr := inv.selfOf(ctx, key)
	if err := key.reader.RevokeAPIKey(ctx, key.place.ID, key.ID); err != nil {
		return Revocation{}, fmt.Errorf("revoking the key %s: %w", key, err)
	}
	done := Revocation{}
	now, err := inv.Get(ctx, key)
	switch {
	// With its own key gone, an account can't look at anything more.
	case client.Refused(err) && selfErr == nil && self.ID == key.ID:
		now, done.Refused = key, true
		now.Status, now.Mark, now.RevokedAt = Revoked, "", new(key.reader.PlatformNow().UTC().Truncate(time.Second))
	case err != nil:
		return Revocation{}, fmt.Errorf("the key %s was revoked, but it can't be looked at: %w", key, err)
	case now.RevokedAt == nil:
		return Revocation{}, fmt.Errorf("the platform took the revocation of the key %s, and says that it is not revoked", key)
	}
	inv.changed(now)
	done.Key = now
	return done, nil
}

// selfOf returns the own key of a key's account, where its prefix is not that of another
// key. It is asked for once.
func (inv *Inventory) selfOf(ctx context.Context, key Key) (Key, error) {
	if !key.reader.mayBe(key) {
		return Key{}, nil
	}
	return key.reader.self(ctx)
}

// changed takes a key as it is now into what was listed.
func (inv *Inventory) changed(key Key) {
	for _, keys := range inv.listed {
		for i := range keys {
			if keys[i].Platform == key.Platform && keys[i].ID == key.ID {
				keys[i].Status, keys[i].Mark, keys[i].RevokedAt = key.Status, key.Mark, key.RevokedAt
			}
		}
	}
}

// Refused proves that a token no longer works: nil where the platform answers
// 401 to a request made with it. Any other answer, and none, is an error.
func (inv *Inventory) Refused(ctx context.Context, key Key, token client.Secret) error {
	switch err := key.reader.verify(ctx, key.place.ID, token); {
	case client.Refused(err):
		return nil
	case err == nil:
		return fmt.Errorf("the token of %s is still accepted", key)
	default:
		return fmt.Errorf("whether the token of %s is refused could not be proved: %w", key, err)
	}
}

// IsOwn reports whether a key is that of one of the accounts. A prefix that isn't
// the credential's excludes it; else the platform is asked. Where that can't be told
// for certain, it is an error: a refusal can be worked around, a lock-out can not.
func (inv *Inventory) IsOwn(ctx context.Context, key Key) (bool, error) {
	for _, h := range inv.readers {
		if !h.mayBe(key) {
			continue
		}
		self, err := h.self(ctx)
		if err != nil {
			return false, fmt.Errorf("it is not certain whether %s is the key that the account %q itself uses: %w", key, h.about.Name, client.Reason(err))
		}
		if self.ID == key.ID {
			return true, nil
		}
	}
	return false, nil
}
