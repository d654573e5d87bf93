//go:build unix

package e2e_test

import (
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"sync"
	"syscall"
	"testing"

	"github.com/keyward/terraform-provider-keyward/internal/sandbox/sandboxtest"
)

// onceConfig creates an object of each kind that is no key.
const onceConfig = `
resource "keyward_corebill_webhook" "shop" {
  url    = "https://example.com/corebill"
  events = ["invoice.paid", "invoice.sent"]
}

resource "keyward_corebill_company" "shop" {
  name                = "My Shop"
  deletion_protection = false
}

resource "keyward_billium_webhook" "shop" {
  url    = "https://example.com/billium"
  events = ["invoice.paid"]
}

resource "keyward_billium_team_member" "shop" {
  email = "Ana@Example.com"
  role  = "VIEWER"
}

resource "keyward_billium_permission_set" "shop" {
  name        = "shop"
  permissions = ["invoice:view"]
}
`

// creations are the requests after which an object of each kind is there.
var creations = []sandboxtest.Fault{
	{Platform: "corebill", Method: http.MethodPost, Path: "/v1/webhooks"},
	{Platform: "corebill", Method: http.MethodPost, Path: "/v1/companies"},
	{Platform: "billium", Method: http.MethodPost, Path: "/v1/merchants/merchant/*/webhooks"},
	{Platform: "billium", Method: http.MethodPost, Path: "/v1/merchants/merchant/*/team/invitations"},
	{Platform: "billium", Method: http.MethodPatch, Path: "/v1/merchants/merchant/*/permission-sets/*"},
}

// isCreation reports whether a request is one of the creations.
func isCreation(r *http.Request) bool {
	for _, suffix := range []string{"/corebill/v1/webhooks", "/v1/companies", "/webhooks", "/team/invitations"} {
		if r.Method == http.MethodPost && strings.HasSuffix(r.URL.Path, suffix) {
			return true
		}
	}
	return r.Method == http.MethodPatch && strings.Contains(r.URL.Path, "/permission-sets/")
}

// onlyOnce wants exactly one object of each kind.
func (w world) onlyOnce(t *testing.T) {
	t.Helper()
	webhooks, companies, sets, invitations := map[string]int{}, 0, map[string]int{}, w.Invitations(t)
	for _, hook := range w.Webhooks(t) {
		webhooks[hook.URL]++
	}
	for _, set := range w.PermissionSets(t) {
		sets[set.Name]++
	}
	answer := w.CallCorebill(t, w.Credentials.Corebill.APIKey, http.MethodGet, "/companies?limit=100", nil).Want(t, http.StatusOK)
	for _, company := range answer.Data(t) {
		if company["slug"] == "my-shop" {
			companies++
		}
	}
	if len(webhooks) != 2 || webhooks["https://example.com/corebill"] != 1 || webhooks["https://example.com/billium"] != 1 {
		t.Errorf("the webhooks are %v", webhooks)
	}
	if companies != 1 {
		t.Errorf("there are %d companies my-shop", companies)
	}
	if len(sets) != 1 || sets["shop"] != 1 {
		t.Errorf("the permission sets are %v", sets)
	}
	if len(invitations) != 1 {
		t.Errorf("the invitations are %v", invitations)
	}
}

var importBlock = regexp.MustCompile(`import { to = (keyward_\w+)\.<name> id = "([^"]+)" }`)

// importBlocks returns the import blocks that an output tells, for the resources of
// onceConfig.
func importBlocks(output string) (blocks string, count int) {
	for _, found := range importBlock.FindAllStringSubmatch(unwrapped(output), -1) {
		blocks += "import {\n  to = " + found[1] + ".shop\n  id = \"" + found[2] + "\"\n}\n"
		count++
	}
	return blocks, count
}

// importAndApply does what the errors say, and finds nothing to do afterwards.
func (w world) importAndApply(t *testing.T, output string, want int) {
	t.Helper()
	blocks, count := importBlocks(output)
	if count != want {
		t.Fatalf("%d errors have an import block, want %d:\n%s", count, want, output)
	}
	w.configure(t, onceConfig+blocks)
	wantText(t, w.run(t, nil, "apply", "-auto-approve", "-input=false"), "imported, 0 added")
	w.configure(t, onceConfig)
	w.run(t, nil, "plan", "-input=false", "-detailed-exitcode") // fails where there is a change
	w.onlyOnce(t)
}

