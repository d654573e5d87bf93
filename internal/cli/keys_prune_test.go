package cli_test

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/keyward/terraform-provider-keyward/internal/platform/provisional"
)

// pruning is a stage with keys that are due, and with such that look so.
type pruning struct {
	*stage

	// due are those that a prune revokes, by platform; kept are all others but the
	// credentials.
	due, kept map[string][]created
	resources []string
}

func newPruning(t *testing.T) *pruning {
	t.Helper()
	t.Chdir(t.TempDir())
	for {
		p := &pruning{stage: newStage(t), due: map[string][]created{}, kept: map[string][]created{}}
		p.fill(t)
		if p.distinct(t) {
			return p
		}
	}
}

const provider = "terraform-provider-keyward/1.2.3"

func (p *pruning) fill(t *testing.T) {
	t.Helper()
	company, merchant := p.Credentials.Corebill.CompanyID, p.Credentials.Billium.MerchantID
	key := func(kind string, into map[string][]created, name string) created {
		t.Helper()
		var made created
		switch kind {
		case "billium":
			made = p.billiumKey(t, map[string]any{"name": name, "permissions": []string{"invoice:view"}})
		case "organization":
			p.pass(time.Hour)
			answer := p.CallCorebill(t, p.Credentials.Corebill.APIKey, "POST", "/api_keys?company_id="+company,
				map[string]any{"name": name, "permission_level": "read", "company_id": nil}).Want(t, 201)
			kind, made = "corebill", created{answer.Text(t, "id"), answer.Text(t, "token")}
		default:
			made = p.corebillKey(t, company, name, "read")
		}
		into[kind] = append(into[kind], made)
		return made
	}
	// Interrupted creations: of a resource in the state, and of others.
	key("billium", p.due, provisional.New(merchant, "shop", "A"))
	key("corebill", p.due, provisional.New(company, "elsewhere", "B"))
	key("organization", p.due, provisional.New("", "everywhere", "C"))
	// Ephemeral keys: past their time, in it, and of no time that can be told.
	key("billium", p.due, provisional.Ephemeral{Name: "ci", Until: p.clock().Add(6 * time.Hour)}.String())
	key("billium", p.kept, provisional.Ephemeral{Name: "ci", Until: p.clock().Add(1000 * time.Hour)}.String())
	key("corebill", p.kept, "keyward-ephemeral/ci")
	// Keys of a declared name that are none of its resource's: unused, and only ever
	// refused.
	key("billium", p.kept, "shop")
	refused := key("billium", p.kept, "shop")
	p.CallBillium(t, refused.token, "GET", "/team/members", nil, "User-Agent", "shop/1.0").Want(t, 403)

	shopBefore, shop := key("billium", p.due, "shop"), key("billium", p.kept, "shop")
	listed := key("billium", p.due, "shop")
	p.CallBillium(t, listed.token, "GET", "/api-keys/current", nil, "User-Agent", provider+" (verifies "+listed.id+")").Want(t, 200)
	claimed := key("billium", p.kept, "shop")
	p.CallBillium(t, claimed.token, "GET", "/api-keys/current", nil, "User-Agent", "shop/1.0").Want(t, 200)
	p.add("billium", merchant, "shop", shop, `"overlap":"24h"`, shopBefore, listed, claimed)

	for _, r := range []struct{ name, rule string }{
		{"reports", `"overlap":"72h"`}, {"nightly", `"overlap":"24h","quiet_period":"1h"`}, {"disabled", `"overlap":"0s"`}, {"unverified", `"overlap":"1h"`},
	} {
		before, current := key("corebill", p.kept, r.name), key("corebill", p.kept, r.name)
		p.add("corebill", company, r.name, current, r.rule, before)
		if r.name != "unverified" {
			p.CallCorebill(t, current.token, "GET", "/companies", nil, "User-Agent", provider).Want(t, 200)
		}
	}
	p.add("corebill", company, "other", created{id: "key_gone"}, `"overlap":"1h"`, key("corebill", p.kept, "gone"))
	p.pass(40 * time.Hour)
	p.CallBillium(t, shop.token, "GET", "/api-keys/current", nil).Want(t, 200)
	key("billium", p.kept, provisional.New(merchant, "shop", "D"))
	p.CallCorebill(t, p.previousOf("nightly").token, "GET", "/companies", nil).Want(t, 200)
	p.DisableKey(t, p.currentOf("disabled").id)
	p.write(t, "state.json")
}

