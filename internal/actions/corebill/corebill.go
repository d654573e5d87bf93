// Package corebill has the actions of Corebill.
package corebill

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/action"
	"github.com/hashicorp/terraform-plugin-framework/action/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/keyward/terraform-provider-keyward/internal/actions/invoke"
	corebillapi "github.com/keyward/terraform-provider-keyward/internal/contract/corebill"
	"github.com/keyward/terraform-provider-keyward/internal/diagnostics"
	"github.com/keyward/terraform-provider-keyward/internal/providerdata"
	"github.com/keyward/terraform-provider-keyward/internal/validate"
)

// apiKeyAction is what the actions about one key have in common.
type apiKeyAction struct{ access }

type apiKeyModel struct {
	APIKeyID  types.String `tfsdk:"api_key_id"`
	CompanyID types.String `tfsdk:"company_id"`
}

func apiKeyAttributes() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"api_key_id": invoke.ID("key_", "key"),
		"company_id": companyIDAttribute("key"),
	}
}

// Object names the key.
func (a *apiKeyAction) Object(m *apiKeyModel) string {
	return "Corebill API key " + m.APIKeyID.ValueString()
}

// find returns the key that the action is about; it is nil while that is not
// known yet. It refuses a key that does not exist and, as doing ("Revoking")
// would lock Terraform out, the provider's own.
func (a *apiKeyAction) find(ctx context.Context, m *apiKeyModel, doing string) (*corebillapi.APIKey, diag.Diagnostics) {
	var diags diag.Diagnostics
	m.CompanyID = a.company(m.CompanyID, &diags)
	if diags.HasError() || m.CompanyID.IsUnknown() || m.APIKeyID.IsUnknown() {
		return nil, diags
	}
	at, scope := path.Root("api_key_id"), m.CompanyID.ValueString()
	key, err := a.Client.GetAPIKey(ctx, scope, m.APIKeyID.ValueString())
	if err != nil {
		diags.Append(diagnostics.AttributeError(at, "find", a.Object(m), err))
		return nil, diags
	}
	own, err := a.IsCallerKey(ctx, providerdata.CorebillKey{ID: key.ID, KeyPrefix: key.KeyPrefix, Scope: scope})
	switch {
	case err != nil:
		diags.Append(diagnostics.AttributeError(at, "find out who uses", a.Object(m), err))
	case own:
		diags.AddAttributeError(at, "This is the key that the provider uses",
			fmt.Sprintf("%s %s (%q) would lock Terraform out. Give the provider another key first.", doing, key.ID, key.Name))
	}
	return key, diags
}

// NewAPIKeyRevoke returns the action keyward_corebill_api_key_revoke.
func NewAPIKeyRevoke() action.Action {
	return invoke.New("corebill_api_key_revoke", "Corebill", schema.Schema{
		MarkdownDescription: "Revokes an API key of Corebill now, for good: its next request is refused. It is for keys that no resource manages, and for incidents: " +
			"a resource whose key was revoked plans a new one. It is no rotation, which issues the new key first: for that invoke `keyward_corebill_api_key_rotate`, or change `rotate_when_changed` of the key's resource. " +
			"The provider's own key is refused. Needs Terraform 1.14 or later.",
		Attributes: apiKeyAttributes(),
	}, &apiKeyRevoke{})
}

type apiKeyRevoke struct{ apiKeyAction }

// Check refuses a key that does not exist, and the provider's own.
func (r *apiKeyRevoke) Check(ctx context.Context, m *apiKeyModel) diag.Diagnostics {
	_, diags := r.find(ctx, m, "Revoking")
	return diags
}

// Do revokes the key.
func (r *apiKeyRevoke) Do(ctx context.Context, m *apiKeyModel, progress func(string)) (diags diag.Diagnostics) {
	err := r.Client.RevokeAPIKey(ctx, m.CompanyID.ValueString(), m.APIKeyID.ValueString())
	r.Keys().Invalidate(m.CompanyID.ValueString(), m.APIKeyID.ValueString())
	if err != nil {
		diags.Append(diagnostics.Error("revoke", r.Object(m), err))
		return diags
	}
	progress(r.Object(m) + " is revoked")
	return diags
}

// NewAPIKeyRotate returns the action keyward_corebill_api_key_rotate.
func NewAPIKeyRotate() action.Action {
	return invoke.New("corebill_api_key_rotate", "Corebill", schema.Schema{
		MarkdownDescription: invoke.RotateDescription("Corebill", "corebill_api_key"),
		Attributes:          apiKeyAttributes(),
	}, &apiKeyRotate{})
}

