package sandbox

import (
	"context"

	"github.com/keyward/terraform-provider-keyward/internal/sandbox/store"
)

// Webhooks returns the webhooks of both platforms, newest first.
func (d Dashboard) Webhooks(ctx context.Context) ([]store.Webhook, error) {
	return d.server.store.Webhooks().All(ctx)
}

// WebhookSecrets returns the secrets that sign now, by webhook and the current
// one first.
func (d Dashboard) WebhookSecrets(ctx context.Context, webhookIDs ...string) (map[string][]store.WebhookSecret, error) {
	return d.server.store.WebhookSecrets(ctx, d.server.options.Now(), webhookIDs...)
}

// SetWebhook changes a webhook of either platform.
func (d Dashboard) SetWebhook(ctx context.Context, id string, change func(*store.Webhook)) error {
	_, err := d.server.store.ChangeWebhook(ctx, d.server.store.Webhooks(), id, change)
	return err
}

// Deliver makes every delivery to a webhook that is due by the server's clock,
// and returns once they are in the delivery log.
func (d Dashboard) Deliver(ctx context.Context) error { return d.server.deliveries.Deliver(ctx) }

// Deliveries returns the delivery log, oldest first.
func (d Dashboard) Deliveries(ctx context.Context) ([]store.DeliveryAttempt, error) {
	return d.server.store.DeliveryAttempts().All(ctx)
}
