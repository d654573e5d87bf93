package provider_test

import (
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
)

// What is imported has its permissions written out; a configuration that writes
// the same with wildcards plans no change, and a change of words alone never does.
func TestBilliumWildcardsAreNoChange(t *testing.T) {
	t.Parallel()
	const wild, plain = `permissions = ["invoice:*"]`, `permissions = ["invoice:view", "invoice:create", "invoice:edit", "invoice:delete"]`
	for address, config := range map[string]string{
		permissionSet: permissionSetConfig("name = \"books\"\n" + wild),
		billiumKey:    billiumConfig("name = \"books\"\n" + wild),
		teamMember:    memberConfig("email = \"ana@example.com\"\nrole = \"ADMIN\"\n" + wild),
	} {
		t.Run(address, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			merchant := w.Credentials.Billium.MerchantID
			spelled := strings.Replace(config, wild, plain, 1)
			id := ""
			w.run(t,
				resource.TestStep{Config: config, ConfigStateChecks: []statecheck.StateCheck{
					statecheck.ExpectKnownValue(address, at("id"), knownvalue.StringFunc(func(found string) error {
						id = found
						return nil
					})),
					known(address, "permissions", setOf("invoice:*")),
				}},
				emptyPlan(spelled),
				resource.TestStep{
					Config: config, ResourceName: address, ImportState: true, ImportStateKind: resource.ImportBlockWithID,
					ImportStateIdFunc: w.importID(address, merchant),
				},
				resource.TestStep{Config: forget(address)},
			)
			w.run(t,
				resource.TestStep{
					Config:           importBlock(address, merchant+"/"+id) + config,
					ConfigPlanChecks: preApply(plancheck.ExpectResourceAction(address, plancheck.ResourceActionNoop)),
				},
				emptyPlan(config),
				resource.TestStep{
					Config:           strings.Replace(config, wild, `permissions = ["invoice:*", "report:view"]`, 1),
					ConfigPlanChecks: preApply(plancheck.ExpectResourceAction(address, plancheck.ResourceActionUpdate)),
					ConfigStateChecks: []statecheck.StateCheck{
						known(address, "permissions", setOf("invoice:*", "report:view")),
					},
				},
			)
		})
	}
}
