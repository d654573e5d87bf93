package provider_test

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/tfversion"

	"github.com/keyward/terraform-provider-keyward/internal/client"
	"github.com/keyward/terraform-provider-keyward/internal/client/billium"
	"github.com/keyward/terraform-provider-keyward/internal/sandbox/sandboxtest"
)

// billiumClient calls Billium as someone else than the provider, with the
// sandbox's first key.
func (w *world) billiumClient(t *testing.T) *billium.Client {
	t.Helper()
	access := w.Credentials.Billium
	c, err := billium.New(billium.Options{BaseURL: access.BaseURL, APIKey: client.NewSecret(access.APIKey)})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// runWithIdentities is run for steps that need resource identities.
func (w *world) runWithIdentities(t *testing.T, steps ...resource.TestStep) {
	t.Helper()
	resource.UnitTest(t, resource.TestCase{
		ProtoV6ProviderFactories: w.providers(), Steps: steps,
		TerraformVersionChecks: []tfversion.TerraformVersionCheck{tfversion.SkipBelow(tfversion.Version1_12_0)},
	})
}

// imported is a step that imports a resource of the state again and finds the
// same.
func (w *world) imported(address string, ignore ...string) resource.TestStep {
	return resource.TestStep{
		ResourceName: address, ImportState: true, ImportStateVerify: true, ImportStateVerifyIgnore: ignore,
		ImportStateIdFunc: w.importID(address, w.Credentials.Billium.MerchantID),
	}
}

// importedByIdentity is imported with the resource's identity, in an import
// block, and plans no change.
func importedByIdentity(config, address string) resource.TestStep {
	return resource.TestStep{
		Config: config, ResourceName: address, ImportState: true, ImportStateKind: resource.ImportBlockWithResourceIdentity,
	}
}

// generated is importedByIdentity with the configuration that Terraform writes
// for the resource.
func generated(address string) resource.TestStep {
	return resource.TestStep{
		ResourceName: address, ImportState: true, ImportStateKind: resource.ImportBlockWithResourceIdentity, GenerateConfig: true,
	}
}

type sandboxMember = sandboxtest.TeamMember
