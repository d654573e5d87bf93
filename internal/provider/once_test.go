package provider_test

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-testing/compare"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"

	"github.com/keyward/terraform-provider-keyward/internal/platform/provisional"
	"github.com/keyward/terraform-provider-keyward/internal/providerdata"
	"github.com/keyward/terraform-provider-keyward/internal/sandbox/sandboxtest"
)

// onceKind is a kind of object that is created once.
type onceKind struct {
	resource, body string
	// ids returns the ids of the objects that there are.
	ids func(t *testing.T, w *world) []string
	// make makes one outside Terraform.
	make func(t *testing.T, w *world)
	// changed are attributes that make it another object; list is the path of the
	// list.
	changed, list string
}

func (k onceKind) address() string { return k.resource + ".test" }

// config declares the object, as the resource of a name, with more in the block.
func (k onceKind) config(name, more string) string {
	return fmt.Sprintf("resource %q %q {\n%s\n%s\n}\n", k.resource, name, k.body, more)
}

func (k onceKind) count(t *testing.T, w *world) int {
	t.Helper()
	return len(k.ids(t, w))
}

// say leaves in the log that a plan replaces objects.
func (w *world) say(t *testing.T, ids ...string) {
	t.Helper()
	for _, id := range ids {
		agent := "terraform-provider-keyward/test (" + providerdata.Replaces(id) + ")"
		for _, company := range []string{w.Credentials.Corebill.CompanyID, id} { // a company has a log of its own
			w.CallCorebill(t, w.Credentials.Corebill.APIKey, http.MethodGet, "/webhooks?company_id="+company, nil, "User-Agent", agent)
		}
		w.CallBillium(t, w.Credentials.Billium.APIKey, http.MethodGet, "/api-keys/current", nil, "User-Agent", agent).Want(t, http.StatusOK)
	}
}

func hooks(platform string) func(*testing.T, *world) []string {
	return func(t *testing.T, w *world) (ids []string) {
		for _, hook := range w.Webhooks(t) {
			if hook.Platform == platform {
				ids = append(ids, hook.ID)
			}
		}
		return ids
	}
}

var onceKinds = map[string]onceKind{
	"Corebill webhook": {
		resource: "keyward_corebill_webhook", body: "url = \"https://example.com/hook\"\nevents = [\"invoice.paid\", \"invoice.sent\"]",
		ids: hooks("corebill"), list: "/corebill/v1/webhooks",
		make: func(t *testing.T, w *world) {
			w.CallCorebill(t, w.Credentials.Corebill.APIKey, http.MethodPost, "/webhooks?company_id="+w.Credentials.Corebill.CompanyID,
				map[string]any{"url": "https://example.com/hook", "events": []string{"invoice.sent", "invoice.paid"}, "enabled": false}).Want(t, http.StatusCreated)
		},
		changed: "url = \"https://example.com/hook\"\nevents = [\"invoice.paid\"]",
	},
	"Corebill company": {
		resource: "keyward_corebill_company", body: "name = \"My Shop\"\ndeletion_protection = false", list: "/corebill/v1/companies",
		ids: func(t *testing.T, w *world) (ids []string) {
			for _, company := range w.allCompanies(t) {
				if company.Slug == "my-shop" {
					ids = append(ids, company.ID)
				}
			}
			return ids
		},
		make:    func(t *testing.T, w *world) { w.CreateCompany(t, "My  shop!") },
		changed: "name = \"My Shop\"\nslug = \"our-shop\"\ndeletion_protection = false",
	},
	"Billium webhook": {
		resource: "keyward_billium_webhook", body: "url = \"https://example.com/hook\"\nevents = [\"invoice.paid\", \"invoice.created\"]",
		ids: hooks("billium"), list: "/webhooks",
		make: func(t *testing.T, w *world) {
			w.CallBillium(t, w.Credentials.Billium.APIKey, http.MethodPost, "/webhooks",
				map[string]any{"url": "https://example.com/hook", "events": []string{"invoice.created", "invoice.paid"}, "timeout": 1000}).Want(t, http.StatusCreated)
		},
		changed: "url = \"https://example.com/hook/2\"\nevents = [\"invoice.paid\", \"invoice.created\"]",
	},
	"Billium permission set": {
		resource: "keyward_billium_permission_set", body: "name = \"shop\"\npermissions = [\"invoice:view\"]", list: "/permission-sets",
		ids: func(t *testing.T, w *world) (ids []string) {
			for _, set := range w.PermissionSets(t) {
				ids = append(ids, set.ID)
			}
			return ids
		},
		make: func(t *testing.T, w *world) {
			w.CallBillium(t, w.Credentials.Billium.APIKey, http.MethodPost, "/permission-sets",
				map[string]any{"name": "shop", "permissions": []string{"report:view"}}).Want(t, http.StatusCreated)
		},
		changed: "name = \"other shop\"\npermissions = [\"invoice:view\"]",
	},
}

