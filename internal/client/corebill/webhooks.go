package corebill

import (
	"context"
	"errors"
	"iter"
	"net/http"
	"net/url"
	"strings"

	"github.com/keyward/terraform-provider-keyward/internal/client"
	corebillapi "github.com/keyward/terraform-provider-keyward/internal/contract/corebill"
	"github.com/keyward/terraform-provider-keyward/internal/platform/corebill"
)

const webhooksPath = "/v1/webhooks"

// CreatedWebhook is a webhook and its new signing secret, which no other
// response will ever hold.
type CreatedWebhook struct {
	Webhook corebillapi.Webhook
	Secret  client.Secret
}

// secretAnswer is a response with a new signing secret, a Secret from the start.
type secretAnswer struct {
	corebillapi.Webhook
	Secret client.Secret `json:"secret"`
}

func (a *secretAnswer) check() error {
	switch {
	case !corebill.ValidID(corebill.WebhookID, a.ID):
		return errors.New("it has no valid webhook id")
	case a.Secret.Empty():
		return errors.New("it has no secret")
	case !strings.HasPrefix(a.Secret.Reveal(), corebill.SecretPrefix):
		return errors.New("its secret is not a valid signing secret")
	}
	return nil
}

// Webhooks yields the webhooks of a company, newest first, page by page. An
// error is the last thing it yields.
func (c *Client) Webhooks(ctx context.Context, companyID string) iter.Seq2[corebillapi.Webhook, error] {
	return walk(func(object corebillapi.Webhook) string { return object.ID }, func(after string) ([]corebillapi.Webhook, bool, *string, error) {
		list, err := c.WebhookPage(ctx, companyID, after)
		return list.Data, list.HasMore, list.NextCursor, err
	})
}

// WebhookPage returns the page of up to PageSize webhooks that follows the webhook
// with the id after, or the first page for "". One request.
func (c *Client) WebhookPage(ctx context.Context, companyID, after string) (corebillapi.WebhookList, error) {
	var list webhookList
	err := c.list(ctx, webhooksPath, within(companyID), after, PageSize, &list)
	return list.WebhookList, err
}

// CreateWebhook creates a webhook. It is sent once only, unless it is certain
// that it had no effect: Corebill has no idempotency keys. client.ErrOutcomeUnknown
// tells that a webhook may exist whose secret no one has; an error whose
// CreatedID is set, that one does.
func (c *Client) CreateWebhook(ctx context.Context, companyID string, webhook corebillapi.CreateWebhookRequest) (*CreatedWebhook, error) {
	var answer secretAnswer
	return c.secret(ctx, client.Request{
		Method: http.MethodPost, Path: webhooksPath, Query: within(companyID), Body: webhook, Check: answer.check, SeeThrough: true,
	}, &answer)
}

// GetWebhook returns a webhook.
func (c *Client) GetWebhook(ctx context.Context, companyID, webhookID string) (*corebillapi.Webhook, error) {
	return c.webhook(ctx, http.MethodGet, companyID, webhookID, nil)
}

// UpdateWebhook changes what the request names. The secret stays.
func (c *Client) UpdateWebhook(ctx context.Context, companyID, webhookID string, change corebillapi.UpdateWebhookRequest) (*corebillapi.Webhook, error) {
	return c.webhook(ctx, http.MethodPatch, companyID, webhookID, change)
}

// DeleteWebhook deletes a webhook. client.ErrNotFound tells that Corebill knows
// no such webhook where the API key may look.
func (c *Client) DeleteWebhook(ctx context.Context, companyID, webhookID string) error {
	return c.remove(ctx, webhooksPath, companyID, webhookID)
}

// RotateWebhookSecret replaces a webhook's signing secret: the old one stops
// signing at once. It is sent once only, unless it is certain that it had no
// effect; after client.ErrOutcomeUnknown another rotation is always right.
func (c *Client) RotateWebhookSecret(ctx context.Context, companyID, webhookID string) (*CreatedWebhook, error) {
	var answer secretAnswer
	return c.secret(ctx, client.Request{
		Method: http.MethodPost, Path: webhookPath(webhookID) + "/rotate_secret", Query: within(companyID),
		Check:      func() error { return errors.Join(sameID(answer.ID, webhookID), answer.check()) },
		SeeThrough: true,
	}, &answer)
}

// PingWebhook has Corebill send the endpoint a ping now and tells how it answered.
// That the endpoint refuses it is no error.
func (c *Client) PingWebhook(ctx context.Context, companyID, webhookID string) (*corebillapi.WebhookPing, error) {
	var ping corebillapi.WebhookPing
	err := c.http.Do(ctx, client.Request{
		Method: http.MethodPost, Path: webhookPath(webhookID) + "/ping", Query: within(companyID),
		Check: func() error {
			if !corebill.ValidID(corebill.EventID, ping.ID) {
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

func (c *Client) secret(ctx context.Context, request client.Request, answer *secretAnswer) (*CreatedWebhook, error) {
	if err := c.http.Do(ctx, request, answer); err != nil {
		return nil, err
	}
	return &CreatedWebhook{Webhook: answer.Webhook, Secret: answer.Secret}, nil
}

func (c *Client) webhook(ctx context.Context, method, companyID, webhookID string, body any) (*corebillapi.Webhook, error) {
	var webhook corebillapi.Webhook
	err := c.http.Do(ctx, client.Request{
		Method: method, Path: webhookPath(webhookID), Query: within(companyID), Body: body,
		Check: func() error { return sameID(webhook.ID, webhookID) },
	}, &webhook)
	if err != nil {
		return nil, err
	}
	return &webhook, nil
}

func webhookPath(webhookID string) string { return webhooksPath + "/" + url.PathEscape(webhookID) }
