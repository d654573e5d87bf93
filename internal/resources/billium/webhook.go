package billium

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"iter"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework-timetypes/timetypes"
	"github.com/hashicorp/terraform-plugin-framework-validators/int64validator"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/list"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/booldefault"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/int64default"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/listplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/keyward/terraform-provider-keyward/internal/client"
	"github.com/keyward/terraform-provider-keyward/internal/client/billium"
	billiumapi "github.com/keyward/terraform-provider-keyward/internal/contract/billium"
	platform "github.com/keyward/terraform-provider-keyward/internal/platform/billium"
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

var webhookKind = object.Kind{Kind: resourcekind.BilliumWebhook, Same: webhook.Same, AfterImport: webhook.AfterImport}

// NewWebhook returns the resource keyward_billium_webhook.
func NewWebhook() resource.Resource {
	return &webhookResource{webhook.New[webhookModel](webhookKind, &webhooks{})}
}

type webhookResource struct{ object.Resource[webhookModel] }

// NewWebhookList returns the list resource keyward_billium_webhook.
func NewWebhookList() list.ListResource {
	return webhook.NewLister[webhookModel](webhookKind, &webhooks{}, false)
}

type webhookModel struct {
	webhook.Attributes
	MerchantID  types.String `tfsdk:"merchant_id"`
	Description types.String `tfsdk:"description"`
	IsActive    types.Bool   `tfsdk:"is_active"`
	RetryCount  types.Int64  `tfsdk:"retry_count"`
	Timeout     types.Int64  `tfsdk:"timeout"`
	SecretID    types.String `tfsdk:"secret_id"`
	Secrets     types.List   `tfsdk:"secrets"`
}

var webhookWords = webhook.Words{
	Events: platform.Events(),
	EventsHelp: "Billium knows `invoice.` `*` (all of them), `created`, `updated`, `paid`, `underpaid`, `overpaid`, `expired` and `cancelled`; " +
		"`payment.` `*`, `created`, `updated`, `detected`, `confirmed`, `paid`, `underpaid`, `overpaid` and `expired`.",
	Rotation:  "The old secret goes on signing beside it until the `expires_at` that it gets, so that receivers can switch.",
	PlainHTTP: true,
}

// What a webhook has where nothing is said, and the limits. Source: docs.
const (
	defaultRetryCount = 3
	maxRetryCount     = 10
	minTimeout        = 1000
	maxTimeout        = 30000
)

func (r *webhookResource) Schema(_ context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "An endpoint that Billium tells about events of the merchant. It changes in place, and so does its secret: " +
			"`rotate_secret_when_changed` adds a new one while the old one still signs.",
		Attributes: webhook.Schema(webhookKind, webhookWords, map[string]schema.Attribute{
			"merchant_id": merchantIDAttribute("webhook"),
			"description": schema.StringAttribute{
				Optional:            true,
				MarkdownDescription: "What the webhook is for, 1 to 500 characters.",
				Validators:          validate.Description(maxDescription),
			},
			"is_active": schema.BoolAttribute{
				Optional:            true,
				Computed:            true,
				Default:             booldefault.StaticBool(true),
				MarkdownDescription: "Whether events are delivered; `true` where it is not set.",
			},
			"retry_count": schema.Int64Attribute{
				Optional:            true,
				Computed:            true,
				Default:             int64default.StaticInt64(defaultRetryCount),
				MarkdownDescription: "How often a failed delivery is repeated, 0 to 10; 3 where it is not set.",
				Validators:          []validator.Int64{int64validator.Between(0, maxRetryCount)},
			},
			"timeout": schema.Int64Attribute{
				Optional:            true,
				Computed:            true,
				Default:             int64default.StaticInt64(maxTimeout),
				MarkdownDescription: "How long a delivery may take, in milliseconds, 1000 to 30000; 30000 where it is not set.",
				Validators:          []validator.Int64{int64validator.Between(minTimeout, maxTimeout)},
			},
			"secret_id": object.Lasting("Which of `secrets` is the one in `secret`; null where `secret` is."),
			"secrets":   secretsAttribute(),
		}),
	}
}

func secretsAttribute() schema.ListNestedAttribute {
	return schema.ListNestedAttribute{
		Computed:            true,
		MarkdownDescription: "The secrets that sign the deliveries: two while one takes the other's place.",
		PlanModifiers:       []planmodifier.List{listplanmodifier.UseStateForUnknown()},
		NestedObject: schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
			"id":        schema.StringAttribute{Computed: true, MarkdownDescription: "Id of the secret."},
			"preview":   schema.StringAttribute{Computed: true, MarkdownDescription: "What is shown of the secret after its creation."},
			"is_active": schema.BoolAttribute{Computed: true, MarkdownDescription: "Whether deliveries are signed with it."},
			"expires_at": schema.StringAttribute{
				CustomType:          timetypes.RFC3339Type{},
				Computed:            true,
				MarkdownDescription: "When it stops signing (RFC 3339, UTC); null for one that stays.",
			},
		}},
	}
}

