package collection

import (
	"fmt"
	"maps"
	"regexp"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework-timetypes/timetypes"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/keyward/terraform-provider-keyward/internal/validate"
)

// KeyFilter has the filters that lists of keys have on both platforms.
type KeyFilter struct {
	KeyPrefix      types.String      `tfsdk:"key_prefix"`
	NameRegex      types.String      `tfsdk:"name_regex"`
	UnusedSince    timetypes.RFC3339 `tfsdk:"unused_since"`
	IncludeRevoked types.Bool        `tfsdk:"include_revoked"`
}

// Key has the attributes that a listed key has on both platforms.
type Key struct {
	ID         types.String      `tfsdk:"id"`
	Name       types.String      `tfsdk:"name"`
	KeyPrefix  types.String      `tfsdk:"key_prefix"`
	Enabled    types.Bool        `tfsdk:"enabled"`
	CreatedBy  types.String      `tfsdk:"created_by"`
	CreatedAt  timetypes.RFC3339 `tfsdk:"created_at"`
	LastUsedAt timetypes.RFC3339 `tfsdk:"last_used_at"`
	RevokedAt  timetypes.RFC3339 `tfsdk:"revoked_at"`
}

// KeyFacts is what a filter looks at.
type KeyFacts struct {
	Name, KeyPrefix string
	CreatedAt       time.Time
	// LastUsedAt is nil for a key that was never used.
	LastUsedAt *time.Time
}

// Matcher returns whether a key passes the filter. Revoked keys are asked for on
// the platform.
func (f KeyFilter) Matcher() (func(KeyFacts) bool, error) {
	name, err := regexp.Compile(f.NameRegex.ValueString())
	if err != nil {
		return nil, fmt.Errorf("name_regex is no regular expression: %w", err)
	}
	unused := TimeOf(f.UnusedSince)
	return func(key KeyFacts) bool {
		return strings.HasPrefix(key.KeyPrefix, f.KeyPrefix.ValueString()) &&
			name.MatchString(key.Name) &&
			(unused.IsZero() || key.lastSign().Before(unused))
	}, nil
}

// lastSign is when the key was last used; for one that never was, when it was
// created: a key of this morning is not one that no one has used for a year.
func (k KeyFacts) lastSign() time.Time {
	if k.LastUsedAt != nil {
		return *k.LastUsedAt
	}
	return k.CreatedAt
}

// KeyFilterAttributes returns the schema of KeyFilter joined with the platform's
// own attributes. prefixLength is how many characters of a token the platform
// shows.
func KeyFilterAttributes(prefixLength int, own map[string]schema.Attribute) map[string]schema.Attribute {
	attributes := map[string]schema.Attribute{
		"key_prefix": schema.StringAttribute{
			Optional: true,
			MarkdownDescription: fmt.Sprintf("Only keys whose token starts with this: at most the %d characters that the platform shows. Never write a whole token here.",
				prefixLength),
			Validators: []validator.String{stringvalidator.LengthBetween(1, prefixLength)},
		},
		"name_regex": schema.StringAttribute{
			Optional:            true,
			MarkdownDescription: "Only keys whose name has a match of this regular expression (RE2).",
			Validators: []validator.String{validate.Word("regular expression", func(text string) error {
				_, err := regexp.Compile(text)
				return err
			})},
		},
		"unused_since": schema.StringAttribute{
			CustomType: timetypes.RFC3339Type{},
			Optional:   true,
			MarkdownDescription: "Only keys that no one has used since this time (RFC 3339). A key that was never used counts " +
				"from its creation, so a new key is not taken for a forgotten one.",
		},
		"include_revoked": schema.BoolAttribute{
			Optional:            true,
			MarkdownDescription: "Whether to list keys too that were revoked in the last 90 days; `false` where it is not set.",
		},
	}
	maps.Copy(attributes, own)
	return attributes
}

// KeyAttributes returns the schema of Key joined with the platform's own
// attributes.
func KeyAttributes(own map[string]schema.Attribute) schema.ListNestedAttribute {
	attributes := map[string]schema.Attribute{
		"id":           schema.StringAttribute{Computed: true, MarkdownDescription: "Id of the key (`key_…`)."},
		"name":         schema.StringAttribute{Computed: true, MarkdownDescription: "Name of the key. Several may have the same."},
		"key_prefix":   schema.StringAttribute{Computed: true, MarkdownDescription: "First characters of the token, all that the platform shows of it."},
		"enabled":      schema.BoolAttribute{Computed: true, MarkdownDescription: "Whether the key is accepted, as far as it is not revoked."},
		"created_by":   schema.StringAttribute{Computed: true, MarkdownDescription: "Who made the key: the id of the key that did, or what the platform says of one made in the dashboard."},
		"created_at":   TimeAttribute("When it was created"),
		"last_used_at": TimeAttribute("When it was last used, null for never"),
		"revoked_at":   TimeAttribute("When it was revoked, null for a key that is not"),
	}
	maps.Copy(attributes, own)
	return schema.ListNestedAttribute{
		Computed:            true,
		MarkdownDescription: "The keys, newest first. A list never has tokens: the platform shows each once only, when it is created.",
		NestedObject:        schema.NestedAttributeObject{Attributes: attributes},
	}
}
