// Package apikey is the life of an API key as a Terraform resource, written
// once for both platforms: plan, create, read, edit, rotate, revoke, import.
// What differs between them is behind the Platform interface.
package apikey

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"time"

	"github.com/hashicorp/terraform-plugin-framework-timetypes/timetypes"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/boolplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-framework/types/basetypes"

	"github.com/keyward/terraform-provider-keyward/internal/platform/duration"
	"github.com/keyward/terraform-provider-keyward/internal/platform/naming"
	"github.com/keyward/terraform-provider-keyward/internal/resources/object"
	"github.com/keyward/terraform-provider-keyward/internal/rotation"
	"github.com/keyward/terraform-provider-keyward/internal/validate"
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
		"id": object.Lasting("Id of the key. A rotation changes it."),
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
			MarkdownDescription: "What to do where this plan creates, rotates or renames the key and another live key has its name: `" + object.ConflictIsError + "` (the default), or `" + object.ConflictIsAllowed + "`, with which both keys have the name. " +
				"The other key is never revoked. A key with a provisional name is not a conflict.",
			Validators: []validator.String{stringvalidator.OneOf(object.ConflictIsError, object.ConflictIsAllowed)},
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
		"key_prefix": object.Lasting("First characters of the token; enough to recognise the key, not to use it."),
		"created_at": object.LastingTime("When the key was created"),
	}
}

// checkName refuses a name that could not be read in a list of keys.
func checkName(name string) error {
	if rotation.Marked(name) {
		return fmt.Errorf("the name %q ends with %q, which on the platform asks for the key's rotation: declare the name without it", name, rotation.Marker)
	}
	return naming.Check(name)
}

// defaultOverlap is how long a previous key stays live where a rotation block says
// nothing else.
const defaultOverlap = rotation.DefaultOverlap

// rotationSchema is the schema of how a key changes hands.
func rotationSchema(kind object.Kind) map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"rotation": schema.SingleNestedAttribute{
			Optional: true,
			MarkdownDescription: "When the key is rotated, and how long the previous key stays live. Without it, a rotation revokes the old key in the same apply. " +
				"Age and use are checked when Terraform refreshes: a saved plan does what it says, however late it is applied.",
			Attributes: map[string]schema.Attribute{
				"rotate_after": durationAttribute("Maximum age of the key (`2160h`), counted from its creation. The first plan after that rotates it.", positive),
				"rotate_when_changed": triggersSchema("Any values; when they change, the key is rotated. " +
					"Declaring the map for the first time, or removing it, rotates nothing."),
				"overlap": durationAttribute("How long the previous key stays live, so that whatever reads the token can be updated in the same apply or by the next deploy; `24h` where it is not set. "+
					"The first apply after that revokes it. With `0s` it is revoked in the same apply, once the new key is verified; "+
					"if that apply is killed before the state is written, no token that works is left.", notNegative),
				"quiet_period": durationAttribute("How long the previous key must have been unused before it is revoked (`1h`); `0s` where it is not set. A plan shows what still uses it.", notNegative),
				"max_overlap":  durationAttribute("When the previous key is revoked even if it is in use, counted from the rotation. Only with `quiet_period`, and not shorter than `overlap`.", positive),
			},
			Validators: []validator.Object{rotationValidator{}},
		},
		"generation": schema.Int64Attribute{
			Computed: true,
			MarkdownDescription: "Number of the key: 1 for the first, one more with each rotation. If the name has had a key before (the platforms list revoked keys for 90 days), a new resource starts at the Unix time instead, " +
				"so that no number is used twice. Use it as the version of write-only attributes elsewhere (`…_wo_version`).",
		},
		"rotate_due": schema.StringAttribute{
			CustomType:          timetypes.RFC3339Type{},
			Computed:            true,
			MarkdownDescription: "When `rotate_after` is over (RFC 3339, UTC); null without it.",
		},
		"rotation_requested": schema.BoolAttribute{
			Computed: true,
			MarkdownDescription: "Whether a rotation was requested: with the action `keyward_" + kind.Type + "_rotate`, or on the platform by adding `" + rotation.Marker + "`, " +
				"with its space, to the key's name. The next plan rotates the key. Renaming the key back cancels the request.",
			PlanModifiers: []planmodifier.Bool{boolplanmodifier.UseStateForUnknown()},
		},
		"previous": previousSchema(kind),
		"orphaned": orphanedSchema(kind),
		"revokes": schema.ListAttribute{
			Computed: true, ElementType: types.StringType,
			MarkdownDescription: "Ids of the keys that the last apply with a revocation revoked. In a plan, the ids that are new in the list are what its apply revokes, and it revokes no others; " +
				"a list that is known only after apply can get the current and the previous key. A plan that destroys the resource revokes its `id`, `previous` and `orphaned` keys.",
		},
	}
}

func triggersSchema(description string) schema.MapAttribute {
	return schema.MapAttribute{Optional: true, ElementType: types.StringType, MarkdownDescription: description}
}

func durationAttribute(description string, check func(time.Duration) error) schema.StringAttribute {
	return schema.StringAttribute{
		CustomType: timetypes.GoDurationType{}, Optional: true, MarkdownDescription: description,
		Validators: []validator.String{validate.Word("duration", func(word string) error {
			if parsed, err := time.ParseDuration(word); err == nil { // what is none, GoDurationType refuses
				return check(parsed)
			}
			return nil
		})},
	}
}

