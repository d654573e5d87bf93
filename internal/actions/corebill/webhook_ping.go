package corebill

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/action"
	"github.com/hashicorp/terraform-plugin-framework/action/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/keyward/terraform-provider-keyward/internal/actions/invoke"
	"github.com/keyward/terraform-provider-keyward/internal/diagnose"
)

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
		diags.Append(diagnose.Error("ping", p.Object(m), err))
		return diags
	}
	return invoke.Ping{EventID: ping.ID, Delivered: ping.Delivered, Status: ping.Status, Problem: ping.Error}.Result(p.Object(m), progress)
}
