package corebill

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/action/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/keyward/terraform-provider-keyward/internal/actions/invoke"
	"github.com/keyward/terraform-provider-keyward/internal/configured"
	corebillapi "github.com/keyward/terraform-provider-keyward/internal/contract/corebill"
	"github.com/keyward/terraform-provider-keyward/internal/diagnose"
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
		diags.Append(diagnose.AttributeError(at, "find", a.Object(m), err))
		return nil, diags
	}
	own, err := a.IsOwnKey(ctx, configured.CorebillKey{ID: key.ID, KeyPrefix: key.KeyPrefix, Scope: scope})
	switch {
	case err != nil:
		diags.Append(diagnose.AttributeError(at, "find out who uses", a.Object(m), err))
	case own:
		diags.AddAttributeError(at, "This is the key that the provider uses",
			fmt.Sprintf("%s %s (%q) would lock Terraform out. Give the provider another key first.", doing, key.ID, key.Name))
	}
	return key, diags
}
