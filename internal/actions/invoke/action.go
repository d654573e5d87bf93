// Package invoke is the action, written once for all that it can do: it is
// checked when it is planned and again when it is invoked, and then done.
package invoke

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/action"
	"github.com/hashicorp/terraform-plugin-framework/action/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"

	"github.com/keyward/terraform-provider-keyward/internal/configured"
)

// Deed is what an action does. M is its model.
type Deed[M any] interface {
	configured.Access
	// Object names what the action is about: "Corebill webhook wh_…".
	Object(m *M) string
	// Check refuses what must not be done. While an action is planned, values of
	// the model may be unknown.
	Check(ctx context.Context, m *M) diag.Diagnostics
	// Do does it. progress tells the user how it goes.
	Do(ctx context.Context, m *M, progress func(message string)) diag.Diagnostics
}

// New returns the action of that type, without the provider's name, on that
// platform.
func New[M any](typeName, platform string, description schema.Schema, deed Deed[M]) interface {
	action.ActionWithConfigure
	action.ActionWithModifyPlan
} {
	return &generic[M]{typeName: typeName, platform: platform, schema: description, deed: deed}
}

type generic[M any] struct {
	typeName, platform string
	schema             schema.Schema
	deed               Deed[M]
}

func (a *generic[M]) Metadata(_ context.Context, req action.MetadataRequest, resp *action.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_" + a.typeName
}

func (a *generic[M]) Schema(_ context.Context, _ action.SchemaRequest, resp *action.SchemaResponse) {
	resp.Schema = a.schema
}

func (a *generic[M]) Configure(_ context.Context, req action.ConfigureRequest, _ *action.ConfigureResponse) {
	configured.Use(req.ProviderData, a.deed)
}

// ModifyPlan checks the action before anything of the plan is applied. It has to
// wait with credentials that are known only after apply.
func (a *generic[M]) ModifyPlan(ctx context.Context, req action.ModifyPlanRequest, resp *action.ModifyPlanResponse) {
	if !a.deed.Status().Deferred() {
		a.checked(ctx, req.Config, &resp.Diagnostics)
	}
}

// Invoke checks the action and does it.
func (a *generic[M]) Invoke(ctx context.Context, req action.InvokeRequest, resp *action.InvokeResponse) {
	if m, ok := a.checked(ctx, req.Config, &resp.Diagnostics); ok {
		resp.Diagnostics.Append(a.deed.Do(ctx, m, func(message string) {
			resp.SendProgress(action.InvokeProgressEvent{Message: message})
		})...)
	}
}

// checked returns the configured model, and false where it must not be done.
func (a *generic[M]) checked(ctx context.Context, config tfsdk.Config, diags *diag.Diagnostics) (*M, bool) {
	m := new(M)
	diags.Append(config.Get(ctx, m)...)
	if diags.HasError() {
		return nil, false
	}
	if status := a.deed.Status(); !status.Ready() {
		diags.Append(status.Diagnostic(a.platform, a.deed.Object(m)))
		return nil, false
	}
	diags.Append(a.deed.Check(ctx, m)...)
	return m, !diags.HasError()
}
