package provider_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/compare"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"

	billiumapi "github.com/keyward/terraform-provider-keyward/internal/contract/billium"
	"github.com/keyward/terraform-provider-keyward/internal/platform/billium"
)

const permissionSet = "keyward_billium_permission_set.test"

func permissionSetConfig(body string) string {
	return "resource \"keyward_billium_permission_set\" \"test\" {\n" + body + "\n}\n"
}

// serverSet wants the server to have one set, of this name and these permissions.
func (w *world) serverSet(t *testing.T, name, description string, permissions ...billium.Permission) statecheck.StateCheck {
	t.Helper()
	return serverSees(func() error {
		sets := w.PermissionSets(t)
		if len(sets) != 1 {
			return exactly(1, len(sets), "permission sets")
		}
		got := sets[0]
		if got.Description == nil {
			got.Description = new("")
		}
		if got.Name != name || *got.Description != description || !slices.Equal(billium.Sort(got.Permissions), billium.Sort(permissions)) {
			return fmt.Errorf("the server has %q, %q, %v", got.Name, *got.Description, got.Permissions)
		}
		return nil
	})
}

func TestBilliumPermissionSetLives(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	created := permissionSetConfig(`name = "widget"
		description = "What the widget needs"
		permissions = ["product:view", "invoice:create", "invoice:view"]`)
	changed := permissionSetConfig(`name = "books"
		permissions = ["invoice:*", "report:view"]`)
	spelled := permissionSetConfig(`name = "books"
		permissions = ["invoice:view", "invoice:create", "invoice:edit", "invoice:delete", "report:view"]`)
	id := statecheck.CompareValue(compare.ValuesSame())
	books := []billium.Permission{"invoice:view", "invoice:create", "invoice:edit", "invoice:delete", "report:view"}

	w.run(t,
		resource.TestStep{
			Config: created,
			ConfigPlanChecks: preApply(
				plancheck.ExpectKnownValue(permissionSet, at("minimum_role"), knownvalue.StringExact("MEMBER")),
				plancheck.ExpectKnownValue(permissionSet, at("public_key_compatible"), knownvalue.Bool(true)),
			),
			ConfigStateChecks: []statecheck.StateCheck{
				id.AddStateValue(permissionSet, at("id")),
				known(permissionSet, "merchant_id", knownvalue.StringExact(w.Credentials.Billium.MerchantID)),
				w.serverSet(t, "widget", "What the widget needs", "product:view", "invoice:create", "invoice:view"),
			},
		},
		resource.TestStep{
			PreConfig:        w.ResetRequests,
			Config:           changed,
			ConfigPlanChecks: preApply(plancheck.ExpectResourceAction(permissionSet, plancheck.ResourceActionUpdate)),
			ConfigStateChecks: []statecheck.StateCheck{
				id.AddStateValue(permissionSet, at("id")),
				known(permissionSet, "permissions", setOf("invoice:*", "report:view")),
				known(permissionSet, "effective_permissions", knownvalue.SetSizeExact(5)),
				known(permissionSet, "minimum_role", knownvalue.StringExact("ADMIN")),
				known(permissionSet, "public_key_compatible", knownvalue.Bool(false)),
				known(permissionSet, "description", knownvalue.Null()),
				w.serverSet(t, "books", "", books...),
				serverSees(func() error { return exactly(1, len(w.writes()), "writing requests") }),
			},
		},
		// The same meaning in other words needs no request.
		resource.TestStep{PreConfig: w.ResetRequests, Config: spelled, ConfigStateChecks: []statecheck.StateCheck{
			serverSees(func() error { return exactly(0, len(w.writes()), "writing requests") }),
		}},
		resource.TestStep{
			PreConfig: func() {
				permissions := []billiumapi.Permission{"report:view"}
				set := billiumapi.UpdatePermissionSetRequest{Name: new("drifted"), Permissions: &permissions}
				if _, err := w.billiumClient(t).UpdatePermissionSet(t.Context(), w.Credentials.Billium.MerchantID, w.PermissionSets(t)[0].ID, set); err != nil {
					t.Fatal(err)
				}
			},
			Config:            changed,
			ConfigPlanChecks:  preApply(plancheck.ExpectResourceAction(permissionSet, plancheck.ResourceActionUpdate)),
			ConfigStateChecks: []statecheck.StateCheck{w.serverSet(t, "books", "", books...)},
		},
		resource.TestStep{
			PreConfig:         func() { w.DeleteObject(t, w.PermissionSets(t)[0].ID) },
			Config:            spelled,
			ConfigPlanChecks:  preApply(plancheck.ExpectResourceAction(permissionSet, plancheck.ResourceActionCreate)),
			ConfigStateChecks: []statecheck.StateCheck{w.serverSet(t, "books", "", books...)},
		},
		w.imported(permissionSet),
	)
	if err := exactly(0, len(w.PermissionSets(t)), "permission sets"); err != nil {
		t.Error(err)
	}
}

