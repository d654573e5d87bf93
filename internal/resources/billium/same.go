package billium

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-framework/types/basetypes"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	platform "github.com/keyward/terraform-provider-keyward/internal/platform/billium"
	"github.com/keyward/terraform-provider-keyward/internal/providerdata"
)

// The types of attributes that can be written in several ways. After a refresh and after
// an apply without errors, the framework keeps the value of the state, or of the plan,
// where the new one is semantically equal. In a plan it does not: there keepsState does.

// emailType is a string in which upper and lower case make no difference.
type emailType struct{ basetypes.StringType }

// Equal reports whether the other type is this one.
func (t emailType) Equal(other attr.Type) bool { _, ok := other.(emailType); return ok }

// String names the type in errors.
func (t emailType) String() string { return "billium.emailType" }

// ValueType returns an email.
func (t emailType) ValueType(context.Context) attr.Value { return email{} }

// ValueFromString makes an email of a string.
func (t emailType) ValueFromString(_ context.Context, text basetypes.StringValue) (basetypes.StringValuable, diag.Diagnostics) {
	return email{text}, nil
}

// ValueFromTerraform makes an email of Terraform's value.
func (t emailType) ValueFromTerraform(ctx context.Context, from tftypes.Value) (attr.Value, error) {
	value, err := t.StringType.ValueFromTerraform(ctx, from)
	text, _ := value.(types.String)
	return email{text}, err
}

// email is an e-mail address.
type email struct{ basetypes.StringValue }

func emailOf(address string) email { return email{types.StringValue(address)} }

// Type returns emailType.
func (e email) Type(context.Context) attr.Type { return emailType{} }

// Equal reports whether the other value is written the same.
func (e email) Equal(other attr.Value) bool {
	o, ok := other.(email)
	return ok && e.StringValue.Equal(o.StringValue)
}

// same reports whether both are known to be one address.
func (e email) same(other email) bool {
	return !e.IsUnknown() && !other.IsUnknown() && platform.SameEmail(e.ValueString(), other.ValueString())
}

// StringSemanticEquals reports whether both are one address.
func (e email) StringSemanticEquals(_ context.Context, other basetypes.StringValuable) (bool, diag.Diagnostics) {
	o, ok := other.(email)
	return ok && e.same(o), nil
}

// patternSetType is a set of permissions and wildcards, in which the meaning counts.
type patternSetType struct{ basetypes.SetType }

var ofPatterns = patternSetType{basetypes.SetType{ElemType: types.StringType}}

// Equal reports whether the other type is this one.
func (t patternSetType) Equal(other attr.Type) bool { _, ok := other.(patternSetType); return ok }

// String names the type in errors.
func (t patternSetType) String() string { return "billium.patternSetType" }

// ValueType returns a patternSet.
func (t patternSetType) ValueType(context.Context) attr.Value { return patternSet{} }

// ValueFromSet makes a patternSet of a set.
func (t patternSetType) ValueFromSet(_ context.Context, set basetypes.SetValue) (basetypes.SetValuable, diag.Diagnostics) {
	return patternSet{set}, nil
}

// ValueFromTerraform makes a patternSet of Terraform's value.
func (t patternSetType) ValueFromTerraform(ctx context.Context, from tftypes.Value) (attr.Value, error) {
	value, err := t.SetType.ValueFromTerraform(ctx, from)
	set, _ := value.(types.Set)
	return patternSet{set}, err
}

// patternSet is permissions as a configuration writes them.
type patternSet struct{ basetypes.SetValue }

var (
	noPatterns      = patternSet{types.SetNull(types.StringType)}
	unknownPatterns = patternSet{types.SetUnknown(types.StringType)}
)

// patternsOf are permissions written out.
func patternsOf(permissions []platform.Permission) patternSet {
	return patternSet{providerdata.SetOf(permissions)}
}

// Type returns patternSetType.
func (s patternSet) Type(context.Context) attr.Type { return ofPatterns }

// Equal reports whether the other value is written the same, in any order.
func (s patternSet) Equal(other attr.Value) bool {
	o, ok := other.(patternSet)
	return ok && s.SetValue.Equal(o.SetValue)
}

// same reports whether both are known to mean the same permissions.
func (s patternSet) same(other patternSet) bool {
	a, knownA := expand(s)
	b, knownB := expand(other)
	return knownA && knownB && platform.Equal(a, b)
}

// SetSemanticEquals reports whether both mean the same permissions.
func (s patternSet) SetSemanticEquals(_ context.Context, other basetypes.SetValuable) (bool, diag.Diagnostics) {
	o, ok := other.(patternSet)
	return ok && s.same(o), nil
}

// keepsState keeps a value as the state has it while the configuration only writes it in
// another way, as it does of what was imported where it uses wildcards: there is nothing
// to change then.
type keepsState struct{}

// Description says what it does.
func (keepsState) Description(context.Context) string {
	return "Another way to write the same is no change."
}

// MarkdownDescription is Description.
func (m keepsState) MarkdownDescription(ctx context.Context) string { return m.Description(ctx) }

// PlanModifyString keeps an e-mail address.
func (keepsState) PlanModifyString(_ context.Context, req planmodifier.StringRequest, resp *planmodifier.StringResponse) {
	if (email{req.PlanValue}).same(email{req.StateValue}) {
		resp.PlanValue = req.StateValue
	}
}

// PlanModifySet keeps permissions.
func (keepsState) PlanModifySet(_ context.Context, req planmodifier.SetRequest, resp *planmodifier.SetResponse) {
	if !req.ConfigValue.IsNull() && (patternSet{req.PlanValue}).same(patternSet{req.StateValue}) {
		resp.PlanValue = req.StateValue
	}
}
