package corebill

import (
	"context"
	"errors"
	"iter"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework-timetypes/timetypes"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/keyward/terraform-provider-keyward/internal/client"
	"github.com/keyward/terraform-provider-keyward/internal/configured"
	corebillapi "github.com/keyward/terraform-provider-keyward/internal/contract/corebill"
	"github.com/keyward/terraform-provider-keyward/internal/resources/webhook"
)

// webhooks are Corebill's webhooks as the shared resource sees them.
type webhooks struct{ configured.ToCorebill }

var _ webhook.Platform[webhookModel] = (*webhooks)(nil)

func (w *webhooks) ScopeOf(m *webhookModel) types.String { return m.CompanyID }

// Complete resolves the company and, where the webhook is to be made in it,
// checks that the provider's key reaches it.
func (w *webhooks) Complete(ctx context.Context, config, state, plan *webhookModel) (diags diag.Diagnostics) {
	switch {
	case !config.CompanyID.IsNull():
		plan.CompanyID = config.CompanyID
	case w.CompanyUnknown:
		plan.CompanyID = types.StringUnknown()
	case w.CompanyID == "":
		diags.AddAttributeError(path.Root("company_id"), "No Corebill company",
			"A webhook belongs to one company. Set company_id here, corebill.company_id in the provider block or COREBILL_COMPANY_ID in the environment.")
		return diags
	default:
		plan.CompanyID = types.StringValue(w.CompanyID)
	}
	if plan.CompanyID.IsUnknown() || !w.Ready() || state != nil && state.CompanyID.Equal(plan.CompanyID) {
		return nil
	}
	return checkCompany(ctx, w.Corebill, plan.CompanyID.ValueString())
}

func (w *webhooks) Forget(plan *webhookModel) { plan.SecretPreview = types.StringUnknown() }

func (w *webhooks) Replaces(state, plan *webhookModel) path.Paths {
	if state.CompanyID.Equal(plan.CompanyID) {
		return nil
	}
	return path.Paths{path.Root("company_id")}
}

func (w *webhooks) Create(ctx context.Context, plan *webhookModel) (client.Secret, error) {
	created, err := w.Client.CreateWebhook(ctx, plan.CompanyID.ValueString(), corebillapi.CreateWebhookRequest{
		URL: plan.URL.ValueString(), Events: webhook.EventList[corebillapi.WebhookEvent](plan.Events), Enabled: plan.Enabled.ValueBoolPointer(),
	})
	if err != nil {
		return client.Secret{}, err
	}
	w.Webhooks().Put(created.Webhook.CompanyID, created.Webhook)
	plan.adopt(created.Webhook)
	return created.Secret, nil
}

// Read forgets the secret once its preview has changed: then it was replaced,
// and signs no longer.
func (w *webhooks) Read(ctx context.Context, m *webhookModel) error {
	found, err := w.Webhooks().Get(ctx, m.CompanyID.ValueString(), m.ID.ValueString())
	if err != nil {
		return unreachable(ctx, w.Corebill, webhookKind.Noun, m.CompanyID, err)
	}
	if m.SecretPreview.ValueString() != found.SecretPreview {
		m.Secret = types.StringNull()
	}
	m.adopt(found)
	return nil
}

func (w *webhooks) Edit(ctx context.Context, state, plan *webhookModel) error {
	plan.SecretPreview = state.SecretPreview
	request, different := plan.updateRequest(state)
	if !different {
		return nil
	}
	updated, err := w.Client.UpdateWebhook(ctx, state.CompanyID.ValueString(), state.ID.ValueString(), request)
	w.Webhooks().Update(state.CompanyID.ValueString(), state.ID.ValueString(), updated)
	if err != nil {
		return err
	}
	plan.adopt(*updated)
	plan.SecretPreview = state.SecretPreview // the next refresh shows what becomes of the secret
	return nil
}

func (w *webhooks) Rotate(ctx context.Context, m *webhookModel) (client.Secret, error) {
	rotated, err := w.Client.RotateWebhookSecret(ctx, m.CompanyID.ValueString(), m.ID.ValueString())
	w.Webhooks().Invalidate(m.CompanyID.ValueString(), m.ID.ValueString())
	if err != nil {
		return client.Secret{}, err
	}
	m.SecretPreview = types.StringValue(rotated.Webhook.SecretPreview)
	return rotated.Secret, nil
}

func (w *webhooks) Delete(ctx context.Context, state *webhookModel) error {
	err := w.Client.DeleteWebhook(ctx, state.CompanyID.ValueString(), state.ID.ValueString())
	w.Webhooks().Invalidate(state.CompanyID.ValueString(), state.ID.ValueString())
	if err = unreachable(ctx, w.Corebill, webhookKind.Noun, state.CompanyID, err); errors.Is(err, client.ErrNotFound) {
		return nil
	}
	return err
}

// List returns a company's webhooks.
func (w *webhooks) List(ctx context.Context, companyID string, fresh bool) (models []webhookModel, err error) {
	var all []corebillapi.Webhook
	if fresh {
		all, err = configured.Collect(w.Client.Webhooks(ctx, companyID))
	} else {
		all, err = w.Webhooks().All(ctx, companyID)
	}
	models = make([]webhookModel, len(all))
	for i, found := range all {
		models[i].adopt(found)
	}
	return models, err
}

// Inspect reads a webhook.
func (w *webhooks) Inspect(ctx context.Context, companyID, id, comment string) error {
	_, err := w.Client.WithComment(comment).GetWebhook(ctx, companyID, id)
	return err
}

func (w *webhooks) Each(ctx context.Context, companyID string) iter.Seq2[webhookModel, error] {
	return func(yield func(webhookModel, error) bool) {
		if companyID == "" {
			var err error
			if companyID, err = w.AnyCompany(ctx); err != nil {
				yield(webhookModel{}, err)
				return
			}
		}
		for found, err := range w.Client.Webhooks(ctx, companyID) {
			var m webhookModel
			m.adopt(found)
			if !yield(m, err) {
				return
			}
		}
	}
}

// updateRequest holds what differs from the state.
func (m *webhookModel) updateRequest(state *webhookModel) (request corebillapi.UpdateWebhookRequest, different bool) {
	if !m.URL.Equal(state.URL) {
		request.URL, different = m.URL.ValueStringPointer(), true
	}
	if !m.Enabled.Equal(state.Enabled) {
		request.Enabled, different = m.Enabled.ValueBoolPointer(), true
	}
	before, after := webhook.EventList[corebillapi.WebhookEvent](state.Events), webhook.EventList[corebillapi.WebhookEvent](m.Events)
	if !slices.Equal(before, after) {
		request.Events, different = &after, true
	}
	return request, different
}

// adopt writes what Corebill says of the webhook.
func (m *webhookModel) adopt(found corebillapi.Webhook) {
	m.ID = types.StringValue(found.ID)
	m.CompanyID = types.StringValue(found.CompanyID)
	m.URL = types.StringValue(found.URL)
	m.Events = webhook.EventSet(found.Events)
	m.Enabled = types.BoolValue(found.Enabled)
	m.SecretPreview = types.StringValue(found.SecretPreview)
	m.CreatedAt = timetypes.NewRFC3339TimeValue(found.CreatedAt.UTC())
}
