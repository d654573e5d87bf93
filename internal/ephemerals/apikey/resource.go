// Package apikey is the life of an API key as an ephemeral resource, written once
// for both platforms: minted at Open, revoked at Close by its own id, and what
// killed runs left behind revoked at the next Open.
package apikey

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"iter"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/ephemeral"

	"github.com/keyward/terraform-provider-keyward/internal/client"
	"github.com/keyward/terraform-provider-keyward/internal/configured"
	"github.com/keyward/terraform-provider-keyward/internal/diagnose"
)

// receiptKey is where the private data holds the receipt.
const receiptKey = "minted"

// receipt is what Close needs of the key, and all that it gets. It has no token.
type receipt struct {
	ID        string `json:"id"`
	Name      string `json:"name"`
	Scope     string `json:"scope"`
	KeyPrefix string `json:"key_prefix"`
}

// Minted is a key that was just created, with the token that is shown once.
type Minted struct {
	Key
	Token client.Secret
}

// Model is a pointer to an ephemeral resource's model, which embeds Attributes.
type Model[M any] interface {
	*M
	Shared() *Attributes
}

// Platform is what differs between the platforms. M is the model.
type Platform[M any] interface {
	// Configure takes the provider's access to the platforms.
	Configure(data *configured.Data)
	// Status tells whether the platform can be called.
	Status() configured.Status
	// Scope returns what requests about the model's key name. It writes what it
	// resolves into the model.
	Scope(ctx context.Context, m *M) (string, error)
	// Mint creates a key of that name.
	Mint(ctx context.Context, scope string, m *M, name string) (Minted, error)
	// Keys yields the live keys of a scope.
	Keys(ctx context.Context, scope string) iter.Seq2[Key, error]
	// Revoke is done as well where the key is revoked already, but not where the
	// platform knows no such key: it keeps revoked ones for long enough.
	Revoke(ctx context.Context, scope, id string) error
}

// Resource is the ephemeral key of one platform. An ephemeral resource type
// embeds it and adds its schema.
type Resource[M any, P Model[M]] struct {
	// Type is the type without the provider's name; Name the platform's.
	Type, Name string
	Platform   Platform[M]

	unclosed *configured.Unclosed
}

// Metadata names the type.
func (r *Resource[M, P]) Metadata(_ context.Context, req ephemeral.MetadataRequest, resp *ephemeral.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_" + r.Type
}

// Configure takes the provider's access to the platform.
func (r *Resource[M, P]) Configure(_ context.Context, req ephemeral.ConfigureRequest, _ *ephemeral.ConfigureResponse) {
	if data, ok := req.ProviderData.(*configured.Data); ok {
		r.Platform.Configure(data)
		r.unclosed = data.Unclosed
	}
}

// Open mints a key, unless the configuration says not to.
func (r *Resource[M, P]) Open(ctx context.Context, req ephemeral.OpenRequest, resp *ephemeral.OpenResponse) {
	var m M
	resp.Diagnostics.Append(req.Config.Get(ctx, &m)...)
	if resp.Diagnostics.HasError() {
		return
	}
	attributes := P(&m).Shared()
	if !attributes.wanted() {
		resp.Diagnostics.Append(resp.Result.Set(ctx, &m)...)
		return
	}
	minted, ok := r.mint(ctx, &m, &resp.Diagnostics)
	if !ok {
		return
	}
	attributes.adopt(minted)
	resp.Diagnostics.Append(r.handOver(ctx, &m, minted.Key, resp)...)
	if resp.Diagnostics.HasError() {
		// Terraform does not close what failed to open.
		resp.Diagnostics.Append(r.revoke(ctx, minted.Key)...)
		return
	}
	// Nobody is left to be told of what fails then; the next run finds the key.
	r.unclosed.Add(minted.ID, func(ctx context.Context) { _ = r.Platform.Revoke(ctx, minted.Scope, minted.ID) })
	resp.Diagnostics.Append(r.sweep(ctx, minted.Key, attributes)...)
}

