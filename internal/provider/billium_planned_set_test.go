package provider_test

import (
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"

	"github.com/keyward/terraform-provider-keyward/internal/platform/billium"
)

// setOfPermissions is the permission set "test" of these permissions.
func setOfPermissions(permissions ...string) string {
	return permissionSetConfig("name = \"shared\"\npermissions = [\"" + strings.Join(permissions, `", "`) + "\"]")
}

const ofTheSet = "permission_set_id = keyward_billium_permission_set.test.id\n"

// planOnly is a step that is planned and refused in these words, with nothing
// written.
func (w *world) planOnly(t *testing.T, config, words string) resource.TestStep {
	t.Helper()
	return resource.TestStep{PreConfig: w.ResetRequests, Config: config, PlanOnly: true, ExpectError: says(words)}
}

// A set and its holder are checked by what both will be, not by what the set is.
func TestBilliumPublicKeyOfASetThatChangesWithIt(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	reports, widget := setOfPermissions("report:view"), setOfPermissions("product:view", "invoice:create", "invoice:view")
	secret := billiumConfig(`name = "widget"
		permissions = ["product:view"]`)
	public := billiumConfig("name = \"widget\"\ntype = \"PUBLIC\"\n" + ofTheSet)

	w.run(t,
		resource.TestStep{Config: reports + secret},
		w.planOnly(t, reports+public, `A PUBLIC key can use only a permission set that has exactly invoice:view, invoice:create, product:view; this one has report:view.`),
		resource.TestStep{Config: widget + public, ConfigStateChecks: []statecheck.StateCheck{
			known(billiumKey, "effective_permissions", setOf("product:view", "invoice:create", "invoice:view")),
		}},
		// The other way round, Billium would refuse the set: the key stays in it.
		w.planOnly(t, reports+public, `this one has report:view.`),
	)
	w.run(t,
		resource.TestStep{Config: reports + secret},
		// A destroy plans what is configured before it destroys.
		resource.TestStep{Config: widget + public, Destroy: true},
	)
}

// What a set will hold may not be known yet: then the apply decides.
func TestBilliumPublicKeyOfASetThatIsNotKnownYet(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	later := func(permission string) string {
		return `resource "terraform_data" "later" { input = "` + permission + `" }
		` + permissionSetConfig(`name = "shared"
			permissions = ["product:view", "invoice:create", terraform_data.later.output]`)
	}
	public := billiumConfig("name = \"widget\"\ntype = \"PUBLIC\"\n" + ofTheSet)
	w.run(t,
		resource.TestStep{Config: setOfPermissions("report:view")},
		resource.TestStep{Config: later("invoice:view") + public, ConfigStateChecks: []statecheck.StateCheck{
			known(billiumKey, "effective_permissions", knownvalue.SetSizeExact(3)),
		}},
	)
}

// A set is narrowed while its member's role is lowered, and widened while it is
// raised.
func TestBilliumMemberOfASetThatChangesWithIt(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	const email = "ana@example.com"
	member := func(role string) string {
		return memberConfig(`email = "` + email + `"
			role = "` + role + `"
			` + ofTheSet)
	}
	wide, narrow := setOfPermissions("invoice:*", "report:view"), setOfPermissions("invoice:view")

	w.run(t,
		resource.TestStep{Config: wide + member("ADMIN")},
		resource.TestStep{PreConfig: func() { w.AcceptInvitation(t, email) }, Config: wide + member("ADMIN"), ConfigStateChecks: []statecheck.StateCheck{
			w.serverMember(t, email, billium.Administrator, 5),
		}},
		w.planOnly(t, wide+member("VIEWER"), `A team member with the role VIEWER can't have invoice:create, invoice:edit, invoice:delete.`),
		resource.TestStep{Config: narrow + member("VIEWER"), ConfigStateChecks: []statecheck.StateCheck{
			w.serverMember(t, email, billium.Viewer, 1),
		}},
		// By its plan the set goes beyond the role, whatever it is now.
		w.planOnly(t, wide+member("MEMBER"), `A team member with the role MEMBER can't have invoice:delete.`),
		resource.TestStep{Config: wide + member("ADMIN"), ConfigStateChecks: []statecheck.StateCheck{
			w.serverMember(t, email, billium.Administrator, 5),
		}},
		resource.TestStep{Config: narrow + member("VIEWER"), Destroy: true},
	)
}

// What the provider's key can't grant is refused at plan, though the set does not
// hold it yet.
func TestBilliumGrantOfASetThatChangesWithIt(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	narrow := w.with("BILLIUM_API_KEY", w.BilliumKeyAs(t, billium.Owner, "api_key:view", "api_key:create", "api_key:edit", "api_key:delete", "invoice:view"))
	key := billiumConfig("name = \"holder\"\n" + ofTheSet)
	narrow.run(t,
		resource.TestStep{Config: setOfPermissions("invoice:view")},
		w.planOnly(t, setOfPermissions("invoice:view", "report:view")+key, `does not hold: report:view`),
		resource.TestStep{Config: setOfPermissions("invoice:view") + key},
	)
}
