package billium

import (
	"context"
	"net/http"
	"time"

	"github.com/oapi-codegen/nullable"

	billiumapi "github.com/keyward/terraform-provider-keyward/internal/contract/billium"
	"github.com/keyward/terraform-provider-keyward/internal/platform/billium"
	"github.com/keyward/terraform-provider-keyward/internal/sandbox/deliver"
	"github.com/keyward/terraform-provider-keyward/internal/sandbox/store"
)

// What a webhook has where the request does not say. Source: docs, Billium,
// "Webhooks".
const (
	defaultRetryCount = 3
	defaultTimeoutMS  = int(deliver.MaxTimeout / time.Millisecond)
)

// tell queues an event of the merchant for its webhooks.
func (s *server) tell(ctx context.Context, merchantID string, event billiumapi.WebhookEvent, data any) error {
	return s.Deliveries.Publish(ctx, store.Billium, merchantID, string(event), data)
}

// ListWebhooks lists the merchant's webhooks, unpaged.
func (s *server) ListWebhooks(w http.ResponseWriter, r *http.Request, merchantID billiumapi.MerchantID) {
	rows, err := s.Store.WebhooksOf(store.Billium, merchantID).All(r.Context())
	var ids []string
	for _, row := range rows {
		ids = append(ids, row.ID)
	}
	var secrets map[string][]store.WebhookSecret
	if err == nil {
		secrets, err = s.Store.WebhookSecrets(r.Context(), s.Now(), ids...)
	}
	objects := make([]billiumapi.Webhook, len(rows))
	for i, row := range rows {
		objects[i] = webhook(row, secrets[row.ID])
	}
	s.answer(w, r, http.StatusOK, objects, err)
}

// CreateWebhook adds a webhook and answers with its secret, once.
func (s *server) CreateWebhook(w http.ResponseWriter, r *http.Request, merchantID billiumapi.MerchantID, _ billiumapi.CreateWebhookParams) {
	request, err := body[billiumapi.CreateWebhookRequest](r)
	if err == nil && !deliver.ValidURL(request.URL) {
		err = errWebhookURL
	}
	if err != nil {
		s.fail(w, r, err)
		return
	}
	id, err := billium.NewID(s.Rand, billium.WebhookID)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	row := store.Webhook{
		ID: id, MerchantID: &merchantID, URL: request.URL, Events: names(request.Events),
		Enabled: or(request.IsActive, true), Description: request.Description, RetryCount: or(request.RetryCount, defaultRetryCount),
		TimeoutMS: or(request.Timeout, defaultTimeoutMS), CreatedAt: s.Now().UTC(),
	}
	secret, err := s.newSecret(id)
	if err == nil {
		err = s.Store.CreateWebhook(r.Context(), row, secret)
	}
	s.answer(w, r, http.StatusCreated, createdWebhook(row, secret), err)
}

// UpdateWebhook changes the fields that are present.
func (s *server) UpdateWebhook(w http.ResponseWriter, r *http.Request, merchantID billiumapi.MerchantID, id billiumapi.WebhookID) {
	request, err := body[billiumapi.UpdateWebhookRequest](r)
	if err == nil && request.URL != nil && !deliver.ValidURL(*request.URL) {
		err = errWebhookURL
	}
	if err != nil {
		s.fail(w, r, err)
		return
	}
	var object billiumapi.Webhook
	err = s.Store.InTx(r.Context(), func(ctx context.Context) error {
		row, err := s.Store.ChangeWebhook(ctx, s.Store.WebhooksOf(store.Billium, merchantID), id, func(w *store.Webhook) {
			w.URL, w.Enabled, w.Description = or(request.URL, w.URL), or(request.IsActive, w.Enabled), or(optional(request.Description), w.Description)
			w.RetryCount, w.TimeoutMS = or(request.RetryCount, w.RetryCount), or(request.Timeout, w.TimeoutMS)
			if request.Events != nil {
				w.Events = names(*request.Events)
			}
		})
		if err != nil {
			return err
		}
		secrets, err := s.Store.WebhookSecrets(ctx, s.Now(), id)
		object = webhook(row, secrets[id])
		return err
	})
	s.answer(w, r, http.StatusOK, object, named("Webhook", err))
}

// DeleteWebhook deletes one of the merchant's webhooks.
func (s *server) DeleteWebhook(w http.ResponseWriter, r *http.Request, merchantID billiumapi.MerchantID, id billiumapi.WebhookID) {
	err := s.Store.WebhooksOf(store.Billium, merchantID).Delete(r.Context(), id)
	s.answer(w, r, http.StatusOK, billiumapi.DeletedResource{ID: id, Deleted: true}, named("Webhook", err))
}

// PingWebhook delivers a ping now and answers with what came of it.
func (s *server) PingWebhook(w http.ResponseWriter, r *http.Request, merchantID billiumapi.MerchantID, id billiumapi.WebhookID, _ billiumapi.PingWebhookParams) {
	var ping deliver.Ping
	row, err := s.Store.WebhooksOf(store.Billium, merchantID).Get(r.Context(), id)
	if err == nil {
		ping, err = s.Deliveries.Ping(r.Context(), row)
	}
	s.answer(w, r, http.StatusOK, billiumapi.WebhookPing{
		ID: ping.EventID, Event: "ping", Status: ping.Status, Delivered: ping.Error == nil, Error: ping.Error,
	}, named("Webhook", err))
}

// webhook is a webhook as responses show it.
func webhook(row store.Webhook, secrets []store.WebhookSecret) billiumapi.Webhook {
	object := billiumapi.Webhook{
		ID: row.ID, MerchantID: or(row.MerchantID, ""), URL: row.URL, Events: make([]billiumapi.WebhookEvent, len(row.Events)),
		IsActive: row.Enabled, Description: row.Description, RetryCount: row.RetryCount, Timeout: row.TimeoutMS,
		WebhookSecrets: make([]billiumapi.WebhookSecret, len(secrets)),
	}
	for i, event := range row.Events {
		object.Events[i] = billiumapi.WebhookEvent(event)
	}
	for i, secret := range secrets {
		object.WebhookSecrets[i] = webhookSecret(secret)
	}
	return object
}

func createdWebhook(row store.Webhook, secret store.WebhookSecret) billiumapi.CreatedWebhook {
	w := webhook(row, []store.WebhookSecret{secret})
	return billiumapi.CreatedWebhook{
		ID: w.ID, MerchantID: w.MerchantID, URL: w.URL, Events: w.Events, IsActive: w.IsActive, Description: w.Description,
		RetryCount: w.RetryCount, Timeout: w.Timeout, WebhookSecrets: w.WebhookSecrets, Secret: secret.Secret,
	}
}

// names is events as plain text, nil where there are none.
func names(events []billiumapi.WebhookEvent) []string {
	var out []string
	for _, event := range events {
		out = append(out, string(event))
	}
	return out
}

// optional is nil where the field is absent, and points at nil where it is null.
func optional(field nullable.Nullable[string]) **string {
	if !field.IsSpecified() {
		return nil
	}
	var value *string
	if !field.IsNull() {
		present := field.MustGet()
		value = &present
	}
	return &value
}

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