// add declares a key in the state.
func (p *pruning) add(platform, scope, name string, current created, rule string, previous created, orphaned ...created) {
	of := map[string]string{"corebill": "company_id", "billium": "merchant_id"}[platform]
	var list []string
	for _, key := range orphaned {
		list = append(list, fmt.Sprintf(`{"id":%q,%q:%q,"key_prefix":"x"}`, key.id, of, scope))
	}
	p.resources = append(p.resources, fmt.Sprintf(`{"address":"keyward_%s_api_key.%s","mode":"managed","type":"keyward_%s_api_key","values":{
		"id":%q,"name":%q,%q:%q,"rotation":{%s},"previous":{"id":%q},"orphaned":[%s]}}`,
		platform, name, platform, current.id, name, of, scope, rule, previous.id, strings.Join(list, ",")))
}

func (p *pruning) write(t *testing.T, file string) {
	t.Helper()
	slices.Sort(p.resources)
	check(t, os.WriteFile(file, []byte(`{"format_version":"1.0","values":{"root_module":{"resources":[`+strings.Join(p.resources, ",")+`]}}}`), 0o600))
}

// currentOf and previousOf are the keys that the state has for a name.
func (p *pruning) currentOf(name string) created  { return p.ofState(name, `"id":"`) }
func (p *pruning) previousOf(name string) created { return p.ofState(name, `"previous":{"id":"`) }

func (p *pruning) ofState(name, before string) created {
	for _, resource := range p.resources {
		if _, id, ok := strings.Cut(resource, before); ok && strings.Contains(resource, fmt.Sprintf(`"name":%q`, name)) {
			for _, key := range slices.Concat(p.kept["corebill"], p.kept["billium"]) {
				if strings.HasPrefix(id, key.id) {
					return key
				}
			}
		}
	}
	return created{}
}

// wantRevoked fails where other keys are revoked than these.
func (p *pruning) wantRevoked(t *testing.T, want map[string][]created) {
	t.Helper()
	var ids, revoked []string
	for _, key := range slices.Concat(want["corebill"], want["billium"]) {
		ids = append(ids, key.id)
	}
	for _, k := range p.CorebillKeys(t) {
		if k.RevokedAt != nil {
			revoked = append(revoked, k.ID)
		}
	}
	for _, k := range p.BilliumKeys(t) {
		if k.RevokedAt != nil {
			revoked = append(revoked, k.ID)
		}
	}
	slices.Sort(ids)
	slices.Sort(revoked)
	if !slices.Equal(ids, revoked) {
		t.Errorf("revoked are %q, want %q", revoked, ids)
	}
}

func TestKeysPrune(t *testing.T) {
	p := newPruning(t)
	for _, c := range []struct {
		name string
		args []string
	}{
		{"dry-run", []string{"--dry-run"}},
		{"dry-run-csv", []string{"--dry-run", "-o", "csv"}},
		{"prune", nil},
		{"again", []string{"-o", "markdown"}},
	} {
		before := p.Requests()
		code, stdout, stderr := p.keyward(t, append([]string{"keys", "prune", "--state", "state.json"}, c.args...)...)
		if code != 0 || stderr != "" {
			t.Errorf("%s: exit %d, stderr %q", c.name, code, stderr)
		}
		golden(t, "keys/prune-"+c.name, stdout)
		if c.name != "dry-run" {
			continue
		}
		for _, r := range p.Requests()[len(before):] {
			if r.Method != "GET" {
				t.Errorf("a dry run makes the request %s %s", r.Method, r.Path)
			}
		}
	}
	p.wantRevoked(t, p.due)
	for _, key := range p.due["billium"] {
		p.CallBillium(t, key.token, "GET", "/api-keys/current", nil).Want(t, 401)
	}
}

