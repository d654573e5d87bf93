package cli_test

import (
	"maps"
	"strings"
	"testing"
	"time"

	"github.com/keyward/terraform-provider-keyward/internal/platform/provisional"
)

// shop is a stage with keys of every kind.
type shop struct {
	*stage

	reporting, deploy, other, checkout, browser, revoked created
}

func newShop(t *testing.T) *shop {
	t.Helper()
	for {
		s := &shop{stage: newStage(t)}
		s.fill(t)
		if s.distinct(t) {
			return s
		}
	}
}

func (s *shop) fill(t *testing.T) {
	t.Helper()
	company := s.Credentials.Corebill.CompanyID
	s.reporting = s.corebillKey(t, company, "reporting", "read")
	s.deploy = s.corebillKey(t, company, "deploy", "admin")
	s.other = s.corebillKey(t, s.SecondCompanyID, "=reporting | Zürich", "write")
	s.checkout = s.billiumKey(t, map[string]any{"name": "checkout", "permissions": []string{"invoice:create", "invoice:view"}})
	s.browser = s.billiumKey(t, map[string]any{"name": "browser", "type": "PUBLIC"})
	s.DisableKey(t, s.deploy.id)
	s.pass(time.Hour)
	s.CallCorebill(t, s.reporting.token, "GET", "/customers?company_id="+company, nil, "User-Agent", "reports/2.0").Want(t, 200)
	s.pass(time.Minute)
	s.CallCorebill(t, s.reporting.token, "POST", "/customers?company_id="+company, map[string]any{"name": "x"}, "User-Agent", "curl/8.0").Want(t, 403)
	s.pass(100 * 24 * time.Hour)
	s.revoked = s.billiumKey(t, map[string]any{"name": "old", "permissions": []string{"team:view"}})
	s.RevokeKey(t, s.revoked.id)
	s.pass(time.Hour)
	s.CallBillium(t, s.checkout.token, "GET", "/api-keys/current", nil, "User-Agent", "shop/1.0").Want(t, 200)
	s.pass(time.Hour)
}

func TestKeysList(t *testing.T) {
	s := newShop(t)
	for _, c := range []struct {
		name string
		args []string
	}{
		{"table", []string{"--output", "table"}},
		{"json", []string{"--output", "json", "--level", "admin"}},
		{"csv", []string{"--output", "csv"}},
		{"markdown", []string{"--output", "markdown"}},
		{"level", []string{"--level", "admin"}},
		{"unused", []string{"--unused-since", "90d"}},
		{"prefix", []string{"--prefix", s.checkout.token[:16]}},
		{"name", []string{"--name", "REPORT"}},
		{"permission", []string{"--permission", "invoice:view", "-o", "json", "--name", "c"}},
		{"scope", []string{"--scope", s.SecondCompanyID}},
		{"revoked", []string{"--revoked", "--platform", "billium"}},
		{"none", []string{"--name", "nothing"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			code, stdout, stderr := s.keyward(t, append([]string{"keys", "list"}, c.args...)...)
			if code != 0 || stderr != "" {
				t.Errorf("exit %d, stderr %q", code, stderr)
			}
			golden(t, "keys/list-"+c.name, stdout)
		})
	}
}

// A key that its name marks is shown as what it is.
// A name is found however its characters are composed.
func TestKeysListComposed(t *testing.T) {
	s := newShop(t)
	_, composed, _ := s.keyward(t, "keys", "list", "-o", "json", "--name", "Z\u00fcrich")
	_, apart, _ := s.keyward(t, "keys", "list", "-o", "json", "--name", "Zu\u0308rich")
	if !strings.Contains(composed, "Z\u00fcrich") || apart != composed {
		t.Errorf("found\n%s\nand\n%s", composed, apart)
	}
}

func TestKeysListMarks(t *testing.T) {
	st := newStage(t)
	began := st.clock()
	orphan := st.billiumKey(t, map[string]any{"name": provisional.New("mer", "a", "A"), "permissions": []string{"invoice:view"}}).id
	for _, name := range []string{
		provisional.Ephemeral{Name: "ci", Until: began}.String(),
		provisional.Ephemeral{Name: "ci", Until: began.Add(day)}.String(), provisional.New("mer", "a", "B"),
	} {
		st.billiumKey(t, map[string]any{"name": name, "permissions": []string{"invoice:view"}})
	}
	code, stdout, stderr := st.keyward(t, "keys", "list", "--platform", "billium")
	if code != 0 || stderr != "" {
		t.Errorf("exit %d, stderr %q", code, stderr)
	}
	golden(t, "keys/list-marks", stdout)
	if _, stdout, _ := st.keyward(t, "keys", "list", "-o", "json", "--name", "pending"); strings.Count(stdout, `"mark": "orphaned"`) != 1 || strings.Count(stdout, `"mark": "being created"`) != 1 {
		t.Errorf("as JSON:\n%s", stdout)
	}
	if _, stdout, _ := st.keyward(t, "keys", "show", orphan, "-o", "csv"); !strings.Contains(stdout, "status,orphaned\n") {
		t.Errorf("shown as\n%s", stdout)
	}
}

const day = 24 * time.Hour

func TestKeysShow(t *testing.T) {
	s := newShop(t)
	s.stdin = strings.NewReader("\n  " + s.checkout.token + "\n")
	for _, c := range []struct{ name, reference, format string }{
		{"table", s.reporting.id, "table"},
		{"json", s.reporting.id, "json"},
		{"csv", s.browser.id, "csv"},
		{"markdown", s.checkout.token[:16], "markdown"},
		{"markdown", s.checkout.token[:16] + "…", "markdown"}, // as keyward shows it
		{"disabled", s.deploy.id, "table"},
		{"revoked", s.revoked.id, "table"},
		{"token", "-", "table"},
	} {
		t.Run(c.name, func(t *testing.T) {
			code, stdout, stderr := s.keyward(t, "keys", "show", c.reference, "-o", c.format)
			if code != 0 || stderr != "" {
				t.Errorf("exit %d, stderr %q", code, stderr)
			}
			golden(t, "keys/show-"+c.name, stdout)
		})
	}
}

