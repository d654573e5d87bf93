package cli_test

import (
	"fmt"
	"net/http"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/keyward/terraform-provider-keyward/internal/platform/provisional"
	"github.com/keyward/terraform-provider-keyward/internal/sandbox/sandboxtest"
)

// unclaiming is a stage with keys that no state has.
type unclaiming struct {
	*stage

	unclaimed [2]created
}

func newUnclaiming(t *testing.T) *unclaiming {
	t.Helper()
	t.Chdir(t.TempDir())
	for {
		u := &unclaiming{stage: newStage(t)}
		u.fill(t)
		if u.distinct(t) {
			return u
		}
	}
}

// fill has two keys that were finished and whose state was lost, and each kind of
// key that looks so.
func (u *unclaiming) fill(t *testing.T) {
	t.Helper()
	company := u.Credentials.Corebill.CompanyID
	finish := func(agent string, key created) created {
		t.Helper()
		u.pass(time.Minute)
		if strings.HasPrefix(key.token, "sk_live_") {
			u.CallCorebill(t, u.Credentials.Corebill.APIKey, "PATCH", "/api_keys/"+key.id+"?company_id="+company, map[string]any{"name": "lost"}, "User-Agent", agent).Want(t, 200)
		} else {
			u.CallBillium(t, u.Credentials.Billium.APIKey, "PATCH", "/api-keys/"+key.id, map[string]any{"name": "lost"}, "User-Agent", agent).Want(t, 200)
		}
		return key
	}
	billium := func(name string) created {
		t.Helper()
		return u.billiumKey(t, map[string]any{"name": name, "permissions": []string{"invoice:view"}})
	}
	u.unclaimed = [2]created{finish(provider, u.corebillKey(t, company, "pending", "read")), finish(provider, billium("pending"))}
	billium("by hand")
	finish("curl/8.0", billium("renamed by hand"))
	late := billium("renamed late")
	u.pass(time.Hour)
	finish(provider, late)
	claimed := finish(provider, billium("in a state"))
	used := finish(provider, billium("used"))
	u.CallBillium(t, used.token, "GET", "/invoices", nil, "User-Agent", "shop/1.0").Want(t, 200)
	refused := finish(provider, billium("only refused"))
	u.CallBillium(t, refused.token, "GET", "/team/members", nil, "User-Agent", "shop/1.0").Want(t, 403)
	u.pass(time.Hour)
	finish(provider, billium("young"))
	check(t, os.WriteFile("state.json", []byte(fmt.Sprintf(`{"format_version":"1.0","values":{"root_module":{"resources":[
		{"address":"keyward_billium_api_key.a","mode":"managed","type":"keyward_billium_api_key","values":{"id":%q,"name":"lost"}}]}}}`, claimed.id)), 0o600))
}

func (u *unclaiming) revoked(t *testing.T) []string {
	t.Helper()
	var ids []string
	for _, k := range u.CorebillKeys(t) {
		if k.RevokedAt != nil {
			ids = append(ids, k.ID)
		}
	}
	for _, k := range u.BilliumKeys(t) {
		if k.RevokedAt != nil {
			ids = append(ids, k.ID)
		}
	}
	return ids
}

func TestKeysPruneUnclaimed(t *testing.T) {
	u := newUnclaiming(t)
	prune := []string{"keys", "prune", "--state", "state.json", "--unclaimed"}
	both := []string{u.unclaimed[0].id, u.unclaimed[1].id}
	for _, c := range []struct {
		name, golden string
		stdin        interface{ Read([]byte) (int, error) }
		args         []string
		code         int
		stderr       string
		revoked      []string
	}{
		{name: "dry run", golden: "dry-run", stdin: strings.NewReader(""), args: append(prune, "--dry-run")},
		{name: "without the flag", stdin: strings.NewReader(""), args: prune[:4]},
		{name: "no terminal", stdin: strings.NewReader(""), args: prune, code: 2, stderr: "run again with --yes"},
		{name: "no", stdin: typist{strings.NewReader("no\n")}, args: prune, code: 2, stderr: "not done"},
		{name: "yes", golden: "asked", stdin: typist{strings.NewReader("yes\n")}, args: prune, stderr: "something that the killed run deployed may have its token", revoked: both},
		{name: "again", stdin: strings.NewReader(""), args: append(prune, "--yes"), revoked: both},
	} {
		u.stdin = c.stdin
		code, stdout, stderr := u.keyward(t, c.args...)
		if code != c.code || !strings.Contains(stderr, c.stderr) {
			t.Errorf("%s: exit %d, stdout %q, stderr %q", c.name, code, stdout, stderr)
		}
		if c.golden != "" {
			golden(t, "keys/prune-unclaimed-"+c.golden, stdout+stderr)
		}
		if got := u.revoked(t); !slices.Equal(got, c.revoked) {
			t.Errorf("%s: revoked are %q, want %q", c.name, got, c.revoked)
		}
	}
}

func TestKeysPruneUnclaimedWithYes(t *testing.T) {
	u := newUnclaiming(t)
	code, stdout, stderr := u.keyward(t, "keys", "prune", "--state", "state.json", "--unclaimed", "--yes")
	if code != 0 || strings.Count(stdout, "\nrevoked ") != 2 || strings.Count(stderr, "unclaimed   made by Keyward") != 2 || len(u.revoked(t)) != 2 {
		t.Errorf("exit %d, stdout %q, stderr %q", code, stdout, stderr)
	}
}

