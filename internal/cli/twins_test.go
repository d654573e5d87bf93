package cli_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/keyward/terraform-provider-keyward/internal/client"
)

// twinned is a stage where all keys of a platform have one prefix, that of keyward's
// own key.
type twinned struct {
	*stage

	company string
	// older and newer have the prefix of the account's own key, which is older still.
	older, newer created
	ownID        string
}

func newTwins(t *testing.T) *twinned {
	t.Helper()
	s := &twinned{stage: newStage(t)}
	s.company = s.Credentials.Corebill.CompanyID
	s.ownID = s.CorebillKeys(t)[0].ID
	s.StartTokens(s.Credentials.Corebill.APIKey[8:10])
	s.older = s.corebillKey(t, s.company, "older", "read")
	s.newer = s.corebillKey(t, s.SecondCompanyID, "newer", "admin")
	return s
}

// alive fails the test where a token no longer works.
func (s *twinned) alive(t *testing.T, tokens ...string) {
	t.Helper()
	for _, token := range tokens {
		s.CallCorebill(t, token, "GET", "/companies", nil).Want(t, 200)
	}
}

// run is keyward with text on standard input.
func (st *stage) run(t *testing.T, stdin string, args ...string) (code int, stdout, stderr string) {
	t.Helper()
	st.stdin = strings.NewReader(stdin)
	return st.keyward(t, args...)
}

func TestTwinsWhoami(t *testing.T) {
	s := newTwins(t)
	for name, key := range map[string]created{"older": s.older, "newer": s.newer, "Sandbox bootstrap": {s.ownID, s.Credentials.Corebill.APIKey}} {
		s.env["COREBILL_API_KEY"] = key.token
		code, stdout, stderr := s.run(t, "", "whoami", "-o", "json")
		var selves []struct {
			Platform string
			Key      struct{ Name string }
		}
		check(t, json.Unmarshal([]byte(stdout), &selves))
		if code != 0 || selves[0].Key.Name != name {
			t.Errorf("the holder of %q is told %q: exit %d, %s", name, selves[0].Key.Name, code, stderr)
		}
	}
}

// It can't be told: a log that shows nothing is no answer.
func TestTwinsWhoamiWithoutALog(t *testing.T) {
	s := newTwins(t)
	s.noLog(t)
	code, _, stderr := s.run(t, "", "whoami")
	if code != 2 || !strings.Contains(stderr, `The account "corebill": the key could not be identified`) {
		t.Errorf("exit %d, %q", code, stderr)
	}
	for _, id := range []string{s.ownID, s.older.id} {
		code, stdout, stderr := s.run(t, "", "keys", "revoke", id, "--yes")
		if code != 2 || stdout != "" || !strings.Contains(stderr, "it is not certain whether") {
			t.Errorf("exit %d, %q, %q", code, stdout, stderr)
		}
	}
	code, stdout, stderr := s.run(t, s.older.token, "keys", "revoke", "-", "--yes")
	if code != 2 || stdout != "" || !strings.Contains(stderr, "the key could not be identified") || !strings.Contains(stderr, `"newer", Second Studio, admin, live`) {
		t.Errorf("exit %d, %q, %q", code, stdout, stderr)
	}
	s.alive(t, s.Credentials.Corebill.APIKey, s.older.token, s.newer.token)
}

func noSleep(ctx context.Context, _ time.Duration) error { return ctx.Err() }

// noLog has Corebill's log show nothing.
func (s *twinned) noLog(t *testing.T) {
	t.Helper()
	s.sleep = noSleep
	s.Intercept(func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path != "/corebill/v1/api_logs" {
				next.ServeHTTP(w, r)
				return
			}
			w.Header().Set("Content-Type", "application/json")
			_, _ = io.WriteString(w, `{"object":"list","url":"/v1/api_logs","data":[],"has_more":false,"next_cursor":null}`)
		})
	})
}

