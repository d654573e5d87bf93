package deliver

import (
	"context"
	"errors"
	"time"

	"github.com/keyward/terraform-provider-keyward/internal/sandbox/store"
)

// attempt makes one attempt of a claimed delivery and records what came of it.
func (e *Engine) attempt(ctx context.Context, d store.Delivery) error {
	// Once it is made it is recorded, even if the server is ending.
	lasting := context.WithoutCancel(ctx)
	webhook, err := e.Store.Webhooks().Get(lasting, d.WebhookID)
	if errors.Is(err, store.ErrNotFound) {
		return nil // deleted meanwhile, and the delivery with it
	}
	if err != nil {
		return err
	}
	if !webhook.Enabled {
		return e.Store.DropDelivery(lasting, d.ID)
	}
	now := e.Now().UTC()
	result, err := e.send(ctx, webhook, d, now, webhook.Timeout())
	if err != nil {
		return err
	}
	if ctx.Err() != nil && result.status == 0 {
		return e.Store.ReleaseDelivery(lasting, d) // broken off by the server's end
	}
	made := result.row(d, now)
	if wait, again := retry(result.status, made.Number, webhook.RetryCount); again {
		next := e.Now().UTC().Add(wait)
		made.NextAt = &next
	}
	made, err = e.Store.FinishAttempt(lasting, made)
	if made.NextAt != nil {
		e.alarm()
	}
	return err
}

// row is the result of a delivery's attempt as the delivery log has it.
func (r result) row(d store.Delivery, at time.Time) store.DeliveryAttempt {
	row := store.DeliveryAttempt{
		DeliveryID: d.ID, WebhookID: d.WebhookID, EventID: d.EventID, Event: d.Event, Number: d.Attempts + 1, At: at,
	}
	if r.status != 0 {
		row.Status = &r.status
	}
	if r.problem != "" {
		row.Error = &r.problem
	}
	return row
}
