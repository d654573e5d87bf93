package corebill

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/action"
	"github.com/hashicorp/terraform-plugin-framework/action/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/keyward/terraform-provider-keyward/internal/actions/invoke"
	corebillapi "github.com/keyward/terraform-provider-keyward/internal/contract/corebill"
	"github.com/keyward/terraform-provider-keyward/internal/diagnose"
)

// NewAPIKeyRotate returns the action keyward_corebill_api_key_rotate.
func NewAPIKeyRotate() action.Action {
	return invoke.New("corebill_api_key_rotate", "Corebill", schema.Schema{
		MarkdownDescription: invoke.RotateDescription("Corebill", "corebill_api_key"),
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
	scope, id := m.CompanyID.ValueString(), m.APIKeyID.ValueString()
	key, err := r.Client.GetAPIKey(ctx, scope, id)
	if err != nil {
		diags.Append(diagnose.Error("find", r.Object(m), err))
		return diags
	}
	name, diags := rotatable(key).Request()
	if diags.HasError() {
		return diags
	}
	if name != key.Name {
		changed, err := r.Client.UpdateAPIKey(ctx, scope, id, corebillapi.UpdateAPIKeyRequest{Name: &name})
		r.Keys().Update(scope, id, changed)
		if err != nil {
			diags.Append(diagnose.Error("ask for the rotation of", r.Object(m), err))
			return diags
		}
	}
	rotatable(key).Requested(r.Object(m), progress)
	return diags
}

func rotatable(key *corebillapi.APIKey) invoke.Rotatable {
	return invoke.Rotatable{ID: key.ID, Name: key.Name, RevokedAt: key.RevokedAt}
}
