package corebill

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/action"
	"github.com/hashicorp/terraform-plugin-framework/action/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/keyward/terraform-provider-keyward/internal/actions/invoke"
	"github.com/keyward/terraform-provider-keyward/internal/configured"
	"github.com/keyward/terraform-provider-keyward/internal/diagnose"
)

// NewAPIKeyRevoke returns the action keyward_corebill_api_key_revoke.
func NewAPIKeyRevoke() action.Action {
	return invoke.New("corebill_api_key_revoke", "Corebill", schema.Schema{
		MarkdownDescription: "Revokes an API key of Corebill now, for good: its next request is refused. It is for keys that no resource manages, and for incidents: " +
			"a resource whose key was revoked plans a new one. It is no rotation, which issues the new key first: for that change `rotate_when_changed` of the key's resource. " +
			"The provider's own key is refused. Needs Terraform 1.14 or later.",
		Attributes: map[string]schema.Attribute{
			"api_key_id": invoke.ID("key_", "key"),
			"company_id": companyIDAttribute("key"),
		},
	}, &apiKeyRevoke{})
}

type apiKeyRevoke struct{ access }

type apiKeyRevokeModel struct {
	APIKeyID  types.String `tfsdk:"api_key_id"`
	CompanyID types.String `tfsdk:"company_id"`
}

// Object names the key.
func (r *apiKeyRevoke) Object(m *apiKeyRevokeModel) string {
	return "Corebill API key " + m.APIKeyID.ValueString()
}

// Check refuses a key that does not exist, and the provider's own.
func (r *apiKeyRevoke) Check(ctx context.Context, m *apiKeyRevokeModel) (diags diag.Diagnostics) {
	m.CompanyID = r.company(m.CompanyID, &diags)
	if diags.HasError() || m.CompanyID.IsUnknown() || m.APIKeyID.IsUnknown() {
		return diags
	}
	at, scope := path.Root("api_key_id"), m.CompanyID.ValueString()
	key, err := r.corebill.Client.GetAPIKey(ctx, scope, m.APIKeyID.ValueString())
	if err != nil {
		diags.Append(diagnose.AttributeError(at, "find", r.Object(m), err))
		return diags
	}
	own, err := r.corebill.IsOwnKey(ctx, configured.CorebillKey{ID: key.ID, KeyPrefix: key.KeyPrefix, Scope: scope})
	switch {
	case err != nil:
		diags.Append(diagnose.AttributeError(at, "find out who uses", r.Object(m), err))
	case own:
		diags.AddAttributeError(at, "This is the key that the provider uses",
			fmt.Sprintf("Revoking %s (%q) would lock Terraform out. Give the provider another key first.", key.ID, key.Name))
	}
	return diags
}

// Do revokes the key.
func (r *apiKeyRevoke) Do(ctx context.Context, m *apiKeyRevokeModel, progress func(string)) (diags diag.Diagnostics) {
	if err := r.corebill.Client.RevokeAPIKey(ctx, m.CompanyID.ValueString(), m.APIKeyID.ValueString()); err != nil {
		diags.Append(diagnose.Error("revoke", r.Object(m), err))
		return diags
	}
	progress(r.Object(m) + " is revoked")
	return diags
}
