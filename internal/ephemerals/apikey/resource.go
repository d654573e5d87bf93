// Package apikey is the life of an API key as an ephemeral resource, written once
// for both platforms: created at Open, renewed while the run lasts, revoked at Close by
// its own id. Its name on the platform says until when it may live; what is past that is
// revoked at the next Open of the same name.
package apikey

import (
	"context"
	"encoding/json"
	"fmt"
	"iter"
	"maps"
	"time"

	"github.com/hashicorp/terraform-plugin-framework-timetypes/timetypes"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/ephemeral"
	"github.com/hashicorp/terraform-plugin-framework/ephemeral/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/keyward/terraform-provider-keyward/internal/client"
	"github.com/keyward/terraform-provider-keyward/internal/platform/duration"
	"github.com/keyward/terraform-provider-keyward/internal/platform/naming"
	"github.com/keyward/terraform-provider-keyward/internal/platform/provisional"
	"github.com/keyward/terraform-provider-keyward/internal/providerdata"
	"github.com/keyward/terraform-provider-keyward/internal/validate"
)

const (
	defaultLifetime = 6 * time.Hour
	minLifetime     = time.Minute
)

// Attributes are those that an ephemeral key has on both platforms.
type Attributes struct {
	Name        types.String      `tfsdk:"name"`
	Open        types.Bool        `tfsdk:"open"`
	MaxLifetime types.String      `tfsdk:"max_lifetime"`
	ID          types.String      `tfsdk:"id"`
	Token       types.String      `tfsdk:"token"`
	KeyPrefix   types.String      `tfsdk:"key_prefix"`
	CreatedAt   timetypes.RFC3339 `tfsdk:"created_at"`
}

// Shared returns the attributes themselves; a model that embeds them has it.
func (a *Attributes) Shared() *Attributes { return a }

// Schema returns the schema of the shared attributes joined with the platform's
// own.
func Schema(platform string, own map[string]schema.Attribute) schema.Schema {
	attributes := map[string]schema.Attribute{
		"name": schema.StringAttribute{
			Required: true,
			MarkdownDescription: fmt.Sprintf("Name of the key, 1 to %d characters; on %s it is called `keyward-ephemeral/<until when it may live>/<name>`. "+
				"A later run of the same name revokes the key of a run that was killed, once that time is over: give each configuration its own name.", provisional.MaxEphemeralName, platform),
			Validators: validate.Name(provisional.MaxEphemeralName),
		},
		"open": schema.BoolAttribute{
			Optional: true,
			MarkdownDescription: "Whether to create a key; `true` where it is not set. Terraform opens ephemeral resources in a plan too: " +
				"with `open = terraform.applying` a plan creates no key. With `false` there is no key, and `id`, `token`, `key_prefix` and `created_at` are null.",
		},
		"max_lifetime": schema.StringAttribute{
			Optional: true,
			MarkdownDescription: fmt.Sprintf("How long the key may live without being renewed (`90m`, `24h`), at least %s; `%s` where it is not set. "+
				"A run that lasts longer renews its key in time. After that, and never before, any run of the same name or `keyward keys prune` may revoke the key.",
				duration.Short(minLifetime), duration.Short(defaultLifetime)),
			Validators: []validator.String{validate.Duration(minLifetime)},
		},
		"id":         schema.StringAttribute{Computed: true, MarkdownDescription: "Id of the key (`key_…`)."},
		"token":      schema.StringAttribute{Computed: true, Sensitive: true, MarkdownDescription: "Secret text of the key. It works until the end of the run and is in no plan and no state."},
		"key_prefix": schema.StringAttribute{Computed: true, MarkdownDescription: "First characters of the token; enough to recognise the key, not to use it."},
		"created_at": schema.StringAttribute{
			CustomType: timetypes.RFC3339Type{}, Computed: true,
			MarkdownDescription: "When the key was created (RFC 3339, UTC).",
		},
	}
	maps.Copy(attributes, own)
	return schema.Schema{
		MarkdownDescription: "An API key of " + platform + " for one run: created when the run first needs it, revoked by its id when the run needs it no longer, and never in a plan or a state. " +
			"Needs Terraform 1.10 or later.\n\n" +
			platform + "'s keys do not expire. A run that is killed can't revoke its key, which then stays live. Its name says until when it may live: after that the next run that opens a key " +
			"of the same name revokes it, and so does `keyward keys prune`. A warning names each such key, and each key that could not be revoked.\n\n" +
			"The key is created under a provisional name and then renamed, so the provider's key must be allowed to create, edit and delete keys.",
		Attributes: attributes,
	}
}

