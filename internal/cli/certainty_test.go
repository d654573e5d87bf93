package cli_test

import (
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
	"github.com/keyward/terraform-provider-keyward/internal/platform/provisional"
)

// undated removes the Date from an answer.
type undated struct{ http.ResponseWriter }

func (u undated) WriteHeader(status int) {
	u.Header()["Date"] = nil
	u.ResponseWriter.WriteHeader(status)
}

// Without the platform's clock no key's age is known: this machine's is no evidence.
func TestKeysPruneNeedsTheDate(t *testing.T) {
	s := newStage(t)
	made := s.billiumKey(t, map[string]any{"name": provisional.New("mer", "a", "A"), "permissions": []string{"invoice:view"}})
	s.pass(10 * time.Minute)
	s.skew = time.Hour
	s.Intercept(func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.Header.Get("X-Api-Key") != "" {
				w = undated{w}
			}
			next.ServeHTTP(w, r)
		})
	})
	code, stdout, stderr := s.keyward(t, "keys", "prune")
	want := `Error: nothing is revoked: the age of the keys of the account "billium" can't be told: its answers have no Date header`
	if code != 2 || stdout != "" || !strings.HasPrefix(stderr, want) {
		t.Errorf("exit %d, stdout %q, stderr %q", code, stdout, stderr)
	}
	s.CallBillium(t, made.token, "GET", "/api-keys/current", nil).Want(t, 200)
}

// Of many keys that one key made, its log is read once and not for each.
func TestKeysPruneUnclaimedReadsEachLogOnce(t *testing.T) {
	t.Chdir(t.TempDir())
	s := newStage(t)
	const many = 30
	for range many {
		answer := s.CallBillium(t, s.Credentials.Billium.APIKey, "POST", "/api-keys", map[string]any{"name": "pending", "permissions": []string{"invoice:view"}}).Want(t, 201)
		s.CallBillium(t, s.Credentials.Billium.APIKey, "PATCH", "/api-keys/"+answer.Text(t, "id"), map[string]any{"name": "lost"}, "User-Agent", provider).Want(t, 200)
		s.pass(time.Second)
	}
	s.pass(time.Hour)
	s.write(t, "state.json", `{"format_version":"1.0"}`)
	s.ResetRequests()
	code, stdout, stderr := s.keyward(t, "keys", "prune", "--unclaimed", "--state", "state.json", "--allow-empty", "--dry-run")
	if code != 0 || strings.Count(stdout, "\nwould be revoked ") != many {
		t.Errorf("exit %d, %q, %q", code, stdout, stderr)
	}
	// Beside the newest uses of each key.
	if n := len(s.Requests()); n > many+12 {
		t.Errorf("%d requests for %d keys", n, many)
	}
}

// Lists are read once for any number of tokens.
func TestShowManyTokensReadsEachListOnce(t *testing.T) {
	s := newStage(t)
	var tokens []string
	for range 10 {
		tokens = append(tokens, s.billiumKey(t, map[string]any{"name": "a", "permissions": []string{"invoice:view"}}).token)
	}
	s.ResetRequests()
	code, _, stderr := s.run(t, strings.Join(tokens, "\n"), "keys", "show", "-")
	lists := 0
	for _, r := range s.Requests() {
		if strings.Contains(r.Path, "/api-keys?") || strings.HasSuffix(r.Path, "/api-keys") {
			lists++
		}
	}
	if code != 0 || lists != 1 {
		t.Errorf("exit %d, %d lists, %q", code, lists, stderr)
	}
}

// Each value that is pasted has a result, with where it was; so has a single one that fails.
func TestResultsSayWhatTheyAreOf(t *testing.T) {
	s := newStage(t)
	key := s.billiumKey(t, map[string]any{"name": "a", "permissions": []string{"invoice:view"}})
	type result struct {
		Line  int
		Given string
		Error string
		ID    string
		Key   struct{ ID string }
	}
	for _, command := range [][]string{{"keys", "show", "-", "-o", "json"}, {"keys", "revoke", "-", "-o", "json", "--yes"}} {
		for input, wants := range map[string][]bool{
			key.token + " " + key.token[:60]: {true, false},
			"\n" + key.token[:60]:            {false},
			"A=" + key.token:                 {true},
		} {
			s.stdin = strings.NewReader(input)
			code, stdout, stderr := s.rawKeyward(t, command...)
			documents := json.NewDecoder(strings.NewReader(stdout))
			failed := false
			for i, fine := range wants {
				var got result
				if err := documents.Decode(&got); err != nil {
					t.Fatalf("%q: %v in %q, %q", command, err, stdout, stderr)
				}
				failed = failed || !fine
				line := 1 + strings.Count(input, "\n")
				if got.Line != line || !strings.HasPrefix(got.Given, key.token[:10]) || len(got.Given) > 40 || (got.Error == "") != fine || (got.ID+got.Key.ID == key.id) != fine {
					t.Errorf("%q: result %d is %+v", command, i, got)
				}
			}
			if err := documents.Decode(&result{}); err != io.EOF {
				t.Errorf("%q: there is more in %q", command, stdout)
			}
			if failed != (code == 2) || failed != (stderr != "" && strings.Contains(stderr, "Error: ")) {
				t.Errorf("%q: exit %d, %q", command, code, stderr)
			}
		}
	}
}