// runOnceKinds is runTogether with an object of each kind.
func (w *world) runOnceKinds(t *testing.T, steps func(k onceKind) []resource.TestStep) {
	t.Helper()
	var tracks []track
	for name, k := range onceKinds {
		tracks = append(tracks, track{about: k.resource + ".", steps: steps(k), named: "Another resource creates " + name + " "})
	}
	w.runTogether(t, tracks...)
}

func (k onceKind) wants(t *testing.T, w *world, count int) statecheck.StateCheck {
	t.Helper()
	return serverSees(func() error { return exactly(count, k.count(t, w), "objects of "+k.resource) })
}

// An object that no state has is named at plan, and is in no one's way where that is
// allowed or something else tells the two apart.
func TestExistingObjectsAreConflicts(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.runOnceKinds(t, func(k onceKind) []resource.TestStep {
		k.make(t, w)
		another := strings.Replace(k.config("test", ""), k.body, k.changed, 1)
		return []resource.TestStep{
			{Config: k.config("test", ""), PlanOnly: true, ExpectError: says("import { to = " + k.resource + ".<name>")},
			{Config: k.config("test", `on_conflict = "error"`), PlanOnly: true, ExpectError: says(`set on_conflict = "allow"`)},
			{Config: another},
			{Config: another + k.config("second", `on_conflict = "allow"`), ConfigStateChecks: []statecheck.StateCheck{
				known(k.resource+".second", "on_conflict", knownvalue.StringExact("allow")),
			}},
			// It is no more than a word.
			{PreConfig: w.ResetRequests, Config: another + k.config("second", ""), ConfigStateChecks: []statecheck.StateCheck{
				known(k.resource+".second", "on_conflict", knownvalue.Null()),
				serverSees(func() error { return exactly(0, len(w.writes()), "writing requests") }),
			}},
		}
	})
}

// Two resources are two objects, and must not pass for one.
func TestTwoResourcesCreateNotOneObject(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.runOnceKinds(t, func(k onceKind) []resource.TestStep {
		one := k.config("test", "")
		two := one + k.config("second", "")
		return []resource.TestStep{
			{Config: two, ExpectError: says("Two resources create one")},
			{Config: one, ConfigStateChecks: []statecheck.StateCheck{k.wants(t, w, 1)}},
			{Config: two, ExpectError: saysAnyCase("set on_conflict = \"allow\"")},
			// The same object at another address is to be moved, not made twice, whatever an
			// earlier plan said in the log.
			{PreConfig: func() { w.say(t, k.ids(t, w)...) }, Config: k.config("second", ""), ExpectError: says("use a moved block")},
			{
				Config:            k.config("second", "") + "moved {\n from = " + k.address() + "\n to = " + k.resource + ".second\n}\n",
				ConfigStateChecks: []statecheck.StateCheck{k.wants(t, w, 1)},
			},
		}
	})
}

