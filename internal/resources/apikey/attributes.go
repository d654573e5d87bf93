// Package apikey is the life of an API key as a Terraform resource, written
// once for both platforms: plan, create, read, edit, rotate, revoke, import.
// What differs between them is behind the Platform interface.
package apikey

import (
	"fmt"
	"maps"
	"strings"
	"unicode"

	"github.com/hashicorp/terraform-plugin-framework-timetypes/timetypes"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/boolplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/keyward/terraform-provider-keyward/internal/resources/object"
	"github.com/keyward/terraform-provider-keyward/internal/rotation"
	"github.com/keyward/terraform-provider-keyward/internal/validate"
)

// Attributes are those that an API key has on both platforms.
type Attributes struct {
	ID                types.String      `tfsdk:"id"`
	Name              types.String      `tfsdk:"name"`
	Enabled           types.Bool        `tfsdk:"enabled"`
	RotateWhenChanged types.Map         `tfsdk:"rotate_when_changed"`
	Token             types.String      `tfsdk:"token"`
	KeyPrefix         types.String      `tfsdk:"key_prefix"`
	CreatedAt         timetypes.RFC3339 `tfsdk:"created_at"`
	RotationRequested types.Bool        `tfsdk:"rotation_requested"`
	Previous          types.Object      `tfsdk:"previous"`
}

// Shared returns the attributes themselves; a model that embeds them has it.
func (a *Attributes) Shared() *Attributes { return a }

// Schema returns the schema of the shared attributes joined with the platform's
// own.
func Schema(kind object.Kind, own map[string]schema.Attribute) map[string]schema.Attribute {
	attributes := map[string]schema.Attribute{
		"id": schema.StringAttribute{
			Computed:            true,
			MarkdownDescription: "Id of the key. A rotation changes it.",
			PlanModifiers:       []planmodifier.String{stringplanmodifier.UseStateForUnknown()},
		},
		"name": schema.StringAttribute{
			Required:            true,
			MarkdownDescription: "Name of the key, 1 to 100 characters, not ending with `" + rotation.Marker + "`, which asks for a rotation. Changed in place.",
			Validators: []validator.String{
				stringvalidator.UTF8LengthBetween(1, rotation.MaxNameLength), validate.Word("name", checkName),
			},
		},
		"enabled": schema.BoolAttribute{
			Optional: true,
			Computed: true,
			MarkdownDescription: "Whether the key is accepted. Managed only where it is set: a key that somebody disables " +
				"in an incident stays disabled unless the configuration says `enabled = true`. A new key is enabled.",
			PlanModifiers: []planmodifier.Bool{boolplanmodifier.UseStateForUnknown()},
		},
		"rotate_when_changed": schema.MapAttribute{
			Optional:    true,
			ElementType: types.StringType,
			MarkdownDescription: "Any values; when they change, a new key is created and the old one revoked after it, in one apply. " +
				"Declaring the map for the first time, or removing it, rotates nothing.",
		},
		"token": schema.StringAttribute{
			Computed:  true,
			Sensitive: true,
			MarkdownDescription: "The key itself, as " + kind.Platform + " showed it once at its creation. " +
				"Null for an imported key: the platform never shows it again.",
			PlanModifiers: []planmodifier.String{stringplanmodifier.UseStateForUnknown()},
		},
		"key_prefix": schema.StringAttribute{
			Computed:            true,
			MarkdownDescription: "First characters of the token; enough to recognise the key, not to use it.",
			PlanModifiers:       []planmodifier.String{stringplanmodifier.UseStateForUnknown()},
		},
		"created_at": schema.StringAttribute{
			CustomType:          timetypes.RFC3339Type{},
			Computed:            true,
			MarkdownDescription: "When the key was created (RFC 3339, UTC).",
			PlanModifiers:       []planmodifier.String{stringplanmodifier.UseStateForUnknown()},
		},
		"rotation_requested": schema.BoolAttribute{
			Computed: true,
			MarkdownDescription: "Whether somebody asked for a rotation, which the next apply then makes: with the action `keyward_" + kind.Type + "_rotate`, " +
				"or on the platform by adding `" + rotation.Marker + "`, with its space, to the key's name. Renaming the key back withdraws the request.",
			PlanModifiers: []planmodifier.Bool{boolplanmodifier.UseStateForUnknown()},
		},
		"previous": schema.SingleNestedAttribute{
			Computed: true,
			MarkdownDescription: "The key that a rotation replaced, while it still has to be revoked; null as soon as it is. " +
				"The next apply revokes it.",
			Attributes: map[string]schema.Attribute{
				"id":         schema.StringAttribute{Computed: true, MarkdownDescription: "Id of the previous key."},
				kind.Scope:   schema.StringAttribute{Computed: true, MarkdownDescription: "What the previous key belongs to."},
				"key_prefix": schema.StringAttribute{Computed: true, MarkdownDescription: "First characters of its token."},
				"created_at": schema.StringAttribute{
					CustomType:          timetypes.RFC3339Type{},
					Computed:            true,
					MarkdownDescription: "When it was created (RFC 3339, UTC).",
				},
			},
		},
	}
	maps.Copy(attributes, own)
	return attributes
}

// checkName refuses what nobody could read in a list of keys.
func checkName(name string) error {
	switch {
	case strings.TrimSpace(name) != name:
		return fmt.Errorf("the name %q starts or ends with a space", name)
	case strings.ContainsFunc(name, func(r rune) bool { return !unicode.IsPrint(r) }):
		return fmt.Errorf("the name %q has a character that can't be printed", name)
	case rotation.Marked(name):
		return fmt.Errorf("the name %q ends with %q, which on the platform asks for the key's rotation: declare the name without it", name, rotation.Marker)
	}
	return nil
}

// Previous is a key that a rotation has replaced but not revoked yet.
type Previous struct {
	ID        types.String
	Scope     types.String
	KeyPrefix types.String
	CreatedAt timetypes.RFC3339
}

func previousTypes(scope string) map[string]attr.Type {
	return map[string]attr.Type{
		"id":         types.StringType,
		scope:        types.StringType,
		"key_prefix": types.StringType,
		"created_at": timetypes.RFC3339Type{},
	}
}

func (p Previous) object(scope string) (types.Object, diag.Diagnostics) {
	return types.ObjectValue(previousTypes(scope), map[string]attr.Value{
		"id": p.ID, scope: p.Scope, "key_prefix": p.KeyPrefix, "created_at": p.CreatedAt,
	})
}

// previous returns the key that waits for its revocation, and false where none
// does.
func (a *Attributes) previous(scope string) (Previous, bool) {
	if a.Previous.IsNull() || a.Previous.IsUnknown() {
		return Previous{}, false
	}
	values := a.Previous.Attributes()
	id, okID := values["id"].(types.String)
	owner, okOwner := values[scope].(types.String)
	prefix, okPrefix := values["key_prefix"].(types.String)
	created, okCreated := values["created_at"].(timetypes.RFC3339)
	return Previous{ID: id, Scope: owner, KeyPrefix: prefix, CreatedAt: created},
		okID && okOwner && okPrefix && okCreated
}
