package provider_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"

	"github.com/keyward/terraform-provider-keyward/internal/platform/billium"
	"github.com/keyward/terraform-provider-keyward/internal/platform/corebill"
	"github.com/keyward/terraform-provider-keyward/internal/sandbox/sandboxtest"
)

// listed wants a list of a data source to hold objects with exactly these values
// of an attribute, in any order.
func listed(address, list, attribute string, want ...string) statecheck.StateCheck {
	return statecheck.ExpectKnownValue(address, at(list), attributesOf{attribute: attribute, want: want})
}

type attributesOf struct {
	attribute string
	want      []string
}

func (a attributesOf) CheckValue(value any) error {
	objects, _ := value.([]any)
	var got []any
	for _, object := range objects {
		one, _ := object.(map[string]any)
		got = append(got, one[a.attribute])
	}
	checks := make([]knownvalue.Check, len(a.want))
	for i, text := range a.want {
		checks[i] = knownvalue.StringExact(text)
	}
	return knownvalue.SetExact(checks).CheckValue(got)
}

func (a attributesOf) String() string { return a.attribute + " " + strings.Join(a.want, ", ") }

// A day after the first keys were made, one of them has been used and one was
// made anew.
func TestCorebillKeysAreFiltered(t *testing.T) {
	t.Parallel()
	var passing clock
	w := newWorld(t, sandboxtest.WithClock(passing.now))
	company, own := w.Credentials.Corebill.CompanyID, w.Credentials.Corebill.APIKey
	create := func(name, level string) (id, token string) {
		answer := w.CallCorebill(t, own, http.MethodPost, "/api_keys?company_id="+company,
			map[string]any{"name": name, "permission_level": level}).Want(t, http.StatusCreated)
		return answer.Text(t, "id"), answer.Text(t, "token")
	}
	revoked, _ := create("shop old", "read")
	_, busy := create("shop busy", "read")
	_, idle := create("shop idle", "write")
	w.RevokeKey(t, revoked)
	passing.ahead.Store(int64(24 * time.Hour))
	w.CallCorebill(t, busy, http.MethodGet, "/api_keys?company_id="+company, nil).Want(t, http.StatusOK)
	create("shop new", "read")
	yesterday := passing.now().Add(-12 * time.Hour).UTC().Format(time.RFC3339)

	var found rows
	for filter, want := range map[string][]string{
		`name_regex = "^shop"`:                                           {"shop busy", "shop idle", "shop new"},
		"name_regex = \"^shop\"\ninclude_revoked = true":                 {"shop old", "shop busy", "shop idle", "shop new"},
		"name_regex = \"^shop\"\npermission_level = \"write\"":           {"shop idle"},
		"name_regex = \"^shop\"\nunused_since = \"" + yesterday + `"`:    {"shop idle"},
		`name_regex = "^shop i"` + "\nkey_prefix = \"" + idle[:10] + `"`: {"shop idle"},
		`name_regex = "nothing is called so"`:                            {},
	} {
		address := found.data("keyward_corebill_api_keys", filter)
		found.check(filter, known(address, "company_id", knownvalue.StringExact(company)), listed(address, "api_keys", "name", want...))
	}
	w.run(t, found.step())
}

func TestBilliumKeysAreFiltered(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	create := func(name string, body map[string]any) (id, token string) {
		body["name"] = name
		answer := w.CallBillium(t, w.Credentials.Billium.APIKey, http.MethodPost, "/api-keys", body).Want(t, http.StatusCreated)
		return answer.Text(t, "id"), answer.Text(t, "token")
	}
	revoked, _ := create("shop old", map[string]any{"permissions": []string{"team:invite"}})
	w.RevokeKey(t, revoked)
	_, token := create("shop server", map[string]any{"permissions": []string{"invoice:edit"}})
	create("shop browser", map[string]any{"type": "PUBLIC"})
	past, future := time.Now().Add(-time.Hour).UTC().Format(time.RFC3339), time.Now().Add(time.Hour).UTC().Format(time.RFC3339)

	var found rows
	for filter, want := range map[string][]string{
		`type = "PUBLIC"`: {"shop browser"},
		`permission = "team:*"` + "\nname_regex=\"^shop\"" + "\ninclude_revoked = true": {"shop old"},
		`permission = "invoice:edit"` + "\nname_regex=\"^shop\"":                        {"shop server"},
		`key_prefix = "` + token[:16] + `"`:                                             {"shop server"},
		`unused_since = "` + past + `"`:                                                 {},
		`name_regex = "^shop"` + "\nunused_since = \"" + future + `"`:                   {"shop server", "shop browser"},
	} {
		address := found.data("keyward_billium_api_keys", filter)
		found.check(filter, known(address, "merchant_id", knownvalue.StringExact(w.Credentials.Billium.MerchantID)), listed(address, "api_keys", "name", want...))
	}
	w.run(t, found.step())
}

// A whole token, or what is no filter, is refused without being repeated.
func TestListsRefuseBadFilters(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	var bad []refusal
	for config, want := range map[string]string{
		`data "keyward_corebill_api_keys" "x" { key_prefix = "sk_live_abcdef" }`:   "must be between 1 and 10",
		`data "keyward_corebill_api_keys" "x" { name_regex = "(" }`:                "missing closing )",
		`data "keyward_corebill_api_keys" "x" { unused_since = "yesterday" }`:      "RFC3339",
		`data "keyward_billium_api_keys" "x" { permission = "invoices:view" }`:     "is not a Billium permission",
		`data "keyward_billium_team_members" "x" { status = "INVITE" }`:            `Did you mean "INVITED"?`,
		`data "keyward_billium_api_logs" "x" { limit = 1001 }`:                     "must be between 1 and 1000",
		`data "keyward_corebill_api_logs" "x" { company_id = "com_000000000000" }`: "Company not found",
	} {
		bad = append(bad, refusal{mistake{config, config, says(want)}, w})
	}
	nowhere := `data "keyward_corebill_api_keys" "x" {}`
	bad = append(bad, refusal{mistake{"no company", nowhere, says("set company_id here")}, w.with("COREBILL_COMPANY_ID", "")})
	refusesEach(t, bad, func() error { return nil })
}

