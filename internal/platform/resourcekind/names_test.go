package resourcekind_test

import (
	"slices"
	"testing"

	"github.com/keyward/terraform-provider-keyward/internal/platform/resourcekind"
)

func TestSlug(t *testing.T) {
	t.Parallel()
	for given, want := range map[string]string{
		"CI": "ci", "Büro \"${x}\"": "buro_x", "Straße 7": "strasse_7", "42": "n42", "鍵": "this", "": "this", " -a--b- ": "a_b", "Żółw łyka": "zolw_lyka",
	} {
		if got := resourcekind.Slug(given, "this"); got != want {
			t.Errorf("%q: %q, want %q", given, got, want)
		}
	}
}

func TestNames(t *testing.T) {
	t.Parallel()
	key, set := resourcekind.BilliumAPIKey.ResourceType(), resourcekind.BilliumPermissionSet.ResourceType()
	given := []resourcekind.Generated{
		{Type: key, ID: "key_1", Label: "CI", Hint: "One"}, {Type: key, ID: "key_2", Label: "ci", Hint: "Two"}, {Type: set, ID: "pset_1", Label: "CI"},
		{Type: key, ID: "key_3", Label: "Shop", Hint: "One"}, {Type: key, ID: "key_4", Label: "shop", Hint: "one"}, {Type: key, ID: "key_5", Label: "alone"},
	}
	want := []string{"ci_one", "ci_two", "ci", "shop_one_key_3", "shop_one_key_4", "alone"}
	if got := resourcekind.Names(given); !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
}