func TestKeysPruneUnclaimedNeedsStates(t *testing.T) {
	st := newStage(t)
	for _, args := range [][]string{{"--unclaimed"}, {"--unclaimed", "--yes"}, {"--yes"}} {
		code, stdout, stderr := st.keyward(t, append([]string{"keys", "prune"}, args...)...)
		if code != 2 || stdout != "" || !strings.Contains(stderr, "needs --state, for every state that uses the credential") {
			t.Errorf("%v: exit %d, stdout %q, stderr %q", args, code, stdout, stderr)
		}
	}
}

// A log that can't be read is no evidence: nothing at all is revoked.
func TestKeysPruneUnclaimedNeedsTheLog(t *testing.T) {
	u := newUnclaiming(t)
	orphan := u.billiumKey(t, map[string]any{"name": provisional.New("mer", "a", "A"), "permissions": []string{"invoice:view"}})
	u.pass(time.Hour)
	fault := u.Inject(sandboxtest.Fault{Platform: "billium", Method: "GET", Path: "/v1/merchants/merchant/*/api-logs", Times: sandboxtest.Endless, Status: http.StatusForbidden})
	code, stdout, stderr := u.keyward(t, "keys", "prune", "--state", "state.json", "--unclaimed", "--yes")
	if code != 2 || stdout != "" || !strings.Contains(stderr, "nothing is revoked: reading the log of the account \"billium\"") || len(u.revoked(t)) != 0 {
		t.Errorf("exit %d, stdout %q, stderr %q", code, stdout, stderr)
	}
	fault.Remove()
	// Without the question for unclaimed keys, no log is needed.
	if code, _, stderr := u.keyward(t, "keys", "prune"); code != 0 || !slices.Equal(u.revoked(t), []string{orphan.id}) {
		t.Errorf("exit %d, stderr %q", code, stderr)
	}
}

// A key of one company doesn't see every request, so that it can't be told that no
// one uses a key.
func TestKeysPruneUnclaimedOfOneCompany(t *testing.T) {
	u := newUnclaiming(t)
	delete(u.env, "BILLIUM_API_KEY")
	u.env["COREBILL_API_KEY"] = u.corebillKey(t, u.Credentials.Corebill.CompanyID, "company's", "admin").token
	code, stdout, stderr := u.keyward(t, "keys", "prune", "--state", "state.json", "--unclaimed", "--yes", "-o", "csv")
	if code != 0 || stderr != "" || !strings.Contains(stdout, "it doesn't see every request. Use a key of the whole organization, or keyward keys revoke key_") || len(u.revoked(t)) != 0 {
		t.Errorf("exit %d, stdout %q, stderr %q", code, stdout, stderr)
	}
}

// A state that has nothing, as terraform show prints it in the wrong folder, claims no
// key: that is no evidence.
func TestKeysPruneUnclaimedRefusesEmptyStates(t *testing.T) {
	u := newUnclaiming(t)
	check(t, os.WriteFile("empty.json", []byte(`{"format_version":"1.0"}`), 0o600))
	check(t, os.WriteFile("other.json", []byte(`{"version":4,"lineage":"a","resources":[{"mode":"managed","type":"other","name":"a","instances":[{"attributes":{}}]}]}`), 0o600))
	for args, want := range map[string]string{
		"--state empty.json":                    "empty.json has a state without any resource",
		"--state state.json --state empty.json": "empty.json has a state without any resource",
		"--state other.json":                    "there is no API key of Keyward in the states",
	} {
		code, stdout, stderr := u.keyward(t, append([]string{"keys", "prune", "--unclaimed", "--yes"}, strings.Fields(args)...)...)
		if code != 2 || stdout != "" || !strings.Contains(stderr, want) || !strings.Contains(stderr, "--allow-empty accepts it") || len(u.revoked(t)) != 0 {
			t.Errorf("%s: exit %d, stdout %q, stderr %q", args, code, stdout, stderr)
		}
	}
	// Nothing is concluded from what a state lacks without --unclaimed.
	if code, _, stderr := u.keyward(t, "keys", "prune", "--state", "empty.json"); code != 0 {
		t.Errorf("exit %d, stderr %q", code, stderr)
	}
	code, _, stderr := u.keyward(t, "keys", "prune", "--unclaimed", "--yes", "--state", "state.json", "--state", "empty.json", "--allow-empty")
	if code != 0 || len(u.revoked(t)) != 2 {
		t.Errorf("exit %d, stderr %q", code, stderr)
	}
}

// A state that is reached through a link claims its keys, too.
func TestKeysPruneUnclaimedFollowsLinks(t *testing.T) {
	u := newUnclaiming(t)
	elsewhere := t.TempDir()
	claim := func(i int, platform string) []byte {
		return []byte(fmt.Sprintf(`{"format_version":"1.0","values":{"root_module":{"resources":[{"address":"keyward_%s_api_key.a","mode":"managed",
			"type":"keyward_%s_api_key","values":{"id":%q,"name":"lost"}}]}}}`, platform, platform, u.unclaimed[i].id))
	}
	check(t, os.WriteFile(elsewhere+"/state.json", claim(0, "corebill"), 0o600))
	check(t, os.Mkdir("states", 0o700))
	check(t, os.Rename("state.json", "states/state.json"))
	check(t, os.Symlink(elsewhere, "states/linked"))
	check(t, os.WriteFile("states/OTHER.JSON", claim(1, "billium"), 0o600))
	check(t, os.Symlink("states", "all"))
	for _, states := range []string{"states", "all"} {
		code, _, stderr := u.keyward(t, "keys", "prune", "--state", states, "--unclaimed", "--yes")
		if code != 0 || len(u.revoked(t)) != 0 {
			t.Errorf("exit %d, stderr %q, revoked are %q", code, stderr, u.revoked(t))
		}
	}
}
