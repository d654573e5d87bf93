package billium

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	billiumapi "github.com/keyward/terraform-provider-keyward/internal/contract/billium"
	"github.com/keyward/terraform-provider-keyward/internal/diagnostics"
	platform "github.com/keyward/terraform-provider-keyward/internal/platform/billium"
	"github.com/keyward/terraform-provider-keyward/internal/providerdata"
	"github.com/keyward/terraform-provider-keyward/internal/resources/object"
	"github.com/keyward/terraform-provider-keyward/internal/validate"
)

// wildcards explains how permissions are written.
const wildcards = "any of the 34 permissions, or wildcards: `invoice:*` (every action of a domain), `*:view` (an action of every domain), `*` (everything)."

// maxName and maxDescription are the contract's limits, in characters.
const (
	maxName        = 100
	maxDescription = 500
)

// patternValidators accept a set of permissions, in which there may be
// wildcards.
func patternValidators() []validator.Set {
	return validate.Words("permission", validate.Parsed(platform.Expand))
}

func merchantIDAttribute(noun string) schema.StringAttribute {
	return object.Lasting("Merchant that the " + noun + " belongs to: the provider's.")
}

var permissionSetIDForm = regexp.MustCompile(`^` + string(platform.PermissionSetID) + `_[0-9a-f]{32}$`)

// setIDValidators accept the id of a permission set where there are no
// permissions beside it.
func setIDValidators() []validator.String {
	return []validator.String{
		stringvalidator.RegexMatches(permissionSetIDForm, "must be the id of a permission set: pset_ and 32 hexadecimal digits"),
		stringvalidator.ConflictsWith(path.MatchRoot("permissions")),
	}
}

// collection is a set, of whatever type.
type collection interface {
	IsNull() bool
	IsUnknown() bool
	Elements() []attr.Value
}

// patterns returns the elements of a set, and false where some are not known.
func patterns(set collection) (out []string, known bool) {
	if set.IsNull() || set.IsUnknown() {
		return nil, false
	}
	for _, element := range set.Elements() {
		text, ok := element.(types.String)
		if !ok || text.IsUnknown() || text.IsNull() {
			return nil, false
		}
		out = append(out, text.ValueString())
	}
	return out, true
}

// expand returns what a set of patterns means, and false where that can't be
// told yet.
func expand(set collection) ([]platform.Permission, bool) {
	given, known := patterns(set)
	if !known {
		return nil, false
	}
	permissions, err := platform.ExpandAll(given)
	return permissions, err == nil
}

// granted returns the permissions to ask the platform for: nil for those that
// no one declares. What is declared and can't be understood is an error, and
// never the same as nothing: a key without permissions inherits all of them.
func granted(set patternSet) (*[]billiumapi.Permission, error) {
	if set.IsNull() || set.IsUnknown() {
		return nil, nil
	}
	given, known := patterns(set)
	if !known {
		return nil, errors.New("permissions has an element that is null or not known")
	}
	permissions, err := platform.ExpandAll(given)
	if err != nil {
		return nil, fmt.Errorf("permissions: %w", err)
	}
	return toAPI(permissions), nil
}

// checkPublic refuses what a public key can't have. Its permissions are exactly
// three, never more and never fewer. Source: Billium authentication page, "API
// key permissions".
func checkPublic(set patternSet) (diags diag.Diagnostics) {
	permissions, known := expand(set)
	if !known || platform.PublicCompatible(permissions) {
		return nil
	}
	three := platform.Sort(platform.PublicPermissions())
	problem := "is missing " + joined(platform.Missing(permissions, three))
	if beyond := platform.Missing(three, permissions); len(beyond) > 0 {
		problem = "can't have " + joined(beyond)
	}
	diags.AddAttributeError(path.Root("permissions"), "A public key has exactly three permissions",
		fmt.Sprintf("A PUBLIC key has exactly %s; this one %s. Remove permissions, or use type = \"SECRET\" for a server.", joined(three), problem))
	return diags
}

func joined(permissions []platform.Permission) string {
	return strings.Join(platform.Names(permissions), ", ")
}

func toAPI(permissions []platform.Permission) *[]billiumapi.Permission {
	return new(platform.As[billiumapi.Permission](permissions))
}

// Where permissions come from. A plan always knows it, whether or not it knows
// the permissions: a reference that turns out to be null would otherwise give
// all that the creator, or the role, has. Terraform sees nothing of it but that
// the final plan says otherwise than the one that was approved, and stops before
// anything is created.
const (
	fromPermissions = "permissions"
	fromSet         = "permission_set_id"
	fromCreator     = "creator"
	fromRole        = "role"
)

func sourceAttribute(otherwise string) schema.StringAttribute {
	return schema.StringAttribute{
		Computed: true,
		MarkdownDescription: "Where the permissions come from: `permissions`, `permission_set_id`, or " + otherwise + " " +
			"If an apply finds another source than planned, because `permission_set_id` or `permissions` refers to a value that is null by then, it stops before it changes anything.",
	}
}

