//go:build unix

package e2e_test

import (
	"net/http"
	"testing"

	"github.com/keyward/terraform-provider-keyward/internal/platform/billium"
	"github.com/keyward/terraform-provider-keyward/internal/platform/corebill"
	"github.com/keyward/terraform-provider-keyward/internal/platform/provisional"
	"github.com/keyward/terraform-provider-keyward/internal/sandbox/sandboxtest"
)

// matrixPlatform is what the rows of the matrix need to know of a platform.
type matrixPlatform struct {
	name, resource string
	// own are the attributes of the resource that only this platform has.
	own string
	// keysPath and keyPath are patterns of the keys' and of one key's path.
	keysPath, keyPath string
	// credential tells whether a request presents the provider's own key.
	credential func(w world, r *http.Request) bool
	keys       func(w world, t *testing.T) []platformKey
	// status of a request with a key.
	status func(w world, t *testing.T, token string) int
	// bystanders makes keys that are not the resource's, and look much like its own,
	// and one that looks just like it where twin says so.
	bystanders func(w world, t *testing.T, twin bool)
}

var matrixPlatforms = []matrixPlatform{
	{
		name: "Corebill", resource: "keyward_corebill_api_key", own: `permission_level = "read"`,
		keysPath: "/v1/api_keys", keyPath: "/v1/api_keys/*",
		credential: func(w world, r *http.Request) bool {
			return r.Header.Get("Authorization") == "Bearer "+w.Credentials.Corebill.APIKey
		},
		keys: world.corebillKeys,
		status: func(w world, t *testing.T, token string) int {
			return w.CallCorebill(t, token, "GET", "/customers?company_id="+w.Credentials.Corebill.CompanyID, nil).Status
		},
		bystanders: corebillBystanders,
	},
	{
		name: "Billium", resource: "keyward_billium_api_key", own: `permissions = ["invoice:view"]`,
		keysPath: "/v1/merchants/merchant/*/api-keys", keyPath: "/v1/merchants/merchant/*/api-keys/key_*",
		credential: func(w world, r *http.Request) bool {
			return r.Header.Get("X-Api-Key") == w.Credentials.Billium.APIKey
		},
		keys: world.billiumKeys,
		status: func(w world, t *testing.T, token string) int {
			return w.CallBillium(t, token, "GET", "/invoices", nil).Status
		},
		bystanders: billiumBystanders,
	},
}

// provisionalNames are names of unfinished creations of other configurations.
func provisionalNames(scope string) []string {
	return []string{provisional.New(scope, "warehouse", "A"), provisional.New("another scope", "shop", "B")}
}

func corebillBystanders(w world, t *testing.T, twin bool) {
	t.Helper()
	other, own, company := w.CorebillKey(t, "", corebill.Admin), w.Credentials.Corebill.APIKey, w.Credentials.Corebill.CompanyID
	issue := func(token, company, name string) {
		w.CallCorebill(t, token, "POST", "/api_keys?company_id="+company, map[string]any{"name": name, "permission_level": "read"}).Want(t, 201)
	}
	organization := func(name string) {
		w.CallCorebill(t, own, "POST", "/api_keys?company_id="+company, map[string]any{"name": name, "permission_level": "read", "company_id": nil}).Want(t, 201)
	}
	issue(other, company, "warehouse")
	issue(other, company, "shop-eu")
	// By the provider's own credential, never used, of the same shape.
	issue(own, company, "shop-us")
	for _, name := range provisionalNames(company) {
		issue(own, company, name)
	}
	issue(own, w.SecondCompanyID, "shop")
	issue(own, w.SecondCompanyID, provisional.New(w.SecondCompanyID, "shop", "C"))
	organization("shop")
	organization(provisional.New("", "shop", "D"))
	if twin {
		issue(own, company, "shop")
	}
}

func billiumBystanders(w world, t *testing.T, twin bool) {
	t.Helper()
	other, own := w.BilliumKeyAs(t, billium.Owner), w.Credentials.Billium.APIKey
	issue := func(token, name string) {
		w.CallBillium(t, token, "POST", "/api-keys", map[string]any{"name": name, "permissions": []string{"invoice:view"}}).Want(t, 201)
	}
	issue(other, "warehouse")
	issue(other, "shop-eu")
	issue(own, "shop-us") // never used, of the same shape
	for _, name := range provisionalNames(w.Credentials.Billium.MerchantID) {
		issue(own, name)
	}
	if twin {
		issue(own, "shop")
	}
}

// request is what of a run is struck.
type request string

const (
	creates  request = "creates"
	verifies request = "verifies"
	names    request = "names"
	revokes  request = "revokes"
	reads    request = "reads"
)

// fault strikes that kind of request.
func (p matrixPlatform) fault(w world, what request) sandboxtest.Fault {
	fault := sandboxtest.Fault{Platform: map[string]string{"Corebill": "corebill", "Billium": "billium"}[p.name]}
	switch what {
	case creates:
		fault.Method, fault.Path = http.MethodPost, p.keysPath
	case verifies:
		fault.Method, fault.Selects = http.MethodGet, func(r *http.Request) bool { return !p.credential(w, r) }
	case names:
		fault.Method, fault.Path = http.MethodPatch, p.keyPath
	case revokes:
		fault.Method, fault.Path = http.MethodDelete, p.keyPath
	case reads: // in shared pages
		fault.Method, fault.Path = http.MethodGet, p.keysPath
	}
	return fault
}

// configuration declares the key "shop". recipient is to whom its token is encrypted,
// "" for no one.
func (p matrixPlatform) configuration(s scene, recipient string) string {
	more := ""
	if s.allow {
		more += `  on_conflict = "allow"` + "\n"
	}
	if recipient != "" {
		more += `  token_encryption = { age_recipients = ["` + recipient + `"] }` + "\n"
	}
	return `
variable "generation" {
  type = string
}

variable "overlap" {
  type = string
}

resource "` + p.resource + `" "shop" {
  name     = "shop"
  ` + p.own + `
` + more + `
  rotation = {
    rotate_when_changed = { generation = var.generation }
    overlap             = var.overlap
  }
  lifecycle {
    ` + s.lifecycle + `
  }
}
`
}
