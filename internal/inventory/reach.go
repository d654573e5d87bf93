package inventory

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"github.com/keyward/terraform-provider-keyward/internal/client"
	corebillapi "github.com/keyward/terraform-provider-keyward/internal/contract/corebill"
)

// Reaches returns an error where no account reaches the company or merchant of
// that id: what is looked for in there is then not missing, but out of sight. An
// account that can't be asked matters only where no other one reaches it.
func (inv *Inventory) Reaches(ctx context.Context, platform, scope string) error {
	var trouble error
	for _, h := range inv.readers {
		if platform != "" && platform != string(h.account().Platform) {
			continue
		}
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

func (h *corebillReader) reaches(ctx context.Context, scope string) (bool, error) {
	_, err := h.reach(ctx)
	return scope != "" && h.has(scope), err
}

func (h *billiumReader) reaches(_ context.Context, scope string) (bool, error) {
	return h.has(scope), nil
}

// Lookup returns a key of a company or merchant that was read by its id, revoked in the
// last 90 days or not; scope is empty for the organization's. client.ErrNotFound where no
// account that has read it knows the key.
func (inv *Inventory) Lookup(ctx context.Context, platform Platform, scope, id string) (key Key, err error) {
	err = inv.first(platform, scope, func(h reader) error {
		at := scope
		if c, ok := h.(*corebillReader); ok && scope == "" {
			at = c.companies[0].ID
		}
		found, err := h.get(ctx, Key{ID: id, company: at})
		key = found
		return err
	})
	return key, err
}

// Ping has the platform ping a webhook that was read, and notes in it how the endpoint
// answered. It is safe for parallel use.
func (inv *Inventory) Ping(ctx context.Context, webhook *Webhook) error {
	return inv.first(webhook.Platform, webhook.Scope, func(h reader) (err error) {
		webhook.Ping, err = h.ping(ctx, webhook)
		return err
	})
}

// first does something with the accounts of a platform that have read a company or
// merchant, or the organization for "", until it is done. The error is the last one's. An
// account that could not be read is not asked once more.
func (inv *Inventory) first(platform Platform, scope string, do func(reader) error) error {
	err := fmt.Errorf("%w: no configured account reaches %s (keyward whoami --output json lists what they reach)", client.ErrNotFound, cmp.Or(scope, "the organization"))
	for _, h := range inv.readers {
		if h.account().Platform != platform || !h.has(scope) {
			continue
		}
		if err = do(h); err == nil {
			return nil
		}
	}
	return err
}

func (h *corebillReader) has(scope string) bool {
	return slices.ContainsFunc(h.companies, func(c corebillapi.Company) bool { return scope == "" || c.ID == scope })
}

func (h *billiumReader) has(scope string) bool { return scope == h.MerchantID }

func (h *corebillReader) ping(ctx context.Context, webhook *Webhook) (*Ping, error) {
	ping, err := h.Client.PingWebhook(ctx, webhook.Scope, webhook.ID)
	if err != nil {
		return nil, err
	}
	return newPing(ping.Delivered, ping.Status, ping.Error), nil
}

func (h *billiumReader) ping(ctx context.Context, webhook *Webhook) (*Ping, error) {
	ping, err := h.Client.PingWebhook(ctx, webhook.Scope, webhook.ID)
	if err != nil {
		return nil, err
	}
	return newPing(ping.Delivered, ping.Status, ping.Error), nil
}

func newPing(delivered bool, status *int, reason *string) *Ping {
	ping := &Ping{Delivered: delivered, Error: deref(reason)}
	if status != nil {
		ping.Status = *status
	}
	return ping
}