func (r *Resource[M, P]) mint(ctx context.Context, m *M, diags *diag.Diagnostics) (Minted, bool) {
	name := Marker + P(m).Shared().Name.ValueString()
	label := fmt.Sprintf("%s API key %q", r.Name, name)
	if status := r.Platform.Status(); !status.Ready() {
		diags.Append(status.Diagnostic(r.Name, label))
		return Minted{}, false
	}
	scope, err := r.Platform.Scope(ctx, m)
	if err != nil {
		diags.Append(diagnose.Error("create", label, err))
		return Minted{}, false
	}
	minted, err := r.Platform.Mint(ctx, scope, m, name)
	if err == nil {
		return minted, true
	}
	if failure, ok := errors.AsType[*client.Error](err); ok && failure.CreatedID != "" {
		left := r.revoke(ctx, Key{ID: failure.CreatedID, Name: name, Scope: scope})
		if len(left) == 0 {
			diags.AddError("Could not create "+label, fmt.Sprintf("%s\n\nThe key is of no use without its token, so it was revoked again.", err))
			return Minted{}, false
		}
		diags.Append(left...)
	}
	diags.Append(diagnose.Error("create", label, err))
	return Minted{}, false
}

// handOver gives Terraform the key, and Close what it needs to revoke it.
func (r *Resource[M, P]) handOver(ctx context.Context, m *M, key Key, resp *ephemeral.OpenResponse) (diags diag.Diagnostics) {
	data, err := json.Marshal(receipt{ID: key.ID, Name: key.Name, Scope: key.Scope, KeyPrefix: key.KeyPrefix})
	if err != nil {
		diags.AddError("Could not keep "+r.label(key), err.Error())
		return diags
	}
	diags.Append(resp.Private.SetKey(ctx, receiptKey, data)...)
	diags.Append(resp.Result.Set(ctx, m)...)
	return diags
}

// Close revokes the key that Open minted, if it did.
func (r *Resource[M, P]) Close(ctx context.Context, req ephemeral.CloseRequest, resp *ephemeral.CloseResponse) {
	data, diags := req.Private.GetKey(ctx, receiptKey)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() || data == nil {
		return
	}
	var kept receipt
	if err := json.Unmarshal(data, &kept); err != nil {
		resp.Diagnostics.AddError("Could not revoke the "+r.Name+" API key of this run",
			fmt.Sprintf("Terraform gave back something else than what it was given to keep: %s. Look on %s for the newest key whose name starts with %s, and revoke it.", err, r.Name, Marker))
		return
	}
	r.unclosed.Remove(kept.ID)
	resp.Diagnostics.Append(r.revoke(ctx, Key{ID: kept.ID, Name: kept.Name, Scope: kept.Scope, KeyPrefix: kept.KeyPrefix})...)
}

// revoke revokes a key even if the run is being interrupted: that is when it
// matters. A key that stays live is a warning, for the run itself has succeeded.
func (r *Resource[M, P]) revoke(ctx context.Context, key Key) (diags diag.Diagnostics) {
	err := r.Platform.Revoke(context.WithoutCancel(ctx), key.Scope, key.ID)
	if err != nil {
		diags.AddWarning(r.label(key)+" may still be live",
			fmt.Sprintf("It could not be revoked: %s\n\nThe next run that opens this name revokes it as a leftover, once it is old enough. To be rid of it now, revoke %s on %s.",
				err, key.ID, r.Name))
	}
	return diags
}

// sweep revokes what earlier runs left behind. Whatever fails is a warning: the
// new key is as good as ever.
func (r *Resource[M, P]) sweep(ctx context.Context, minted Key, attributes *Attributes) (diags diag.Diagnostics) {
	for key, err := range r.Platform.Keys(ctx, minted.Scope) {
		if err != nil {
			diags.AddWarning("Could not look for "+r.Name+" API keys that earlier runs left behind",
				fmt.Sprintf("%s\n\nKeys called %q may be live that no run needs any more.", err, minted.Name))
			return diags
		}
		if !leftBehind(key, minted, attributes.leftoverAfter()) {
			continue
		}
		more := r.revoke(ctx, key)
		if len(more) == 0 {
			more.AddWarning(r.label(key)+" was left behind and is now revoked",
				fmt.Sprintf("An earlier run created %s (%s…) at %s and did not get to revoke it.", key.ID, key.KeyPrefix, key.CreatedAt.UTC().Format("2006-01-02 15:04:05 MST")))
		}
		diags.Append(more...)
	}
	return diags
}

// label names a key in diagnostics.
func (r *Resource[M, P]) label(key Key) string {
	return fmt.Sprintf("%s API key %s (%q)", r.Name, key.ID, key.Name)
}
