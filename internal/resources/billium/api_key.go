// Package billium has the resources of Billium.
package billium

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/list"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	platform "github.com/keyward/terraform-provider-keyward/internal/platform/billium"
	"github.com/keyward/terraform-provider-keyward/internal/platform/resourcekind"
	"github.com/keyward/terraform-provider-keyward/internal/providerdata"
	"github.com/keyward/terraform-provider-keyward/internal/resources/apikey"
	"github.com/keyward/terraform-provider-keyward/internal/resources/codec"
	"github.com/keyward/terraform-provider-keyward/internal/resources/object"
	"github.com/keyward/terraform-provider-keyward/internal/validate"
)

var (
	_ resource.ResourceWithConfigure      = (*apiKey)(nil)
	_ resource.ResourceWithIdentity       = (*apiKey)(nil)
	_ resource.ResourceWithImportState    = (*apiKey)(nil)
	_ resource.ResourceWithModifyPlan     = (*apiKey)(nil)
	_ resource.ResourceWithValidateConfig = (*apiKey)(nil)
)

var apiKeyKind = object.Kind{Kind: resourcekind.BilliumAPIKey, Replaced: true}

// NewAPIKey returns the resource keyward_billium_api_key.
func NewAPIKey() resource.Resource {
	return &apiKey{apikey.New[apiKeyModel](apiKeyKind, &apiKeys{})}
}

type apiKey struct {
	apikey.Resource[apiKeyModel, *apiKeyModel]
}

// NewAPIKeyList returns the list resource keyward_billium_api_key.
func NewAPIKeyList() list.ListResource {
	return apikey.NewLister[apiKeyModel](apiKeyKind, &apiKeys{}, false)
}

type apiKeyModel struct {
	apikey.Attributes
	MerchantID           types.String `tfsdk:"merchant_id"`
	Type                 types.String `tfsdk:"type"`
	Permissions          patternSet   `tfsdk:"permissions"`
	PermissionSetID      types.String `tfsdk:"permission_set_id"`
	EffectivePermissions types.Set    `tfsdk:"effective_permissions"`
	PermissionsFrom      types.String `tfsdk:"permissions_from"`
}

func (r *apiKey) Schema(_ context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "An API key of Billium. Its name, permissions and whether it is enabled change in place. " +
			"If its type changes, a new key is created first, and then the old one is revoked: in the same apply, or after the `overlap` of `rotation`.",
		Attributes: apikey.Schema(apiKeyKind, map[string]schema.Attribute{
			"merchant_id": merchantIDAttribute("key"),
			"type": schema.StringAttribute{
				Optional: true,
				Computed: true,
				MarkdownDescription: "`SECRET` (the default), for servers, or `PUBLIC`, for browsers and mobile apps. " +
					"A change issues a new key.",
				Validators: []validator.String{validate.Word("key type", validate.Parsed(platform.ParseKeyType))},
			},
			"permissions": schema.SetAttribute{
				CustomType: ofPatterns,
				Optional:   true,
				Computed:   true,
				MarkdownDescription: "What the key may do: " + wildcards + " " +
					"Where neither it nor `permission_set_id` is set, a new secret key inherits all permissions of its creator, and the permissions are not managed. " +
					"A public key always has exactly `invoice:create`, `invoice:view` and `product:view`.",
				Validators:    patternValidators(),
				PlanModifiers: []planmodifier.Set{keepsState{}},
			},
			"permission_set_id": schema.StringAttribute{
				Optional: true,
				Computed: true,
				MarkdownDescription: "Permission set that the key takes its permissions from, instead of `permissions`; a change of the set changes the key. " +
					"A public key can use only a set whose `public_key_compatible` is true. To leave the set, declare `permissions`.",
				Validators: setIDValidators(),
			},
			"effective_permissions": schema.SetAttribute{
				Computed:            true,
				ElementType:         types.StringType,
				MarkdownDescription: "What `permissions`, or the permission set, means, with its wildcards written out.",
			},
			"permissions_from": sourceAttribute("`creator` for a key that was created with neither and inherits everything."),
		}),
	}
}

// ValidateConfig holds a public key to its three permissions.
func (r *apiKey) ValidateConfig(ctx context.Context, req resource.ValidateConfigRequest, resp *resource.ValidateConfigResponse) {
	var config apiKeyModel
	resp.Diagnostics.Append(codec.Config(ctx, req.Config, &config)...)
	if resp.Diagnostics.HasError() || config.Type.ValueString() != string(platform.Public) {
		return
	}
	resp.Diagnostics.Append(checkPublic(config.Permissions)...)
}

// ResolvePlan plans the merchant, where the permissions come from and what they
// mean, and refuses what the platform would refuse.
func (k *apiKeys) ResolvePlan(ctx context.Context, config, state, plan *apiKeyModel) diag.Diagnostics {
	if config.Type.IsNull() {
		plan.Type = types.StringValue(string(platform.Secret))
	}
	if state == nil {
		plan.MerchantID = ownMerchant(k.Billium)
	}
	plan.PermissionSetID = plannedSet(config, state, plan)
	plan.Permissions = plannedPermissions(config, state, plan)
	plan.EffectivePermissions = k.plannedEffect(ctx, state, plan)
	plan.PermissionsFrom = plannedSource(config, state, plan)
	diags := k.checkGranted(ctx, config, state, plan)
	if state != nil && state.PermissionSetID.ValueString() != "" && k.SetKeys.Hold(state.PermissionSetID.ValueString(), state.ID.ValueString()) {
		diags.AddAttributeError(path.Root("permission_set_id"), "The permission set of the key is destroyed in the same plan", setInUse(state.PermissionSetID.ValueString(), state.ID.ValueString()))
	}
	if plan.Type.ValueString() == string(platform.Public) {
		diags.Append(checkPublic(plan.Permissions)...)
	}
	return diags
}

