package corebill

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework-timetypes/timetypes"
	"github.com/hashicorp/terraform-plugin-framework/list"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/booldefault"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	platform "github.com/keyward/terraform-provider-keyward/internal/platform/corebill"
	"github.com/keyward/terraform-provider-keyward/internal/platform/resourcekind"
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
			"secret_preview": schema.StringAttribute{
				Computed:            true,
				MarkdownDescription: "First characters of the secret; enough to recognise it, not to sign with it.",
				PlanModifiers:       []planmodifier.String{stringplanmodifier.UseStateForUnknown()},
			},
			"created_at": schema.StringAttribute{
				CustomType:          timetypes.RFC3339Type{},
				Computed:            true,
				MarkdownDescription: "When the webhook was created (RFC 3339, UTC).",
				PlanModifiers:       []planmodifier.String{stringplanmodifier.UseStateForUnknown()},
			},
		}),
	}
}
