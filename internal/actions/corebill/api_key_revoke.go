package corebill

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/action"
	"github.com/hashicorp/terraform-plugin-framework/action/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/keyward/terraform-provider-keyward/internal/actions/invoke"
	"github.com/keyward/terraform-provider-keyward/internal/diagnose"
)

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
		diags.Append(diagnose.Error("revoke", r.Object(m), err))
		return diags
	}
	progress(r.Object(m) + " is revoked")
	return diags
}
