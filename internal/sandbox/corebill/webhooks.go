package corebill

import (
	"context"
	"net/http"

	corebillapi "github.com/keyward/terraform-provider-keyward/internal/contract/corebill"
	"github.com/keyward/terraform-provider-keyward/internal/platform/corebill"
	"github.com/keyward/terraform-provider-keyward/internal/sandbox/deliver"
	"github.com/keyward/terraform-provider-keyward/internal/sandbox/store"
)

// How deliveries are made, which a webhook of Corebill has no say in. Source:
// contract.
const (
	retryCount        = 3
	deliveryTimeoutMS = 30_000
)

// secretID is the prefix of a signing secret's id, which no response shows.
const secretID corebill.Kind = "whs"

// tell queues an event of the company for its webhooks.
func (s *server) tell(ctx context.Context, companyID string, event corebillapi.WebhookEvent, data any) error {
	return s.Deliveries.Publish(ctx, store.Corebill, companyID, string(event), data)
}

// ListWebhooks lists the company's webhooks.
func (s *server) ListWebhooks(w http.ResponseWriter, r *http.Request, params corebillapi.ListWebhooksParams) {
	c, err := cursor(params.Limit, params.StartingAfter, params.EndingBefore)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	rows, more, err := s.Store.WebhooksOf(store.Corebill, params.CompanyID).ByCursor(r.Context(), c)
	var ids []string
	for _, row := range rows {
		ids = append(ids, row.ID)
	}
	err = listed(c, err)
	var secrets map[string][]store.WebhookSecret
	if err == nil {
		secrets, err = s.Store.WebhookSecrets(r.Context(), s.Now(), ids...)
	}
	object := func(row store.Webhook) corebillapi.Webhook { return webhook(row, secrets[row.ID]) }
	s.answer(w, r, http.StatusOK, newPage(r, rows, more, c, object, func(w corebillapi.Webhook) string { return w.ID }), err)
}

// CreateWebhook adds a webhook to the company and answers with its secret, once.
func (s *server) CreateWebhook(w http.ResponseWriter, r *http.Request, params corebillapi.CreateWebhookParams) {
	request, err := body[corebillapi.CreateWebhookRequest](r)
	if err == nil && !deliver.ValidURL(request.URL) {
		err = errWebhookURL
	}
	if err != nil {
		s.fail(w, r, err)
		return
	}
	id, err := corebill.NewID(s.Rand, corebill.WebhookID)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	row := store.Webhook{
		ID: id, CompanyID: &params.CompanyID, URL: request.URL, Events: names(request.Events),
		Enabled: or(request.Enabled, true), RetryCount: retryCount, TimeoutMS: deliveryTimeoutMS, CreatedAt: s.Now().UTC(),
	}
	secret, err := s.newSecret(id)
	if err == nil {
		err = s.Store.CreateWebhook(r.Context(), row, secret)
	}
	s.answer(w, r, http.StatusCreated, createdWebhook(row, secret), err)
}

func (s *server) newSecret(webhookID string) (store.WebhookSecret, error) {
	id, err := corebill.NewID(s.Rand, secretID)
	if err != nil {
		return store.WebhookSecret{}, err
	}
	secret, err := corebill.NewSecret(s.Rand)
	return store.WebhookSecret{ID: id, WebhookID: webhookID, Secret: secret, CreatedAt: s.Now().UTC()}, err
}

// GetWebhook returns one of the company's webhooks.
func (s *server) GetWebhook(w http.ResponseWriter, r *http.Request, id corebillapi.ID, params corebillapi.GetWebhookParams) {
	object, err := s.webhook(r.Context(), params.CompanyID, id)
	s.answer(w, r, http.StatusOK, object, err)
}

// webhook returns a webhook as responses show it.
func (s *server) webhook(ctx context.Context, companyID, id string) (corebillapi.Webhook, error) {
	row, err := s.Store.WebhooksOf(store.Corebill, companyID).Get(ctx, id)
	if err != nil {
		return corebillapi.Webhook{}, named("Webhook", err)
	}
	secrets, err := s.Store.WebhookSecrets(ctx, s.Now(), id)
	return webhook(row, secrets[id]), err
}

