package inventory

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"iter"
	"slices"
	"strings"
	"time"

	"github.com/keyward/terraform-provider-keyward/internal/client"
	corebillapi "github.com/keyward/terraform-provider-keyward/internal/contract/corebill"
)

// calls are the requests in which the platforms differ. at is the id of a company or
// merchant.
type calls interface {
	// PlatformNow is the time by the platform's clock, as its last answer told it, and
	// TellsTime whether any did.
	PlatformNow() time.Time
	TellsTime() bool
	RevokeAPIKey(ctx context.Context, at, id string) error
	// Identify tells which key a token is, by presenting it.
	Identify(ctx context.Context, at string, token client.Secret) (client.Identity, error)
	// keys and log list what is there, newest first. announce is told how many pages
	// there are, where the platform tells that.
	keys(ctx context.Context, at string, revoked bool, announce func(pages int)) iter.Seq2[Key, error]
	log(ctx context.Context, at string, filter LogFilter, announce func(pages int)) iter.Seq2[Request, error]
	// lists are all that there is to read there, in its order, with the keys and the log.
	lists(ctx context.Context, at string, keys, log part) []part
	isKeyID(id string) bool
	// key returns a key, revoked in the last 90 days or not.
	key(ctx context.Context, at, id string) (Key, error)
	// ownKey returns the credential's key and, on Billium, its user's role.
	ownKey(ctx context.Context, at string) (key Key, role string, err error)
	// verify makes a request with a token and returns how that is answered.
	verify(ctx context.Context, at string, token client.Secret) error
	// ping has a webhook pinged.
	ping(ctx context.Context, at, id string) (*Ping, error)
}

// reader is an account of either platform, as it is read.
type reader struct {
	calls

	about      Account
	credential client.Secret
	// companies lists what a Corebill credential reaches; nil for Billium.
	companies func(context.Context) ([]corebillapi.Company, error)
	// reached are the companies, once they were asked for, or the merchant; live are
	// these companies.
	reached []Place
	live    []Item
	// own and role are the account's own key, once that was asked for.
	own  *Key
	role string
}

// reach returns the companies that the account reaches, or its merchant.
func (h *reader) reach(ctx context.Context) ([]Place, error) {
	if h.reached != nil {
		return h.reached, nil
	}
	companies, err := h.companies(ctx)
	for _, c := range companies {
		h.reached, h.live = append(h.reached, Place{c.ID, c.Name}), append(h.live, companyOf(c))
	}
	return h.reached, err
}

// reaches reports whether the account reaches a company or merchant.
func (h *reader) reaches(ctx context.Context, scope string) (bool, error) {
	_, err := h.reach(ctx)
	return scope != "" && h.has(scope), err
}

// has is reaches as far as it was read, without a request; "" is the organization.
func (h *reader) has(scope string) bool {
	return slices.ContainsFunc(h.reached, func(p Place) bool { return scope == "" || p.ID == scope })
}

// listIn yields what the list of a company or merchant has.
func (h *reader) listIn(ctx context.Context, at Place, revoked bool, announce func(int)) iter.Seq2[Key, error] {
	return mapped(h.keys(ctx, at.ID, revoked, announce), func(k Key) Key { return k.read(h, at) })
}

// logIn yields what the log of a company or merchant has.
func (h *reader) logIn(ctx context.Context, at Place, filter LogFilter, announce func(int)) iter.Seq2[Request, error] {
	return mapped(h.log(ctx, at.ID, filter, announce), func(r Request) Request {
		r.Platform, r.Account = h.about.Platform, h.about.Name
		return r
	})
}

// each yields the keys; one of the organization comes once, though every company's
// list has it.
func (h *reader) each(ctx context.Context, options ListOptions) iter.Seq2[Key, error] {
	return func(yield func(Key, error) bool) {
		places, err := h.reach(ctx)
		if err != nil {
			yield(Key{}, err)
			return
		}
		seen := map[string]bool{}
		for _, at := range places {
			if options.Scope != "" && options.Scope != at.ID {
				continue
			}
			for key, err := range h.listIn(ctx, at, options.Revoked, nil) {
				if err != nil {
					yield(Key{}, err)
					return
				}
				if key.Scope == nil && (seen[key.ID] || options.Scope != "") {
					continue
				}
				seen[key.ID] = true
				if !yield(key, nil) {
					return
				}
			}
		}
	}
}

