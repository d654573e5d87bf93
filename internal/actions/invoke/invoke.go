// Package invoke has the actions, written once for both platforms: each is checked when
// it is planned and again when it is invoked, and then done.
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
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/keyward/terraform-provider-keyward/internal/diagnostics"
	"github.com/keyward/terraform-provider-keyward/internal/platform/naming"
	"github.com/keyward/terraform-provider-keyward/internal/platform/provisional"
	"github.com/keyward/terraform-provider-keyward/internal/providerdata"
	"github.com/keyward/terraform-provider-keyward/internal/rotation"
	"github.com/keyward/terraform-provider-keyward/internal/validate"
)

// Platform is what the actions need of a platform. scope is what an object belongs to.
type Platform interface {
	providerdata.Access
	// Scope returns what an object belongs to: what is declared, or else the provider's.
	// It is unknown while it is not known yet.
	Scope(declared types.String, diags *diag.Diagnostics) types.String
	// Find requests a key.
	Find(ctx context.Context, scope, id string) (Key, error)
	// IsCaller reports whether a key is the one that the provider itself uses.
	IsCaller(ctx context.Context, scope string, key Key) (bool, error)
	// Revoke revokes a key.
	Revoke(ctx context.Context, scope, id string) error
	// Rename gives a key another name.
	Rename(ctx context.Context, scope, id, name string) error
	// Ping has a webhook's endpoint pinged.
	Ping(ctx context.Context, scope, id string) (Ping, error)
}

// Kind is how actions of a platform are called.
type Kind struct {
	// Platform is its name, Prefix that of its types.
	Platform, Prefix string
	// Scope is the attribute that says what an object belongs to, "" where only the
	// provider says that.
	Scope string
	// Description is that attribute's, of an object.
	Description func(object string) string
}

// target is what an action is about.
type target struct {
	object    string // the kind of object and its id, in diagnostics
	id, scope types.String
}

// operation is what an action does.
type operation struct {
	typeName, description string
	// noun and attribute are what it is about: API key, api_key_id; prefix is that of its
	// ids, object what their description calls it.
	noun, attribute, prefix, object string
	// check refuses what must not be done. While an action is planned, the target may be
	// unknown.
	check func(ctx context.Context, p Platform, t target) diag.Diagnostics
	// do does it. progress tells the user how it goes.
	do func(ctx context.Context, p Platform, t target, progress func(message string)) diag.Diagnostics
}

// Revoke returns the action that revokes a key.
func Revoke(kind Kind, platform Platform) action.Action {
	return newAction(kind, platform, operation{
		typeName: "api_key_revoke", noun: "API key", attribute: "api_key_id", prefix: "key_", object: "key",
		description: "Revokes an API key of " + kind.Platform + " now, for good: its next request is refused. It is for keys that no resource manages, and for incidents: " +
			"a resource whose key was revoked plans a new one. It is no rotation, which issues the new key first: for that invoke `keyward_" + kind.Prefix + "_api_key_rotate`, or change `rotate_when_changed` of the key's resource. " +
			"The provider's own key is refused. Needs Terraform 1.14 or later.",
		check: func(ctx context.Context, p Platform, t target) diag.Diagnostics {
			_, diags := find(ctx, p, t, "Revoking")
			return diags
		},
		do: func(ctx context.Context, p Platform, t target, progress func(string)) (diags diag.Diagnostics) {
			if err := p.Revoke(ctx, t.scope.ValueString(), t.id.ValueString()); err != nil {
				diags.Append(diagnostics.Error("revoke", t.object, err))
				return diags
			}
			progress(t.object + " is revoked")
			return diags
		},
	})
}

// Rotate returns the action that leaves the request for a rotation in a key's name.
func Rotate(kind Kind, platform Platform) action.Action {
	return newAction(kind, platform, operation{
		typeName: "api_key_rotate", noun: "API key", attribute: "api_key_id", prefix: "key_", object: "key",
		description: rotateDescription(kind.Platform, kind.Prefix+"_api_key"),
		check: func(ctx context.Context, p Platform, t target) diag.Diagnostics {
			key, diags := find(ctx, p, t, "Rotating")
			if key == nil || diags.HasError() {
				return diags
			}
			_, refused := key.Request()
			return refused
		},
		do: requestRotation,
	})
}

func requestRotation(ctx context.Context, p Platform, t target, progress func(string)) (diags diag.Diagnostics) {
	scope, id := t.scope.ValueString(), t.id.ValueString()
	key, err := p.Find(ctx, scope, id)
	if err != nil {
		diags.Append(diagnostics.Error("find", t.object, err))
		return diags
	}
	name, diags := key.Request()
	if diags.HasError() {
		return diags
	}
	if name != key.Name {
		if err := p.Rename(ctx, scope, id, name); err != nil {
			diags.Append(diagnostics.Error("ask for the rotation of", t.object, err))
			return diags
		}
	}
	key.Requested(t.object, progress)
	return diags
}

// PingWebhook returns the action that has a webhook's endpoint pinged.
func PingWebhook(kind Kind, platform Platform) action.Action {
	return newAction(kind, platform, operation{
		typeName: "webhook_ping", noun: "webhook", attribute: "webhook_id", prefix: "wh_", object: "webhook",
		description: "Has " + kind.Platform + " send a webhook's endpoint a signed `ping` event now, and fails the run where the endpoint refuses it. Needs Terraform 1.14 or later.",
		check:       func(context.Context, Platform, target) diag.Diagnostics { return nil },
		do: func(ctx context.Context, p Platform, t target, progress func(string)) (diags diag.Diagnostics) {
			ping, err := p.Ping(ctx, t.scope.ValueString(), t.id.ValueString())
			if err != nil {
				diags.Append(diagnostics.Error("ping", t.object, err))
				return diags
			}
			return ping.Result(t.object, progress)
		},
	})
}