// secretType is the type of an element of secrets.
var secretType = types.ObjectType{AttrTypes: map[string]attr.Type{
	"id": types.StringType, "preview": types.StringType, "is_active": types.BoolType, "expires_at": timetypes.RFC3339Type{},
}}

func secretList(secrets []billiumapi.WebhookSecret) types.List {
	elements := make([]attr.Value, len(secrets))
	for i, secret := range secrets {
		expires := timetypes.NewRFC3339Null()
		if secret.ExpiresAt != nil {
			expires = timetypes.NewRFC3339TimeValue(secret.ExpiresAt.UTC())
		}
		elements[i] = types.ObjectValueMust(secretType.AttrTypes, map[string]attr.Value{
			"id":         types.StringValue(secret.ID),
			"preview":    types.StringValue(secret.SecretKeyPreview),
			"is_active":  types.BoolValue(secret.IsActive),
			"expires_at": expires,
		})
	}
	return types.ListValueMust(secretType, elements)
}

func (m *webhookModel) createRequest() billiumapi.CreateWebhookRequest {
	return billiumapi.CreateWebhookRequest{
		URL: m.URL.ValueString(), Events: webhook.EventList[billiumapi.WebhookEvent](m.Events),
		Description: m.Description.ValueStringPointer(), IsActive: m.IsActive.ValueBoolPointer(),
		RetryCount: number(m.RetryCount), Timeout: number(m.Timeout),
	}
}

// number returns a number as requests take it; its validator bounds it.
func number(value types.Int64) *int { return new(int(value.ValueInt64())) }

// updateRequest holds what differs from the state.
func (m *webhookModel) updateRequest(state *webhookModel) (request billiumapi.UpdateWebhookRequest, different bool) {
	if !m.URL.Equal(state.URL) {
		request.URL, different = m.URL.ValueStringPointer(), true
	}
	before, after := webhook.EventList[billiumapi.WebhookEvent](state.Events), webhook.EventList[billiumapi.WebhookEvent](m.Events)
	if !slices.Equal(before, after) {
		request.Events, different = &after, true
	}
	if !m.Description.Equal(state.Description) {
		request.Description, different = object.Nullable(m.Description), true
	}
	if !m.IsActive.Equal(state.IsActive) {
		request.IsActive, different = m.IsActive.ValueBoolPointer(), true
	}
	if !m.RetryCount.Equal(state.RetryCount) {
		request.RetryCount, different = number(m.RetryCount), true
	}
	if !m.Timeout.Equal(state.Timeout) {
		request.Timeout, different = number(m.Timeout), true
	}
	return request, different
}

// adopt writes what Billium says of the webhook.
func (m *webhookModel) adopt(found billiumapi.Webhook) {
	m.ID = types.StringValue(found.ID)
	m.MerchantID = types.StringValue(found.MerchantID)
	m.URL = types.StringValue(found.URL)
	m.Events = providerdata.SetOf(found.Events)
	m.Description = object.Text(found.Description)
	m.IsActive = types.BoolValue(found.IsActive)
	m.RetryCount = types.Int64Value(int64(found.RetryCount))
	m.Timeout = types.Int64Value(int64(found.Timeout))
	m.Secrets = secretList(found.WebhookSecrets)
}

// webhooks are Billium's webhooks as the shared resource sees them.
type webhooks struct{ providerdata.ToBillium }

var _ webhook.Platform[webhookModel] = (*webhooks)(nil)

func (w *webhooks) ScopeOf(m *webhookModel) types.String { return m.MerchantID }

// ResolvePlan plans the merchant.
func (w *webhooks) ResolvePlan(_ context.Context, _, state, plan *webhookModel) diag.Diagnostics {
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
	return object.ModelsOf(all, (*webhookModel).adopt), err
}

// Inspect lists the webhooks: Billium answers for no single one.
func (w *webhooks) Inspect(ctx context.Context, merchantID, _, comment string) error {
	_, err := w.Client.WithComment(comment).Webhooks(ctx, merchantID)
	return err
}

func (w *webhooks) Each(ctx context.Context, _ string) iter.Seq2[webhookModel, error] {
	return providerdata.Sequence(w.List(ctx, w.MerchantID, true))
}

// withSecret returns the secrets with one that was just made before them.
func withSecret(before types.List, made billium.CreatedWebhookSecret) types.List {
	secrets := secretList([]billiumapi.WebhookSecret{{
		ID: made.ID, SecretKeyPreview: made.Preview, IsActive: true, ExpiresAt: made.ExpiresAt,
	}})
	return types.ListValueMust(secretType, append(secrets.Elements(), before.Elements()...))
}
