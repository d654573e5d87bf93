package billium

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/action"
	"github.com/hashicorp/terraform-plugin-framework/action/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/keyward/terraform-provider-keyward/internal/actions/invoke"
	billiumapi "github.com/keyward/terraform-provider-keyward/internal/contract/billium"
	"github.com/keyward/terraform-provider-keyward/internal/diagnose"
)

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
		diags.Append(diagnose.Error("find", r.Object(m), err))
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
			diags.Append(diagnose.Error("ask for the rotation of", r.Object(m), err))
			return diags
		}
	}
	rotatable(key).Requested(r.Object(m), progress)
	return diags
}

func rotatable(key *billiumapi.APIKey) invoke.Rotatable {
	return invoke.Rotatable{ID: key.ID, Name: key.Name, RevokedAt: key.RevokedAt}
}