func TestKeysAreFoundOrNot(t *testing.T) {
	s := newShop(t)
	tests := []struct {
		stdin, want string
		args        []string
	}{
		{"", "keyward keys needs a command: list, prune, revoke, show", []string{"keys"}},
		{"", "no key that the configured accounts see is key_none", []string{"keys", "show", "key_none"}},
		{"", `"sk" names no key`, []string{"keys", "show", "sk"}},
		{"", `"checkout" names no key: give its id (key_…) or the beginning of its token (such as sk_live_ab); keyward keys list --name TEXT`, []string{"keys", "show", "checkout"}},
		{"", "the platforms show no more than the first 16 characters of such a token", []string{"keys", "show", s.checkout.token[:20]}},
		{"", "that is a webhook or its secret, not a key", []string{"keys", "revoke", "--yes", "wh_0123456789ab"}},
		{"whsec_0123456789abcdef", "that is a webhook or its secret, not a key", []string{"keys", "revoke", "--yes", "-"}},
		{"", "--scope: no configured account reaches com_none", []string{"keys", "list", "--scope", "com_none"}},
		{"", "--scope: no configured account reaches " + s.SecondCompanyID[:4], []string{"keys", "list", "--platform", "billium", "--scope", s.SecondCompanyID}},
		{"", "that is a whole token", []string{"keys", "show", s.reporting.token}},
		{"", "that is a whole token", []string{"keys", "revoke", "--yes", s.checkout.token}},
		{"", "3 keys begin with sk_live_; name one of them by its id:", []string{"keys", "show", "sk_live_"}},
		{"", "there is no token on standard input", []string{"keys", "show", "-"}},
		{"rubbish", "line 1: there is no whole token of Corebill", []string{"keys", "show", "-"}},
		{"sk_live_" + strings.Repeat("_", 3), "the beginning of a token alone", []string{"keys", "show", "-"}},
		{"sk_live_ab…", "the beginning of a token alone", []string{"keys", "show", "-"}},
		{"", `--level: "root" is not a permission level`, []string{"keys", "list", "--level", "root"}},
		{"", `--platform: "paypal" is not a platform`, []string{"keys", "list", "--platform", "paypal"}},
		{"", `--permission: "invoice:burn" is not a permission`, []string{"keys", "list", "--permission", "invoice:burn"}},
		{"", `--unused-since: "long" is not a point in time`, []string{"keys", "list", "--unused-since", "long"}},
		{"", "invalid argument \"yaml\" for \"-o, --output\" flag: it must be one of table, json, csv, markdown", []string{"keys", "list", "-o", "yaml"}},
	}
	for _, c := range tests {
		t.Run(c.want, func(t *testing.T) {
			s.stdin = strings.NewReader(c.stdin)
			code, stdout, stderr := s.keyward(t, c.args...)
			if strings.HasPrefix(c.want, "3 keys") {
				c.want = "4 keys begin with sk_live_" // the credential's own is the fourth
			}
			if code != 2 || stdout != "" || !strings.Contains(stderr, c.want) {
				t.Errorf("exit %d, stdout %q, stderr %q", code, stdout, stderr)
			}
		})
	}
}

// Anyone who has a key of one platform to end needs nothing of the other one.
func TestKeysOfOnePlatformAlone(t *testing.T) {
	s := newShop(t)
	env := maps.Clone(s.env)
	for name, c := range map[string]struct {
		broken, value string
		key           created
	}{
		"Billium refuses":  {"BILLIUM_API_KEY", "sk_" + strings.Repeat("0", 96), s.reporting},
		"Corebill refuses": {"COREBILL_API_KEY", "sk_live_" + strings.Repeat("0", 40), s.checkout},
	} {
		t.Run(name, func(t *testing.T) {
			s.env = maps.Clone(env)
			s.env[c.broken] = c.value
			prefix := c.key.token[:16]
			if strings.HasPrefix(prefix, "sk_live_") {
				prefix = prefix[:10]
			}
			for _, reference := range []string{c.key.id, prefix, "-"} {
				s.stdin = strings.NewReader(c.key.token)
				if code, stdout, stderr := s.keyward(t, "keys", "show", reference); code != 0 || stderr != "" {
					t.Errorf("%s: exit %d, stdout %q, stderr %q", reference, code, stdout, stderr)
				}
			}
			delete(s.env, c.broken)
			s.stdin = strings.NewReader(c.key.token)
			if code, _, stderr := s.keyward(t, "keys", "show", "-"); code != 0 {
				t.Errorf("the other platform alone: exit %d, %q", code, stderr)
			}
		})
	}
	s.env = maps.Clone(env)
	delete(s.env, "COREBILL_API_KEY")
	for _, reference := range []string{s.reporting.id, s.reporting.token[:10]} {
		if code, _, stderr := s.keyward(t, "keys", "show", reference); code != 2 || !strings.Contains(stderr, "is a key of Corebill's, and no account there is configured: set COREBILL_API_KEY") {
			t.Errorf("%s: exit %d, %q", reference, code, stderr)
		}
	}
}

func TestKeysWithoutCredentials(t *testing.T) {
	s := newStage(t)
	clear(s.env)
	code, _, stderr := s.keyward(t, "keys", "list")
	if code != 2 || !strings.Contains(stderr, "there is no credential: set COREBILL_API_KEY") {
		t.Errorf("exit %d, %q", code, stderr)
	}
}