// Nothing stands in the way of a replacement, whichever is first.
func TestReplacementsAreNoConflicts(t *testing.T) {
	t.Parallel()
	for name, lifecycle := range map[string]string{"destroyed first": "", "created first": "create_before_destroy = true"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			w.runOnceKinds(t, func(k onceKind) []resource.TestStep {
				config := func(version string) string {
					return "resource \"terraform_data\" \"" + k.resource + "\" {\n input = \"" + version + "\"\n}\n" +
						k.config("test", "lifecycle {\n"+lifecycle+"\nreplace_triggered_by = [terraform_data."+k.resource+"]\n}")
				}
				id := statecheck.CompareValue(compare.ValuesDiffer())
				checks := func() []statecheck.StateCheck {
					return []statecheck.StateCheck{k.wants(t, w, 1), id.AddStateValue(k.address(), at("id"))}
				}
				return []resource.TestStep{
					{Config: config("1"), ConfigStateChecks: checks()},
					{Config: config("2"), ConfigStateChecks: checks()},
					{Taint: []string{k.address()}, Config: config("2"), ConfigStateChecks: checks()},
				}
			})
			for _, k := range onceKinds {
				if err := exactly(0, k.count(t, w), k.resource+" at the end"); err != nil {
					t.Error(err)
				}
			}
		})
	}
}

// However many are created, they are listed once in the plan and once in the apply.
func TestCreationsListOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.runOnceKinds(t, func(k onceKind) []resource.TestStep {
		const count = 12
		many := k.config("test", fmt.Sprintf("count = %d", count))
		for _, end := range []string{`/hook"`, `My Shop"`, `"shop"`} {
			many = strings.Replace(many, end, strings.TrimSuffix(end, `"`)+`-${count.index}"`, 1)
		}
		lists := func() (lists int) {
			for _, request := range w.Requests() {
				platform := strings.Split(request.Path, "/")[1]
				if request.Method == http.MethodGet && strings.HasPrefix(k.resource, "keyward_"+platform+"_") && (strings.Contains(request.Path, k.list+"?") || strings.HasSuffix(request.Path, k.list)) {
					lists++
				}
			}
			return lists
		}
		return []resource.TestStep{{PreConfig: w.ResetRequests, Config: many, ConfigStateChecks: []statecheck.StateCheck{serverSees(func() error {
			// And what else a run lists: the refreshes, and companies for their ids.
			if got := lists(); got == 0 || got > 8 {
				return fmt.Errorf("%d objects of %s took %d lists", count, k.resource, got)
			}
			return nil
		})}}}
	})
}

const sets = "/v1/merchants/merchant/*/permission-sets"

// A set whose creation is not known to be finished is deleted again: no apply leaves
// one that no state has.
func TestUnfinishedPermissionSetIsDeleted(t *testing.T) {
	t.Parallel()
	k := onceKinds["Billium permission set"]
	for name, c := range map[string]struct {
		fault sandboxtest.Fault
		says  string
		// fails tells that the apply does.
		fails bool
	}{
		"the answer to the creation is lost": {sandboxtest.Fault{
			Method: http.MethodPost, Path: sets, When: sandboxtest.Committed, Cut: true, Times: sandboxtest.Endless}, "The set was deleted again", true},
		"one answer to the creation is lost": {sandboxtest.Fault{Method: http.MethodPost, Path: sets, When: sandboxtest.Committed, Cut: true}, "", false},
		"it gets no name":                    {sandboxtest.Fault{Method: http.MethodPatch, Path: sets + "/*", Status: http.StatusForbidden}, "could not be given its name", true},
		"the platform fails at its name": {sandboxtest.Fault{
			Method: http.MethodPatch, Path: sets + "/*", Status: http.StatusServiceUnavailable, Times: sandboxtest.Endless}, "The set was deleted again", true},
		"it has its name, and no answer says so": {sandboxtest.Fault{
			Method: http.MethodPatch, Path: sets + "/*", When: sandboxtest.Committed, Cut: true, Times: sandboxtest.Endless}, "", false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			w.sleep = func(ctx context.Context, _ time.Duration) error { return ctx.Err() }
			fault := w.Inject(c.fault)
			applied := []statecheck.StateCheck{k.wants(t, w, 1), known(k.address(), "name", knownvalue.StringExact("shop"))}
			first := resource.TestStep{Config: k.config("test", ""), ConfigStateChecks: applied}
			if c.fails {
				first = resource.TestStep{Config: k.config("test", ""), ExpectError: says(c.says)}
			}
			w.run(t, first,
				resource.TestStep{PreConfig: func() {
					fault.Remove()
					if got := k.count(t, w); c.fails && got != 0 || fault.Struck() == 0 {
						t.Errorf("%d sets are there, the fault struck %d times", got, fault.Struck())
					}
				}, Config: k.config("test", ""), ConfigStateChecks: applied},
			)
		})
	}
}

