package provider_test

import (
	"maps"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/querycheck"
	"github.com/hashicorp/terraform-plugin-testing/tfversion"
)

// terraform query finds what is there, with the identities that an import takes.
func TestBilliumQueries(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	merchantID := w.Credentials.Billium.MerchantID
	config := permissionSetConfig(`name = "books"
		permissions = ["report:view"]`) + memberConfig(`email = "ana@example.com"
		role = "VIEWER"`) + `
		resource "keyward_billium_team_member" "bo" {
			email = "bo@example.com"
			role  = "MEMBER"
		}
	`
	list := func(kind string) string {
		return "provider \"keyward\" {}\nlist \"" + kind + "\" \"all\" {\n provider = keyward\n include_resource = true\n}\n"
	}
	within := func(extra map[string]knownvalue.Check) map[string]knownvalue.Check {
		identity := map[string]knownvalue.Check{"merchant_id": knownvalue.StringExact(merchantID)}
		maps.Copy(identity, extra)
		return identity
	}
	resource.UnitTest(t, resource.TestCase{
		ProtoV6ProviderFactories: w.providers(),
		TerraformVersionChecks:   []tfversion.TerraformVersionCheck{tfversion.SkipBelow(tfversion.Version1_14_0)},
		Steps: []resource.TestStep{
			{Config: config},
			{PreConfig: func() { w.AcceptInvitation(t, "bo@example.com") }, Config: config},
			{Query: true, Config: list("keyward_billium_permission_set"), QueryResultChecks: []querycheck.QueryResultCheck{
				querycheck.ExpectLength("keyward_billium_permission_set.all", 1),
				querycheck.ExpectIdentity("keyward_billium_permission_set.all", within(map[string]knownvalue.Check{"id": knownvalue.NotNull()})),
			}},
			// One is a member, one is invited; the OWNER is left out.
			{Query: true, Config: list("keyward_billium_team_member"), QueryResultChecks: []querycheck.QueryResultCheck{
				querycheck.ExpectLength("keyward_billium_team_member.all", 2),
			}},
			{Query: true, Config: list("keyward_billium_merchant"), QueryResultChecks: []querycheck.QueryResultCheck{
				querycheck.ExpectLength("keyward_billium_merchant.all", 1),
				querycheck.ExpectIdentity("keyward_billium_merchant.all", map[string]knownvalue.Check{"id": knownvalue.StringExact(merchantID)}),
			}},
		},
	})
}
