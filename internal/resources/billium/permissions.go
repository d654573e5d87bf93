package billium

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	billiumapi "github.com/keyward/terraform-provider-keyward/internal/contract/billium"
	platform "github.com/keyward/terraform-provider-keyward/internal/platform/billium"
)

// patterns returns the elements of a set, and false where some are not known.
func patterns(set types.Set) (out []string, known bool) {
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
func expand(set types.Set) ([]platform.Permission, bool) {
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
func granted(set types.Set) (*[]billiumapi.Permission, error) {
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

// setOf returns permissions as a set.
func setOf(permissions []platform.Permission) types.Set {
	elements := make([]attr.Value, len(permissions))
	for i, p := range permissions {
		elements[i] = types.StringValue(string(p))
	}
	return types.SetValueMust(types.StringType, elements)
}

// checkPublic refuses what a public key can't have. Its permissions are exactly
// three, never more and never fewer. Source: Billium authentication page, "API
// key permissions".
func checkPublic(set types.Set) (diags diag.Diagnostics) {
	permissions, known := expand(set)
	three := platform.Sort(platform.PublicPermissions())
	if !known || slices.Equal(permissions, three) {
		return nil
	}
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

func fromAPI(permissions []billiumapi.Permission) []platform.Permission {
	out := make([]platform.Permission, len(permissions))
	for i, p := range permissions {
		out[i] = platform.Permission(p)
	}
	return platform.Sort(out)
}

func toAPI(permissions []platform.Permission) *[]billiumapi.Permission {
	out := make([]billiumapi.Permission, len(permissions))
	for i, p := range permissions {
		out[i] = billiumapi.Permission(p)
	}
	return &out
}
