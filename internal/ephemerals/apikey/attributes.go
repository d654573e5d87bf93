package apikey

import (
	"fmt"
	"maps"
	"time"

	"github.com/hashicorp/terraform-plugin-framework-timetypes/timetypes"
	"github.com/hashicorp/terraform-plugin-framework/ephemeral/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/keyward/terraform-provider-keyward/internal/platform/duration"
	"github.com/keyward/terraform-provider-keyward/internal/platform/provisional"
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
	// A value that is no duration was refused when the configuration was validated.
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