func positive(d time.Duration) error {
	if d <= 0 {
		return errors.New("must be greater than zero")
	}
	return nil
}

func notNegative(d time.Duration) error {
	if d < 0 {
		return errors.New("must not be negative")
	}
	return nil
}

// rotationModel is the rotation attribute.
type rotationModel struct {
	RotateAfter       timetypes.GoDuration `tfsdk:"rotate_after"`
	RotateWhenChanged types.Map            `tfsdk:"rotate_when_changed"`
	Overlap           timetypes.GoDuration `tfsdk:"overlap"`
	QuietPeriod       timetypes.GoDuration `tfsdk:"quiet_period"`
	MaxOverlap        timetypes.GoDuration `tfsdk:"max_overlap"`
}

// length returns a duration, or another one where it is not set; known is false
// where a plan doesn't know it yet.
func length(d timetypes.GoDuration, unset time.Duration) (length time.Duration, known bool) {
	if d.IsUnknown() {
		return 0, false
	}
	if d.IsNull() {
		return unset, true
	}
	length, _ = d.ValueGoDuration() // what is none was refused when the configuration was validated
	return length, true
}

// rotationValidator refuses durations that contradict each other.
type rotationValidator struct{}

func (rotationValidator) Description(context.Context) string {
	return "durations must not contradict each other"
}

func (v rotationValidator) MarkdownDescription(ctx context.Context) string { return v.Description(ctx) }

func (rotationValidator) ValidateObject(ctx context.Context, req validator.ObjectRequest, resp *validator.ObjectResponse) {
	var declared rotationModel
	if req.ConfigValue.IsNull() || req.ConfigValue.IsUnknown() {
		return
	}
	resp.Diagnostics.Append(req.ConfigValue.As(ctx, &declared, basetypes.ObjectAsOptions{})...)
	if resp.Diagnostics.HasError() {
		return
	}
	for name, problem := range declared.contradictions() {
		resp.Diagnostics.AddAttributeError(req.Path.AtName(name), "Durations that contradict each other", problem)
	}
}

// contradictions returns what is wrong with the durations, by attribute.
func (m rotationModel) contradictions() map[string]string {
	after, knownAfter := length(m.RotateAfter, 0)
	overlap, knownOverlap := length(m.Overlap, defaultOverlap)
	limit, knownLimit := length(m.MaxOverlap, 0)
	quiet, knownQuiet := length(m.QuietPeriod, 0)
	found := map[string]string{}
	if knownAfter && knownOverlap && after > 0 && after <= overlap {
		found["rotate_after"] = fmt.Sprintf("The key would be due again after %s, while the previous key is still live for %s. "+
			"Set rotate_after to more than overlap, or overlap to less (it is %s where it is not set).", duration.Short(after), duration.Short(overlap), duration.Short(defaultOverlap))
	}
	if m.MaxOverlap.IsNull() {
		return found
	}
	if knownQuiet && quiet == 0 {
		found["max_overlap"] = "max_overlap ends the wait for quiet_period, which is not set: set it too, or use overlap alone."
	} else if knownLimit && knownOverlap && limit < overlap {
		found["max_overlap"] = fmt.Sprintf("max_overlap, %s, is shorter than overlap, %s.", duration.Short(limit), duration.Short(overlap))
	}
	return found
}

// policy is what is declared of a key's rotation.
type policy struct {
	triggers rotation.Triggers
	// rotateAfter is 0 for no limit.
	rotateAfter      time.Duration
	rotateAfterKnown bool
	overlap          rotation.Overlap
	overlapKnown     bool
}

// policy reads what is declared. Without a rotation block there is no age and no
// overlap.
func (a *Attributes) policy(ctx context.Context) (policy, diag.Diagnostics) {
	declared := policy{rotateAfterKnown: true, overlapKnown: true}
	switch {
	case a.Rotation.IsUnknown():
		return policy{triggers: rotation.Triggers{Unknown: true}}, nil
	case a.Rotation.IsNull():
		return declared, nil
	}
	var block rotationModel
	diags := a.Rotation.As(ctx, &block, basetypes.ObjectAsOptions{})
	triggers, more := object.Triggers(ctx, block.RotateWhenChanged)
	diags.Append(more...)
	declared.triggers = triggers
	declared.rotateAfter, declared.rotateAfterKnown = length(block.RotateAfter, 0)
	var known [3]bool
	declared.overlap.For, known[0] = length(block.Overlap, defaultOverlap)
	declared.overlap.Quiet, known[1] = length(block.QuietPeriod, 0)
	declared.overlap.Max, known[2] = length(block.MaxOverlap, 0)
	declared.overlapKnown = known == [3]bool{true, true, true}
	return declared, diags
}

func rotationTypes() map[string]attr.Type {
	return map[string]attr.Type{
		"rotate_after": timetypes.GoDurationType{}, "rotate_when_changed": types.MapType{ElemType: types.StringType},
		"overlap": timetypes.GoDurationType{}, "quiet_period": timetypes.GoDurationType{}, "max_overlap": timetypes.GoDurationType{},
	}
}
