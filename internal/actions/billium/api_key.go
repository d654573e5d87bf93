package billium

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/action/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/keyward/terraform-provider-keyward/internal/actions/invoke"
	billiumapi "github.com/keyward/terraform-provider-keyward/internal/contract/billium"
	"github.com/keyward/terraform-provider-keyward/internal/diagnose"
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
	own, err := a.IsOwnKey(ctx, id)
	if err != nil {
		diags.Append(diagnose.Error("read", "the provider's own Billium API key", err))
		return nil, diags
	}
	if own {
		diags.AddAttributeError(at, "This is the key that the provider uses",
			doing+" "+id+" would lock Terraform out. Give the provider another key first.")
		return nil, diags
	}
	if key, err = a.Client.GetAPIKey(ctx, a.MerchantID, id); err != nil {
		diags.Append(diagnose.AttributeError(at, "find", a.Object(m), err))
	}
	return key, diags
}
