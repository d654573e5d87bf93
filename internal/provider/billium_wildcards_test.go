package provider_test

import (
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
)

// What is imported has its permissions written out; a configuration that writes
// the same with wildcards plans no change, and a change of words alone never does.
func TestBilliumWildcardsAreNoChange(t *testing.T) {
	t.Parallel()
	const wild, plain = `permissions = ["invoice:*"]`, `permissions = ["invoice:view", "invoice:create", "invoice:edit", "invoice:delete"]`
	w := newWorld(t)
	merchant := w.Credentials.Billium.MerchantID
	ids := map[string]*string{}
	var made, imported []track
	configs := map[string]string{
		permissionSet: permissionSetConfig("name = \"books\"\n" + wild),
		billiumKey:    billiumConfig("name = \"books\"\n" + wild),
		teamMember:    memberConfig("email = \"ana@example.com\"\nrole = \"ADMIN\"\n" + wild),
	}
	for address, config := range configs {
		ids[address] = new(string)
		spelled := strings.Replace(config, wild, plain, 1)
		made = append(made, track{about: address, steps: []resource.TestStep{
			{Config: config, ConfigStateChecks: []statecheck.StateCheck{
				taken(address, "id", ids[address]), known(address, "permissions", setOf("invoice:*")),
			}},
			emptyPlan(spelled),
			{
				Config: config, ResourceName: address, ImportState: true, ImportStateKind: resource.ImportBlockWithID,
				ImportStateIdFunc: w.importID(address, merchant),
			},
			{Config: forget(address)},
		}})
	}
	w.runTogether(t, made...)
	for address, config := range configs {
		imported = append(imported, track{about: address, steps: []resource.TestStep{
			{
				Config:           importBlock(address, merchant+"/"+*ids[address]) + config,
				ConfigPlanChecks: preApply(plancheck.ExpectResourceAction(address, plancheck.ResourceActionNoop)),
			},
			emptyPlan(config),
			{
				Config:           strings.Replace(config, wild, `permissions = ["invoice:*", "report:view"]`, 1),
				ConfigPlanChecks: preApply(plancheck.ExpectResourceAction(address, plancheck.ResourceActionUpdate)),
				ConfigStateChecks: []statecheck.StateCheck{
					known(address, "permissions", setOf("invoice:*", "report:view")),
				},
			},
		}})
	}
	w.runTogether(t, imported...)
}
