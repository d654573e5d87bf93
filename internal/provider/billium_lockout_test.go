package provider_test

import (
	"slices"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"

	billiumapi "github.com/keyward/terraform-provider-keyward/internal/contract/billium"
	"github.com/keyward/terraform-provider-keyward/internal/platform/billium"
)

// forget is the configuration that stops managing a resource and leaves it be.
func forget(address string) string {
	return "removed {\n from = " + address + "\n lifecycle { destroy = false }\n}\n"
}

func importBlock(address, id string) string {
	return "import {\n to = " + address + "\n id = \"" + id + "\"\n}\n"
}

// refused is a step whose plan or apply is refused in these words.
func refused(config, words string) resource.TestStep {
	return resource.TestStep{Config: config, ExpectError: says(words)}
}

// The provider never takes its own key away from itself.
func TestBilliumOwnKeyIsGuarded(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	own := w.liveBillium(t, w.BilliumKeys(t)[0].Name)[0]
	config := billiumConfig(`name = "own"
		permissions = ["*"]`)
	inherits := billiumConfig(`name = "own"`)

	w.run(t,
		resource.TestStep{
			Config:            importBlock(billiumKey, w.Credentials.Billium.MerchantID+"/"+own.ID) + inherits,
			ConfigStateChecks: []statecheck.StateCheck{known(billiumKey, "name", knownvalue.StringExact("own"))},
		},
		refused("# revoked", `can't be revoked: the provider itself uses it`),
		refused(billiumConfig(`name = "own"
			enabled = false`), `can't be disabled: the provider itself uses it`),
		refused(billiumConfig(`name = "own"
			permissions = ["api_key:*", "team:*"]`), `can't lose merchant:view`),
		refused(billiumConfig(`name = "own"
			type = "PUBLIC"`), `can't be rotated: the provider itself uses it`),
		resource.TestStep{Config: billiumConfig(`name = "own"
			rotation = { overlap = "0s", rotate_when_changed = { generation = 1 } }`)},
		refused(billiumConfig(`name = "own"
			rotation = { overlap = "0s", rotate_when_changed = { generation = 2 } }`), `can't be rotated: the provider itself uses it`),
		resource.TestStep{Config: config, ConfigPlanChecks: preApply(plancheck.ExpectResourceAction(billiumKey, plancheck.ResourceActionUpdate))},
		resource.TestStep{Config: forget(billiumKey)},
	)
	if len(w.liveBillium(t, "own")) != 1 {
		t.Error("the provider's key is gone")
	}
}

// Another key than the provider's is no one's lock-out; by then the first one may
// go too.
func TestBilliumOtherKeysAreNotGuarded(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	old := w.BilliumKeys(t)[0]
	w = w.with("BILLIUM_API_KEY", w.BilliumKeyAs(t, billium.Owner))
	w.run(t,
		resource.TestStep{Config: importBlock(billiumKey, w.Credentials.Billium.MerchantID+"/"+old.ID) + billiumConfig(`name = "old"
			enabled = false`)},
	)
	if len(w.liveBillium(t, "old")) != 0 {
		t.Error("the old key is still live")
	}
}

// Nor does it narrow the set that its key uses.
func TestBilliumOwnPermissionSetIsGuarded(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	first, merchantID := w.billiumClient(t), w.Credentials.Billium.MerchantID
	set, err := first.CreatePermissionSet(t.Context(), merchantID, billiumapi.CreatePermissionSetRequest{
		Name: "own", Permissions: []billiumapi.Permission{"api_key:view", "api_key:edit", "api_key:create", "api_key:delete"},
	}, "")
	if err != nil {
		t.Fatal(err)
	}
	key, err := first.CreateAPIKey(t.Context(), merchantID, billiumapi.CreateAPIKeyRequest{Name: "own", PermissionSetID: &set.ID}, "")
	if err != nil {
		t.Fatal(err)
	}
	config := func(permissions string) string {
		return permissionSetConfig(`name = "own"
			permissions = [` + permissions + `]`)
	}
	w.with("BILLIUM_API_KEY", key.Token.Reveal()).run(t,
		resource.TestStep{Config: importBlock(permissionSet, merchantID+"/"+set.ID) + config(`"api_key:*"`)},
		refused(config(`"api_key:view", "api_key:edit"`), `takes its permissions from this set and would lose api_key:create, api_key:delete`),
		refused(config(`"api_key:*", "report:view"`), `does not hold: report:view`),
		resource.TestStep{Config: forget(permissionSet)},
	)
	if sets := w.PermissionSets(t); len(sets[0].Permissions) != 4 {
		t.Errorf("the set was narrowed: %v", sets[0].Permissions)
	}
}