// keeps reports whether the key that there is stays, and with it what it has.
func keeps(state, plan *apiKeyModel) bool { return state != nil && state.Type.Equal(plan.Type) }

// plannedSet returns the declared permission set or, where permissions come from
// neither attribute, the one that the key has.
func plannedSet(config, state, plan *apiKeyModel) types.String {
	switch {
	case !config.PermissionSetID.IsNull():
		return config.PermissionSetID
	case config.Permissions.IsNull() && keeps(state, plan):
		return state.PermissionSetID
	default:
		return types.StringNull()
	}
}

// plannedPermissions returns the declared permissions or, where none are, those
// that the key has or will have. With a permission set there are none of its own.
func plannedPermissions(config, state, plan *apiKeyModel) patternSet {
	switch {
	case !config.Permissions.IsNull():
		return plan.Permissions
	case plan.PermissionSetID.IsUnknown():
		return unknownPatterns
	case plan.PermissionSetID.ValueString() != "":
		return noPatterns
	case plan.Type.ValueString() == string(platform.Public):
		return patternsOf(platform.Sort(platform.PublicPermissions()))
	case keeps(state, plan):
		return state.Permissions
	default:
		return unknownPatterns
	}
}

// plannedEffect returns what the permissions mean. What a set grants is what this run
// makes of it or, where it leaves the set alone, what the refresh of the key has found:
// Terraform plans once more as it applies, and must get the same answer. A set that is
// created in the same plan has no id yet, so that it isn't known.
func (k *apiKeys) plannedEffect(ctx context.Context, state, plan *apiKeyModel) types.Set {
	permissions, known := expand(plan.Permissions)
	if set := plan.PermissionSetID; set.ValueString() != "" {
		var planned bool
		permissions, known, planned = k.PlannedPermissions(set.ValueString())
		switch {
		case planned:
		case keeps(state, plan) && set.Equal(state.PermissionSetID):
			return state.EffectivePermissions
		case k.Ready():
			permissions, known, _ = k.PermissionsAhead(ctx, set.ValueString()) // checkGranted tells the error
		}
	}
	if !known {
		return types.SetUnknown(types.StringType)
	}
	return providerdata.SetOf(permissions)
}

// checkGranted refuses permissions, declared or of a set, that the provider's key
// can't give or the key can't have. A public key's three count as declared.
func (k *apiKeys) checkGranted(ctx context.Context, config, state, plan *apiKeyModel) (diags diag.Diagnostics) {
	var had []platform.Permission
	before := noPatterns
	if keeps(state, plan) {
		had, _ = expand(state.EffectivePermissions)
		before = state.Permissions
	}
	if !config.PermissionSetID.IsNull() {
		if keeps(state, plan) && plan.PermissionSetID.Equal(state.PermissionSetID) {
			return k.checkKeptSet(plan)
		}
		held, known, diags := checkSet(ctx, k.Billium, plan.PermissionSetID, had)
		diags.Append(checkNull(k.Billium, plan.PermissionSetID, apiKeyKind.Noun)...)
		if known && plan.Type.ValueString() == string(platform.Public) {
			diags.Append(checkPublicSet(held)...)
		}
		return diags
	}
	if !keeps(state, plan) && plan.PermissionsFrom.ValueString() == fromCreator {
		diags.Append(impliedPermissions())
	}
	wanted, known := expand(plan.Permissions)
	if !known {
		return diags
	}
	diags.Append(checkGrant(ctx, k.Billium, path.Root("permissions"), managing[0], had, wanted)...)
	if !config.Permissions.IsNull() {
		diags.Append(adviseOn(path.Root("permissions"), before, plan.Permissions)...)
	}
	return diags
}

// checkKeptSet refuses what a change of the set would make of a public key that
// stays in it.
func (k *apiKeys) checkKeptSet(plan *apiKeyModel) diag.Diagnostics {
	held, known, _ := k.PlannedPermissions(plan.PermissionSetID.ValueString())
	if !known || plan.Type.ValueString() != string(platform.Public) {
		return nil
	}
	return checkPublicSet(held)
}

// checkPublicSet refuses a set that a public key can't use.
func checkPublicSet(held []platform.Permission) (diags diag.Diagnostics) {
	if !platform.PublicCompatible(held) {
		diags.AddAttributeError(path.Root("permission_set_id"), "A public key has exactly three permissions",
			fmt.Sprintf("A PUBLIC key can use only a permission set that has exactly %s; this one has %s.",
				joined(platform.Sort(platform.PublicPermissions())), joined(held)))
	}
	return diags
}

// Narrows lists the permissions that a key loses, as far as they are known.
func (k *apiKeys) Narrows(ctx context.Context, state, plan *apiKeyModel) ([]string, diag.Diagnostics) {
	had, _ := expand(state.EffectivePermissions)
	wanted, known := expand(plan.Permissions)
	if set := plan.PermissionSetID; set.ValueString() != "" && !set.Equal(state.PermissionSetID) {
		var diags diag.Diagnostics
		if wanted, known, diags = checkSet(ctx, k.Billium, set, had); diags.HasError() {
			return nil, diags
		}
	}
	if !known {
		return nil, nil
	}
	return platform.Names(platform.Missing(wanted, had)), nil
}