// logs yields rows of one company after another, each newest first. A row that names no
// company comes once, though every company's log has it.
func (h *reader) logs(ctx context.Context, filter LogFilter) iter.Seq2[Request, error] {
	return func(yield func(Request, error) bool) {
		places, err := h.reach(ctx)
		if err != nil {
			yield(Request{}, err)
			return
		}
		seen := map[string]bool{}
		for _, at := range places {
			if filter.Scope != "" && filter.Scope != at.ID {
				continue
			}
			rows := 0
			for request, err := range h.logIn(ctx, at, filter, nil) {
				if err != nil {
					yield(Request{}, fmt.Errorf("the log of the %s %s: %w", h.about.Platform.scopeNoun(), at.ID, err))
					return
				}
				if seen[request.ID] || !filter.passes(request) {
					continue
				}
				if request.Scope == nil {
					seen[request.ID] = true
				}
				if !yield(request, nil) {
					return
				}
				if rows++; filter.Limit > 0 && rows >= filter.Limit {
					break
				}
			}
		}
	}
}

// get returns a key as it is now. at is what requests about it name.
func (h *reader) get(ctx context.Context, at Place, id string) (Key, error) {
	key, err := h.key(ctx, at.ID, id)
	if err != nil {
		return Key{}, err
	}
	return key.read(h, at), nil
}

// byID returns a key, revoked in the last 90 days or not; client.ErrNotFound where the
// account knows none of that id. Corebill answers about a key in its own company alone.
func (h *reader) byID(ctx context.Context, id string) (Key, error) {
	missing := fmt.Errorf("%w: %s", client.ErrNotFound, id)
	if !h.isKeyID(id) {
		return Key{}, missing
	}
	places, err := h.reach(ctx)
	if err != nil {
		return Key{}, err
	}
	for _, at := range places {
		if key, err := h.get(ctx, at, id); !errors.Is(err, client.ErrNotFound) {
			return key, err
		}
	}
	return Key{}, missing
}

// mayBe reports whether a key has the prefix of the account's credential.
func (h *reader) mayBe(key Key) bool {
	return h.about.Platform == key.Platform && strings.HasPrefix(h.credential.Reveal(), key.KeyPrefix)
}

// self returns the account's own key for certain, or an error. It is asked for once.
func (h *reader) self(ctx context.Context) (Key, error) {
	if h.own != nil {
		return *h.own, nil
	}
	places, err := h.reach(ctx)
	if err != nil {
		return Key{}, client.Unidentified("the account's companies could not be listed", err)
	}
	key, role, err := h.ownKey(ctx, places[0].ID)
	if err != nil {
		return Key{}, err
	}
	key = key.read(h, places[0])
	h.own, h.role = &key, role
	return key, nil
}

// Reaches returns an error where no account reaches the company or merchant of
// that id: what is looked for in there is then not missing, but out of sight. An
// account that can't be asked matters only where no other one reaches it.
func (inv *Inventory) Reaches(ctx context.Context, platform Platform, scope string) error {
	var trouble error
	for h := range inv.of(platform) {
		switch has, err := h.reaches(ctx, scope); {
		case has:
			return nil
		case err != nil && trouble == nil:
			trouble = err
		}
	}
	if trouble != nil {
		return trouble
	}
	return fmt.Errorf("no configured account reaches %s (keyward whoami --output json shows the ids of what they reach)", scope)
}

// Lookup returns a key of a company or merchant that was read by its id, revoked in the
// last 90 days or not; scope is empty for the organization's. client.ErrNotFound where no
// account that has read it knows the key.
func (inv *Inventory) Lookup(ctx context.Context, platform Platform, scope, id string) (key Key, err error) {
	err = inv.first(platform, scope, func(h *reader) (err error) {
		key, err = h.get(ctx, Place{ID: cmp.Or(scope, h.reached[0].ID)}, id)
		return err
	})
	return key, err
}

// Ping has the platform ping a webhook that was read, and notes in it how the endpoint
// answered. It is safe for parallel use.
func (inv *Inventory) Ping(ctx context.Context, webhook *Webhook) error {
	return inv.first(webhook.Platform, webhook.Scope, func(h *reader) (err error) {
		webhook.Ping, err = h.ping(ctx, webhook.Scope, webhook.ID)
		return err
	})
}

// first does something with the accounts of a platform that have read a company or
// merchant, or the organization for "", until it is done. The error is the last one's. An
// account that could not be read is not asked once more.
func (inv *Inventory) first(platform Platform, scope string, do func(*reader) error) error {
	err := fmt.Errorf("%w: no configured account reaches %s (keyward whoami --output json lists what they reach)", client.ErrNotFound, cmp.Or(scope, "the organization"))
	for h := range inv.of(platform) {
		if !h.has(scope) {
			continue
		}
		if err = do(h); err == nil {
			return nil
		}
	}
	return err
}