// wanted reports whether a key is to be created.
func (a *Attributes) wanted() bool { return a.Open.IsNull() || a.Open.ValueBool() }

// lifetime returns how long the key may live without being renewed.
func (a *Attributes) lifetime() time.Duration {
	if a.MaxLifetime.IsNull() {
		return defaultLifetime
	}
	// An invalid duration was refused when the configuration was validated.
	lifetime, _ := duration.Parse(a.MaxLifetime.ValueString())
	return max(lifetime, minLifetime)
}

// adopt writes what the platform says of the new key.
func (a *Attributes) adopt(minted Minted) {
	a.ID = types.StringValue(minted.ID)
	a.Token = types.StringValue(minted.Token.Reveal())
	a.KeyPrefix = types.StringValue(minted.KeyPrefix)
	a.CreatedAt = timetypes.NewRFC3339TimeValue(minted.CreatedAt.UTC())
}

// Key is what a platform says of a key, in the words that both share.
type Key struct {
	ID   string
	Name string
	// Scope is the company or merchant that requests about the key name.
	Scope string
	// Owner is what the key belongs to; empty for an organization's key.
	Owner     string
	KeyPrefix string
	CreatedAt time.Time
	// Revoked says that it no longer works.
	Revoked bool
}

// hashed is what the provisional name of an ephemeral key has of its declared name: not
// what a lasting key of that name would have.
func hashed(declared string) string { return "keyward-ephemeral/" + declared }

// Reasons why any run may revoke a key.
const (
	expired  = "it could live until %s, and its run did not revoke it"
	orphaned = "its creation, at %s, was never finished, so that no run has its token"
)

// overdue returns why any run of a declared name may revoke another key, and the time
// that the reason is about; "" where none may. The key's own name is all the evidence: who
// made it and who used it says nothing. now is the platform's time.
func overdue(key Key, owner, declared string, now time.Time) (reason string, when time.Time) {
	if key.Revoked || key.Owner != owner {
		return "", time.Time{}
	}
	ephemeral, ok := provisional.ParseEphemeral(key.Name)
	switch {
	case ok && naming.Same(ephemeral.Name, declared) && ephemeral.Over(now):
		return expired, ephemeral.Until
	case provisional.OrphanOf(owner, hashed(declared), key.Name, key.CreatedAt, now):
		return orphaned, key.CreatedAt
	default:
		return "", time.Time{}
	}
}

// receiptKey is where the private data holds the receipt.
const receiptKey = "minted"

// receipt is what Close needs of the key, and all that it gets. It has no token.
type receipt struct {
	ID        string `json:"id"`
	Name      string `json:"name"`
	Scope     string `json:"scope"`
	KeyPrefix string `json:"key_prefix"`
	// Declared is the name in the configuration, Lifetime how long the key may live
	// after each renewal, Until until when it may live by the platform's clock.
	Declared string        `json:"declared"`
	Lifetime time.Duration `json:"lifetime"`
	Until    time.Time     `json:"until"`
}

func (k receipt) key() Key {
	return Key{ID: k.ID, Name: k.Name, Scope: k.Scope, KeyPrefix: k.KeyPrefix}
}

// private is where Terraform keeps what it gives back to the provider.
type private interface {
	SetKey(ctx context.Context, key string, value []byte) diag.Diagnostics
}

