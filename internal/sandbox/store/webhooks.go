package store

import (
	"context"
	"strings"
	"time"
)

// Webhook is an endpoint that events are delivered to. Its secrets are rows of
// their own.
type Webhook struct {
	ID       string
	Platform Platform
	// ScopeID is Corebill's company or Billium's merchant.
	ScopeID     string
	URL         string
	Events      []string
	Enabled     bool
	Description *string
	// RetryCount is how often a failed delivery is repeated.
	RetryCount int
	// Timeout is how long a delivery may take, in whole milliseconds.
	Timeout   time.Duration
	CreatedAt time.Time
}

// WebhookChange holds what to change; nil leaves a field alone.
type WebhookChange struct {
	URL     *string
	Events  []string
	Enabled *bool
	// Description points at nil to remove the description.
	Description **string
	RetryCount  *int
	Timeout     *time.Duration
}

const webhookColumns = "id, company_id, merchant_id, url, events, enabled, description, retry_count, timeout_ms, created_at"

func scanWebhook(row scanner) (Webhook, error) {
	var w Webhook
	var companyID, merchantID *string
	var events string
	var timeout, createdAt int64
	err := row.Scan(&w.ID, &companyID, &merchantID, &w.URL, &events, &w.Enabled, &w.Description, &w.RetryCount, &timeout, &createdAt)
	switch {
	case companyID != nil:
		w.Platform, w.ScopeID = Corebill, *companyID
	case merchantID != nil:
		w.Platform, w.ScopeID = Billium, *merchantID
	}
	w.Events, w.Timeout, w.CreatedAt = strings.Fields(events), time.Duration(timeout)*time.Millisecond, fromMicros(createdAt)
	return w, err
}

// scopeColumn is the column of webhooks that names a platform's scope.
func scopeColumn(platform Platform) string {
	if platform == Corebill {
		return "company_id"
	}
	return "merchant_id"
}

func webhooks(platform Platform, scopeID string) list[Webhook] {
	l := list[Webhook]{table: "webhooks", columns: webhookColumns, scan: scanWebhook}
	l.only(scopeColumn(platform)+" = ?", scopeID)
	return l
}

// CreateWebhook adds a webhook with its first secret.
func (s *Store) CreateWebhook(ctx context.Context, w Webhook, secret WebhookSecret) error {
	var companyID, merchantID *string
	if w.Platform == Corebill {
		companyID = &w.ScopeID
	} else {
		merchantID = &w.ScopeID
	}
	return s.InTx(ctx, func(ctx context.Context) error {
		_, err := s.write(ctx, "INSERT INTO webhooks ("+webhookColumns+") VALUES ("+placeholders(10)+")",
			w.ID, companyID, merchantID, w.URL, strings.Join(w.Events, " "), w.Enabled, w.Description, w.RetryCount,
			w.Timeout.Milliseconds(), micros(w.CreatedAt))
		if err != nil {
			return err
		}
		return s.createWebhookSecret(ctx, secret)
	})
}

// CompanyWebhooks returns one page of a company's webhooks.
func (s *Store) CompanyWebhooks(ctx context.Context, companyID string, c Cursor) ([]Webhook, bool, error) {
	return webhooks(Corebill, companyID).byCursor(ctx, s, c)
}

// MerchantWebhooks returns a merchant's webhooks, newest first.
func (s *Store) MerchantWebhooks(ctx context.Context, merchantID string) ([]Webhook, error) {
	return webhooks(Billium, merchantID).every(ctx, s)
}

// EnabledWebhooks returns the webhooks of a company or merchant that are to get
// events.
func (s *Store) EnabledWebhooks(ctx context.Context, platform Platform, scopeID string) ([]Webhook, error) {
	l := webhooks(platform, scopeID)
	l.only("enabled")
	return l.every(ctx, s)
}

// AllWebhooks returns the webhooks of both platforms, newest first.
func (s *Store) AllWebhooks(ctx context.Context) ([]Webhook, error) {
	return list[Webhook]{table: "webhooks", columns: webhookColumns, scan: scanWebhook}.every(ctx, s)
}

// Webhook returns one of a company's or merchant's webhooks.
func (s *Store) Webhook(ctx context.Context, platform Platform, scopeID, id string) (Webhook, error) {
	l := webhooks(platform, scopeID)
	l.only("id = ?", id)
	return l.first(ctx, s)
}

// AnyWebhook returns a webhook, whosever it is.
func (s *Store) AnyWebhook(ctx context.Context, id string) (Webhook, error) {
	return one(ctx, s, scanWebhook, "SELECT "+webhookColumns+" FROM webhooks WHERE id = ?", id)
}

// UpdateWebhook changes a webhook. One that is disabled loses what was still to
// be delivered.
func (s *Store) UpdateWebhook(ctx context.Context, platform Platform, scopeID, id string, change WebhookChange) error {
	var c changes
	set(&c, "url", change.URL)
	if change.Events != nil {
		events := strings.Join(change.Events, " ")
		set(&c, "events", &events)
	}
	set(&c, "enabled", change.Enabled)
	set(&c, "description", change.Description)
	set(&c, "retry_count", change.RetryCount)
	if change.Timeout != nil {
		timeout := change.Timeout.Milliseconds()
		set(&c, "timeout_ms", &timeout)
	}
	return s.InTx(ctx, func(ctx context.Context) error {
		if err := s.update(ctx, "webhooks", c, scopeColumn(platform)+" = ? AND id = ?", scopeID, id); err != nil {
			return err
		}
		if change.Enabled == nil || *change.Enabled {
			return nil
		}
		_, err := s.write(ctx, "DELETE FROM webhook_deliveries WHERE webhook_id = ?", id)
		return err
	})
}

// DeleteWebhook deletes a webhook with its secrets and what was still to be
// delivered. Its attempts stay in the log.
func (s *Store) DeleteWebhook(ctx context.Context, platform Platform, scopeID, id string) error {
	return s.writeOne(ctx, "DELETE FROM webhooks WHERE "+scopeColumn(platform)+" = ? AND id = ?", scopeID, id)
}
