package apikey

import (
	"fmt"
	"maps"
	"time"

	"github.com/hashicorp/terraform-plugin-framework-timetypes/timetypes"
	"github.com/hashicorp/terraform-plugin-framework/ephemeral/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/keyward/terraform-provider-keyward/internal/validate"
)

const (
	// maxNameLength is the contract's limit on a key's name, in characters.
	maxNameLength = 100

	defaultLeftoverAfter = time.Hour
	minLeftoverAfter     = time.Minute
)

// Attributes are those that an ephemeral key has on both platforms.
type Attributes struct {
	Name          types.String         `tfsdk:"name"`
	Open          types.Bool           `tfsdk:"open"`
	LeftoverAfter timetypes.GoDuration `tfsdk:"leftover_after"`
	ID            types.String         `tfsdk:"id"`
	Token         types.String         `tfsdk:"token"`
	KeyPrefix     types.String         `tfsdk:"key_prefix"`
	CreatedAt     timetypes.RFC3339    `tfsdk:"created_at"`
}

// Shared returns the attributes themselves; a model that embeds them has it.
func (a *Attributes) Shared() *Attributes { return a }

// Schema returns the schema of the shared attributes joined with the platform's
// own.
func Schema(platform string, own map[string]schema.Attribute) schema.Schema {
	attributes := map[string]schema.Attribute{
		"name": schema.StringAttribute{
			Required: true,
			MarkdownDescription: fmt.Sprintf("Name of the key, 1 to %d characters; on %s it is called `%s<name>`. It is also by this name that a later run finds what a killed run left behind: "+
				"give each configuration its own.", maxNameLength-len(Marker), platform, Marker),
			Validators: validate.Name(maxNameLength - len(Marker)),
		},
		"open": schema.BoolAttribute{
			Optional: true,
			MarkdownDescription: "Whether to mint a key; `true` where it is not set. Terraform opens ephemeral resources in a plan too: " +
				"write `open = terraform.applying`, and a plan mints nothing. With `false` the token and all that belongs to a key is null.",
		},
		"leftover_after": schema.StringAttribute{
			CustomType: timetypes.GoDurationType{},
			Optional:   true,
			MarkdownDescription: fmt.Sprintf("How old a key of the same name must be for being taken as left behind by a killed run (`90m`), at least %s; %s where it is not set. "+
				"Make it longer than the longest run, for a run that lasts longer can lose its key to another one.", short(minLeftoverAfter), short(defaultLeftoverAfter)),
			Validators: []validator.String{validate.Word("duration", checkLeftoverAfter)},
		},
		"id":         schema.StringAttribute{Computed: true, MarkdownDescription: "Id of the key (`key_…`)."},
		"token":      schema.StringAttribute{Computed: true, Sensitive: true, MarkdownDescription: "The key itself. It works until the end of the run and is in no plan and no state."},
		"key_prefix": schema.StringAttribute{Computed: true, MarkdownDescription: "First characters of the token; enough to recognise the key, not to use it."},
		"created_at": schema.StringAttribute{
			CustomType: timetypes.RFC3339Type{}, Computed: true,
			MarkdownDescription: "When the key was created (RFC 3339, UTC).",
		},
	}
	maps.Copy(attributes, own)
	return schema.Schema{
		MarkdownDescription: "An API key of " + platform + " for one run: minted when the run first needs it, revoked by its id when the run needs it no longer, and never in a plan or a state. " +
			"Needs Terraform 1.10 or later.\n\n" +
			platform + "'s keys do not expire. A run that is killed can't revoke its key, which then stays live; the next run that opens a key of the same name with the same " +
			"provider credential finds it and revokes it, once it is older than `leftover_after`. A key that could not be revoked is named in a warning.",
		Attributes: attributes,
	}
}

// wanted reports whether a key is to be minted.
func (a *Attributes) wanted() bool { return a.Open.IsNull() || a.Open.ValueBool() }

// leftoverAfter returns how old a leftover is.
func (a *Attributes) leftoverAfter() time.Duration {
	if a.LeftoverAfter.IsNull() {
		return defaultLeftoverAfter
	}
	// A value that is no duration was refused when the configuration was validated.
	age, _ := a.LeftoverAfter.ValueGoDuration()
	return age
}

// adopt writes what the platform says of the new key.
func (a *Attributes) adopt(minted Minted) {
	a.ID = types.StringValue(minted.ID)
	a.Token = types.StringValue(minted.Token.Reveal())
	a.KeyPrefix = types.StringValue(minted.KeyPrefix)
	a.CreatedAt = timetypes.NewRFC3339TimeValue(minted.CreatedAt.UTC())
}

func checkLeftoverAfter(text string) error {
	age, err := time.ParseDuration(text)
	if err == nil && age < minLeftoverAfter {
		err = fmt.Errorf("%q is too short: a key younger than %s may well be in use by another run", text, short(minLeftoverAfter))
	}
	return err
}

// short writes a duration without its zeros: "1h" for "1h0m0s".
func short(d time.Duration) string {
	if d%time.Hour == 0 {
		return fmt.Sprintf("%dh", d/time.Hour)
	}
	return fmt.Sprintf("%dm", d/time.Minute)
}