func TestBilliumPermissionSetIsImportedByIdentity(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	config := permissionSetConfig(`name = "books"
		permissions = ["report:view"]`)
	w.runWithIdentities(t, resource.TestStep{Config: config}, importedByIdentity(config, permissionSet), generated(permissionSet))
}

// A set changes its holders with one request, and is never deleted under them.
func TestBilliumPermissionSetHoldsItsKeys(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	set := func(permissions string) string {
		return permissionSetConfig(`name = "shared"
			permissions = [` + permissions + `]`)
	}
	holder := billiumConfig(`name = "holder"
		permission_set_id = keyward_billium_permission_set.test.id`)
	renamed := strings.Replace(holder, `"holder"`, `"renamed"`, 1)
	narrow, wide := set(`"report:view"`), set(`"report:view", "invoice:view"`)
	own := billiumConfig(`name = "renamed"
		permissions = ["report:view", "invoice:view"]`)

	w.run(t,
		resource.TestStep{
			Config: narrow + holder,
			ConfigStateChecks: []statecheck.StateCheck{
				known(billiumKey, "permissions", knownvalue.Null()),
				known(billiumKey, "effective_permissions", setOf("report:view")),
			},
		},
		// A plan that only renames the key shows no other change of it.
		resource.TestStep{Config: narrow + renamed, ConfigPlanChecks: preApply(
			plancheck.ExpectKnownValue(billiumKey, at("effective_permissions"), setOf("report:view")),
		)},
		// The set and its holder change in one apply, and the plan says what the holder gets.
		resource.TestStep{Config: wide + holder, ConfigPlanChecks: preApply(
			plancheck.ExpectKnownValue(billiumKey, at("effective_permissions"), setOf("report:view", "invoice:view")),
		), ConfigStateChecks: []statecheck.StateCheck{
			known(billiumKey, "effective_permissions", setOf("report:view", "invoice:view")),
		}},
		// So it does where only the set changes: with one request, and nothing is left to refresh.
		resource.TestStep{PreConfig: w.ResetRequests, Config: narrow + holder, ConfigPlanChecks: preApply(
			plancheck.ExpectResourceAction(billiumKey, plancheck.ResourceActionUpdate),
			plancheck.ExpectKnownValue(billiumKey, at("effective_permissions"), setOf("report:view")),
		), ConfigStateChecks: []statecheck.StateCheck{
			serverSees(func() error { return exactly(1, len(w.writes()), "writing requests") }),
			known(billiumKey, "effective_permissions", setOf("report:view")),
		}},
		w.imported(billiumKey, "token", "rotation"),
		// A rotation changes the token, not what the key may do.
		resource.TestStep{Config: narrow + strings.Replace(holder, "permission_set_id", `rotation = { rotate_when_changed = { a = "1" } }
			permission_set_id`, 1)},
		resource.TestStep{Config: narrow + strings.Replace(renamed, "permission_set_id", `rotation = { rotate_when_changed = { a = "2" } }
			permission_set_id`, 1), ConfigPlanChecks: preApply(
			plancheck.ExpectUnknownValue(billiumKey, at("id")),
			plancheck.ExpectKnownValue(billiumKey, at("effective_permissions"), setOf("report:view")),
			plancheck.ExpectKnownValue(billiumKey, at("permission_set_id"), knownvalue.NotNull()),
		)},
		resource.TestStep{
			PreConfig:   func() { w.inUse(t) },
			Config:      "# the set and the key go",
			ExpectError: says(`(another holder)`),
		},
		resource.TestStep{PreConfig: func() { w.release(t) }, Config: wide + own, ConfigStateChecks: []statecheck.StateCheck{
			known(billiumKey, "permission_set_id", knownvalue.Null()),
			known(billiumKey, "permissions", setOf("report:view", "invoice:view")),
		}},
	)
}

