// Package corebill has the actions of Corebill.
package corebill

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/action"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/keyward/terraform-provider-keyward/internal/actions/invoke"
	corebillapi "github.com/keyward/terraform-provider-keyward/internal/contract/corebill"
	"github.com/keyward/terraform-provider-keyward/internal/providerdata"
)

var kind = invoke.Kind{
	Platform: "Corebill", Prefix: "corebill", Scope: "company_id",
	Description: func(object string) string {
		return "Company that the " + object + " belongs to (`com_…`); the provider's `company_id` where it is not set."
	},
}

// NewAPIKeyRevoke returns the action keyward_corebill_api_key_revoke.
func NewAPIKeyRevoke() action.Action { return invoke.Revoke(kind, &platform{}) }

// NewAPIKeyRotate returns the action keyward_corebill_api_key_rotate.
func NewAPIKeyRotate() action.Action { return invoke.Rotate(kind, &platform{}) }

// NewWebhookPing returns the action keyward_corebill_webhook_ping.
func NewWebhookPing() action.Action { return invoke.PingWebhook(kind, &platform{}) }

// platform is Corebill as the actions see it.
type platform struct{ providerdata.ToCorebill }

// Scope returns the company that a request names.
func (p *platform) Scope(declared types.String, diags *diag.Diagnostics) types.String {
	switch {
	case declared.IsUnknown() || declared.ValueString() != "":
		return declared
	case p.CompanyUnknown:
		return types.StringUnknown()
	case p.CompanyID == "":
		diags.AddAttributeError(path.Root("company_id"), "No Corebill company",
			"Every request to Corebill names a company. Set company_id here, corebill.company_id in the provider block or COREBILL_COMPANY_ID in the environment.")
	}
	return types.StringValue(p.CompanyID)
}

// Find requests a key.
func (p *platform) Find(ctx context.Context, companyID, id string) (invoke.Key, error) {
	key, err := p.Client.GetAPIKey(ctx, companyID, id)
	if err != nil {
		return invoke.Key{}, err
	}
	return invoke.Key{ID: key.ID, Name: key.Name, KeyPrefix: key.KeyPrefix, RevokedAt: key.RevokedAt}, nil
}

// IsCaller reports whether a key is the one that the provider itself uses.
func (p *platform) IsCaller(ctx context.Context, companyID string, key invoke.Key) (bool, error) {
	return p.IsCallerKey(ctx, providerdata.CorebillKey{ID: key.ID, KeyPrefix: key.KeyPrefix, Scope: companyID})
}

// Revoke revokes a key.
func (p *platform) Revoke(ctx context.Context, companyID, id string) error {
	err := p.Client.RevokeAPIKey(ctx, companyID, id)
	p.Keys().Invalidate(companyID, id)
	return err
}

// Rename gives a key another name.
func (p *platform) Rename(ctx context.Context, companyID, id, name string) error {
	changed, err := p.Client.UpdateAPIKey(ctx, companyID, id, corebillapi.UpdateAPIKeyRequest{Name: &name})
	p.Keys().Update(companyID, id, changed)
	return err
}

// Ping has a webhook's endpoint pinged.
func (p *platform) Ping(ctx context.Context, companyID, id string) (invoke.Ping, error) {
	ping, err := p.Client.PingWebhook(ctx, companyID, id)
	if err != nil {
		return invoke.Ping{}, err
	}
	return invoke.Ping{EventID: ping.ID, Delivered: ping.Delivered, Status: ping.Status, Problem: ping.Error}, nil
}