// An answer about another set is not acted upon.
func TestPermissionSetOfAnotherAnswerIsNotTouched(t *testing.T) {
	t.Parallel()
	k := onceKinds["Billium permission set"]
	w := newWorld(t)
	w.CallBillium(t, w.Credentials.Billium.APIKey, http.MethodPost, "/permission-sets",
		map[string]any{"name": "other", "permissions": []string{"report:view"}}).Want(t, http.StatusCreated)
	other := w.PermissionSets(t)[0]
	w.Intercept(func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
			if r.Method != http.MethodPost {
				next.ServeHTTP(rw, r)
				return
			}
			next.ServeHTTP(&renamed{ResponseWriter: rw, id: other.ID}, r)
		})
	})
	w.run(t, resource.TestStep{Config: k.config("test", ""), ExpectError: says("about another set, " + other.ID)})
	if left := w.PermissionSets(t); len(left) != 1 || left[0].Name != "other" || left[0].UpdatedAt != other.UpdatedAt {
		t.Errorf("the sets are %+v", left)
	}
}

// renamed answers with a set of another id and name, as a broken proxy did.
type renamed struct {
	http.ResponseWriter

	id string
}

func (r *renamed) Write(body []byte) (int, error) {
	text := string(body)
	if at := strings.Index(text, `"pset_`); at >= 0 {
		text = text[:at] + `"` + r.id + text[at+1+len(r.id):]
	}
	text = strings.Replace(text, provisionalMarker, strings.Repeat("x", len(provisionalMarker)), 1)
	_, err := r.ResponseWriter.Write([]byte(text))
	return len(body), err
}

const provisionalMarker = "keyward pending "

// A plan names what an interrupted creation of the same name left, once it is old
// enough, and the apply leaves it alone.
func TestPlanNamesOrphanedPermissionSets(t *testing.T) {
	t.Parallel()
	k := onceKinds["Billium permission set"]
	w, clock := newClockedWorld(t)
	merchant := w.Credentials.Billium.MerchantID
	w.CallBillium(t, w.Credentials.Billium.APIKey, http.MethodPost, "/permission-sets",
		map[string]any{"name": provisional.New(merchant, "shop", "NONCE"), "permissions": []string{"report:view"}}).Want(t, http.StatusCreated)
	orphaned := w.PermissionSets(t)[0]
	clock.advance(provisional.OrphanAge + time.Minute)()
	w.run(t, resource.TestStep{Config: k.config("test", ""), ConfigStateChecks: []statecheck.StateCheck{k.wants(t, w, 2)}})
	if left := w.PermissionSets(t); len(left) != 1 || left[0].ID != orphaned.ID {
		t.Errorf("the sets are %+v", left)
	}
}

// The platform has one place for each address.
func TestTwoResourcesInviteNotOneAddress(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	config := memberConfig("email = \"ana@example.com\"\nrole = \"VIEWER\"")
	second := strings.Replace(strings.Replace(config, `"test"`, `"second"`, 1), "ana@", "Ana@", 1)
	w.run(t, resource.TestStep{Config: config + second, PlanOnly: true, ExpectError: says("and the platform has one place for it")})
	if err := exactly(0, len(w.Invitations(t)), "invitations"); err != nil {
		t.Error(err)
	}
}