// inUse gives the one set that there is to a key outside Terraform.
func (w *world) inUse(t *testing.T) {
	t.Helper()
	_, err := w.billiumClient(t).CreateAPIKey(t.Context(), w.Credentials.Billium.MerchantID, billiumapi.CreateAPIKeyRequest{
		Name: "another holder", PermissionSetID: &w.PermissionSets(t)[0].ID,
	}, "")
	if err != nil {
		t.Fatal(err)
	}
}

func (w *world) release(t *testing.T) {
	t.Helper()
	w.RevokeKey(t, w.liveBillium(t, "another holder")[0].ID)
}

func TestBilliumPublicKeyOfASet(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	set := permissionSetConfig(`name = "widget"
		permissions = ["product:view", "invoice:create", "invoice:view"]`)
	key := billiumConfig(`name = "widget"
		type = "PUBLIC"
		permission_set_id = keyward_billium_permission_set.test.id`)
	other := `resource "keyward_billium_permission_set" "other" {
		name = "other"
		permissions = ["report:view"]
	}
	`
	w.run(t,
		resource.TestStep{Config: set + key + other, ConfigStateChecks: []statecheck.StateCheck{
			known(billiumKey, "effective_permissions", knownvalue.SetSizeExact(3)),
		}},
		resource.TestStep{
			Config:      set + other + strings.Replace(key, "set.test", "set.other", 1),
			ExpectError: says(`A PUBLIC key can use only a permission set that has exactly invoice:view, invoice:create, product:view; this one has report:view.`),
		},
	)
}

// A key that someone takes out of its set goes back into it; it is imported, and
// described, with its set.
func TestBilliumKeyStaysInItsSet(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	config := permissionSetConfig(`name = "shared"
		permissions = ["report:view"]`) + billiumConfig(`name = "holder"
		permission_set_id = keyward_billium_permission_set.test.id`)
	takeOut := func() {
		permissions := []billiumapi.Permission{"team:view"}
		_, err := w.billiumClient(t).UpdateAPIKey(t.Context(), w.Credentials.Billium.MerchantID, w.liveBillium(t, "holder")[0].ID,
			billiumapi.UpdateAPIKeyRequest{Permissions: &permissions})
		if err != nil {
			t.Fatal(err)
		}
	}
	w.runWithIdentities(t,
		resource.TestStep{Config: config},
		resource.TestStep{
			PreConfig:        takeOut,
			Config:           config,
			ConfigPlanChecks: preApply(plancheck.ExpectResourceAction(billiumKey, plancheck.ResourceActionUpdate)),
			ConfigStateChecks: []statecheck.StateCheck{
				known(billiumKey, "effective_permissions", setOf("report:view")),
				known(billiumKey, "permissions", knownvalue.Null()),
			},
		},
		importedByIdentity(config, billiumKey),
		generated(billiumKey),
	)
}
