// Package billium has the actions of Billium.
package billium

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/action"
	"github.com/hashicorp/terraform-plugin-framework/action/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/keyward/terraform-provider-keyward/internal/actions/invoke"
	billiumapi "github.com/keyward/terraform-provider-keyward/internal/contract/billium"
	"github.com/keyward/terraform-provider-keyward/internal/diagnostics"
	"github.com/keyward/terraform-provider-keyward/internal/providerdata"
)

// apiKeyAction is what the actions about one key have in common.
type apiKeyAction struct{ access }

type apiKeyModel struct {
	APIKeyID types.String `tfsdk:"api_key_id"`
}

func apiKeyAttributes() map[string]schema.Attribute {
	return map[string]schema.Attribute{"api_key_id": invoke.ID("key_", "key")}
}

// Object names the key.
func (a *apiKeyAction) Object(m *apiKeyModel) string {
	return "Billium API key " + m.APIKeyID.ValueString()
}

// find returns the key that the action is about; it is nil while that is not
// known yet. It refuses a key that does not exist and, as doing ("Revoking")
// would lock Terraform out, the provider's own.
func (a *apiKeyAction) find(ctx context.Context, m *apiKeyModel, doing string) (key *billiumapi.APIKey, diags diag.Diagnostics) {
	if m.APIKeyID.IsUnknown() {
		return nil, nil
	}
	at, id := path.Root("api_key_id"), m.APIKeyID.ValueString()
	own, err := a.IsCallerKey(ctx, id)
	if err != nil {
		diags.Append(diagnostics.Error("read", "the provider's own Billium API key", err))
		return nil, diags
	}
	if own {
		diags.AddAttributeError(at, "This is the key that the provider uses",
			doing+" "+id+" would lock Terraform out. Give the provider another key first.")
		return nil, diags
	}
	if key, err = a.Client.GetAPIKey(ctx, a.MerchantID, id); err != nil {
		diags.Append(diagnostics.AttributeError(at, "find", a.Object(m), err))
	}
	return key, diags
}

// NewAPIKeyRevoke returns the action keyward_billium_api_key_revoke.
func NewAPIKeyRevoke() action.Action {
	return invoke.New("billium_api_key_revoke", "Billium", schema.Schema{
		MarkdownDescription: "Revokes an API key of Billium now, for good: its next request is refused. It is for keys that no resource manages, and for incidents: " +
			"a resource whose key was revoked plans a new one. It is no rotation, which issues the new key first: for that invoke `keyward_billium_api_key_rotate`, or change `rotate_when_changed` of the key's resource. " +
			"The provider's own key is refused. Needs Terraform 1.14 or later.",
		Attributes: apiKeyAttributes(),
	}, &apiKeyRevoke{})
}

type apiKeyRevoke struct{ apiKeyAction }

// Check refuses the provider's own key, and one that does not exist.
func (r *apiKeyRevoke) Check(ctx context.Context, m *apiKeyModel) diag.Diagnostics {
	_, diags := r.find(ctx, m, "Revoking")
	return diags
}

// Do revokes the key.
func (r *apiKeyRevoke) Do(ctx context.Context, m *apiKeyModel, progress func(string)) (diags diag.Diagnostics) {
	err := r.Client.RevokeAPIKey(ctx, r.MerchantID, m.APIKeyID.ValueString())
	r.Keys().Invalidate(r.MerchantID, m.APIKeyID.ValueString())
	if err != nil {
		diags.Append(diagnostics.Error("revoke", r.Object(m), err))
		return diags
	}
	progress(r.Object(m) + " is revoked")
	return diags
}

// NewAPIKeyRotate returns the action keyward_billium_api_key_rotate.
func NewAPIKeyRotate() action.Action {
	return invoke.New("billium_api_key_rotate", "Billium", schema.Schema{
		MarkdownDescription: invoke.RotateDescription("Billium", "billium_api_key"),
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
	merchant, id := r.MerchantID, m.APIKeyID.ValueString()
	key, err := r.Client.GetAPIKey(ctx, merchant, id)
	if err != nil {
		diags.Append(diagnostics.Error("find", r.Object(m), err))
		return diags
	}
	name, diags := rotatable(key).Request()
	if diags.HasError() {
		return diags
	}
	if name != key.Name {
		changed, err := r.Client.UpdateAPIKey(ctx, merchant, id, billiumapi.UpdateAPIKeyRequest{Name: &name})
		r.Keys().Update(merchant, id, changed)
		if err != nil {
			diags.Append(diagnostics.Error("ask for the rotation of", r.Object(m), err))
			return diags
		}
	}
	rotatable(key).Requested(r.Object(m), progress)
	return diags
}

func rotatable(key *billiumapi.APIKey) invoke.Rotatable {
	return invoke.Rotatable{ID: key.ID, Name: key.Name, RevokedAt: key.RevokedAt}
}

// NewWebhookPing returns the action keyward_billium_webhook_ping.
func NewWebhookPing() action.Action {
	return invoke.New("billium_webhook_ping", "Billium", schema.Schema{
		MarkdownDescription: "Has Billium send a webhook's endpoint a signed `ping` event now, and fails the run where the endpoint refuses it. Needs Terraform 1.14 or later.",
		Attributes: map[string]schema.Attribute{
			"webhook_id": invoke.ID("wh_", "webhook"),
		},
	}, &webhookPing{})
}

type webhookPing struct{ access }

type webhookPingModel struct {
	WebhookID types.String `tfsdk:"webhook_id"`
}

// Object names the webhook.
func (p *webhookPing) Object(m *webhookPingModel) string {
	return "Billium webhook " + m.WebhookID.ValueString()
}

// Check has nothing to refuse.
func (p *webhookPing) Check(context.Context, *webhookPingModel) diag.Diagnostics { return nil }

// Do has the endpoint pinged.
func (p *webhookPing) Do(ctx context.Context, m *webhookPingModel, progress func(string)) (diags diag.Diagnostics) {
	ping, err := p.Client.PingWebhook(ctx, p.MerchantID, m.WebhookID.ValueString())
	if err != nil {
		diags.Append(diagnostics.Error("ping", p.Object(m), err))
		return diags
	}
	return invoke.Ping{EventID: ping.ID, Delivered: ping.Delivered, Status: ping.Status, Problem: ping.Error}.Result(p.Object(m), progress)
}

// access is the access to Billium that every action has.
type access struct{ providerdata.ToBillium }
