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
	companies, err := h.reach(ctx)
	return slices.ContainsFunc(companies, func(c corebillapi.Company) bool { return c.ID == scope }), err
}

func (h *billiumReader) reaches(_ context.Context, scope string) (bool, error) {
	return scope == h.MerchantID, nil
}

// Lookup returns a key of a company or merchant by its id, revoked in the last 90 days or
// not; scope is empty for the organization's. client.ErrNotFound where no account that
// reaches it knows the key.
func (inv *Inventory) Lookup(ctx context.Context, platform Platform, scope, id string) (Key, error) {
	err := fmt.Errorf("%w: %s", client.ErrNotFound, id)
	for _, h := range inv.readers {
		if h.account().Platform != platform {
			continue
		}
		at := scope
		if c, ok := h.(*corebillReader); ok && scope == "" {
			companies, failed := c.reach(ctx)
			if failed != nil {
				err = failed
				continue
			}
			at = companies[0].ID
		}
		if reaches, failed := h.reaches(ctx, at); !reaches {
			err = cmp.Or(failed, err)
			continue
		}
		key, failed := h.get(ctx, Key{ID: id, company: at})
		if failed == nil {
			return key, nil
		}
		err = failed
	}
	return Key{}, err
}

// Ping has the platform ping a webhook, and notes in it how the endpoint answered.
func (inv *Inventory) Ping(ctx context.Context, webhook *Webhook) error {
	err := fmt.Errorf("%w: %s", client.ErrNotFound, webhook.ID)
	for _, h := range inv.readers {
		if h.account().Platform != webhook.Platform {
			continue
		}
		if reaches, failed := h.reaches(ctx, webhook.Scope); !reaches {
			err = cmp.Or(failed, err)
			continue
		}
		if webhook.Ping, err = h.ping(ctx, webhook); err == nil {
			return nil
		}
	}
	return err
}

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
