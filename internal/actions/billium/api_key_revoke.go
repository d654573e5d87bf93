package billium

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/action"
	"github.com/hashicorp/terraform-plugin-framework/action/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/keyward/terraform-provider-keyward/internal/actions/invoke"
	"github.com/keyward/terraform-provider-keyward/internal/diagnose"
)

// NewAPIKeyRevoke returns the action keyward_billium_api_key_revoke.
func NewAPIKeyRevoke() action.Action {
	return invoke.New("billium_api_key_revoke", "Billium", schema.Schema{
		MarkdownDescription: "Revokes an API key of Billium now, for good: its next request is refused. It is for keys that no resource manages, and for incidents: " +
			"a resource whose key was revoked plans a new one. It is no rotation, which issues the new key first: for that change `rotate_when_changed` of the key's resource. " +
			"The provider's own key is refused. Needs Terraform 1.14 or later.",
		Attributes: map[string]schema.Attribute{
			"api_key_id": invoke.ID("key_", "key"),
		},
	}, &apiKeyRevoke{})
}

type apiKeyRevoke struct{ access }

type apiKeyRevokeModel struct {
	APIKeyID types.String `tfsdk:"api_key_id"`
}

// Object names the key.
func (r *apiKeyRevoke) Object(m *apiKeyRevokeModel) string {
	return "Billium API key " + m.APIKeyID.ValueString()
}

// Check refuses the provider's own key, and one that does not exist.
func (r *apiKeyRevoke) Check(ctx context.Context, m *apiKeyRevokeModel) (diags diag.Diagnostics) {
	if m.APIKeyID.IsUnknown() {
		return nil
	}
	own, err := r.billium.IsOwnKey(ctx, m.APIKeyID.ValueString())
	if err != nil {
		diags.Append(diagnose.Error("read", "the provider's own Billium API key", err))
		return diags
	}
	if own {
		diags.AddAttributeError(path.Root("api_key_id"), "This is the key that the provider uses",
			"Revoking "+m.APIKeyID.ValueString()+" would lock Terraform out. Give the provider another key first.")
		return diags
	}
	if _, err := r.billium.Client.GetAPIKey(ctx, r.billium.MerchantID, m.APIKeyID.ValueString()); err != nil {
		diags.Append(diagnose.AttributeError(path.Root("api_key_id"), "find", r.Object(m), err))
	}
	return diags
}

// Do revokes the key.
func (r *apiKeyRevoke) Do(ctx context.Context, m *apiKeyRevokeModel, progress func(string)) (diags diag.Diagnostics) {
	if err := r.billium.Client.RevokeAPIKey(ctx, r.billium.MerchantID, m.APIKeyID.ValueString()); err != nil {
		diags.Append(diagnose.Error("revoke", r.Object(m), err))
		return diags
	}
	progress(r.Object(m) + " is revoked")
	return diags
}
