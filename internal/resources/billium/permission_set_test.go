package billium

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	billiumapi "github.com/keyward/terraform-provider-keyward/internal/contract/billium"
	platform "github.com/keyward/terraform-provider-keyward/internal/platform/billium"
	"github.com/keyward/terraform-provider-keyward/internal/providerdata"
	"github.com/keyward/terraform-provider-keyward/internal/resources/apikey"
)

func TestPermissionSetRequestHoldsWhatDiffers(t *testing.T) {
	t.Parallel()
	model := func(name string, description types.String, words ...string) *permissionSetModel {
		m := &permissionSetModel{Name: types.StringValue(name), Description: description, Permissions: set(words...)}
		m.mean(expand(m.Permissions))
		return m
	}
	none, some := types.StringNull(), types.StringValue("what for")
	state := model("a", some, "report:view")
	for _, c := range []struct {
		name string
		plan *permissionSetModel
		want string
	}{
		{"nothing", model("a", some, "report:*"), `{}`},
		{"the name", model("b", some, "report:view"), `{"name":"b"}`},
		{"no description", model("a", none, "report:view"), `{"description":null}`},
		{"another description", model("a", types.StringValue("other"), "report:view"), `{"description":"other"}`},
		{"permissions", model("a", some, "report:view", "team:view"), `{"permissions":["team:view","report:view"]}`},
	} {
		request, different := c.plan.updateRequest(state)
		got, err := json.Marshal(request)
		if err != nil || string(got) != c.want || different != (c.want != `{}`) {
			t.Errorf("%s: %s, %t, %v", c.name, got, different, err)
		}
	}
}

func TestUngrantable(t *testing.T) {
	t.Parallel()
	current := &billiumapi.CurrentAPIKey{KeyPrefix: "sk_0123456789abc", Role: billiumapi.RoleAdmin}
	for missing, want := range map[platform.Permission]string{
		"report:view":     "does not hold: report:view. Ask for less",
		"merchant:delete": "has the role ADMIN, which never allows merchant:delete: that takes a key of an OWNER.",
	} {
		if got := ungrantable(current, []platform.Permission{missing}); !strings.Contains(got, want) {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

func TestAdvice(t *testing.T) {
	t.Parallel()
	none := noPatterns
	type warning struct{ summary, detail string }
	for _, c := range []struct {
		name             string
		before, declared patternSet
		want             []warning
	}{
		{"plain", none, set("invoice:view"), nil},
		{"implied", none, set("invoice:view", "invoice:*"), []warning{{"A permission is implied", `"invoice:view" adds nothing: "invoice:*" implies it.`}}},
		{"redundant", none, set("report:*", "report:view"), []warning{{"A permission is redundant", `"report:view" adds nothing: "report:*" means the same.`}}},
		{"redundant together", none, set("checkout:*", "*:view", "*:edit"), []warning{{"A permission is redundant", `"checkout:*" adds nothing: the others together cover it.`}}},
		{"dangerous", none, set("api_key:create", "team:manage_roles"), []warning{{"Dangerous permissions", "Anyone who holds api_key:create and team:manage_roles can raise a role"}}},
		{"deletes", none, set("merchant:delete"), []warning{{"Dangerous permissions", "Anyone who holds merchant:delete can delete the whole merchant account"}}},
		{"implied and dangerous", none, set("merchant:delete", "merchant:*"), []warning{{"A permission is implied", `"merchant:*" implies it.`}, {"Dangerous permissions", "merchant:delete"}}},
		{"applied already", set("merchant:delete"), set("merchant:delete"), nil},
		{"not known", none, unknownPatterns, nil},
	} {
		diags := adviseOn(path.Root("permissions"), c.before, c.declared)
		if len(diags) != len(c.want) || diags.HasError() {
			t.Errorf("%s: %v", c.name, diags)
			continue
		}
		for i, want := range c.want {
			if diags[i].Summary() != want.summary || !strings.Contains(diags[i].Detail(), want.detail) {
				t.Errorf("%s: %q: %q, want %q", c.name, diags[i].Summary(), diags[i].Detail(), want)
			}
		}
	}
}

func TestKeyOfAPermissionSet(t *testing.T) {
	t.Parallel()
	null, unknown := noPatterns, unknownPatterns
	one, other, changed, open := types.StringValue("pset_1"), types.StringValue("pset_2"), types.StringValue("pset_3"), types.StringValue("pset_4")
	keys := &apiKeys{providerdata.ToBillium{Billium: &providerdata.Billium{Status: providerdata.Status{Unknown: []providerdata.Setting{{}}}}}}
	keys.PlanPermissionSet(changed.ValueString(), []platform.Permission{"invoice:view"}, true)
	keys.PlanPermissionSet(open.ValueString(), nil, false)
	key := func(name string, set types.String, permissions, effective patternSet) *apiKeyModel {
		return &apiKeyModel{
			Attributes: apikey.Attributes{Name: types.StringValue(name)}, Type: types.StringValue("SECRET"),
			PermissionSetID: set, Permissions: permissions, EffectivePermissions: effective.SetValue,
		}
	}
	state := key("a", one, null, set("report:view"))
	for _, c := range []struct {
		name               string
		config, plan       *apiKeyModel
		wantSet            types.String
		wantOwn, wantMeans patternSet
	}{
		{"the same", key("a", one, null, null), key("a", one, null, unknown), one, null, set("report:view")},
		{"a new name", key("b", one, null, null), key("b", one, null, unknown), one, null, set("report:view")},
		{"another set, which can't be read", key("a", other, null, null), key("a", other, null, unknown), other, null, unknown},
		{"another set, which is changed", key("a", changed, null, null), key("a", changed, null, unknown), changed, null, set("invoice:view")},
		{"another set, changed to what isn't known yet", key("a", open, null, null), key("a", open, null, unknown), open, null, unknown},
		{"a set to be created", key("a", types.StringUnknown(), null, null), key("a", types.StringUnknown(), unknown, unknown), types.StringUnknown(), unknown, unknown},
		{"permissions of its own", key("a", types.StringNull(), set("team:view"), null), key("a", types.StringUnknown(), set("team:view"), unknown), types.StringNull(), set("team:view"), set("team:view")},
		{"not managed any more", key("a", types.StringNull(), null, null), key("a", one, null, unknown), one, null, set("report:view")},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			c.plan.PermissionSetID = plannedSet(c.config, state, c.plan)
			c.plan.Permissions = plannedPermissions(c.config, state, c.plan)
			c.plan.EffectivePermissions = keys.plannedEffect(t.Context(), state, c.plan)
			if !c.plan.PermissionSetID.Equal(c.wantSet) || !c.plan.Permissions.Equal(c.wantOwn) || !c.plan.EffectivePermissions.Equal(c.wantMeans.SetValue) {
				t.Errorf("planned %v, %v, %v", c.plan.PermissionSetID, c.plan.Permissions, c.plan.EffectivePermissions)
			}
		})
	}
	if request, err := editRequest(state, key("a", types.StringNull(), set("report:view"), unknown)); err != nil || request.Permissions == nil || request.PermissionSetID != nil {
		t.Error("a key leaves its set with a request, whatever the set means")
	}
	if request, err := editRequest(state, key("a", other, null, unknown)); err != nil || request.PermissionSetID == nil || request.Permissions != nil {
		t.Error("a key changes its set with the set's id alone")
	}
}
