package store

import (
	"context"
	"time"
)

// WebhookSecret signs a webhook's deliveries. It is stored as it is, since it
// must sign.
type WebhookSecret struct {
	ID        string
	WebhookID string
	Secret    string
	CreatedAt time.Time
	// ExpiresAt is when it signs no more; nil for the current secret.
	ExpiresAt *time.Time
}

const webhookSecretColumns = "id, webhook_id, secret, created_at, expires_at"

func scanWebhookSecret(row scanner) (WebhookSecret, error) {
	var w WebhookSecret
	var createdAt int64
	var expiresAt *int64
	err := row.Scan(&w.ID, &w.WebhookID, &w.Secret, &createdAt, &expiresAt)
	w.CreatedAt, w.ExpiresAt = fromMicros(createdAt), fromMicrosOrNull(expiresAt)
	return w, err
}

func (s *Store) createWebhookSecret(ctx context.Context, w WebhookSecret) error {
	_, err := s.write(ctx, "INSERT INTO webhook_secrets ("+webhookSecretColumns+") VALUES ("+placeholders(5)+")",
		w.ID, w.WebhookID, w.Secret, micros(w.CreatedAt), microsOrNull(w.ExpiresAt))
	return err
}

// WebhookSecrets returns the secrets that sign at the time, by webhook and the
// current one first.
func (s *Store) WebhookSecrets(ctx context.Context, now time.Time, webhookIDs ...string) (map[string][]WebhookSecret, error) {
	found := map[string][]WebhookSecret{}
	if len(webhookIDs) == 0 {
		return found, nil
	}
	args := []any{micros(now)}
	for _, id := range webhookIDs {
		args = append(args, id)
	}
	secrets, err := all(ctx, s, scanWebhookSecret, "SELECT "+webhookSecretColumns+` FROM webhook_secrets
WHERE (expires_at IS NULL OR expires_at > ?) AND webhook_id IN (`+placeholders(len(webhookIDs))+`)
ORDER BY CASE WHEN expires_at IS NULL THEN 0 ELSE 1 END, created_at DESC, id`, args...)
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
		if _, err := s.write(ctx, gone, secret.WebhookID); err != nil {
			return err
		}
		_, err := s.write(ctx, "UPDATE webhook_secrets SET expires_at = ? WHERE webhook_id = ?", microsOrNull(keepUntil), secret.WebhookID)
		if err != nil {
			return err
		}
		return s.createWebhookSecret(ctx, secret)
	})
}