type apiKeyRotate struct{ apiKeyAction }

// Check refuses a key that can't be rotated, and the provider's own.
func (r *apiKeyRotate) Check(ctx context.Context, m *apiKeyModel) diag.Diagnostics {
	key, diags := r.find(ctx, m, "Rotating")
	if key == nil || diags.HasError() {
		return diags
	}
	_, refused := rotatable(key).Request()
	return refused
}

// Do leaves the request in the key's name.
func (r *apiKeyRotate) Do(ctx context.Context, m *apiKeyModel, progress func(string)) (diags diag.Diagnostics) {
	scope, id := m.CompanyID.ValueString(), m.APIKeyID.ValueString()
	key, err := r.Client.GetAPIKey(ctx, scope, id)
	if err != nil {
		diags.Append(diagnostics.Error("find", r.Object(m), err))
		return diags
	}
	name, diags := rotatable(key).Request()
	if diags.HasError() {
		return diags
	}
	if name != key.Name {
		changed, err := r.Client.UpdateAPIKey(ctx, scope, id, corebillapi.UpdateAPIKeyRequest{Name: &name})
		r.Keys().Update(scope, id, changed)
		if err != nil {
			diags.Append(diagnostics.Error("ask for the rotation of", r.Object(m), err))
			return diags
		}
	}
	rotatable(key).Requested(r.Object(m), progress)
	return diags
}

func rotatable(key *corebillapi.APIKey) invoke.Rotatable {
	return invoke.Rotatable{ID: key.ID, Name: key.Name, RevokedAt: key.RevokedAt}
}

// NewWebhookPing returns the action keyward_corebill_webhook_ping.
func NewWebhookPing() action.Action {
	return invoke.New("corebill_webhook_ping", "Corebill", schema.Schema{
		MarkdownDescription: "Has Corebill send a webhook's endpoint a signed `ping` event now, and fails the run where the endpoint refuses it. Needs Terraform 1.14 or later.",
		Attributes: map[string]schema.Attribute{
			"webhook_id": invoke.ID("wh_", "webhook"),
			"company_id": companyIDAttribute("webhook"),
		},
	}, &webhookPing{})
}

type webhookPing struct{ access }

type webhookPingModel struct {
	WebhookID types.String `tfsdk:"webhook_id"`
	CompanyID types.String `tfsdk:"company_id"`
}

// Object names the webhook.
func (p *webhookPing) Object(m *webhookPingModel) string {
	return "Corebill webhook " + m.WebhookID.ValueString()
}

// Check resolves the company.
func (p *webhookPing) Check(_ context.Context, m *webhookPingModel) (diags diag.Diagnostics) {
	m.CompanyID = p.company(m.CompanyID, &diags)
	return diags
}

// Do has the endpoint pinged.
func (p *webhookPing) Do(ctx context.Context, m *webhookPingModel, progress func(string)) (diags diag.Diagnostics) {
	ping, err := p.Client.PingWebhook(ctx, m.CompanyID.ValueString(), m.WebhookID.ValueString())
	if err != nil {
		diags.Append(diagnostics.Error("ping", p.Object(m), err))
		return diags
	}
	return invoke.Ping{EventID: ping.ID, Delivered: ping.Delivered, Status: ping.Status, Problem: ping.Error}.Result(p.Object(m), progress)
}

// access is the access to Corebill that every action has.
type access struct{ providerdata.ToCorebill }

func companyIDAttribute(object string) schema.StringAttribute {
	return schema.StringAttribute{
		Optional:            true,
		Validators:          []validator.String{validate.ID("company_id")},
		MarkdownDescription: "Company that the " + object + " belongs to (`com_…`); the provider's `company_id` where it is not set.",
	}
}

// company returns the company that a request names: the one configured here, or
// else the provider's. It is unknown while it is not known yet.
func (a *access) company(configured types.String, diags *diag.Diagnostics) types.String {
	switch {
	case configured.IsUnknown() || configured.ValueString() != "":
		return configured
	case a.CompanyUnknown:
		return types.StringUnknown()
	case a.CompanyID == "":
		diags.AddAttributeError(path.Root("company_id"), "No Corebill company",
			"Every request to Corebill names a company. Set company_id here, corebill.company_id in the provider block or COREBILL_COMPANY_ID in the environment.")
	}
	return types.StringValue(a.CompanyID)
}
