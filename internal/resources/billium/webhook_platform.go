package billium

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"iter"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/keyward/terraform-provider-keyward/internal/client"
	"github.com/keyward/terraform-provider-keyward/internal/client/billium"
	"github.com/keyward/terraform-provider-keyward/internal/configured"
	billiumapi "github.com/keyward/terraform-provider-keyward/internal/contract/billium"
	"github.com/keyward/terraform-provider-keyward/internal/resources/webhook"
)

// webhooks are Billium's webhooks as the shared resource sees them.
type webhooks struct{ configured.ToBillium }

var _ webhook.Platform[webhookModel] = (*webhooks)(nil)

func (w *webhooks) ScopeOf(m *webhookModel) types.String { return m.MerchantID }

// Complete plans the merchant.
func (w *webhooks) Complete(_ context.Context, _, state, plan *webhookModel) diag.Diagnostics {
	if state == nil {
		plan.MerchantID = ownMerchant(w.Billium)
	}
	return nil
}

func (w *webhooks) Forget(plan *webhookModel) {
	plan.SecretID = types.StringUnknown()
	plan.Secrets = types.ListUnknown(secretType)
}

// Replaces returns nothing: all of a webhook changes in place.
func (w *webhooks) Replaces(_, _ *webhookModel) path.Paths { return nil }

func (w *webhooks) Create(ctx context.Context, plan *webhookModel) (client.Secret, error) {
	created, err := w.Client.CreateWebhook(ctx, w.MerchantID, plan.createRequest(), rand.Text())
	if err != nil {
		return client.Secret{}, err
	}
	w.Webhooks().Put(w.MerchantID, created.Webhook)
	plan.adopt(created.Webhook)
	plan.SecretID = types.StringNull()
	if secrets := created.Webhook.WebhookSecrets; len(secrets) == 1 {
		plan.SecretID = types.StringValue(secrets[0].ID)
	}
	return created.Secret, nil
}

// Read forgets the secret once it is not among those that sign.
func (w *webhooks) Read(ctx context.Context, m *webhookModel) error {
	if err := checkMerchant(w.Billium, webhookKind.Noun, m.MerchantID.ValueString()); err != nil {
		return err
	}
	found, err := w.find(ctx, m.ID.ValueString())
	if err != nil {
		return err
	}
	m.adopt(*found)
	if !m.SecretID.IsNull() && !signs(found.WebhookSecrets, m.SecretID.ValueString()) {
		m.Secret, m.SecretID = types.StringNull(), types.StringNull()
	}
	return nil
}

// find looks for a webhook in the list: Billium answers for no single one.
func (w *webhooks) find(ctx context.Context, id string) (*billiumapi.Webhook, error) {
	found, err := w.Webhooks().Get(ctx, w.MerchantID, id)
	if errors.Is(err, client.ErrNotFound) {
		err = fmt.Errorf("merchant %s has no webhook %s: %w", w.MerchantID, id, client.ErrNotFound)
	}
	return &found, err
}

func signs(secrets []billiumapi.WebhookSecret, id string) bool {
	return slices.ContainsFunc(secrets, func(s billiumapi.WebhookSecret) bool { return s.ID == id && s.IsActive })
}

func (w *webhooks) Edit(ctx context.Context, state, plan *webhookModel) error {
	if err := checkMerchant(w.Billium, webhookKind.Noun, state.MerchantID.ValueString()); err != nil {
		return err
	}
	request, different := plan.updateRequest(state)
	if different {
		updated, err := w.Client.UpdateWebhook(ctx, w.MerchantID, state.ID.ValueString(), request)
		w.Webhooks().Invalidate(w.MerchantID, state.ID.ValueString())
		if err != nil {
			return err
		}
		plan.adopt(*updated)
	}
	// Time alone changes the secrets; the next refresh shows what became of them.
	plan.SecretID, plan.Secrets = state.SecretID, state.Secrets
	return nil
}

// Rotate writes the secrets as the platform lists them or, where it doesn't
// answer, as far as they are known: the new secret must not be lost for it.
func (w *webhooks) Rotate(ctx context.Context, m *webhookModel) (client.Secret, error) {
	rotated, err := w.Client.RotateWebhookSecret(ctx, w.MerchantID, m.ID.ValueString(), rand.Text())
	w.Webhooks().Invalidate(w.MerchantID, m.ID.ValueString())
	if err != nil {
		return client.Secret{}, err
	}
	m.SecretID = types.StringValue(rotated.ID)
	if found, err := w.find(ctx, m.ID.ValueString()); err == nil {
		m.Secrets = secretList(found.WebhookSecrets)
	} else {
		m.Secrets = withSecret(m.Secrets, *rotated)
	}
	return rotated.Secret, nil
}

func (w *webhooks) Delete(ctx context.Context, state *webhookModel) error {
	if err := checkMerchant(w.Billium, webhookKind.Noun, state.MerchantID.ValueString()); err != nil {
		return err
	}
	err := w.Client.DeleteWebhook(ctx, w.MerchantID, state.ID.ValueString())
	w.Webhooks().Invalidate(w.MerchantID, state.ID.ValueString())
	if errors.Is(err, client.ErrNotFound) {
		return nil
	}
	return err
}

// List returns the merchant's webhooks.
func (w *webhooks) List(ctx context.Context, merchantID string, fresh bool) ([]webhookModel, error) {
	list := w.Webhooks().All
	if fresh {
		list = w.Client.Webhooks
	}
	all, err := list(ctx, merchantID)
	models := make([]webhookModel, len(all))
	for i, found := range all {
		models[i].adopt(found)
	}
	return models, err
}

// Inspect lists the webhooks: Billium answers for no single one.
func (w *webhooks) Inspect(ctx context.Context, merchantID, _, comment string) error {
	_, err := w.Client.WithComment(comment).Webhooks(ctx, merchantID)
	return err
}

func (w *webhooks) Each(ctx context.Context, _ string) iter.Seq2[webhookModel, error] {
	return func(yield func(webhookModel, error) bool) {
		all, err := w.Client.Webhooks(ctx, w.MerchantID)
		if err != nil {
			yield(webhookModel{}, err)
			return
		}
		for _, found := range all {
			var m webhookModel
			m.adopt(found)
			if !yield(m, nil) {
				return
			}
		}
	}
}

// withSecret returns the secrets with one that was just made before them.
func withSecret(before types.List, made billium.CreatedWebhookSecret) types.List {
	secrets := secretList([]billiumapi.WebhookSecret{{
		ID: made.ID, SecretKeyPreview: made.Preview, IsActive: true, ExpiresAt: made.ExpiresAt,
	}})
	return types.ListValueMust(secretType, append(secrets.Elements(), before.Elements()...))
}
