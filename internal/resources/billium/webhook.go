package billium

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework-timetypes/timetypes"
	"github.com/hashicorp/terraform-plugin-framework-validators/int64validator"
	"github.com/hashicorp/terraform-plugin-framework/list"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/booldefault"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/int64default"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/listplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	platform "github.com/keyward/terraform-provider-keyward/internal/platform/billium"
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
			"secret_id": schema.StringAttribute{
				Computed:            true,
				MarkdownDescription: "Which of `secrets` is the one in `secret`; null where `secret` is.",
				PlanModifiers:       []planmodifier.String{stringplanmodifier.UseStateForUnknown()},
			},
			"secrets": secretsAttribute(),
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