// The leaked key dies, and neither its twin nor keyward's own key does.
func TestTwinsRevokeByToken(t *testing.T) {
	s := newTwins(t)
	for _, c := range []struct {
		leaked created
		twin   string
	}{{s.older, s.newer.token}, {s.newer, s.Credentials.Corebill.APIKey}} {
		code, stdout, stderr := s.run(t, c.leaked.token, "keys", "revoke", "-", "--yes")
		if code != 0 || !strings.Contains(stdout, "Confirmed: the platform answers its token with 401") {
			t.Errorf("exit %d, %q, %q", code, stdout, stderr)
		}
		s.CallCorebill(t, c.leaked.token, "GET", "/companies", nil).Want(t, 401)
		s.alive(t, c.twin)
	}
}

func TestTwinsRevokeOwnKey(t *testing.T) {
	s := newTwins(t)
	for _, c := range []struct{ stdin, reference string }{{"", s.ownID}, {s.Credentials.Corebill.APIKey, "-"}} {
		code, stdout, stderr := s.run(t, c.stdin, "keys", "revoke", c.reference, "--yes")
		if code != 2 || stdout != "" || !strings.Contains(stderr, "is the key that keyward itself uses") {
			t.Errorf("exit %d, %q, %q", code, stdout, stderr)
		}
	}
	s.alive(t, s.Credentials.Corebill.APIKey, s.older.token, s.newer.token)
	if code, _, stderr := s.run(t, "", "keys", "revoke", s.older.id, "--yes"); code != 0 {
		t.Errorf("a twin by its id: exit %d, %q", code, stderr)
	}
	s.alive(t, s.Credentials.Corebill.APIKey, s.newer.token)
}

// The only live one of the keys with a prefix need not be the one that is meant.
func TestTwinsRevokeByPrefix(t *testing.T) {
	s := newStage(t)
	s.StartTokens("q7")
	leaked := s.corebillKey(t, s.Credentials.Corebill.CompanyID, "leaked", "read")
	twin := s.corebillKey(t, s.SecondCompanyID, "innocent", "read")
	s.StartTokens("q7q7q7q7q7q7q")
	leakedBillium := s.billiumKey(t, map[string]any{"name": "leaked", "permissions": []string{"team:view"}})
	twinBillium := s.billiumKey(t, map[string]any{"name": "innocent", "permissions": []string{"team:view"}})
	s.RevokeKey(t, leaked.id)
	s.RevokeKey(t, leakedBillium.id)
	for _, prefix := range []string{leaked.token[:10], leaked.token[:10] + "…", leakedBillium.token[:16]} {
		code, stdout, stderr := s.run(t, "", "keys", "revoke", prefix, "--yes")
		if code != 2 || stdout != "" || !strings.Contains(stderr, `"leaked"`) || !strings.Contains(stderr, `"innocent"`) {
			t.Errorf("%s: exit %d, %q, %q", prefix, code, stdout, stderr)
		}
	}
	s.CallCorebill(t, twin.token, "GET", "/companies", nil).Want(t, 200)
	s.CallBillium(t, twinBillium.token, "GET", "/api-keys/current", nil).Want(t, 200)
	// Their tokens name them, though they are dead.
	for _, token := range []string{leaked.token, leakedBillium.token} {
		code, stdout, stderr := s.run(t, token, "keys", "revoke", "-", "--yes")
		if code != 0 || !strings.HasPrefix(stdout, "Revoked before: ") || !strings.Contains(stdout, `"leaked"`) {
			t.Errorf("exit %d, %q, %q", code, stdout, stderr)
		}
	}
}

// A key that is disabled can be enabled again: its leaked token names it.
func TestTwinsRevokeDisabledByToken(t *testing.T) {
	s := newTwins(t)
	s.DisableKey(t, s.older.id)
	code, stdout, stderr := s.run(t, s.older.token, "keys", "revoke", "-", "--yes")
	if code != 0 || !strings.Contains(stdout, `"older"`) {
		t.Errorf("exit %d, %q, %q", code, stdout, stderr)
	}
	for _, key := range s.CorebillKeys(t) {
		if (key.RevokedAt != nil) != (key.ID == s.older.id) {
			t.Errorf("%s was revoked at %v", key.Name, key.RevokedAt)
		}
	}
}