// Nor the set of the team member that its key belongs to.
func TestBilliumOwnMembersSetIsGuarded(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	admin := w.with("BILLIUM_API_KEY", w.BilliumKeyAs(t, billium.Administrator))
	first, merchantID := w.billiumClient(t), w.Credentials.Billium.MerchantID
	set, err := first.CreatePermissionSet(t.Context(), merchantID, billiumapi.CreatePermissionSetRequest{
		Name: "admins", Permissions: []billiumapi.Permission{"api_key:view", "api_key:edit", "team:view", "report:view"},
	}, "")
	if err != nil {
		t.Fatal(err)
	}
	members := w.TeamMembers(t)
	own := members[slices.IndexFunc(members, func(m sandboxMember) bool { return m.Role == billium.Administrator })]
	if _, err := first.UpdateTeamMember(t.Context(), merchantID, own.ID, billiumapi.UpdateTeamMemberRequest{PermissionSetID: &set.ID}); err != nil {
		t.Fatal(err)
	}
	config := func(permissions string) string {
		return permissionSetConfig(`name = "admins"
			permissions = [` + permissions + `]`)
	}
	all := `"api_key:view", "api_key:edit", "team:view", "report:view"`
	admin.run(t,
		resource.TestStep{Config: importBlock(permissionSet, merchantID+"/"+set.ID) + config(all)},
		refused(config(`"api_key:view", "team:view"`), `belongs to a team member of this set and would lose api_key:edit, report:view`),
		resource.TestStep{Config: forget(permissionSet)},
	)
}

// Nor the team member that its key belongs to.
func TestBilliumOwnMemberIsGuarded(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	admin := w.with("BILLIUM_API_KEY", w.BilliumKeyAs(t, billium.Administrator))
	members := w.TeamMembers(t)
	own := members[slices.IndexFunc(members, func(m sandboxMember) bool { return m.Role == billium.Administrator })]
	config := func(rest string) string { return memberConfig(`email = "` + own.Email + `"` + "\n" + rest) }

	admin.run(t,
		resource.TestStep{
			Config:           importBlock(teamMember, w.Credentials.Billium.MerchantID+"/"+own.ID) + config(`role = "ADMIN"`),
			ConfigPlanChecks: preApply(plancheck.ExpectResourceAction(teamMember, plancheck.ResourceActionNoop)),
		},
		refused("# removed", `is this member's and would be revoked with the member`),
		refused(config(`role = "MEMBER"`), `is this member's and would lose`),
		refused(config(`role = "ADMIN"
			permissions = ["team:*"]`), `is this member's and would lose merchant:view`),
		refused(memberConfig(`email = "another@example.com"
			role = "ADMIN"`), `would be revoked with the member`),
		resource.TestStep{Config: forget(teamMember)},
	)
	if _, err := w.member(t, own.Email); err != nil {
		t.Error(err)
	}
	// The OWNER's key does it.
	w.run(t,
		resource.TestStep{Config: importBlock(teamMember, w.Credentials.Billium.MerchantID+"/"+own.ID) + config(`role = "VIEWER"`)},
	)
	if _, err := w.member(t, own.Email); err == nil {
		t.Error("the member is still there")
	}
}
