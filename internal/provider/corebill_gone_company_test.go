package provider_test

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
)

// Requests about an organization's key name some company. Where the run itself
// deletes that one first, the key is revoked all the same.
func TestOrganizationKeysOutliveNoCompany(t *testing.T) {
	t.Parallel()
	w := newWorld(t).with("COREBILL_COMPANY_ID", "")
	config := `resource "keyward_corebill_api_key" "last" {
		name             = "last"
		organization     = true
		permission_level = "read"
	}
	resource "keyward_corebill_company" "newest" {
		name                = "Newest"
		deletion_protection = false
		depends_on          = [keyward_corebill_api_key.last]
	}
	resource "keyward_corebill_api_key" "first" {
		name             = "first"
		organization     = true
		permission_level = "read"
		depends_on       = [keyward_corebill_company.newest]
	}`
	w.run(t, resource.TestStep{Config: config}, resource.TestStep{Config: config, Destroy: true})
	for _, name := range []string{"first", "last"} {
		if live := w.liveCorebill(t, name); len(live) != 0 {
			t.Errorf("%s was destroyed, and is live on the platform: %v", name, live)
		}
	}
}

// Nor does an organization's key seem gone where the provider's default company
// is.
func TestOrganizationKeysWithoutTheDefaultCompany(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	company := w.CreateCompany(t, "Default")
	w = w.with("COREBILL_COMPANY_ID", company)
	config := `resource "keyward_corebill_api_key" "test" {
		name             = "backoffice"
		organization     = true
		permission_level = "read"
	}`
	w.run(t,
		resource.TestStep{Config: config},
		resource.TestStep{
			PreConfig: func() {
				if err := w.corebillClient(t).DeleteCompany(t.Context(), company); err != nil {
					t.Fatal(err)
				}
			},
			Config:   config,
			PlanOnly: true,
		},
		resource.TestStep{Config: config, Destroy: true},
	)
	if live := w.liveCorebill(t, "backoffice"); len(live) != 0 {
		t.Errorf("it was destroyed, and is live on the platform: %v", live)
	}
}