// Every line of standard input gets a result line, and only what is certain dies.
func TestRevokeManyTokens(t *testing.T) {
	s := newTwins(t)
	s.StartTokens("")
	third := s.billiumKey(t, map[string]any{"name": "third", "permissions": []string{"team:view"}})
	input := fmt.Sprintf("Authorization: Bearer %s\n\nexport BILLIUM_API_KEY=%q\nrubbish\n12:00 GET /?key=%s 200\n%s\n%s\n",
		s.older.token, third.token, s.newer.token, s.older.token, s.Credentials.Corebill.APIKey)
	code, stdout, stderr := s.run(t, input, "keys", "revoke", "-", "--yes")
	for _, want := range []string{`"older")`, `"third")`, `"newer")`, "Not revoked: line 4: there is no whole token", "(line 7): key_", "is the key that keyward itself uses"} {
		if strings.Count(stdout, want) != 1 {
			t.Errorf("stdout has not %q once", want)
		}
	}
	if code != 2 || !strings.Contains(stderr, "2 of 5 tokens failed, see above") {
		t.Errorf("exit %d, %q, %q", code, stdout, stderr)
	}
	for _, token := range []string{s.older.token, s.newer.token} {
		s.CallCorebill(t, token, "GET", "/companies", nil).Want(t, 401)
	}
	s.CallBillium(t, third.token, "GET", "/api-keys/current", nil).Want(t, 401)
	s.alive(t, s.Credentials.Corebill.APIKey)
	// All of them fine: exit 0, and one JSON document each.
	code, stdout, stderr = s.run(t, s.older.token+"\n"+third.token, "keys", "revoke", "-", "--yes", "-o", "json")
	documents := json.NewDecoder(strings.NewReader(stdout))
	for _, name := range []string{"older", "third"} {
		var document struct {
			Key     struct{ Name string }
			Already bool `json:"already_revoked"`
		}
		if err := documents.Decode(&document); err != nil || document.Key.Name != name || !document.Already {
			t.Errorf("%+v, %v", document, err)
		}
	}
	if code != 0 {
		t.Errorf("exit %d, %q", code, stderr)
	}
}

func TestShowManyTokens(t *testing.T) {
	s := newTwins(t)
	code, stdout, stderr := s.run(t, s.newer.token+"\nx-api-key: "+s.older.token+"\n", "keys", "show", "-")
	if code != 0 || strings.Index(stdout, "newer") > strings.Index(stdout, "older") || !strings.Contains(stdout, "older") {
		t.Errorf("exit %d, %q, %q", code, stdout, stderr)
	}
	stranger := s.older.token[:10] + strings.Repeat("0", 38)
	code, stdout, stderr = s.run(t, s.newer.token+"\n"+stranger, "keys", "show", "-")
	if code != 2 || !strings.Contains(stdout, "newer") || !strings.Contains(stderr, "Not shown: "+"sk_live_") || !strings.Contains(stderr, "1 of 2 tokens") {
		t.Errorf("exit %d, %q, %q", code, stdout, stderr)
	}
	if strings.Contains(stdout+stderr, stranger) || strings.Contains(stdout+stderr, s.newer.token) {
		t.Error("a token is said")
	}
}

// A fingerprint in a state tells offline which key a token is: the token goes nowhere.
func TestTwinsByFingerprint(t *testing.T) {
	s := newTwins(t)
	state := s.stateWith(t, s.older)
	s.noLog(t)
	s.Intercept(func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.Header.Get("Authorization") == "Bearer "+s.older.token {
				t.Error("the token was sent")
			}
			next.ServeHTTP(w, r)
		})
	})
	code, stdout, stderr := s.run(t, s.older.token, "keys", "show", "-", "--state", state)
	if code != 0 || !strings.Contains(stdout, "older") {
		t.Errorf("exit %d, %q, %q", code, stdout, stderr)
	}
}

// stateWith writes a state that has a Corebill key.
func (st *stage) stateWith(t *testing.T, key created) string {
	t.Helper()
	state := filepath.Join(t.TempDir(), "state.json")
	check(t, os.WriteFile(state, []byte(`{"format_version":"1.0","values":{"root_module":{"resources":[{
		"address":"keyward_corebill_api_key.shop","mode":"managed","type":"keyward_corebill_api_key",
		"values":{"id":"`+key.id+`","name":"shop","token_fingerprint":"`+client.NewSecret(key.token).Fingerprint()+`"}}]}}}`), 0o600))
	return state
}