// find returns the key that an action is about; it is nil while that is not known yet.
// It refuses a key that does not exist and, as doing ("Revoking") would lock Terraform
// out, the provider's own.
func find(ctx context.Context, p Platform, t target, doing string) (_ *Key, diags diag.Diagnostics) {
	if t.id.IsUnknown() || t.scope.IsUnknown() {
		return nil, nil
	}
	at, scope := path.Root("api_key_id"), t.scope.ValueString()
	key, err := p.Find(ctx, scope, t.id.ValueString())
	if err != nil {
		diags.Append(diagnostics.AttributeError(at, "find", t.object, err))
		return nil, diags
	}
	own, err := p.IsCaller(ctx, scope, key)
	switch {
	case err != nil:
		diags.Append(diagnostics.AttributeError(at, "find out who uses", t.object, err))
	case own:
		diags.AddAttributeError(at, "This is the key that the provider uses",
			fmt.Sprintf("%s %s (%q) would lock Terraform out. Give the provider another key first.", doing, key.ID, key.Name))
	}
	return &key, diags
}

// generic is an action.
type generic struct {
	kind      Kind
	platform  Platform
	operation operation
}

func newAction(kind Kind, platform Platform, operation operation) interface {
	action.ActionWithConfigure
	action.ActionWithModifyPlan
} {
	return &generic{kind, platform, operation}
}

func (a *generic) Metadata(_ context.Context, req action.MetadataRequest, resp *action.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_" + a.kind.Prefix + "_" + a.operation.typeName
}

func (a *generic) Schema(_ context.Context, _ action.SchemaRequest, resp *action.SchemaResponse) {
	attributes := map[string]schema.Attribute{a.operation.attribute: idAttribute(a.operation.prefix, a.operation.object)}
	if a.kind.Scope != "" {
		attributes[a.kind.Scope] = schema.StringAttribute{
			Optional: true, MarkdownDescription: a.kind.Description(a.operation.object),
			Validators: []validator.String{validate.ID(a.kind.Scope)},
		}
	}
	resp.Schema = schema.Schema{MarkdownDescription: a.operation.description, Attributes: attributes}
}

func (a *generic) Configure(_ context.Context, req action.ConfigureRequest, _ *action.ConfigureResponse) {
	providerdata.Use(req.ProviderData, a.platform)
}

// ModifyPlan checks the action before anything of the plan is applied. It has to
// wait with credentials that are known only after apply.
func (a *generic) ModifyPlan(ctx context.Context, req action.ModifyPlanRequest, resp *action.ModifyPlanResponse) {
	if !a.platform.Status().Deferred() {
		a.checked(ctx, req.Config, &resp.Diagnostics)
	}
}

// Invoke checks the action and does it.
func (a *generic) Invoke(ctx context.Context, req action.InvokeRequest, resp *action.InvokeResponse) {
	if t, ok := a.checked(ctx, req.Config, &resp.Diagnostics); ok {
		resp.Diagnostics.Append(a.operation.do(ctx, a.platform, t, func(message string) {
			resp.SendProgress(action.InvokeProgressEvent{Message: message})
		})...)
	}
}

// checked returns what the action is about, and false where it must not be done.
func (a *generic) checked(ctx context.Context, config tfsdk.Config, diags *diag.Diagnostics) (t target, ok bool) {
	diags.Append(config.GetAttribute(ctx, path.Root(a.operation.attribute), &t.id)...)
	if a.kind.Scope != "" {
		diags.Append(config.GetAttribute(ctx, path.Root(a.kind.Scope), &t.scope)...)
	}
	if diags.HasError() {
		return t, false
	}
	t.object = a.kind.Platform + " " + a.operation.noun + " " + t.id.ValueString()
	if status := a.platform.Status(); !status.Ready() {
		diags.Append(status.Diagnostic(a.kind.Platform, t.object))
		return t, false
	}
	if t.scope = a.platform.Scope(t.scope, diags); !diags.HasError() {
		diags.Append(a.operation.check(ctx, a.platform, t)...)
	}
	return t, !diags.HasError()
}

// idAttribute is the attribute that names the object of an action by an id of that
// prefix. Its error does not repeat what was given, which may be a token.
func idAttribute(prefix, object string) schema.StringAttribute {
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

// rotateDescription says what the action does that asks for a key's rotation.
// typeName is that of the keys' resource, without the provider's name.
func rotateDescription(platform, typeName string) string {
	return "Asks for the rotation of an API key of " + platform + ", which the next apply of its `keyward_" + typeName + "` then makes: " +
		"a new key first, the old one revoked after it. An action can change no state and hold no token, so it leaves the request on the platform, " +
		"at the end of the key's name (`" + rotation.Marker + "`), where the resource finds it (`rotation_requested`); the key goes on working. " +
		"Run `terraform apply -invoke=action.keyward_" + typeName + "_rotate.<name>`, and then `terraform apply`. " +
		"Where `action_trigger` invokes it, let that be on another resource than the key: a rotation that asks for the next one never ends. " +
		"A key that no resource manages is only renamed. The provider's own key is refused. Needs Terraform 1.14 or later."
}

// Key is a key that an action is about.
type Key struct {
	ID, Name, KeyPrefix string
	// RevokedAt is nil for a key that is not revoked.
	RevokedAt *time.Time
}

// Request returns the name under which the key asks for its rotation, or why it
// can't ask.
func (k Key) Request() (name string, diags diag.Diagnostics) {
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
func (k Key) Requested(key string, progress func(string)) {
	asks := " now asks"
	if rotation.Marked(k.Name) {
		asks = " asked before"
	}
	progress(key + asks + " for its rotation; the next terraform apply of its resource rotates it")
}
