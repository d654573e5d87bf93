package deliver

import (
	"context"
	"io"
	"net/http"
	"slices"
	"time"

	"github.com/keyward/terraform-provider-keyward/internal/platform/billium"
	"github.com/keyward/terraform-provider-keyward/internal/platform/corebill"
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

// billiumBody is a delivery's. Source: docs, Billium, "Webhooks"; that the
// timestamp is RFC 3339: contract.
type billiumBody struct {
	Event     string    `json:"event"`
	ID        string    `json:"id"`
	Data      any       `json:"data"`
	Timestamp time.Time `json:"timestamp"`
}

var billiumForm = form{
	newEventID:    func(random io.Reader) (string, error) { return billium.NewID(random, billium.EventID) },
	newDeliveryID: func(random io.Reader) (string, error) { return billium.NewID(random, billiumDeliveryID) },
	subscribes:    billium.Subscribes,
	body: func(e event, _ string) any {
		return billiumBody{Event: e.name, ID: e.id, Data: e.data, Timestamp: e.at}
	},
	sign: func(header http.Header, d store.Delivery, secrets []string, at time.Time) {
		header.Set(billium.SignatureHeader, billium.Sign(secrets, at, []byte(d.Body)))
		header.Set(billium.WebhookIDHeader, d.WebhookID)
		header.Set(billium.EventIDHeader, d.EventID)
		header.Set(billium.DeliveryIDHeader, d.ID)
	},
}

// corebillBody is a delivery's. Source: docs, Corebill, "Webhooks".
type corebillBody struct {
	ID        string         `json:"id"`
	Event     string         `json:"event"`
	CreatedAt time.Time      `json:"created_at"`
	WebhookID string         `json:"webhook_id"`
	Data      any            `json:"data"`
	Metadata  map[string]any `json:"metadata"`
}

var corebillForm = form{
	newEventID:    func(random io.Reader) (string, error) { return corebill.NewID(random, corebill.EventID) },
	newDeliveryID: func(random io.Reader) (string, error) { return corebill.NewID(random, corebillDeliveryID) },
	subscribes:    slices.Contains[[]string],
	body: func(e event, webhookID string) any {
		return corebillBody{ID: e.id, Event: e.name, CreatedAt: e.at, WebhookID: webhookID, Data: e.data, Metadata: map[string]any{}}
	},
	sign: func(header http.Header, d store.Delivery, secrets []string, _ time.Time) {
		for _, secret := range secrets[:min(len(secrets), 1)] {
			header.Set(corebill.SignatureHeader, corebill.Sign(secret, []byte(d.Body)))
		}
	},
}
