package deliver

import (
	"context"
	"slices"
	"time"

	"github.com/keyward/terraform-provider-keyward/internal/sandbox/store"
)

// pingName is the event of a ping. Source: contract.
const pingName = "ping"

// pingTimeout is how long a ping may take at most: its caller waits.
const pingTimeout = 20 * time.Second

// Publish queues an event of a company or merchant for each enabled webhook that
// wants it. It joins the context's transaction, and the deliveries begin once
// that is committed. data is what the platform's API would answer with.
func (e *Engine) Publish(ctx context.Context, platform store.Platform, scopeID, name string, data any) error {
	return e.Store.InTx(ctx, func(ctx context.Context) error {
		webhooks, err := e.Store.EnabledWebhooks(ctx, platform, scopeID)
		if err != nil {
			return err
		}
		f := forms[platform]
		webhooks = slices.DeleteFunc(webhooks, func(w store.Webhook) bool { return !f.subscribes(w.Events, name) })
		if len(webhooks) == 0 {
			return nil
		}
		happened, err := e.event(f, name, data)
		if err != nil {
			return err
		}
		for _, webhook := range webhooks {
			d, err := f.delivery(e.Rand, happened, webhook.ID)
			if err == nil {
				err = e.Store.Deliveries().Insert(ctx, d)
			}
			if err != nil {
				return err
			}
		}
		e.Store.AfterCommit(ctx, e.alarm)
		return nil
	})
}

func (e *Engine) event(f form, name string, data any) (event, error) {
	id, err := f.newEventID(e.Rand)
	// As precise as the database, where the time of an attempt is compared to it.
	return event{id: id, name: name, at: e.Now().UTC().Truncate(time.Microsecond), data: data}, err
}

// Ping is what came of a ping.
type Ping struct {
	EventID string
	// Status is nil where the endpoint gave no answer.
	Status *int
	// Error is why there was no delivery, nil where there was one.
	Error *string
}

// Ping delivers one event to a webhook now, once, and logs it. A disabled webhook
// gets nothing: the result says so. It must not run in a transaction, which would
// stay open for as long as the endpoint likes.
func (e *Engine) Ping(ctx context.Context, webhook store.Webhook) (Ping, error) {
	f := forms[webhook.Platform()]
	happened, err := e.event(f, pingName, struct{}{})
	if err != nil {
		return Ping{}, err
	}
	if !webhook.Enabled {
		disabled := "The webhook is disabled"
		return Ping{EventID: happened.id, Error: &disabled}, nil
	}
	d, err := f.delivery(e.Rand, happened, webhook.ID)
	if err != nil {
		return Ping{}, err
	}
	result, err := e.send(ctx, webhook, d, happened.at, min(webhook.Timeout(), pingTimeout))
	if err != nil {
		return Ping{}, err
	}
	row := result.row(d, happened.at)
	return Ping{EventID: happened.id, Status: row.Status, Error: row.Error}, e.Store.DeliveryAttempts().Insert(context.WithoutCancel(ctx), row)
}
