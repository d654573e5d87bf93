package cli_test

import (
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"
)

// left is a stage with keys that were left behind, and with such that look so.
type left struct {
	*stage

	// over are those whose time is over.
	over []created
}

func newLeft(t *testing.T) *left {
	t.Helper()
	t.Chdir(t.TempDir())
	for {
		l := &left{stage: newStage(t)}
		l.fill(t)
		if l.distinct(t) {
			return l
		}
	}
}

func (l *left) fill(t *testing.T) {
	t.Helper()
	view := map[string]any{"name": "shop", "permissions": []string{"invoice:view"}}
	owner, company := l.Credentials.Billium, l.Credentials.Corebill.CompanyID
	leftover := l.billiumKey(t, view)
	l.billiumKey(t, map[string]any{"name": "shop", "permissions": []string{"invoice:view", "invoice:create"}})
	proved := l.billiumKey(t, view)
	used := l.billiumKey(t, view)
	previous := l.billiumKey(t, view)
	current := l.billiumKey(t, view)
	l.billiumKey(t, view) // newer than the state
	l.CallBillium(t, proved.token, "GET", "/api-keys/current", nil, "User-Agent", "terraform-provider-keyward/1.0").Want(t, 200)
	l.CallBillium(t, used.token, "GET", "/api-keys/current", nil, "User-Agent", "shop/1.0").Want(t, 200)
	waiting := l.corebillKey(t, company, "reports", "read")
	reports := l.corebillKey(t, company, "reports", "read")
	busy := l.corebillKey(t, company, "nightly", "read")
	nightly := l.corebillKey(t, company, "nightly", "read")
	orphan := l.corebillKey(t, company, "gone", "read")
	l.pass(40 * time.Hour)
	l.CallCorebill(t, busy.token, "GET", "/companies", nil).Want(t, 200)
	l.over = []created{leftover, proved, previous}

	var resources []string
	add := func(platform, scope, name, values string, current created, rotation string, before created) {
		created := time.Time{}
		for _, k := range l.CorebillKeys(t) {
			if k.ID == current.id {
				created = k.CreatedAt
			}
		}
		for _, k := range l.BilliumKeys(t) {
			if k.ID == current.id {
				created = k.CreatedAt
			}
		}
		resources = append(resources, fmt.Sprintf(`{"address":"keyward_%s_api_key.%s","mode":"managed","type":"keyward_%s_api_key","values":{
			"id":%q,"name":%q,%s,%s,"created_at":%q,"rotation":{%s},"previous":{"id":%q}}}`,
			platform, name, platform, current.id, name, scope, values, created.Format(time.RFC3339Nano), rotation, before.id))
	}
	ofCompany := fmt.Sprintf(`"company_id":%q`, company)
	add("billium", fmt.Sprintf(`"merchant_id":%q`, owner.MerchantID), "shop", `"type":"SECRET","effective_permissions":["invoice:view"]`, current, `"overlap":"24h"`, previous)
	add("corebill", ofCompany, "reports", `"permission_level":"read"`, reports, `"overlap":"72h"`, waiting)
	add("corebill", ofCompany, "nightly", `"permission_level":"read"`, nightly, `"overlap":"24h","quiet_period":"1h"`, busy)
	add("corebill", ofCompany, "other", `"permission_level":"read"`, created{id: "key_gone"}, `"overlap":"1h"`, orphan)
	check(t, os.WriteFile("state.json", []byte(`{"format_version":"1.0","values":{"root_module":{"resources":[`+strings.Join(resources, ",")+`]}}}`), 0o600))
}

func (l *left) reap(t *testing.T, args ...string) (code int, stdout, stderr string) {
	t.Helper()
	return l.keyward(t, append([]string{"keys", "reap", "--state", "state.json"}, args...)...)
}

func TestKeysReap(t *testing.T) {
	l := newLeft(t)
	for _, c := range []struct {
		name string
		args []string
	}{
		{"dry-run", []string{"--dry-run"}},
		{"dry-run-csv", []string{"--dry-run", "-o", "csv"}},
		{"reap", nil},
		{"again", []string{"-o", "markdown"}},
	} {
		before := l.Requests()
		code, stdout, stderr := l.reap(t, c.args...)
		if code != 0 || stderr != "" {
			t.Errorf("%s: exit %d, stderr %q", c.name, code, stderr)
		}
		golden(t, "keys/reap-"+c.name, stdout)
		if c.name != "dry-run" {
			continue
		}
		for _, r := range l.Requests()[len(before):] {
			if r.Method != "GET" {
				t.Errorf("a dry run makes the request %s %s", r.Method, r.Path)
			}
		}
	}
	for _, key := range l.over {
		l.CallBillium(t, key.token, "GET", "/api-keys/current", nil).Want(t, 401)
	}
	revoked := 0
	for _, k := range l.BilliumKeys(t) {
		if k.RevokedAt != nil {
			revoked++
		}
	}
	if revoked != len(l.over) {
		t.Errorf("%d keys were revoked", revoked)
	}
}

func TestKeysReapNeedsAState(t *testing.T) {
	s := newStage(t)
	if code, stdout, stderr := s.keyward(t, "keys", "reap"); code != 2 || stdout != "" || !strings.Contains(stderr, "--state is missing") {
		t.Errorf("exit %d, stdout %q, stderr %q", code, stdout, stderr)
	}
}

// A state file, here on stdin, tells the same as what Terraform shows of it.
func TestKeysReapReadsAStateFile(t *testing.T) {
	l := newLeft(t)
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
	_, want, _ := l.reap(t, "--dry-run", "-o", "csv")
	l.stdin = strings.NewReader(file)
	code, got, stderr := l.keyward(t, "keys", "reap", "--state", "-", "--dry-run", "-o", "csv")
	if code != 0 || stderr != "" || got != strings.ReplaceAll(want, "(state.json)", "(-)") {
		t.Errorf("exit %d, stderr %q, it prints\n%s\nwant\n%s", code, stderr, got, want)
	}
}

func TestKeysReapRefusesAPlan(t *testing.T) {
	l := newStage(t)
	code, _, stderr := l.keyward(t, "keys", "reap", "--state", states+"rotations.json")
	if want := "rotations.json: it is a plan, which may never be applied: write the state with terraform show -json > state.json\n"; code != 2 || !strings.HasSuffix(stderr, want) {
		t.Errorf("exit %d, stderr %q", code, stderr)
	}
}
