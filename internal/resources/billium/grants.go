package billium

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/keyward/terraform-provider-keyward/internal/configured"
	billiumapi "github.com/keyward/terraform-provider-keyward/internal/contract/billium"
	"github.com/keyward/terraform-provider-keyward/internal/diagnose"
	platform "github.com/keyward/terraform-provider-keyward/internal/platform/billium"
)

// checkGrant refuses at plan what Billium would refuse at apply: a key grants only
// what it holds. Only what wanted adds to had is granted. A credential that lacks the
// right to create the object at all is one for plans: what it holds says nothing of the
// one that applies, so that it is only warned.
func checkGrant(ctx context.Context, access *configured.Billium, at path.Path, right platform.Permission, had, wanted []platform.Permission) (diags diag.Diagnostics) {
	added := platform.Missing(had, wanted)
	if len(added) == 0 || !access.Ready() {
		return nil
	}
	current, err := access.Current(ctx)
	if err != nil {
		diags.Append(diagnose.AttributeError(at, "check", "what the provider's Billium API key may grant", err))
		return diags
	}
	held := fromAPI(current.EffectivePermissions)
	missing := platform.Missing(held, added)
	switch {
	case len(missing) == 0:
	case !slices.Contains(held, right):
		diags.AddAttributeWarning(at, "This provider's Billium API key can't grant this",
			ungrantable(current, missing)+fmt.Sprintf(" This key does not hold %s either, so it is taken for one that only plans: the credential that applies must hold these permissions.", right))
	default:
		diags.AddAttributeError(at, "The provider's Billium API key can't grant this", ungrantable(current, missing))
	}
	return diags
}

// ungrantable explains why a key can't grant permissions that it doesn't hold.
func ungrantable(current *billiumapi.CurrentAPIKey, missing []platform.Permission) string {
	role := platform.Role(current.Role)
	advice := "Ask for less, or give the provider a key that holds them."
	if beyond := role.Beyond(missing); len(beyond) > 0 {
		advice = fmt.Sprintf("The user behind the key has the role %s, which never allows %s: that takes a key of an %s.",
			role, joined(beyond), platform.MinimumRole(beyond))
	}
	return fmt.Sprintf("Cannot grant permissions that the provider's key (%s…) does not hold: %s. %s",
		current.KeyPrefix, joined(missing), advice)
}

// checkCap refuses permissions that the role can't have.
func checkCap(at path.Path, role platform.Role, wanted []platform.Permission) (diags diag.Diagnostics) {
	if beyond := role.Beyond(wanted); len(beyond) > 0 {
		diags.AddAttributeError(at, "Beyond what the role allows",
			fmt.Sprintf("A team member with the role %s can't have %s. The lowest role that allows all of it is %s.",
				role, joined(beyond), platform.MinimumRole(wanted)))
	}
	return diags
}

// adviseOn warns about a declared set of permissions that is not what it seems.
// before is what the state has: what has been applied is not warned of again.
func adviseOn(at path.Path, before, declared types.Set) (diags diag.Diagnostics) {
	given, known := patterns(declared)
	if !known || declared.Equal(before) {
		return nil
	}
	for _, redundancy := range platform.Redundant(given) {
		summary, why := "A permission is redundant", "the others together cover it."
		switch {
		case redundancy.Implied:
			summary, why = "A permission is implied", fmt.Sprintf("%q implies it.", redundancy.CoveredBy)
		case redundancy.CoveredBy != "":
			why = fmt.Sprintf("%q means the same.", redundancy.CoveredBy)
		}
		diags.AddAttributeWarning(at, summary, fmt.Sprintf("%q adds nothing: %s", redundancy.Pattern, why))
	}
	permissions, _ := expand(declared)
	for _, danger := range platform.Dangers(permissions) {
		diags.AddAttributeWarning(at, "Dangerous permissions",
			fmt.Sprintf("Anyone who holds %s %s. Leave out what isn't needed.",
				strings.Join(platform.Names(danger.Permissions), " and "), danger.Why))
	}
	return diags
}

// checkSet refuses at plan a permission set that isn't there, and one that the
// provider's key can't grant. It returns what the set will hold when the plan is
// applied; known is false where that can't be told yet.
func checkSet(ctx context.Context, access *configured.Billium, id types.String, had []platform.Permission) (held []platform.Permission, known bool, diags diag.Diagnostics) {
	if id.ValueString() == "" || !access.Ready() {
		return nil, false, nil
	}
	at := path.Root("permission_set_id")
	held, known, err := access.PermissionsAhead(ctx, id.ValueString())
	if err != nil {
		diags.Append(diagnose.AttributeError(at, "find", "Billium permission set "+id.ValueString(), err))
		return nil, false, diags
	}
	if !known {
		return nil, false, nil
	}
	return held, true, checkGrant(ctx, access, at, managing[0], had, held)
}

// checkMerchant refuses to look for an object at another merchant than its own:
// it would not be there, and must not be taken for gone.
func checkMerchant(access *configured.Billium, noun, merchantID string) error {
	if merchantID != access.MerchantID {
		return fmt.Errorf("the %s belongs to merchant %s, but the provider is configured for %s: "+
			"set billium.merchant_id (BILLIUM_MERCHANT_ID) and billium.api_key (BILLIUM_API_KEY) to those of the %s's merchant; the state was left as it is",
			noun, merchantID, access.MerchantID, noun)
	}
	return nil
}

// ownMerchant is the merchant of a new object, as far as it is known.
func ownMerchant(access *configured.Billium) types.String {
	if access.MerchantID == "" {
		return types.StringUnknown()
	}
	return types.StringValue(access.MerchantID)
}
