package billium

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/types"

	billiumapi "github.com/keyward/terraform-provider-keyward/internal/contract/billium"
	platform "github.com/keyward/terraform-provider-keyward/internal/platform/billium"
	"github.com/keyward/terraform-provider-keyward/internal/providerdata"
	"github.com/keyward/terraform-provider-keyward/internal/resources/apikey"
)

func set(words ...string) patternSet {
	elements := make([]attr.Value, len(words))
	for i, word := range words {
		elements[i] = types.StringValue(word)
	}
	return patternSet{types.SetValueMust(types.StringType, elements)}
}

// kept is the value that the framework keeps of the one before and a new one.
func kept(t *testing.T, before, after patternSet) patternSet {
	t.Helper()
	if before.IsNull() || after.IsNull() {
		return after // it asks no type then
	}
	if same, diags := after.SetSemanticEquals(t.Context(), before); same && len(diags) == 0 {
		return before
	}
	return after
}

func model(name string, enabled bool, permissions ...string) *apiKeyModel {
	m := &apiKeyModel{
		Attributes:  apikey.Attributes{Name: types.StringValue(name), Enabled: types.BoolValue(enabled)},
		Permissions: set(permissions...),
	}
	m.EffectivePermissions = types.SetUnknown(types.StringType)
	if effective, known := expand(m.Permissions); known {
		m.EffectivePermissions = providerdata.SetOf(effective)
	}
	return m
}

func TestEditRequestHoldsWhatDiffers(t *testing.T) {
	t.Parallel()
	from := model("a", true, "invoice:view", "invoice:create")
	cases := []struct {
		name string
		to   *apiKeyModel
		want []string
	}{
		{"nothing", model("a", true, "invoice:create", "invoice:view"), nil},
		{"the name", model("b", true, "invoice:create", "invoice:view"), []string{"name"}},
		{"switched off", model("a", false, "invoice:create", "invoice:view"), []string{"isActive"}},
		{"permissions", model("a", true, "invoice:*"), []string{"permissions"}},
		{"everything", model("b", false, "report:view"), []string{"name", "isActive", "permissions"}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			request, err := editRequest(from, c.to)
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			if request.Name != nil {
				got = append(got, "name")
			}
			if request.IsActive != nil {
				got = append(got, "isActive")
			}
			if request.Permissions != nil {
				got = append(got, "permissions")
			}
			if !slices.Equal(got, c.want) {
				t.Errorf("the request changes %q, want %q", got, c.want)
			}
		})
	}
}

func TestAdoptKeepsPermissionsAsTheyWereWritten(t *testing.T) {
	t.Parallel()
	key := billiumapi.APIKey{
		ID: "key_1", MerchantID: "mer_1", Type: billiumapi.KeyTypeSecret, IsActive: true, CreatedAt: time.Unix(0, 0),
		Permissions: []billiumapi.Permission{"invoice:view", "invoice:create", "invoice:edit", "invoice:delete"},
	}
	same := model("a", true, "invoice:*")
	same.adopt(key)
	if !kept(t, set("invoice:*"), same.Permissions).Equal(set("invoice:*")) {
		t.Errorf("permissions = %s, want them as declared", same.Permissions)
	}
	drifted := model("a", true, "invoice:*", "report:view")
	drifted.adopt(key)
	if !kept(t, set("invoice:*", "report:view"), drifted.Permissions).Equal(set("invoice:view", "invoice:create", "invoice:edit", "invoice:delete")) {
		t.Errorf("permissions = %s, want what the key has", drifted.Permissions)
	}
	imported := &apiKeyModel{Permissions: noPatterns}
	imported.adopt(key)
	if len(imported.Permissions.Elements()) != 4 || len(imported.EffectivePermissions.Elements()) != 4 {
		t.Error("an imported key shows what it has")
	}
}

func TestPlannedPermissions(t *testing.T) {
	t.Parallel()
	null, unknown := noPatterns, unknownPatterns
	secret, public := types.StringValue("SECRET"), types.StringValue("PUBLIC")
	three := patternsOf(platform.Sort(platform.PublicPermissions()))
	cases := []struct {
		name                string
		config, state, plan *apiKeyModel
		want                patternSet
	}{
		{"declared", &apiKeyModel{Permissions: set("report:view")}, nil, &apiKeyModel{Type: secret, Permissions: set("report:view")}, set("report:view")},
		{"a new secret key inherits", &apiKeyModel{Permissions: null}, nil, &apiKeyModel{Type: secret}, unknown},
		{"a new public key has three", &apiKeyModel{Permissions: null}, nil, &apiKeyModel{Type: public}, three},
		{"not declared: as it is", &apiKeyModel{Permissions: null}, &apiKeyModel{Type: secret, Permissions: set("report:view")}, &apiKeyModel{Type: secret}, set("report:view")},
		{"no longer public: inherits", &apiKeyModel{Permissions: null}, &apiKeyModel{Type: public, Permissions: three}, &apiKeyModel{Type: secret}, unknown},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			if got := plannedPermissions(c.config, c.state, c.plan); !got.Equal(c.want) {
				t.Errorf("plannedPermissions = %s, want %s", got, c.want)
			}
		})
	}
}

func TestCheckPublic(t *testing.T) {
	t.Parallel()
	cases := []struct {
		name string
		set  patternSet
		want string
	}{
		{"the three", set("invoice:view", "invoice:create", "product:view"), ""},
		{"not declared", noPatterns, ""},
		{"not known yet", unknownPatterns, ""},
		{"an element not known yet", patternSet{types.SetValueMust(types.StringType, []attr.Value{types.StringUnknown()})}, ""},
		{"beyond", set("invoice:*", "product:view"), "can't have invoice:edit, invoice:delete"},
		{"short", set("invoice:view"), "is missing invoice:create, product:view"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			diags := checkPublic(c.set)
			if c.want == "" {
				if diags.HasError() {
					t.Errorf("refused: %v", diags)
				}
				return
			}
			if !diags.HasError() || !strings.Contains(diags[0].Detail(), c.want) {
				t.Errorf("diagnostics %v, want %q", diags, c.want)
			}
		})
	}
}

// What can't be understood must never pass for nothing, which would inherit
// every permission there is.
func TestGranted(t *testing.T) {
	t.Parallel()
	cases := []struct {
		name    string
		set     patternSet
		want    int
		refused bool
	}{
		{"not declared", noPatterns, 0, false},
		{"left to the platform", unknownPatterns, 0, false},
		{"patterns", set("invoice:*"), 4, false},
		{"a null", patternSet{types.SetValueMust(types.StringType, []attr.Value{types.StringNull()})}, 0, true},
		{"an unknown", patternSet{types.SetValueMust(types.StringType, []attr.Value{types.StringUnknown()})}, 0, true},
		{"no permission", set("banana:peel"), 0, true},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			got, err := granted(c.set)
			if (err != nil) != c.refused {
				t.Fatalf("granted: %v", err)
			}
			if (got != nil) != (c.want > 0) || got != nil && len(*got) != c.want {
				t.Errorf("granted = %v, want %d", got, c.want)
			}
		})
	}
}