func TestLogsAreFiltered(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	company := w.Credentials.Corebill.CompanyID
	reader := w.CorebillKey(t, company, corebill.Read)
	readerID := w.CorebillKeys(t)[0].ID
	for range 3 {
		w.CallCorebill(t, reader, http.MethodGet, "/api_keys?company_id="+company, nil).Want(t, http.StatusOK)
	}
	w.CallCorebill(t, reader, http.MethodPost, "/api_keys?company_id="+company, map[string]any{}).Want(t, http.StatusForbidden)
	viewer := w.BilliumKeyAs(t, billium.Viewer)
	viewerID := w.BilliumKeys(t)[0].ID
	w.CallBillium(t, viewer, http.MethodGet, "/api-keys", nil).Want(t, http.StatusOK)
	w.CallBillium(t, viewer, http.MethodPost, "/api-keys", map[string]any{"name": "x"}).Want(t, http.StatusForbidden)
	future := time.Now().Add(time.Hour).UTC().Format(time.RFC3339)

	const ofCorebill, ofBillium = "keyward_corebill_api_logs", "keyward_billium_api_logs"
	var found rows
	for _, c := range []struct {
		source, filter string
		want           []string
	}{
		{ofCorebill, `api_key_id = "` + readerID + `"`, []string{"POST", "GET", "GET", "GET"}},
		{ofCorebill, "api_key_id = \"" + readerID + "\"\nlimit = 2", []string{"POST", "GET"}},
		{ofCorebill, "api_key_id = \"" + readerID + "\"\nstatus = 403", []string{"POST"}},
		{ofCorebill, "since = \"" + future + `"`, []string{}},
		{ofBillium, "api_key_id = \"" + viewerID + "\"\nuntil = \"" + future + `"`, []string{"POST", "GET"}},
		{ofBillium, "api_key_id = \"" + viewerID + "\"\nstatus = 200", []string{"GET"}},
	} {
		logs := make([]knownvalue.Check, len(c.want))
		for i, method := range c.want {
			logs[i] = knownvalue.ObjectPartial(map[string]knownvalue.Check{
				"method": knownvalue.StringExact(method), "status": knownvalue.NotNull(), "created_at": knownvalue.NotNull(),
			})
		}
		found.check(c.source+" "+c.filter, known(found.data(c.source, c.filter), "logs", knownvalue.ListExact(logs)))
	}
	w.run(t, found.step())
}

func TestTeamAndPermissionSetsAreListed(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	own := w.Credentials.Billium.APIKey
	set := w.CallBillium(t, own, http.MethodPost, "/permission-sets", map[string]any{"name": "Sales", "permissions": []string{"invoice:view", "invoice:create"}}).
		Want(t, http.StatusCreated).Text(t, "id")
	w.CallBillium(t, own, http.MethodPost, "/permission-sets", map[string]any{"name": "Crew", "permissions": []string{"team:invite"}}).Want(t, http.StatusCreated)
	w.CallBillium(t, own, http.MethodPost, "/team/invitations", map[string]any{"email": "new@example.com", "role": "MEMBER", "permissionSetId": set}).
		Want(t, http.StatusCreated)
	var owner string
	for _, member := range w.TeamMembers(t) {
		if member.ID == w.OwnerID {
			owner = member.Email
		}
	}
	const team, sets = "data.keyward_billium_team_members.", "data.keyward_billium_permission_sets."
	w.run(t, resource.TestStep{
		Config: `
			data "keyward_billium_team_members" "all" {}
			data "keyward_billium_team_members" "owner" { role = "OWNER" }
			data "keyward_billium_team_members" "invited" { status = "INVITED" }
			data "keyward_billium_permission_sets" "all" {}
			data "keyward_billium_permission_sets" "team" { permission = "team:*" }`,
		ConfigStateChecks: []statecheck.StateCheck{
			known(team+"all", "team_members", knownvalue.ListSizeExact(len(w.TeamMembers(t))+1)),
			listed(team+"owner", "team_members", "email", owner),
			known(team+"invited", "team_members", knownvalue.ListExact([]knownvalue.Check{knownvalue.ObjectPartial(map[string]knownvalue.Check{
				"email": knownvalue.StringExact("new@example.com"), "role": knownvalue.StringExact("MEMBER"), "status": knownvalue.StringExact("INVITED"),
				"permission_set_id": knownvalue.StringExact(set), "joined_at": knownvalue.Null(), "expires_at": knownvalue.NotNull(),
			})})),
			listed(sets+"all", "permission_sets", "name", "Sales", "Crew"),
			known(sets+"team", "permission_sets", knownvalue.ListExact([]knownvalue.Check{knownvalue.ObjectPartial(map[string]knownvalue.Check{
				"name": knownvalue.StringExact("Crew"), "minimum_role": knownvalue.StringExact("ADMIN"), "public_key_compatible": knownvalue.Bool(false),
			})})),
		},
	})
}