func (k receipt) keep(ctx context.Context, in private) (diags diag.Diagnostics) {
	data, err := json.Marshal(k)
	if err != nil {
		diags.AddError("Could not keep the API key "+k.ID, err.Error())
		return diags
	}
	return in.SetKey(ctx, receiptKey, data)
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
	providerdata.Access
	// Now returns this machine's time, PlatformNow the platform's.
	Now() time.Time
	PlatformNow() time.Time
	// Scope returns what requests about the model's key name, and what the key will
	// belong to, "" for the organization. It writes what it resolves into the model.
	Scope(ctx context.Context, m *M) (scope, owner string, err error)
	// MayManage is an error where the provider's key certainly may not create, rename
	// and revoke keys.
	MayManage(ctx context.Context, scope string) error
	// Mint creates a key of that name.
	Mint(ctx context.Context, scope string, m *M, name string) (Minted, error)
	// Rename gives a key another name.
	Rename(ctx context.Context, scope, id, name string) (Key, error)
	// Key returns a key as it is now.
	Key(ctx context.Context, scope, id string) (Key, error)
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

	open *providerdata.OpenEphemerals
}

// Metadata names the type.
func (r *Resource[M, P]) Metadata(_ context.Context, req ephemeral.MetadataRequest, resp *ephemeral.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_" + r.Type
}

// Configure takes the provider's access to the platform.
func (r *Resource[M, P]) Configure(_ context.Context, req ephemeral.ConfigureRequest, _ *ephemeral.ConfigureResponse) {
	if data, ok := req.ProviderData.(*providerdata.Data); ok {
		r.Platform.Use(data)
		r.open = data.OpenEphemerals
	}
}

// Open creates a key, unless the configuration says not to.
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
	minted, ok := r.create(ctx, &m, &resp.Diagnostics)
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
	// A failure then can't be reported to anyone; the next run finds the key.
	r.open.Add(minted.ID, func(ctx context.Context) { _ = r.Platform.Revoke(ctx, minted.Scope, minted.ID) })
	resp.Diagnostics.Append(r.sweep(ctx, minted.Key, attributes.Name.ValueString())...)
}

// handOver gives Terraform the key, and Close what it needs to revoke it.
func (r *Resource[M, P]) handOver(ctx context.Context, m *M, key Key, resp *ephemeral.OpenResponse) (diags diag.Diagnostics) {
	attributes := P(m).Shared()
	kept := receipt{
		ID: key.ID, Name: key.Name, Scope: key.Scope, KeyPrefix: key.KeyPrefix,
		Declared: attributes.Name.ValueString(), Lifetime: attributes.lifetime(), Until: key.CreatedAt.Add(attributes.lifetime()),
	}
	resp.RenewAt = r.Platform.Now().Add(kept.Lifetime / renewAfter)
	diags.Append(kept.keep(ctx, resp.Private)...)
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
			fmt.Sprintf("Terraform's private data for this key is invalid: %s. Once the key is past its time, the next run of the same name revokes it, or keyward keys prune.", err))
		return
	}
	r.open.Remove(kept.ID)
	resp.Diagnostics.Append(r.revoke(ctx, kept.key())...)
}

// revoke revokes a key even if the run is being interrupted: that is when it
// matters. A key that stays live is a warning, for the run itself has succeeded.
func (r *Resource[M, P]) revoke(ctx context.Context, key Key) (diags diag.Diagnostics) {
	err := r.Platform.Revoke(context.WithoutCancel(ctx), key.Scope, key.ID)
	if err != nil {
		diags.AddWarning(r.label(key)+" may still be live",
			fmt.Sprintf("It could not be revoked: %s\n\nOnce it is past its time, the next run that opens this name revokes it, or keyward keys prune. To revoke it now: keyward keys revoke %s",
				err, key.ID))
	}
	return diags
}

// label names a key in diagnostics.
func (r *Resource[M, P]) label(key Key) string {
	return fmt.Sprintf("%s API key %s (%q)", r.Name, key.ID, key.Name)
}
