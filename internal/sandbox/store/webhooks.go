package store

import (
	"context"
	"errors"
	"time"
)

// Webhook is an endpoint that events are delivered to. It is a company's or a
// merchant's, and the other id is nil. Its secrets are rows of their own.
type Webhook struct {
	ID                    string
	CompanyID, MerchantID *string
	URL                   string
	Events                []string
	Enabled               bool
	Description           *string
	// RetryCount is how often a failed delivery is repeated, TimeoutMS how long one
	// may take, in milliseconds.
	RetryCount, TimeoutMS int
	CreatedAt             time.Time
}

// Platform returns the platform of the webhook.
func (w Webhook) Platform() Platform {
	if w.CompanyID != nil {
		return Corebill
	}
	return Billium
}

// Timeout returns how long a delivery may take.
func (w Webhook) Timeout() time.Duration { return time.Duration(w.TimeoutMS) * time.Millisecond }

// Webhooks are those of both platforms, newest first.
func (s *Store) Webhooks() Table[Webhook] { return table[Webhook](s, "webhooks", newestFirst) }

// WebhooksOf are a company's or a merchant's, newest first.
func (s *Store) WebhooksOf(platform Platform, scopeID string) Table[Webhook] {
	if platform == Corebill {
		return s.Webhooks().only("company_id = ?", scopeID)
	}
	return s.Webhooks().only("merchant_id = ?", scopeID)
}

// EnabledWebhooks returns the webhooks of a company or merchant that are to get
// events.
func (s *Store) EnabledWebhooks(ctx context.Context, platform Platform, scopeID string) ([]Webhook, error) {
	return s.WebhooksOf(platform, scopeID).only("enabled").All(ctx)
}

// CreateWebhook adds a webhook with its first secret.
func (s *Store) CreateWebhook(ctx context.Context, w Webhook, secret WebhookSecret) error {
	return s.InTx(ctx, func(ctx context.Context) error {
		if err := s.Webhooks().Insert(ctx, w); err != nil {
			return err
		}
		return s.webhookSecrets().Insert(ctx, secret)
	})
}

// ChangeWebhook changes one of the webhooks, see Table.Change. One that is
// disabled loses what was still to be delivered.
func (s *Store) ChangeWebhook(ctx context.Context, webhooks Table[Webhook], id string, change func(*Webhook)) (w Webhook, err error) {
	err = s.InTx(ctx, func(ctx context.Context) error {
		w, err = webhooks.Change(ctx, id, change)
		if err == nil && !w.Enabled {
			err = s.exec(ctx, "DELETE FROM webhook_deliveries WHERE webhook_id = ?", id)
		}
		return err
	})
	return w, err
}

// WebhookSecret signs a webhook's deliveries. It is stored as it is, since it
// must sign.
type WebhookSecret struct {
	ID, WebhookID, Secret string

	CreatedAt time.Time
	// ExpiresAt is when it signs no more; nil for the current secret.
	ExpiresAt *time.Time
}

func (s *Store) webhookSecrets() Table[WebhookSecret] {
	return table[WebhookSecret](s, "webhook_secrets", "CASE WHEN expires_at IS NULL THEN 0 ELSE 1 END, created_at DESC, id")
}

// WebhookSecrets returns the secrets that sign at the time, by webhook and the
// current one first.
func (s *Store) WebhookSecrets(ctx context.Context, now time.Time, webhookIDs ...string) (map[string][]WebhookSecret, error) {
	found := map[string][]WebhookSecret{}
	if len(webhookIDs) == 0 {
		return found, nil
	}
	ids := make([]any, len(webhookIDs))
	for i, id := range webhookIDs {
		ids[i] = id
	}
	secrets, err := s.webhookSecrets().only("expires_at IS NULL OR expires_at > ?", now).
		only("webhook_id IN ("+placeholders("?", len(ids))+")", ids...).All(ctx)
	for _, secret := range secrets {
		found[secret.WebhookID] = append(found[secret.WebhookID], secret)
	}
	return found, err
}