// Without a state, names alone decide.
func TestKeysPruneWithoutAState(t *testing.T) {
	p := newPruning(t)
	code, stdout, stderr := p.keyward(t, "keys", "prune", "-o", "json")
	if code != 0 || stderr != "" {
		t.Fatalf("exit %d, stderr %q", code, stderr)
	}
	var records []struct{ Outcome, Kind string }
	check(t, json.Unmarshal([]byte(stdout), &records))
	kinds := map[string]int{}
	for _, r := range records {
		kinds[r.Outcome+" "+r.Kind]++
	}
	if want := map[string]int{"revoked orphaned": 3, "revoked ephemeral": 1, "kept orphaned": 1}; !maps.Equal(kinds, want) {
		t.Errorf("%v, want %v", kinds, want)
	}
	p.due["billium"] = p.due["billium"][:2]
	p.wantRevoked(t, p.due)
}

// The platform's clock decides what is orphaned, whatever this machine's says.
func TestKeysPruneByThePlatformsClock(t *testing.T) {
	for name, ahead := range map[string]time.Duration{"this machine is ahead": 10 * time.Hour, "this machine is behind": -10 * time.Hour} {
		t.Run(name, func(t *testing.T) {
			st := newStage(t)
			old := st.billiumKey(t, map[string]any{"name": provisional.New("mer", "a", "A"), "permissions": []string{"invoice:view"}})
			st.billiumKey(t, map[string]any{"name": provisional.New("mer", "a", "B"), "permissions": []string{"invoice:view"}})
			st.skew = ahead
			code, stdout, stderr := st.keyward(t, "keys", "prune")
			if code != 0 || strings.Count(stdout, "\nrevoked ") != 1 || strings.Count(stdout, "\nkept ") != 1 {
				t.Errorf("exit %d, stdout %q, stderr %q", code, stdout, stderr)
			}
			st.CallBillium(t, old.token, "GET", "/api-keys/current", nil).Want(t, 401)
		})
	}
}

// A key that was finished between the list and its revocation stays.
func TestKeysPruneReadsAgain(t *testing.T) {
	st := newStage(t)
	made := st.billiumKey(t, map[string]any{"name": provisional.New("mer", "a", "A"), "permissions": []string{"invoice:view"}})
	gone := st.billiumKey(t, map[string]any{"name": provisional.New("mer", "a", "B"), "permissions": []string{"invoice:view"}})
	st.pass(time.Hour)
	listed := false
	st.Intercept(func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			next.ServeHTTP(w, r)
			if !listed && r.Method == http.MethodGet && strings.HasSuffix(r.URL.Path, "/api-keys") {
				listed = true
				st.CallBillium(t, st.Credentials.Billium.APIKey, "PATCH", "/api-keys/"+made.id, map[string]any{"name": "a"}).Want(t, 200)
				st.RevokeKey(t, gone.id)
			}
		})
	})
	code, stdout, stderr := st.keyward(t, "keys", "prune", "-o", "csv")
	if code != 0 || stderr != "" || !strings.Contains(stdout, "it has changed since it was listed") || !strings.Contains(stdout, "it was revoked meanwhile") {
		t.Errorf("exit %d, stdout %q, stderr %q", code, stdout, stderr)
	}
	st.CallBillium(t, made.token, "GET", "/api-keys/current", nil).Want(t, 200)
}