// UpdateWebhook changes the fields that are present.
func (s *server) UpdateWebhook(w http.ResponseWriter, r *http.Request, id corebillapi.ID, params corebillapi.UpdateWebhookParams) {
	request, err := body[corebillapi.UpdateWebhookRequest](r)
	if err == nil && request.URL != nil && !deliver.ValidURL(*request.URL) {
		err = errWebhookURL
	}
	if err != nil {
		s.fail(w, r, err)
		return
	}
	var object corebillapi.Webhook
	err = s.Store.InTx(r.Context(), func(ctx context.Context) error {
		_, err := s.Store.ChangeWebhook(ctx, s.Store.WebhooksOf(store.Corebill, params.CompanyID), id, func(w *store.Webhook) {
			w.URL, w.Enabled = or(request.URL, w.URL), or(request.Enabled, w.Enabled)
			if request.Events != nil {
				w.Events = names(*request.Events)
			}
		})
		if err != nil {
			return named("Webhook", err)
		}
		object, err = s.webhook(ctx, params.CompanyID, id)
		return err
	})
	s.answer(w, r, http.StatusOK, object, err)
}

// DeleteWebhook deletes one of the company's webhooks.
func (s *server) DeleteWebhook(w http.ResponseWriter, r *http.Request, id corebillapi.ID, params corebillapi.DeleteWebhookParams) {
	err := s.Store.WebhooksOf(store.Corebill, params.CompanyID).Delete(r.Context(), id)
	deleted := corebillapi.DeletedWebhook{ID: id, Object: corebillapi.WebhookObjectWebhook, Deleted: true}
	s.answer(w, r, http.StatusOK, deleted, named("Webhook", err))
}

// RotateWebhookSecret replaces a webhook's secret at once and answers with the
// new one, once.
func (s *server) RotateWebhookSecret(w http.ResponseWriter, r *http.Request, id corebillapi.ID, params corebillapi.RotateWebhookSecretParams) {
	var row store.Webhook
	secret, err := s.newSecret(id)
	if err == nil {
		err = s.Store.InTx(r.Context(), func(ctx context.Context) error {
			if row, err = s.Store.WebhooksOf(store.Corebill, params.CompanyID).Get(ctx, id); err != nil {
				return err
			}
			return s.Store.ReplaceWebhookSecret(ctx, secret, nil)
		})
	}
	s.answer(w, r, http.StatusOK, createdWebhook(row, secret), named("Webhook", err))
}

// PingWebhook delivers a ping now and answers with what came of it.
func (s *server) PingWebhook(w http.ResponseWriter, r *http.Request, id corebillapi.ID, params corebillapi.PingWebhookParams) {
	var ping deliver.Ping
	row, err := s.Store.WebhooksOf(store.Corebill, params.CompanyID).Get(r.Context(), id)
	if err == nil {
		ping, err = s.Deliveries.Ping(r.Context(), row)
	}
	s.answer(w, r, http.StatusOK, corebillapi.WebhookPing{
		ID: ping.EventID, Event: corebillapi.WebhookPingEventPing, Status: ping.Status, Delivered: ping.Error == nil, Error: ping.Error,
	}, named("Webhook", err))
}

// webhook is a webhook as responses show it; the first of its secrets is the
// current one.
func webhook(row store.Webhook, secrets []store.WebhookSecret) corebillapi.Webhook {
	object := corebillapi.Webhook{
		ID: row.ID, Object: corebillapi.WebhookObjectWebhook, CompanyID: or(row.CompanyID, ""), URL: row.URL,
		Events: make([]corebillapi.WebhookEvent, len(row.Events)), Enabled: row.Enabled, CreatedAt: row.CreatedAt,
	}
	for i, event := range row.Events {
		object.Events[i] = corebillapi.WebhookEvent(event)
	}
	if len(secrets) > 0 {
		object.SecretPreview = corebill.SecretPreview(secrets[0].Secret)
	}
	return object
}

func createdWebhook(row store.Webhook, secret store.WebhookSecret) corebillapi.CreatedWebhook {
	object := webhook(row, []store.WebhookSecret{secret})
	return corebillapi.CreatedWebhook{
		ID: object.ID, Object: object.Object, CompanyID: object.CompanyID, URL: object.URL, Events: object.Events,
		Enabled: object.Enabled, SecretPreview: object.SecretPreview, CreatedAt: object.CreatedAt, Secret: secret.Secret,
	}
}

// names is events as plain text, nil where there are none.
func names(events []corebillapi.WebhookEvent) []string {
	var out []string
	for _, event := range events {
		out = append(out, string(event))
	}
	return out
}
