package apikey

import (
	"context"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/keyward/terraform-provider-keyward/internal/configured"
	"github.com/keyward/terraform-provider-keyward/internal/diagnose"
	"github.com/keyward/terraform-provider-keyward/internal/resources/codec"
	"github.com/keyward/terraform-provider-keyward/internal/rotation"
)

// Held is a key as the state has it.
type Held struct {
	ID, KeyPrefix string
	Scope         types.String
	// Token is empty where it is not known, as of an imported key.
	Token string
}

func (r *Resource[M, P]) held(m *M) Held {
	a := P(m).Shared()
	return Held{
		ID: a.ID.ValueString(), KeyPrefix: a.KeyPrefix.ValueString(),
		Scope: r.platform.ScopeOf(m), Token: a.Token.ValueString(),
	}
}

// planDelete refuses to plan the revocation of a key that is protected, that another
// resource has too, or that the provider uses, and says who uses it.
func (r *Resource[M, P]) planDelete(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	if req.State.Raw.IsNull() {
		return
	}
	var state M
	resp.Diagnostics.Append(codec.State(ctx, req.State, &state)...)
	if resp.Diagnostics.HasError() {
		return
	}
	resp.Diagnostics.Append(r.destruction(ctx, &state)...)
}

// destruction is what a plan that destroys a resource has to say.
func (r *Resource[M, P]) destruction(ctx context.Context, state *M) (diags diag.Diagnostics) {
	a := P(state).Shared()
	if a.DeletionProtection.ValueBool() {
		diags.Append(r.protected(r.name(a), a.ID.ValueString(), a.KeyPrefix.ValueString()))
	}
	by, wanted, twice := r.platform.Ledger().Plan(a.ID.ValueString(), configured.Goes)
	if twice {
		diags.Append(r.twice(a))
	}
	if diags.HasError() || !r.platform.Status().Ready() {
		return diags
	}
	if wanted && !by.Expected {
		diags.Append(moved(r.name(a), a.ID.ValueString(), a.KeyPrefix.ValueString()))
	}
	if wanted && !by.Said {
		diags.Append(r.sayReplaced(ctx, state, a.ID.ValueString())...)
	}
	diags.Append(r.guard(ctx, r.held(state), r.name(a), "be revoked")...)
	diags.Append(r.useNotice(ctx, state, "revoked")...)
	return diags
}

// protected is the error of a key that is not to be destroyed.
func (r *Resource[M, P]) protected(name, id, keyPrefix string) diag.Diagnostic {
	return diag.NewAttributeErrorDiagnostic(path.Root("deletion_protection"), name+" is protected",
		fmt.Sprintf("%s (%s…) would be revoked, but deletion_protection is true. To destroy it, set deletion_protection = false on the key and apply; then plan the destruction again. "+
			"To stop managing the key without touching it, use a removed block with destroy = false. "+
			"If its replacement exists already (terraform taint with create_before_destroy), run keyward keys revoke %s and apply again.",
			id, keyPrefix, id))
}

// guardChange refuses a change that would take from the provider the key that it
// uses itself.
func (r *Resource[M, P]) guardChange(ctx context.Context, state, plan *M, decision rotation.Decision) diag.Diagnostics {
	if !r.platform.Status().Ready() {
		return nil
	}
	harm, diags := r.harm(ctx, state, plan, decision)
	if harm == "" || diags.HasError() {
		return diags
	}
	return r.guard(ctx, r.held(state), r.name(P(state).Shared()), harm)
}

// harm says what a change takes from those who use the key; it is empty where that
// is nothing, or not known yet.
func (r *Resource[M, P]) harm(ctx context.Context, state, plan *M, decision rotation.Decision) (string, diag.Diagnostics) {
	before, after := P(state).Shared(), P(plan).Shared()
	switch {
	case decision == rotation.Rotate:
		return "be rotated", nil
	case before.Enabled.ValueBool() && !after.Enabled.IsUnknown() && !after.Enabled.ValueBool():
		return "be disabled", nil
	}
	lost, diags := r.platform.Narrows(ctx, state, plan)
	if len(lost) == 0 {
		return "", diags
	}
	return "lose " + strings.Join(lost, ", "), diags
}

// guard refuses to do harm ("be revoked") to the key that the provider uses.
func (r *Resource[M, P]) guard(ctx context.Context, key Held, name, harm string) (diags diag.Diagnostics) {
	own, err := r.platform.IsOwn(ctx, key)
	switch {
	case err != nil:
		diags.Append(diagnose.Error("check", name, fmt.Errorf("it can't %s until it is certain that it is not the provider's own key: %w", harm, err)))
	case own:
		diags.AddError(name+" is the provider's own key",
			fmt.Sprintf("%s (%s…) can't %s: the provider itself uses it, and would lock itself out before it is done. "+
				"Give the provider another key first (its api_key, or %s_API_KEY in the environment), then apply again. "+
				"To stop managing the key without touching it, use a removed block with destroy = false.",
				key.ID, key.KeyPrefix, harm, strings.ToUpper(r.Platform)))
	}
	return diags
}