// declaredSource is where a configuration takes permissions from; it is otherwise
// where it has neither attribute.
func declaredSource(set types.String, permissions patternSet, otherwise types.String) types.String {
	switch {
	case !set.IsNull():
		return types.StringValue(fromSet)
	case !permissions.IsNull():
		return types.StringValue(fromPermissions)
	default:
		return otherwise
	}
}

// plannedSource plans where a key's permissions come from.
func plannedSource(config, state, plan *apiKeyModel) types.String {
	otherwise := types.StringValue(fromCreator)
	switch {
	case keeps(state, plan):
		otherwise = state.source()
	case plan.Type.IsUnknown():
		otherwise = types.StringUnknown()
	case plan.Type.ValueString() == string(platform.Public):
		otherwise = types.StringValue(fromPermissions)
	}
	return declaredSource(config.PermissionSetID, config.Permissions, otherwise)
}

// source says where the permissions of a key that is there come from. Billium
// doesn't tell of a key whether it inherits: that is known of those alone that
// were created here.
func (m *apiKeyModel) source() types.String {
	switch {
	case m.PermissionSetID.ValueString() != "":
		return types.StringValue(fromSet)
	case m.PermissionsFrom.ValueString() == fromCreator:
		return m.PermissionsFrom
	default:
		return types.StringValue(fromPermissions)
	}
}

// impliedPermissions warns of a key that inherits everything.
func impliedPermissions() diag.Diagnostic {
	return diag.NewAttributeWarningDiagnostic(path.Root("permission_set_id"), "Permissions are implied",
		"Neither permissions nor permission_set_id has a value, and so the new key inherits everything that its creator, the provider's key, may do. "+
			"Say in permissions what the key needs. Where one of the two refers to something, that is null; "+
			"if the plan did not know it yet, Terraform stops here and creates no key.")
}

// checkNull warns of a permission set that isn't known yet and is none that the
// plan creates: it may turn out to be null.
func checkNull(access *providerdata.Billium, set types.String, noun string) (diags diag.Diagnostics) {
	if set.IsUnknown() && !access.PlansNewPermissionSet() {
		diags.AddAttributeWarning(path.Root("permission_set_id"), "The permission set may turn out to be null",
			"What permission_set_id refers to is known only during the apply, and is no permission set that this plan creates. "+
				"Should it be null by then, the apply stops before it creates or changes the "+noun+", and says that permissions_from is not as planned: "+
				"without a set it would have more permissions than the plan says.")
	}
	return diags
}

// checkGrant refuses at plan what Billium would refuse at apply: a key grants only
// what it holds. Only what wanted adds to had is granted. A credential that lacks the
// right to create the object at all is one for plans: what it holds says nothing of the
// one that applies, so that it is only warned.
func checkGrant(ctx context.Context, access *providerdata.Billium, at path.Path, right platform.Permission, had, wanted []platform.Permission) (diags diag.Diagnostics) {
	added := platform.Missing(had, wanted)
	if len(added) == 0 || !access.Ready() {
		return nil
	}
	current, err := access.Current(ctx)
	if err != nil {
		diags.Append(diagnostics.AttributeError(at, "check", "what the provider's Billium API key may grant", err))
		return diags
	}
	held := platform.Of(current.EffectivePermissions)
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
func adviseOn(at path.Path, before, declared patternSet) (diags diag.Diagnostics) {
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
func checkSet(ctx context.Context, access *providerdata.Billium, id types.String, had []platform.Permission) (held []platform.Permission, known bool, diags diag.Diagnostics) {
	if id.ValueString() == "" || !access.Ready() {
		return nil, false, nil
	}
	at := path.Root("permission_set_id")
	held, known, err := access.PermissionsAhead(ctx, id.ValueString())
	if err != nil {
		diags.Append(diagnostics.AttributeError(at, "find", "Billium permission set "+id.ValueString(), err))
		return nil, false, diags
	}
	if !known {
		return nil, false, nil
	}
	return held, true, checkGrant(ctx, access, at, managing[0], had, held)
}

// checkMerchant refuses to look for an object at another merchant than its own:
// it would not be there, and must not be taken for gone.
func checkMerchant(access *providerdata.Billium, noun, merchantID string) error {
	if merchantID != access.MerchantID {
		return fmt.Errorf("the %s belongs to merchant %s, but the provider is configured for %s: "+
			"set billium.merchant_id (BILLIUM_MERCHANT_ID) and billium.api_key (BILLIUM_API_KEY) to those of the %s's merchant; the state was left as it is",
			noun, merchantID, access.MerchantID, noun)
	}
	return nil
}

// ownMerchant is the merchant of a new object, as far as it is known.
func ownMerchant(access *providerdata.Billium) types.String {
	if access.MerchantID == "" {
		return types.StringUnknown()
	}
	return types.StringValue(access.MerchantID)
}
