package provider_test

import (
	"slices"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/querycheck"
	"github.com/hashicorp/terraform-plugin-testing/querycheck/queryfilter"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfversion"

	"github.com/keyward/terraform-provider-keyward/internal/platform/billium"
	"github.com/keyward/terraform-provider-keyward/internal/platform/corebill"
)

// runFrom applies the steps with a terraform that is at least of the version,
// and skips the test, loudly, where only an older one is at hand.
func (w *world) runFrom(t *testing.T, check tfversion.TerraformVersionCheck, steps ...resource.TestStep) {
	t.Helper()
	resource.UnitTest(t, resource.TestCase{
		ProtoV6ProviderFactories: w.providers(),
		TerraformVersionChecks:   []tfversion.TerraformVersionCheck{check},
		Steps:                    steps,
	})
}

var (
	withIdentity = tfversion.SkipBelow(tfversion.Version1_12_0)
	withQuery    = tfversion.SkipBelow(tfversion.Version1_14_0)
)

// A key is identified by its company and id; a rotation changes the id.
func TestKeyIdentity(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	config := func(level string) string {
		return corebillConfig(`name = "identified"
			permission_level = "` + level + `"`)
	}
	identity := statecheck.ExpectIdentity(corebillKey, map[string]knownvalue.Check{
		"company_id": knownvalue.StringExact(w.Credentials.Corebill.CompanyID),
		"id":         knownvalue.NotNull(),
	})
	w.runFrom(t, withIdentity,
		resource.TestStep{Config: config("read"), ConfigStateChecks: []statecheck.StateCheck{
			identity, statecheck.ExpectIdentityValueMatchesState(corebillKey, at("id")),
		}},
		resource.TestStep{Config: config("write"), ConfigStateChecks: []statecheck.StateCheck{
			identity, statecheck.ExpectIdentityValueMatchesState(corebillKey, at("id")),
		}},
		resource.TestStep{
			ResourceName: corebillKey, ImportState: true, ImportStateKind: resource.ImportBlockWithResourceIdentity,
			ImportPlanChecks: resource.ImportPlanChecks{PreApply: []plancheck.PlanCheck{
				plancheck.ExpectResourceAction(corebillKey, plancheck.ResourceActionNoop),
			}},
		},
	)
}

func TestOrganizationKeyImportByIdentity(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	config := corebillConfig(`name = "auditor"
		permission_level = "read"
		organization = true`)
	w.runFrom(t, withIdentity,
		resource.TestStep{Config: config},
		resource.TestStep{
			ResourceName: corebillKey, ImportState: true, ImportStateKind: resource.ImportBlockWithResourceIdentity,
			ImportPlanChecks: resource.ImportPlanChecks{PreApply: []plancheck.PlanCheck{
				plancheck.ExpectResourceAction(corebillKey, plancheck.ResourceActionNoop),
			}},
		},
	)
}

// terraform query lists every key, with all that an import of it would have.
func TestQueryKeys(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for range 3 {
		w.CorebillKey(t, w.SecondCompanyID, corebill.Read)
		w.BilliumKeyAs(t, billium.Owner, "report:view")
	}
	keys := w.CorebillKeys(t)
	one := keys[slices.IndexFunc(keys, func(k keyOfCorebill) bool { return k.CompanyID != nil })]
	byIdentity := queryfilter.ByResourceIdentity(map[string]knownvalue.Check{
		"company_id": knownvalue.StringExact(w.SecondCompanyID), "id": knownvalue.StringExact(one.ID),
	})
	w.runFrom(t, withQuery, resource.TestStep{
		Query: true,
		Config: `
			provider "keyward" {}
			list "keyward_corebill_api_key" "all" {
				provider         = keyward
				include_resource = true
				config { company_id = "` + w.SecondCompanyID + `" }
			}
			list "keyward_corebill_api_key" "two" {
				provider = keyward
				limit    = 2
				config { company_id = "` + w.SecondCompanyID + `" }
			}
			list "keyward_billium_api_key" "all" {
				provider = keyward
			}`,
		QueryResultChecks: []querycheck.QueryResultCheck{
			querycheck.ExpectLength("keyward_corebill_api_key.all", 4), // the organization's bootstrap key too
			querycheck.ExpectLength("keyward_corebill_api_key.two", 2),
			querycheck.ExpectLength("keyward_billium_api_key.all", 4),
			querycheck.ExpectResourceKnownValues("keyward_corebill_api_key.all", byIdentity, []querycheck.KnownValueCheck{
				{Path: at("name"), KnownValue: knownvalue.StringExact(one.Name)},
				{Path: at("permission_level"), KnownValue: knownvalue.StringExact("read")},
				{Path: at("token"), KnownValue: knownvalue.Null()},
			}),
		},
	})
}
