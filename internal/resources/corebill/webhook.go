package corebill

import (
	"context"
	"errors"
	"iter"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework-timetypes/timetypes"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/list"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/booldefault"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/keyward/terraform-provider-keyward/internal/client"
	corebillapi "github.com/keyward/terraform-provider-keyward/internal/contract/corebill"
	platform "github.com/keyward/terraform-provider-keyward/internal/platform/corebill"
	"github.com/keyward/terraform-provider-keyward/internal/platform/resourcekind"
	"github.com/keyward/terraform-provider-keyward/internal/providerdata"
	"github.com/keyward/terraform-provider-keyward/internal/resources/object"
	"github.com/keyward/terraform-provider-keyward/internal/resources/webhook"
	"github.com/keyward/terraform-provider-keyward/internal/validate"
)

var (
	_ resource.ResourceWithConfigure   = (*webhookResource)(nil)
	_ resource.ResourceWithIdentity    = (*webhookResource)(nil)
	_ resource.ResourceWithImportState = (*webhookResource)(nil)
	_ resource.ResourceWithModifyPlan  = (*webhookResource)(nil)
)

var webhookKind = object.Kind{Kind: resourcekind.CorebillWebhook, Same: webhook.Same, AfterImport: webhook.AfterImport}

// NewWebhook returns the resource keyward_corebill_webhook.
func NewWebhook() resource.Resource {
	return &webhookResource{webhook.New[webhookModel](webhookKind, &webhooks{})}
}

type webhookResource struct{ object.Resource[webhookModel] }

// NewWebhookList returns the list resource keyward_corebill_webhook.
func NewWebhookList() list.ListResource {
	return webhook.NewLister[webhookModel](webhookKind, &webhooks{}, true)
}

type webhookModel struct {
	webhook.Attributes
	CompanyID     types.String      `tfsdk:"company_id"`
	Enabled       types.Bool        `tfsdk:"enabled"`
	SecretPreview types.String      `tfsdk:"secret_preview"`
	CreatedAt     timetypes.RFC3339 `tfsdk:"created_at"`
}

var webhookWords = webhook.Words{
	Events: platform.Events(),
	EventsHelp: "Corebill knows `customer.` `created`, `updated` and `deleted`; `item.` `created`, `updated` and `deleted`; " +
		"`quote.` `created`, `updated`, `deleted`, `sent`, `approved`, `rejected` and `converted`; " +
		"`invoice.` `created`, `updated`, `deleted`, `sent`, `payment_recorded`, `paid`, `cancelled` and `refunded`.",
	Rotation: "The old secret stops signing at once: Corebill has one secret at a time.",
}

func (r *webhookResource) Schema(_ context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "An endpoint that Corebill tells about events of a company. It changes in place, and so does its secret: " +
			"`rotate_secret_when_changed` replaces that without a new webhook.",
		Attributes: webhook.Schema(webhookKind, webhookWords, map[string]schema.Attribute{
			"company_id": schema.StringAttribute{
				Optional:   true,
				Computed:   true,
				Validators: []validator.String{validate.ID("company_id")},
				MarkdownDescription: "Company whose events are delivered; the provider's `company_id` where it is not set. " +
					"A change makes a new webhook.",
			},
			"enabled": schema.BoolAttribute{
				Optional:            true,
				Computed:            true,
				Default:             booldefault.StaticBool(true),
				MarkdownDescription: "Whether events are delivered; `true` where it is not set.",
			},
			"secret_preview": object.Lasting("First characters of the secret; enough to recognise it, not to sign with it."),
			"created_at":     object.LastingTime("When the webhook was created"),
		}),
	}
}

// webhooks are Corebill's webhooks as the shared resource sees them.
type webhooks struct{ providerdata.ToCorebill }

var _ webhook.Platform[webhookModel] = (*webhooks)(nil)

func (w *webhooks) ScopeOf(m *webhookModel) types.String { return m.CompanyID }

// ResolvePlan resolves the company and, where the webhook is to be made in it,
// checks that the provider's key reaches it.
func (w *webhooks) ResolvePlan(ctx context.Context, config, state, plan *webhookModel) (diags diag.Diagnostics) {
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
func (w *webhooks) List(ctx context.Context, companyID string, fresh bool) (_ []webhookModel, err error) {
	var all []corebillapi.Webhook
	if fresh {
		all, err = providerdata.Collect(w.Client.Webhooks(ctx, companyID))
	} else {
		all, err = w.Webhooks().All(ctx, companyID)
	}
	return object.ModelsOf(all, (*webhookModel).adopt), err
}

// Inspect reads a webhook.
func (w *webhooks) Inspect(ctx context.Context, companyID, id, comment string) error {
	_, err := w.Client.WithComment(comment).GetWebhook(ctx, companyID, id)
	return err
}

func (w *webhooks) Each(ctx context.Context, companyID string) iter.Seq2[webhookModel, error] {
	if companyID == "" {
		var err error
		if companyID, err = w.AnyCompany(ctx); err != nil {
			return providerdata.Sequence[webhookModel](nil, err)
		}
	}
	return object.Models(w.Client.Webhooks(ctx, companyID), (*webhookModel).adopt)
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
	m.Events = providerdata.SetOf(found.Events)
	m.Enabled = types.BoolValue(found.Enabled)
	m.SecretPreview = types.StringValue(found.SecretPreview)
	m.CreatedAt = timetypes.NewRFC3339TimeValue(found.CreatedAt.UTC())
}