// leakedFile writes tokens into a file, one a line, in a directory of its own.
func leakedFile(t *testing.T, tokens ...string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "leaked.env")
	check(t, os.WriteFile(file, []byte("A="+strings.Join(tokens, "\nA=")+"\n"), 0o600))
	return file
}

// A prefix names no key, and gives no command; --state and --verify do, and the right
// one.
func TestTwinsScan(t *testing.T) {
	s := newTwins(t)
	s.DisableKey(t, s.newer.id)
	const command = "keyward keys revoke "
	leaked := leakedFile(t, s.older.token)
	code, stdout, stderr := s.run(t, "", "scan", leaked)
	if code != 1 || !strings.Contains(stdout, "possibly live") || strings.Contains(stdout+stderr, "key_") || strings.Contains(stderr, command) {
		t.Errorf("by its prefix: exit %d, %q, %q", code, stdout, stderr)
	}
	for _, format := range []string{"json", "sarif", "csv"} {
		if _, stdout, _ := s.run(t, "", "scan", "-o", format, leaked); strings.Contains(stdout, "key_000") || strings.Contains(stdout, "critical") {
			t.Errorf("%s names a key: %s", format, stdout)
		}
	}
	state := s.stateWith(t, s.older)
	for _, args := range [][]string{{"--state", state}, {"--state", state, "--offline"}, {"--verify"}} {
		s.stdin = strings.NewReader("")
		code, stdout, stderr := s.rawKeyward(t, append([]string{"scan", leaked}, args...)...)
		if code != 1 || strings.Count(stderr, command) != 1 || !strings.Contains(stderr, command+s.older.id) || !strings.Contains(stdout, s.older.id) {
			t.Errorf("%v: exit %d, %q, %q", args, code, stdout, stderr)
		}
		announced := "Sending the token " + s.older.token[:10] + "… (" + leaked + ":1) to " + s.Credentials.Corebill.BaseURL + ".\n"
		if strings.HasPrefix(stderr, announced) != (args[0] == "--verify") {
			t.Errorf("%v: it says %q", args, stderr)
		}
	}
	// The twin is disabled: its own token says so, and names it.
	code, stdout, stderr = s.rawKeyward(t, "scan", "--verify", leakedFile(t, s.newer.token))
	if code != 1 || !strings.Contains(stdout, "disabled, verified") || !strings.Contains(stdout, s.newer.id) || strings.Contains(stderr, command) {
		t.Errorf("a disabled one: exit %d, %q, %q", code, stdout, stderr)
	}
	// Nothing is sent to say so.
	code, _, stderr = s.rawKeyward(t, "scan", "--verify", "--output", "json", leakedFile(t, "nothing"))
	if code != 0 || strings.Contains(stderr, "Sending") {
		t.Errorf("exit %d, %q", code, stderr)
	}
}

// Stripe's tokens begin like Corebill's. None is live, and no innocent key gets a
// command.
func TestScanOfAnotherVendorsTokens(t *testing.T) {
	s := newStage(t)
	var tokens []string
	for i := range 10 {
		start := fmt.Sprintf("5%d", i)
		s.StartTokens(start)
		s.corebillKey(t, s.Credentials.Corebill.CompanyID, "innocent", "read")
		tokens = append(tokens, "sk_live_"+start+"H7nQaLkzWcEvR2bT9xYdMpG"+start)
	}
	leaked := leakedFile(t, tokens...)
	code, stdout, stderr := s.run(t, "", "scan", leaked)
	if code != 1 || strings.Count(stdout, "possibly live") != 10 || strings.Contains(stdout+stderr, "key_") || strings.Contains(stderr, "keys revoke") {
		t.Errorf("exit %d, %q, %q", code, stdout, stderr)
	}
	if code, _, _ := s.run(t, "", "scan", "--fail-on", "critical", leaked); code != 0 {
		t.Error("another vendor's tokens are critical")
	}
	code, stdout, stderr = s.run(t, "", "scan", "--verify", leaked)
	if code != 1 || strings.Count(stdout, "refused, verified") != 10 || strings.Contains(stdout+stderr, "key_") || strings.Contains(stderr, "keys revoke") {
		t.Errorf("verified: exit %d, %q, %q", code, stdout, stderr)
	}
}