// ReplaceWebhookSecret makes secret the current one. The one that it replaces
// signs until keepUntil, or no more where that is nil; any older one signs no
// more.
func (s *Store) ReplaceWebhookSecret(ctx context.Context, secret WebhookSecret, keepUntil *time.Time) error {
	return s.InTx(ctx, func(ctx context.Context) error {
		// This changes nothing, but lets one rotation of a webhook run at a time.
		if err := s.writeOne(ctx, "UPDATE webhooks SET url = url WHERE id = ?", secret.WebhookID); err != nil {
			return err
		}
		gone := "DELETE FROM webhook_secrets WHERE webhook_id = ?"
		if keepUntil != nil {
			gone += " AND expires_at IS NOT NULL"
		}
		if err := s.exec(ctx, gone, secret.WebhookID); err != nil {
			return err
		}
		if err := s.exec(ctx, "UPDATE webhook_secrets SET expires_at = ? WHERE webhook_id = ?", keepUntil, secret.WebhookID); err != nil {
			return err
		}
		return s.webhookSecrets().Insert(ctx, secret)
	})
}

// Delivery is an event on its way to a webhook.
type Delivery struct {
	// Body is what is sent, the same at every attempt.
	ID, WebhookID, EventID, Event, Body string
	// Attempts is how many have been made.
	Attempts int
	// NextAt is when the next one is due, or for a delivery that a process is making
	// when another may make it.
	NextAt time.Time
}

// Deliveries are the queue, the longest due first.
func (s *Store) Deliveries() Table[Delivery] {
	return table[Delivery](s, "webhook_deliveries", "next_at, id")
}

// DueDeliveries returns what is due, the longest overdue first.
func (s *Store) DueDeliveries(ctx context.Context, now time.Time, limit int) ([]Delivery, error) {
	return s.Deliveries().only("next_at <= ?", now).rows(ctx, " ORDER BY next_at, id LIMIT ?", limit)
}

// ClaimDelivery reserves a due delivery until the given time and reports whether
// it was still to be had.
func (s *Store) ClaimDelivery(ctx context.Context, d Delivery, until time.Time) (bool, error) {
	claimed, err := s.write(ctx, "UPDATE webhook_deliveries SET next_at = ? WHERE id = ? AND next_at = ?", until, d.ID, d.NextAt)
	return claimed == 1, err
}

// ReleaseDelivery gives back a claimed delivery that no attempt was made of.
func (s *Store) ReleaseDelivery(ctx context.Context, d Delivery) error {
	return s.exec(ctx, "UPDATE webhook_deliveries SET next_at = ? WHERE id = ?", d.NextAt, d.ID)
}

// DropDelivery takes a delivery from the queue, if it is there.
func (s *Store) DropDelivery(ctx context.Context, id string) error {
	return s.exec(ctx, "DELETE FROM webhook_deliveries WHERE id = ?", id)
}

// DeliveryAttempt is a row of the delivery log.
type DeliveryAttempt struct {
	DeliveryID, WebhookID, EventID, Event string
	// Number counts the delivery's attempts from 1.
	Number int `db:"attempt"`
	// Status is the endpoint's answer, nil where it gave none.
	Status *int
	// Error is why the event was not taken, nil where it was.
	Error *string
	At    time.Time
	// NextAt is when the next attempt is due, nil where none follows.
	NextAt *time.Time
}

// DeliveryAttempts are the delivery log, oldest first.
func (s *Store) DeliveryAttempts() Table[DeliveryAttempt] {
	return table[DeliveryAttempt](s, "webhook_attempts", "at, delivery_id, attempt")
}

// FinishAttempt logs an attempt of a delivery and takes the delivery from the
// queue, or puts it off where NextAt is set. It returns the attempt as logged:
// without NextAt where the delivery was dropped meanwhile.
func (s *Store) FinishAttempt(ctx context.Context, a DeliveryAttempt) (DeliveryAttempt, error) {
	err := s.InTx(ctx, func(ctx context.Context) error {
		var err error
		if a.NextAt == nil {
			err = s.DropDelivery(ctx, a.DeliveryID)
		} else {
			err = s.writeOne(ctx, "UPDATE webhook_deliveries SET attempts = ?, next_at = ? WHERE id = ?", a.Number, a.NextAt, a.DeliveryID)
		}
		if errors.Is(err, ErrNotFound) {
			a.NextAt, err = nil, nil
		}
		if err != nil {
			return err
		}
		return s.DeliveryAttempts().Insert(ctx, a)
	})
	return a, err
}
