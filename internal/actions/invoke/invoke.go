// Package invoke is the action, written once for all that it can do: it is
// checked when it is planned and again when it is invoked, and then done.
package invoke

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/action"
	"github.com/hashicorp/terraform-plugin-framework/action/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"

	"github.com/keyward/terraform-provider-keyward/internal/platform/naming"
	"github.com/keyward/terraform-provider-keyward/internal/platform/provisional"
	"github.com/keyward/terraform-provider-keyward/internal/providerdata"
	"github.com/keyward/terraform-provider-keyward/internal/rotation"
	"github.com/keyward/terraform-provider-keyward/internal/validate"
)

// Deed is what an action does. M is its model.
type Deed[M any] interface {
	providerdata.Access
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
	providerdata.Use(req.ProviderData, a.deed)
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

// ID is the attribute that names the object of an action by an id of that
// prefix. Its error does not repeat what was given, which may be a token.
func ID(prefix, object string) schema.StringAttribute {
	return schema.StringAttribute{
		Required:            true,
		MarkdownDescription: "Id of the " + object + " (`" + prefix + "…`).",
		Validators: []validator.String{validate.Word("id of the "+object, func(id string) error {
			if !strings.HasPrefix(id, prefix) || strings.ContainsAny(id, "/?#") {
				return errors.New("the id of a " + object + " starts with " + prefix)
			}
			return naming.CheckID("the id of the "+object, id)
		})},
	}
}

// Ping is how a webhook's endpoint took a ping.
type Ping struct {
	EventID   string
	Delivered bool
	// Status of the endpoint's answer; nil where it gave none.
	Status *int
	// Problem is why there was no delivery; nil where there was one.
	Problem *string
}

// Result tells the user how it went: progress where the ping was delivered, and
// else an error, which fails the run.
func (p Ping) Result(webhook string, progress func(string)) (diags diag.Diagnostics) {
	answer := "gave no answer"
	if p.Status != nil {
		answer = fmt.Sprintf("answered with %d", *p.Status)
	}
	if p.Delivered {
		progress(fmt.Sprintf("%s took the ping %s: its endpoint %s", webhook, p.EventID, answer))
		return nil
	}
	detail := fmt.Sprintf("The endpoint %s to the event %s", answer, p.EventID)
	if p.Problem != nil {
		detail += ": " + *p.Problem
	}
	diags.AddError(webhook+" did not take the ping", detail+".\n\n"+
		"Events are lost while an endpoint refuses them. Look at the endpoint's own log, and whether it verifies signatures with the webhook's current secret.")
	return diags
}

// RotateDescription says what the action does that asks for a key's rotation.
// typeName is that of the keys' resource, without the provider's name.
func RotateDescription(platform, typeName string) string {
	return "Asks for the rotation of an API key of " + platform + ", which the next apply of its `keyward_" + typeName + "` then makes: " +
		"a new key first, the old one revoked after it. An action can change no state and hold no token, so it leaves the request on the platform, " +
		"at the end of the key's name (`" + rotation.Marker + "`), where the resource finds it (`rotation_requested`); the key goes on working. " +
		"Run `terraform apply -invoke=action.keyward_" + typeName + "_rotate.<name>`, and then `terraform apply`. " +
		"Where `action_trigger` invokes it, let that be on another resource than the key: a rotation that asks for the next one never ends. " +
		"A key that no resource manages is only renamed. The provider's own key is refused. Needs Terraform 1.14 or later."
}

// Rotatable is a key whose rotation is asked for.
type Rotatable struct {
	ID, Name string
	// RevokedAt is nil for a key that is not revoked.
	RevokedAt *time.Time
}

// Request returns the name under which the key asks for its rotation, or why it
// can't ask.
func (k Rotatable) Request() (name string, diags diag.Diagnostics) {
	at := path.Root("api_key_id")
	_, ephemeral := provisional.ParseEphemeral(k.Name)
	switch {
	case k.RevokedAt != nil:
		diags.AddAttributeError(at, "The key is revoked", fmt.Sprintf("%s (%q) was revoked at %s, and there is nothing to rotate: "+
			"the next terraform apply of its resource creates a new key.", k.ID, k.Name, k.RevokedAt.UTC().Format(time.RFC3339)))
		return "", diags
	case ephemeral:
		diags.AddAttributeError(at, "The key is ephemeral", fmt.Sprintf("%s (%q) lives for one run, and the next one has another. "+
			"Its name says until when it may live, and has to stay. To end it now, revoke it.", k.ID, k.Name))
		return "", diags
	}
	name, err := rotation.Request(k.Name)
	if err != nil {
		diags.AddAttributeError(at, "The key's name is too long", err.Error()+".")
	}
	return name, diags
}

// Requested tells the user that the key asks for its rotation.
func (k Rotatable) Requested(key string, progress func(string)) {
	asks := " now asks"
	if rotation.Marked(k.Name) {
		asks = " asked before"
	}
	progress(key + asks + " for its rotation; the next terraform apply of its resource rotates it")
}
