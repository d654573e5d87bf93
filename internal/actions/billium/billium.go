// Package billium has the actions of Billium.
package billium

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/action"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/keyward/terraform-provider-keyward/internal/actions/invoke"
	billiumapi "github.com/keyward/terraform-provider-keyward/internal/contract/billium"
	"github.com/keyward/terraform-provider-keyward/internal/providerdata"
)

var kind = invoke.Kind{Platform: "Billium", Prefix: "billium"}

// NewAPIKeyRevoke returns the action keyward_billium_api_key_revoke.
func NewAPIKeyRevoke() action.Action { return invoke.Revoke(kind, &platform{}) }

// NewAPIKeyRotate returns the action keyward_billium_api_key_rotate.
func NewAPIKeyRotate() action.Action { return invoke.Rotate(kind, &platform{}) }

// NewWebhookPing returns the action keyward_billium_webhook_ping.
func NewWebhookPing() action.Action { return invoke.PingWebhook(kind, &platform{}) }

// platform is Billium as the actions see it.
type platform struct{ providerdata.ToBillium }

// Scope is the provider's merchant.
func (p *platform) Scope(types.String, *diag.Diagnostics) types.String {
	return types.StringValue(p.MerchantID)
}

// Find requests a key.
func (p *platform) Find(ctx context.Context, merchantID, id string) (invoke.Key, error) {
	key, err := p.Client.GetAPIKey(ctx, merchantID, id)
	if err != nil {
		return invoke.Key{}, err
	}
	return invoke.Key{ID: key.ID, Name: key.Name, KeyPrefix: key.KeyPrefix, RevokedAt: key.RevokedAt}, nil
}

// IsCaller reports whether a key is the one that the provider itself uses.
func (p *platform) IsCaller(ctx context.Context, _ string, key invoke.Key) (bool, error) {
	return p.IsCallerKey(ctx, key.ID)
}

// Revoke revokes a key.
func (p *platform) Revoke(ctx context.Context, merchantID, id string) error {
	err := p.Client.RevokeAPIKey(ctx, merchantID, id)
	p.Keys().Invalidate(merchantID, id)
	return err
}

// Rename gives a key another name.
func (p *platform) Rename(ctx context.Context, merchantID, id, name string) error {
	changed, err := p.Client.UpdateAPIKey(ctx, merchantID, id, billiumapi.UpdateAPIKeyRequest{Name: &name})
	p.Keys().Update(merchantID, id, changed)
	return err
}

// Ping has a webhook's endpoint pinged.
func (p *platform) Ping(ctx context.Context, merchantID, id string) (invoke.Ping, error) {
	ping, err := p.Client.PingWebhook(ctx, merchantID, id)
	if err != nil {
		return invoke.Ping{}, err
	}
	return invoke.Ping{EventID: ping.ID, Delivered: ping.Delivered, Status: ping.Status, Problem: ping.Error}, nil
}
