package provider_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
)

// One name, as Unicode composes it (NFC), and as a Mac types it (NFD). Terraform
// composes whatever a configuration or a provider says, so that only the platform has
// what was typed.
const (
	composedName = "Zo\u00eb Till"
	typedName    = "Zoe\u0308 Till"
)

// rename names a key outside Terraform.
func (c keyCase) rename(t *testing.T, w *world, id, name string) {
	t.Helper()
	body := map[string]any{"name": name}
	if c.platform == "corebill" {
		w.CallCorebill(t, c.credential(w), http.MethodPatch, "/api_keys/"+id+"?company_id="+w.Credentials.Corebill.CompanyID, body).Want(t, http.StatusOK)
		return
	}
	w.CallBillium(t, c.credential(w), http.MethodPatch, "/api-keys/"+id, body).Want(t, http.StatusOK)
}

// A key is not renamed where its name is only composed in another way.
func TestKeyNamesAreComparedComposed(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.runBoth(t, func(c keyCase) []resource.TestStep {
		config := c.config(`name = "` + composedName + `"`)
		return []resource.TestStep{
			{Config: config},
			{
				PreConfig: func() { c.rename(t, w, c.live(t, w, composedName)[0].ID, typedName) }, Config: config,
				PlanOnly: true,
			},
		}
	})
}

// A key that has the name, composed in another way, is a name conflict, and can be
// imported under the declared name.
func TestKeyNamesConflictComposed(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.runBoth(t, func(c keyCase) []resource.TestStep {
		id, _ := c.make(t, w, c.credential(w), typedName)
		config := c.config(`name = "` + composedName + `"`)
		another := strings.Replace(c.config(`name = "`+typedName+`"`), `"test"`, `"another"`, 1)
		return []resource.TestStep{
			refused(config, id),
			{
				Config:           importBlock(c.address, c.scopeID(w)+"/"+id) + config,
				ConfigPlanChecks: preApply(plancheck.ExpectResourceAction(c.address, plancheck.ResourceActionNoop)),
				ConfigStateChecks: []statecheck.StateCheck{
					known(c.address, "name", knownvalue.StringExact(composedName)),
				},
			},
			emptyPlan(config),
			refused(config+another, "Two resources have the same name"),
		}
	})
}

// composedKind is a kind of object that is told by its name.
type composedKind struct {
	address, config string
	// make makes it outside Terraform, and returns its import id.
	make func(t *testing.T, w *world, name string) string
}

var composedKinds = map[string]composedKind{
	"company": {
		corebillCompany, companyConfig("name = %q\ndeletion_protection = false"),
		func(t *testing.T, w *world, name string) string {
			return w.CallCorebill(t, w.Credentials.Corebill.APIKey, http.MethodPost, "/companies?company_id="+w.Credentials.Corebill.CompanyID,
				map[string]any{"name": name}).Want(t, http.StatusCreated).Text(t, "id")
		},
	},
	"permission set": {
		"keyward_billium_permission_set.test", "resource \"keyward_billium_permission_set\" \"test\" {\nname = %[1]q\ndescription = %[1]q\npermissions = [\"invoice:view\"]\n}\n",
		func(t *testing.T, w *world, name string) string {
			return w.Credentials.Billium.MerchantID + "/" + w.CallBillium(t, w.Credentials.Billium.APIKey, http.MethodPost, "/permission-sets",
				map[string]any{"name": name, "description": name, "permissions": []string{"invoice:view"}}).Want(t, http.StatusCreated).Text(t, "id")
		},
	},
}

func TestNamesOfOtherKindsConflictComposed(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	var tracks []track
	for name, k := range composedKinds {
		id := k.make(t, w, typedName)
		config := fmt.Sprintf(k.config, composedName)
		noop := resource.TestStep{
			Config:           importBlock(k.address, id) + config,
			ConfigPlanChecks: preApply(plancheck.ExpectResourceAction(k.address, plancheck.ResourceActionNoop)),
		}
		if name == "company" {
			noop.ConfigPlanChecks = resource.ConfigPlanChecks{} // deletion_protection is Terraform's alone
		}
		tracks = append(tracks, track{about: k.address, steps: []resource.TestStep{refused(config, "exists already"), noop, emptyPlan(config)}})
	}
	w.runTogether(t, tracks...)
}

// A merchant that has the declared name, composed in another way, is adopted as it is.
func TestMerchantNameIsComparedComposed(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.CallBillium(t, w.Credentials.Billium.APIKey, http.MethodPatch, "", map[string]any{"name": typedName}).Want(t, http.StatusOK)
	w.ResetRequests()
	config := merchantConfig(`name = "` + composedName + `"`)
	w.run(t,
		resource.TestStep{Config: config, ConfigStateChecks: []statecheck.StateCheck{
			known(merchant, "name", knownvalue.StringExact(composedName)),
			serverSees(func() error { return exactly(0, len(w.writes()), "changes") }),
		}},
	)
}
