package billium

import (
	"context"
	"net/http"
	"time"

	billiumapi "github.com/keyward/terraform-provider-keyward/internal/contract/billium"
	"github.com/keyward/terraform-provider-keyward/internal/platform/billium"
	"github.com/keyward/terraform-provider-keyward/internal/sandbox/store"
)

// overlap is how long a replaced secret still signs, beside the new one. Source:
// contract.
const overlap = 24 * time.Hour

// webhookSecretID is the prefix of a signing secret's id. Source: contract.
const webhookSecretID billium.Kind = "whs"

// RotateWebhookSecret gives a webhook a new secret and answers with it, once.
func (s *server) RotateWebhookSecret(w http.ResponseWriter, r *http.Request, merchantID billiumapi.MerchantID, id billiumapi.WebhookID, _ billiumapi.RotateWebhookSecretParams) {
	secret, err := s.newSecret(id)
	if err == nil {
		until := secret.CreatedAt.Add(overlap)
		err = s.Store.InTx(r.Context(), func(ctx context.Context) error {
			if _, err := s.Store.WebhooksOf(store.Billium, merchantID).Get(ctx, id); err != nil {
				return err
			}
			return s.Store.ReplaceWebhookSecret(ctx, secret, &until)
		})
	}
	object := webhookSecret(secret)
	s.answer(w, r, http.StatusCreated, billiumapi.CreatedWebhookSecret{
		ID: object.ID, WebhookID: object.WebhookID, SecretKeyPreview: object.SecretKeyPreview, IsActive: object.IsActive,
		Secret: secret.Secret,
	}, named("Webhook", err))
}

func (s *server) newSecret(webhookID string) (store.WebhookSecret, error) {
	id, err := billium.NewID(s.Rand, webhookSecretID)
	if err != nil {
		return store.WebhookSecret{}, err
	}
	secret, err := billium.NewSecret(s.Rand)
	return store.WebhookSecret{ID: id, WebhookID: webhookID, Secret: secret, CreatedAt: s.Now().UTC()}, err
}

// webhookSecret is a secret as responses show it. One that signs no more is not
// shown at all.
func webhookSecret(secret store.WebhookSecret) billiumapi.WebhookSecret {
	return billiumapi.WebhookSecret{
		ID: secret.ID, WebhookID: secret.WebhookID, SecretKeyPreview: billium.SecretPreview(secret.Secret), IsActive: true,
		ExpiresAt: secret.ExpiresAt,
	}
}
