package billium

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"time"

	"github.com/keyward/terraform-provider-keyward/internal/client"
	billiumapi "github.com/keyward/terraform-provider-keyward/internal/contract/billium"
	"github.com/keyward/terraform-provider-keyward/internal/platform/billium"
)

const webhooksPart = "webhooks"

// CreatedWebhook is a webhook just created, and its signing secret, which no
// other response will ever hold, except the replay of the creation under its
// idempotency key.
type CreatedWebhook struct {
	Webhook billiumapi.Webhook
	Secret  client.Secret
}

// CreatedWebhookSecret is a signing secret just made, which no other response
// will ever hold, except the replay under its idempotency key.
type CreatedWebhookSecret struct {
	ID        string
	WebhookID string
	Preview   string
	// ExpiresAt is when the secret stops signing; nil for one that stays.
	ExpiresAt *time.Time
	Secret    client.Secret
}

// webhookAnswer is the response to a creation, its secret a Secret from the start.
type webhookAnswer struct {
	billiumapi.Webhook
	Secret client.Secret `json:"secret"`
}

func (a *webhookAnswer) check() error {
	if !billium.ValidID(billium.WebhookID, a.ID) {
		return errors.New("it has no valid webhook id")
	}
	return checkSecret(a.Secret)
}

// secretAnswer is the response to a rotation, its secret a Secret from the start.
type secretAnswer struct {
	billiumapi.WebhookSecret
	Secret client.Secret `json:"secret"`
}

func checkSecret(secret client.Secret) error {
	switch {
	case secret.Empty():
		return errors.New("it has no secret")
	case !strings.HasPrefix(secret.Reveal(), billium.SecretPrefix):
		return errors.New("its secret is not a valid signing secret")
	}
	return nil
}

// Webhooks returns the merchant's webhooks, newest first. Billium pages them
// not, and answers for no single one.
func (c *Client) Webhooks(ctx context.Context, merchantID string) ([]billiumapi.Webhook, error) {
	var webhooks []billiumapi.Webhook
	err := c.http.Do(ctx, client.Request{
		Method: http.MethodGet, Path: at(merchantID, webhooksPart),
		Check: func() error {
			if webhooks == nil {
				return errors.New("it is not a list")
			}
			return nil
		},
	}, &webhooks)
	if err != nil {
		return nil, err
	}
	return webhooks, nil
}

// CreateWebhook creates a webhook. About the idempotency key, see CreateAPIKey.
func (c *Client) CreateWebhook(ctx context.Context, merchantID string, webhook billiumapi.CreateWebhookRequest, idempotencyKey string) (*CreatedWebhook, error) {
	var answer webhookAnswer
	err := c.http.Do(ctx, client.Request{
		Method: http.MethodPost, Path: at(merchantID, webhooksPart), Body: webhook,
		IdempotencyKey: idempotencyKey, Check: answer.check, SeeThrough: true,
	}, &answer)
	if err != nil {
		return nil, err
	}
	return &CreatedWebhook{Webhook: answer.Webhook, Secret: answer.Secret}, nil
}

// UpdateWebhook changes what the request names. The secrets stay.
func (c *Client) UpdateWebhook(ctx context.Context, merchantID, webhookID string, change billiumapi.UpdateWebhookRequest) (*billiumapi.Webhook, error) {
	var webhook billiumapi.Webhook
	err := c.http.Do(ctx, client.Request{
		Method: http.MethodPatch, Path: at(merchantID, webhooksPart, webhookID), Body: change,
		Check: func() error { return sameID(webhook.ID, webhookID) },
	}, &webhook)
	if err != nil {
		return nil, err
	}
	return &webhook, nil
}

// DeleteWebhook deletes a webhook and its secrets.
func (c *Client) DeleteWebhook(ctx context.Context, merchantID, webhookID string) error {
	return c.remove(ctx, at(merchantID, webhooksPart, webhookID), webhookID)
}

// RotateWebhookSecret gives a webhook a new signing secret; the old one goes on
// signing until the expiresAt that it gets. About the idempotency key, see
// CreateAPIKey.
func (c *Client) RotateWebhookSecret(ctx context.Context, merchantID, webhookID, idempotencyKey string) (*CreatedWebhookSecret, error) {
	var answer secretAnswer
	err := c.http.Do(ctx, client.Request{
		Method: http.MethodPost, Path: at(merchantID, webhooksPart, webhookID, "secrets"), IdempotencyKey: idempotencyKey,
		Check:      func() error { return errors.Join(sameID(answer.WebhookID, webhookID), checkSecret(answer.Secret)) },
		SeeThrough: true,
	}, &answer)
	if err != nil {
		return nil, err
	}
	return &CreatedWebhookSecret{
		ID: answer.ID, WebhookID: answer.WebhookID, Preview: answer.SecretKeyPreview,
		ExpiresAt: answer.ExpiresAt, Secret: answer.Secret,
	}, nil
}

// PingWebhook has Billium send the endpoint a ping now and tells how it answered.
// That the endpoint refuses it is no error.
func (c *Client) PingWebhook(ctx context.Context, merchantID, webhookID string) (*billiumapi.WebhookPing, error) {
	var ping billiumapi.WebhookPing
	err := c.http.Do(ctx, client.Request{
		Method: http.MethodPost, Path: at(merchantID, webhooksPart, webhookID, "ping"),
		Check: func() error {
			if !billium.ValidID(billium.EventID, ping.ID) {
				return errors.New("it has no valid event id")
			}
			return nil
		},
	}, &ping)
	if err != nil {
		return nil, err
	}
	return &ping, nil
}