// A provider that is killed after the platform created what it asked for leaves
// objects that no state has. The next plan names each of them with the block that
// imports it, and creates none a second time.
func TestKilledCreationsAreNotMadeTwice(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.configure(t, onceConfig)
	started := make(chan *running, 1)
	var mu sync.Mutex
	var made int
	all := make(chan struct{})
	w.Intercept(func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
			mu.Lock()
			strikes := isCreation(r) && made < len(creations)
			mu.Unlock()
			if !strikes {
				next.ServeHTTP(rw, r)
				return
			}
			next.ServeHTTP(httptest.NewRecorder(), r)
			mu.Lock()
			made++
			last := made == len(creations)
			mu.Unlock()
			if last { // all is done, and no answer is out
				terraform := <-started
				if pid, err := terraform.provider(); err != nil {
					t.Error(err)
				} else if err := syscall.Kill(pid, syscall.SIGKILL); err != nil {
					t.Error(err)
				}
				close(all)
			}
			<-all
			panic(http.ErrAbortHandler)
		})
	})
	terraform := w.start(t, "apply", "-auto-approve", "-input=false")
	started <- terraform
	if out, err := terraform.wait(); err == nil {
		t.Fatalf("the apply was not killed:\n%s", out)
	}
	w.onlyOnce(t)

	out := w.fail(t, "plan", "-input=false")
	wantText(t, out, "has the same URL and events")
	wantText(t, out, "has the same name")
	wantText(t, out, "declare rotate_secret_when_changed and apply, then change a value in it and apply again")
	w.importAndApply(t, out, len(creations))
}

// Where the answer to a creation is lost, the apply itself says so.
func TestLostCreationsAreNotMadeTwice(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.configure(t, onceConfig)
	var faults []*sandboxtest.Injected
	for _, fault := range creations {
		fault.When, fault.Cut, fault.Times = sandboxtest.Committed, true, sandboxtest.Endless
		faults = append(faults, w.Inject(fault))
	}
	out := w.fail(t, "apply", "-auto-approve", "-input=false")
	for _, fault := range faults {
		fault.Remove()
	}
	wantText(t, out, "The request did take effect")
	w.onlyOnce(t)
	// The set has its name: that the answer to the last request was lost is no matter.
	if _, count := importBlocks(out); count != len(creations)-1 {
		t.Errorf("the apply named %d objects:\n%s", count, out)
	}
	w.importAndApply(t, w.fail(t, "plan", "-input=false"), len(creations)-1)
}

// A permission set whose creation is killed half-way is in no one's way.
func TestKilledPermissionSetIsCreatedAgain(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.configure(t, `resource "keyward_billium_permission_set" "shop" {
		name        = "shop"
		permissions = ["invoice:view"]
	}`)
	started := make(chan *running, 1)
	fault := w.Inject(sandboxtest.Fault{
		Platform: "billium", Method: http.MethodPost, Path: "/v1/merchants/merchant/*/permission-sets", When: sandboxtest.Committed, Cut: true,
		Do: func() {
			if err := killsProvider.happen(<-started); err != nil {
				t.Error(err)
			}
		},
	})
	terraform := w.start(t, "apply", "-auto-approve", "-input=false")
	started <- terraform
	if out, err := terraform.wait(); err == nil || fault.Struck() != 1 {
		t.Fatalf("the apply was not killed:\n%s", out)
	}
	sets := w.PermissionSets(t)
	if len(sets) != 1 || !strings.HasPrefix(sets[0].Name, "keyward pending ") {
		t.Fatalf("the sets are %v", sets)
	}
	w.run(t, nil, "apply", "-auto-approve", "-input=false")
	if sets := w.PermissionSets(t); len(sets) != 2 || sets[0].Name != "shop" {
		t.Errorf("the sets are %v", sets)
	}
}

// What turns up between a plan and its apply is found, too.
func TestApplyFindsWhatCameAfterThePlan(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.configure(t, onceConfig)
	w.run(t, nil, "plan", "-input=false", "-out=saved.plan")
	corebill, billium := w.Credentials.Corebill, w.Credentials.Billium
	w.CallCorebill(t, corebill.APIKey, http.MethodPost, "/webhooks?company_id="+corebill.CompanyID,
		map[string]any{"url": "https://example.com/corebill", "events": []string{"invoice.sent", "invoice.paid"}}).Want(t, http.StatusCreated)
	w.CallCorebill(t, corebill.APIKey, http.MethodPost, "/companies?company_id="+corebill.CompanyID, map[string]any{"name": "My shop!"}).Want(t, http.StatusCreated)
	w.CallBillium(t, billium.APIKey, http.MethodPost, "/webhooks",
		map[string]any{"url": "https://example.com/billium", "events": []string{"invoice.paid"}}).Want(t, http.StatusCreated)
	w.CallBillium(t, billium.APIKey, http.MethodPost, "/permission-sets",
		map[string]any{"name": "shop", "permissions": []string{"invoice:view"}}).Want(t, http.StatusCreated)
	w.CallBillium(t, billium.APIKey, http.MethodPost, "/team/invitations", map[string]any{"email": "ana@example.com", "role": "VIEWER"}).Want(t, http.StatusCreated)
	out := w.fail(t, "apply", "-input=false", "saved.plan")
	if _, count := importBlocks(out); count != len(creations) {
		t.Errorf("the apply named %d objects:\n%s", count, out)
	}
	w.onlyOnce(t)
}