// What was revoked a moment ago is shown so.
func TestLaterTokensSeeWhatWasRevoked(t *testing.T) {
	s := newTwins(t)
	stranger := s.older.token[:10] + strings.Repeat("0", 38)
	code, stdout, _ := s.run(t, s.older.token+"\n"+stranger, "keys", "revoke", "-", "--yes")
	_, failure, _ := strings.Cut(stdout, "Not revoked: ")
	if code != 2 || !strings.Contains(failure, `"older", My Agency, read, revoked`) || !strings.Contains(failure, `"newer", Second Studio, admin, live`) {
		t.Errorf("exit %d, %q", code, stdout)
	}
}

// A state that was edited by hand names another key with the token's prefix: the platform
// is asked, and neither is revoked.
func TestTwinsRevokeByAWrongState(t *testing.T) {
	s := newTwins(t)
	state := filepath.Join(t.TempDir(), "state.json")
	check(t, os.WriteFile(state, []byte(fmt.Sprintf(`{"format_version":"1.0","values":{"root_module":{"resources":[{
		"address":"keyward_corebill_api_key.shop","mode":"managed","type":"keyward_corebill_api_key",
		"values":{"id":%q,"name":"shop","token_fingerprint":%q}}]}}}`, s.newer.id, client.NewSecret(s.older.token).Fingerprint())), 0o600))
	code, stdout, stderr := s.run(t, s.older.token, "keys", "revoke", "-", "--yes", "--state", state)
	if code != 2 || stdout != "" || !strings.Contains(stderr, "but the platform says that it is that of the key key_") || !strings.Contains(stderr, "the state is wrong") {
		t.Errorf("exit %d, %q, %q", code, stdout, stderr)
	}
	s.alive(t, s.older.token, s.newer.token)
	// The right one is revoked, and proved to be.
	code, stdout, stderr = s.run(t, s.older.token, "keys", "revoke", "-", "--yes", "--state", s.stateWith(t, s.older))
	if code != 0 || !strings.Contains(stdout, "Confirmed: the platform answers its token with 401") {
		t.Errorf("exit %d, %q, %q", code, stdout, stderr)
	}
	s.alive(t, s.newer.token)
}

// An answer that names another key than the credential's can be is not believed.
func TestAnswersThatContradictTheCredential(t *testing.T) {
	s := newStage(t)
	start := "zz"
	if strings.HasPrefix(s.Credentials.Corebill.APIKey, "sk_live_zz") {
		start = "yy"
	}
	s.StartTokens(start)
	s.pass(time.Hour)
	other := s.CorebillKey(t, "", "admin")
	otherBillium := s.billiumKey(t, map[string]any{"name": "other", "permissions": []string{"api_key:view", "api_key:delete"}})
	ownCorebill, ownBillium := s.CorebillKeys(t)[1].ID, s.BilliumKeys(t)[1].ID
	s.Intercept(func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if strings.HasSuffix(r.URL.Path, "/api-keys/current") {
				r.Header.Set("X-Api-Key", otherBillium.token)
			}
			if r.URL.Path == "/corebill/v1/companies" && r.URL.Query().Get("company_id") != "" {
				r.Header.Set("Authorization", "Bearer "+other)
			}
			next.ServeHTTP(w, r)
		})
	})
	for _, args := range [][]string{{"whoami"}, {"keys", "prune"}, {"keys", "revoke", ownCorebill, "--yes"}, {"keys", "revoke", ownBillium, "--yes"}} {
		code, _, stderr := s.keyward(t, args...)
		if code != 2 || !strings.Contains(stderr, "but the token begins otherwise") {
			t.Errorf("%q: exit %d, %q", args, code, stderr)
		}
	}
	for _, key := range s.CorebillKeys(t) {
		if key.RevokedAt != nil {
			t.Errorf("%s was revoked", key.Name)
		}
	}
}

// A credential that was set with its quotes is not sent.
func TestCredentialInQuotes(t *testing.T) {
	s := newStage(t)
	s.env["COREBILL_API_KEY"] = `"` + s.Credentials.Corebill.APIKey + `"`
	s.ResetRequests()
	for _, args := range [][]string{{"keys", "list"}, {"whoami"}, {"import"}, {"audit"}} {
		code, _, stderr := s.keyward(t, args...)
		if code != 2 || !strings.Contains(stderr, "COREBILL_API_KEY") || !strings.Contains(stderr, "a quote") || len(s.Requests()) != 0 {
			t.Errorf("%q: exit %d, %q, %d requests", args, code, stderr, len(s.Requests()))
		}
	}
}

// Without an answer about its own key, a key may be it, and is not said to be.
func TestImportThatCantTellItsOwnKey(t *testing.T) {
	s := newStage(t)
	s.Intercept(func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if !strings.HasSuffix(r.URL.Path, "/api-keys/current") {
				next.ServeHTTP(w, r)
				return
			}
			w.Header().Set("Content-Type", "application/json")
			w.WriteHeader(http.StatusForbidden)
			_, _ = io.WriteString(w, `{"statusCode":403,"message":"Forbidden","error":"Forbidden"}`)
		})
	})
	delete(s.env, "COREBILL_API_KEY")
	code, stdout, stderr := s.keyward(t, "import")
	if code != 0 || !strings.Contains(stdout, "it may be the key in use here") {
		t.Errorf("exit %d, %q, %q", code, stdout, stderr)
	}
}