// Where it can't be told which key is keyward's own, nothing is revoked: it might
// be any of them.
func TestKeysPruneNeedsToKnowItsOwnKey(t *testing.T) {
	p := newPruning(t)
	p.sleep = func(context.Context, time.Duration) error { return nil }
	p.Intercept(func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if strings.HasSuffix(r.URL.Path, "/api-keys/current") {
				w.Header().Set("Content-Type", "application/json")
				w.WriteHeader(http.StatusServiceUnavailable)
				_, _ = fmt.Fprint(w, `{"statusCode":503,"message":"Service Unavailable","error":"Service Unavailable"}`)
				return
			}
			next.ServeHTTP(w, r)
		})
	})
	code, stdout, stderr := p.keyward(t, "keys", "prune", "--state", "state.json")
	want := `Error: nothing is revoked, because it is not certain which key the account itself uses (billium account "billium"): `
	if code != 2 || stdout != "" || !strings.Contains(stderr, want) {
		t.Errorf("exit %d, stdout %q, stderr %q", code, stdout, stderr)
	}
	p.wantRevoked(t, nil)
}

// A key that is past its time and keyward's own stays.
func TestKeysPruneKeepsItsOwnKey(t *testing.T) {
	st := newStage(t)
	own := st.billiumKey(t, map[string]any{
		"name": provisional.Ephemeral{Name: "ci", Until: st.clock()}.String(), "permissions": []string{"api_key:view", "api_key:delete"},
	})
	st.pass(time.Hour)
	st.env["BILLIUM_API_KEY"] = own.token
	code, stdout, stderr := st.keyward(t, "keys", "prune")
	if code != 0 || stderr != "" || !strings.Contains(stdout, "it is the key that keyward itself uses") || strings.Contains(stdout, "\nrevoked") {
		t.Errorf("exit %d, stdout %q, stderr %q", code, stdout, stderr)
	}
}

// What one state is done with may be another one's current key.
func TestKeysPruneKeepsTheCurrentKeysOfEachState(t *testing.T) {
	p := newPruning(t)
	p.resources = nil
	p.add("billium", p.Credentials.Billium.MerchantID, "clone", p.due["billium"][2], `"overlap":"0s"`, created{id: "key_none"})
	p.write(t, "clone.json")
	code, stdout, stderr := p.keyward(t, "keys", "prune", "--state", "state.json", "--state", "clone.json")
	if code != 0 || stderr != "" || !strings.Contains(stdout, "it is the current key of keyward_billium_api_key.clone (clone.json)") {
		t.Errorf("exit %d, stdout %q, stderr %q", code, stdout, stderr)
	}
	p.due["billium"] = slices.Delete(p.due["billium"], 2, 3)
	p.wantRevoked(t, p.due)
}

// A state file, here on stdin, tells the same as what Terraform shows of it.
func TestKeysPruneReadsAStateFile(t *testing.T) {
	p := newPruning(t)
	var shown struct {
		Values struct {
			RootModule struct {
				Resources []struct {
					Address, Type string
					Values        json.RawMessage
				}
			} `json:"root_module"`
		}
	}
	check(t, json.Unmarshal([]byte(read(t, "state.json")), &shown))
	var resources []string
	for _, r := range shown.Values.RootModule.Resources {
		resources = append(resources, fmt.Sprintf(`{"mode":"managed","type":%q,"name":%q,"instances":[{"attributes":%s}]}`,
			r.Type, strings.TrimPrefix(r.Address, r.Type+"."), r.Values))
	}
	file := `{"version":4,"lineage":"a","resources":[` + strings.Join(resources, ",") + `]}`
	_, want, _ := p.keyward(t, "keys", "prune", "--dry-run", "-o", "csv", "--state", "state.json")
	p.stdin = strings.NewReader(file)
	code, got, stderr := p.keyward(t, "keys", "prune", "--state", "-", "--dry-run", "-o", "csv")
	if code != 0 || stderr != "" || got != strings.ReplaceAll(want, "(state.json)", "(-)") {
		t.Errorf("exit %d, stderr %q, it prints\n%s\nwant\n%s", code, stderr, got, want)
	}
}

func TestKeysPruneRefusesAPlan(t *testing.T) {
	st := newStage(t)
	code, _, stderr := st.keyward(t, "keys", "prune", "--state", states+"rotations.json")
	if want := "rotations.json: it is a plan, which may never be applied: write the state with terraform show -json > state.json\n"; code != 2 || !strings.HasSuffix(stderr, want) {
		t.Errorf("exit %d, stderr %q", code, stderr)
	}
}
