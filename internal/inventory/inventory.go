package inventory

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"strings"
	"time"

	"github.com/keyward/terraform-provider-keyward/internal/client"
)

// reader is an account of either platform, as it is read.
type reader interface {
	account() *Account
	// each yields the keys; one of the organization comes once.
	each(ctx context.Context, options ListOptions) iter.Seq2[Key, error]
	get(ctx context.Context, key Key) (Key, error)
	// byID returns a key, revoked in the last 90 days or not; client.ErrNotFound
	// where the account knows none of that id.
	byID(ctx context.Context, id string) (Key, error)
	revoke(ctx context.Context, key Key) error
	// logs yields rows of one scope after another, each newest first. No row
	// comes twice.
	logs(ctx context.Context, filter LogFilter) iter.Seq2[Request, error]
	// self returns the account's own key for certain, or an error. It is asked for
	// once.
	self(ctx context.Context) (Key, error)
	// identify tells which key a token is, by presenting it where a key is that it may
	// be.
	identify(ctx context.Context, maybe Key, token client.Secret) (client.Identity, error)
	// introduce says which key that is, and what it reaches.
	introduce(ctx context.Context, self *Self) error
	// reaches reports whether the account reaches a company or merchant.
	reaches(ctx context.Context, scope string) (bool, error)
	// has is reaches as far as it was read, without a request; "" is the organization.
	has(scope string) bool
	// as returns the same reader with another credential.
	as(token client.Secret) (reader, error)
	// verify makes a request and returns how the credential is answered.
	verify(ctx context.Context) error
	// ping has a webhook pinged.
	ping(ctx context.Context, webhook *Webhook) (*Ping, error)
	credential() client.Secret
	// now is the time by the platform's clock, as its last answer told it, and tellsTime
	// whether any did.
	now() time.Time
	tellsTime() bool
	// wholeLog reports whether the account's log has every request of every key
	// that the account sees, given which key the account's own is.
	wholeLog(self Key) bool
}

// Inventory is what is live in all accounts. It is not safe for parallel use.
type Inventory struct {
	readers []reader
	// listed are the keys of the accounts that were listed whole, revoked ones too, as
	// far as this inventory has not changed them since.
	listed map[reader][]Key
}

// New returns the inventory of the accounts. It makes no request.
func New(accounts *Accounts) *Inventory {
	inv := &Inventory{listed: map[reader][]Key{}}
	for _, a := range accounts.Corebill {
		inv.readers = append(inv.readers, &corebillReader{CorebillAccount: a, about: Account{Corebill, a.Name, a.Client.BaseURL(), a.CompanyIDs == nil}})
	}
	for _, a := range accounts.Billium {
		inv.readers = append(inv.readers, &billiumReader{BilliumAccount: a, about: Account{Billium, a.Name, a.Client.BaseURL(), true}})
	}
	return inv
}

// ListOptions narrows where keys are looked for. The zero value narrows nothing.
type ListOptions struct {
	// Platform is one of the platforms' names; "" for both.
	Platform string
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
		for _, h := range inv.readers {
			if options.Platform != "" && options.Platform != string(h.account().Platform) {
				continue
			}
			for key, err := range h.each(ctx, options) {
				if err != nil {
					yield(Key{}, fmt.Errorf("listing the keys of the account %q: %w", h.account().Name, err))
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
func (inv *Inventory) Get(ctx context.Context, key Key) (Key, error) { return key.reader.get(ctx, key) }

// ErrNoDate tells that a platform's answers have no Date, so that no key's age can be
// told.
var ErrNoDate = errors.New("its answers have no Date header, by which a key's age is told: is there a proxy that removes it?")

// CheckTime is ErrNoDate where an account's answers so far don't tell its platform's
// time.
func (inv *Inventory) CheckTime() error {
	for _, h := range inv.readers {
		if !h.tellsTime() {
			return fmt.Errorf("the age of the keys of the account %q can't be told: %w", h.account().Name, ErrNoDate)
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
	if err := key.reader.revoke(ctx, key); err != nil {
		return Revocation{}, fmt.Errorf("revoking the key %s: %w", key, err)
	}
	done := Revocation{}
	now, err := inv.Get(ctx, key)
	switch {
	// With its own key gone, an account can't look at anything more.
	case client.Refused(err) && selfErr == nil && self.ID == key.ID:
		now, done.Refused = key, true
		now.Status, now.Mark, now.RevokedAt = Revoked, "", new(key.reader.now().UTC().Truncate(time.Second))
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
	if !strings.HasPrefix(key.reader.credential().Reveal(), key.KeyPrefix) {
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
	h, err := key.reader.as(token)
	if err != nil {
		return err
	}
	switch err := h.verify(ctx); {
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
		if string(h.account().Platform) != key.Platform || !strings.HasPrefix(h.credential().Reveal(), key.KeyPrefix) {
			continue
		}
		self, err := h.self(ctx)
		if err != nil {
			return false, fmt.Errorf("it is not certain whether %s is the key that the account %q itself uses: %w", key, h.account().Name, client.Reason(err))
		}
		if self.ID == key.ID {
			return true, nil
		}
	}
	return false, nil
}
