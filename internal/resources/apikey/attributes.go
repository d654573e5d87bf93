// Package apikey is the life of an API key as a Terraform resource, written
// once for both platforms: plan, create, read, edit, rotate, revoke, import.
// What differs between them is behind the Platform interface.
package apikey

import (
	"fmt"
	"maps"

	"github.com/hashicorp/terraform-plugin-framework-timetypes/timetypes"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/boolplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/keyward/terraform-provider-keyward/internal/platform/naming"
	"github.com/keyward/terraform-provider-keyward/internal/resources/object"
	"github.com/keyward/terraform-provider-keyward/internal/rotation"
	"github.com/keyward/terraform-provider-keyward/internal/validate"
)

// The values of on_conflict.
const (
	conflictError = "error"
	conflictAllow = "allow"
)

// Attributes are those that an API key has on both platforms.
type Attributes struct {
	ID                 types.String      `tfsdk:"id"`
	Name               types.String      `tfsdk:"name"`
	OnConflict         types.String      `tfsdk:"on_conflict"`
	Enabled            types.Bool        `tfsdk:"enabled"`
	DeletionProtection types.Bool        `tfsdk:"deletion_protection"`
	Rotation           types.Object      `tfsdk:"rotation"`
	TokenEncryption    types.Object      `tfsdk:"token_encryption"`
	Token              types.String      `tfsdk:"token"`
	TokenEncrypted     types.String      `tfsdk:"token_encrypted"`
	TokenFingerprint   types.String      `tfsdk:"token_fingerprint"`
	KeyPrefix          types.String      `tfsdk:"key_prefix"`
	CreatedAt          timetypes.RFC3339 `tfsdk:"created_at"`
	Generation         types.Int64       `tfsdk:"generation"`
	RotateDue          timetypes.RFC3339 `tfsdk:"rotate_due"`
	RotationRequested  types.Bool        `tfsdk:"rotation_requested"`
	Previous           types.Object      `tfsdk:"previous"`
	Orphaned           types.List        `tfsdk:"orphaned"`
	Revokes            types.List        `tfsdk:"revokes"`
}

// Shared returns the attributes themselves; a model that embeds them has it.
func (a *Attributes) Shared() *Attributes { return a }

// Schema returns the schema of the shared attributes joined with the platform's
// own.
func Schema(kind object.Kind, own map[string]schema.Attribute) map[string]schema.Attribute {
	attributes := keySchema()
	maps.Copy(attributes, rotationSchema(kind))
	maps.Copy(attributes, tokenSchema(kind))
	maps.Copy(attributes, own)
	return attributes
}

// keySchema is the schema of what a key is.
func keySchema() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"id": schema.StringAttribute{
			Computed:            true,
			MarkdownDescription: "Id of the key. A rotation changes it.",
			PlanModifiers:       []planmodifier.String{stringplanmodifier.UseStateForUnknown()},
		},
		"name": schema.StringAttribute{
			Required: true,
			MarkdownDescription: "Name of the key, 1 to 100 characters, not ending with `" + rotation.Marker + "`, which asks for a rotation. Changed in place. " +
				"A name belongs to one resource: see `on_conflict`.",
			Validators: []validator.String{
				stringvalidator.UTF8LengthBetween(1, rotation.MaxNameLength), validate.Word("name", checkName),
			},
		},
		"on_conflict": schema.StringAttribute{
			Optional: true,
			MarkdownDescription: "What to do where this plan creates, rotates or renames the key and another live key has its name: `" + conflictError + "` (the default), or `" + conflictAllow + "`, with which both keys have the name. " +
				"The other key is never revoked. A key with a provisional name is not a conflict.",
			Validators: []validator.String{stringvalidator.OneOf(conflictError, conflictAllow)},
		},
		"deletion_protection": schema.BoolAttribute{
			Optional:            true,
			MarkdownDescription: "Whether a plan that destroys the key is refused; `false` where it is not set. A rotation is not refused.",
		},
		"enabled": schema.BoolAttribute{
			Optional: true,
			Computed: true,
			MarkdownDescription: "Whether the key is accepted. Managed only where it is set: a key that is disabled " +
				"on the platform stays disabled unless the configuration says `enabled = true`. A new key is enabled.",
			PlanModifiers: []planmodifier.Bool{boolplanmodifier.UseStateForUnknown()},
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
	}
}

// checkName refuses a name that could not be read in a list of keys.
func checkName(name string) error {
	if rotation.Marked(name) {
		return fmt.Errorf("the name %q ends with %q, which on the platform asks for the key's rotation: declare the name without it", name, rotation.Marker)
	}
	return naming.Check(name)
}
