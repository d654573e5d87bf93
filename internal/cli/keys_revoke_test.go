package cli_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// typist is a terminal at which someone types.
type typist struct{ io.Reader }

func (typist) IsTerminal() bool { return true }

func TestKeysRevoke(t *testing.T) {
	s := newShop(t)
	state := filepath.Join(t.TempDir(), "state.json")
	check(t, os.WriteFile(state, []byte(`{"format_version":"1.0","values":{"root_module":{"resources":[
		{"address":"keyward_billium_api_key.browser","mode":"managed","type":"keyward_billium_api_key","values":{"id":"`+s.browser.id+`","name":"browser"}},
		{"address":"keyward_corebill_api_key.new","mode":"managed","type":"keyward_corebill_api_key","values":{"id":"key_new","name":"deploy","previous":{"id":"`+s.deploy.id+`"}}}
	]}}}`), 0o600))
	for _, c := range []struct {
		name  string
		stdin io.Reader
		args  []string
	}{
		{"by-id-asked", typist{strings.NewReader("yes\n")}, []string{s.reporting.id}},
		{"by-id", nil, []string{s.checkout.id, "--yes", "--state", state}},
		{"by-token", strings.NewReader(s.browser.token), []string{"-", "--yes", "--state", state}},
		{"by-token-again", strings.NewReader(s.browser.token), []string{"-"}},
		{"corebill-by-token", strings.NewReader(s.other.token), []string{"-", "--yes", "-o", "json"}},
		{"previous", nil, []string{s.deploy.id, "--yes", "--state", filepath.Dir(state)}},
	} {
		t.Run(c.name, func(t *testing.T) {
			if s.stdin = c.stdin; c.stdin == nil {
				s.stdin = strings.NewReader("")
			}
			code, stdout, stderr := s.keyward(t, append([]string{"keys", "revoke"}, c.args...)...)
			if code != 0 {
				t.Errorf("exit %d", code)
			}
			golden(t, "keys/revoke-"+c.name, strings.ReplaceAll(stdout, filepath.Dir(state), "states")+"---- stderr\n"+stderr)
		})
	}
	for _, token := range []string{s.reporting.token, s.other.token, s.deploy.token} {
		s.CallCorebill(t, token, "GET", "/companies", nil).Want(t, 401)
	}
	for _, token := range []string{s.checkout.token, s.browser.token} {
		s.CallBillium(t, token, "GET", "/api-keys/current", nil).Want(t, 401)
	}
}

func TestKeysRevokeRefuses(t *testing.T) {
	s := newShop(t)
	own, ownCorebill := s.BilliumKeys(t), s.CorebillKeys(t)
	ownID, ownCorebillID := own[len(own)-1].ID, ownCorebill[len(ownCorebill)-1].ID
	for _, c := range []struct {
		name, want string
		stdin      io.Reader
		args       []string
	}{
		{"no terminal to ask at", "check the above, then run again with --yes", strings.NewReader(""), []string{s.reporting.id}},
		{"the answer is no", "not done: the answer was not yes", typist{strings.NewReader("y\n")}, []string{s.reporting.id}},
		{"there is no answer", "not done: the answer was not yes", typist{strings.NewReader("")}, []string{s.reporting.id}},
		{"keyward's own key", "is the key that keyward itself uses", nil, []string{ownID, "--yes"}},
		{"keyward's own Corebill key", "is the key that keyward itself uses", nil, []string{ownCorebillID, "--yes"}},
		{"the only key with a Corebill prefix", `a prefix can't tell which key is meant`, nil, []string{s.reporting.token[:10], "--yes"}},
		{"the only key with a Billium prefix", `"checkout", ` + s.Credentials.Billium.MerchantID[:4], nil, []string{s.checkout.token[:16], "--yes"}},
		{"a state that is none", "testdata/keys/list-json: neither a Terraform state nor `terraform show -json` of a state or a plan: it is no JSON object", nil, []string{s.reporting.id, "--yes", "--state", "testdata/keys/list-json"}},
		{"a stranger's token", "no key that the configured accounts see is sk_" + strings.Repeat("0", 13), strings.NewReader("sk_" + strings.Repeat("0", 96)), []string{"-", "--yes"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			if s.stdin = c.stdin; c.stdin == nil {
				s.stdin = strings.NewReader("")
			}
			code, stdout, stderr := s.keyward(t, append([]string{"keys", "revoke"}, c.args...)...)
			if code != 2 || stdout != "" || !strings.Contains(stderr, c.want) {
				t.Errorf("exit %d, stdout %q, stderr %q", code, stdout, stderr)
			}
		})
	}
	for _, key := range s.CorebillKeys(t) {
		if key.RevokedAt != nil {
			t.Errorf("%s was revoked", key.Name)
		}
	}
	s.stdin = strings.NewReader("")
}

// With its own key revoked, the 401 that its own token gets is the proof.
func TestKeysRevokeItsOwn(t *testing.T) {
	for _, byToken := range []bool{false, true} {
		s := newStage(t)
		own, ownCorebill := s.BilliumKeys(t)[0], s.CorebillKeys(t)[0]
		for _, key := range []created{{own.ID, s.Credentials.Billium.APIKey}, {ownCorebill.ID, s.Credentials.Corebill.APIKey}} {
			reference, input := key.id, ""
			if byToken {
				reference, input = "-", key.token
			}
			code, stdout, stderr := s.run(t, input, "keys", "revoke", reference, "--yes", "--allow-own")
			if code != 0 || !strings.HasPrefix(stdout, "Revoked key_") || !strings.Contains(stdout, "Confirmed: the platform answers its token with 401. Revoked at 2026-03-01T08:00:00Z.") {
				t.Errorf("by its token %t: exit %d, %q, %q", byToken, code, stdout, stderr)
			}
		}
		s.CallBillium(t, s.Credentials.Billium.APIKey, "GET", "/api-keys/current", nil).Want(t, 401)
		s.CallCorebill(t, s.Credentials.Corebill.APIKey, "GET", "/companies", nil).Want(t, 401)
	}
}

// A 401 of whatever else answers, and that of an account whose key it isn't, prove nothing.
func TestKeysRevokeItsOwnIsProvedByThePlatform(t *testing.T) {
	for _, platforms := range []bool{false, true} {
		s := newShop(t)
		revoked := false
		s.Intercept(func(next http.Handler) http.Handler {
			return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if revoked {
					w.Header().Set("Content-Type", "application/json")
					body := `{"statusCode":401,"message":"Invalid API key","error":"Unauthorized"}`
					if !platforms {
						w.Header().Set("Content-Type", "text/html")
						body = "<h1>Log in</h1>"
					}
					w.WriteHeader(http.StatusUnauthorized)
					_, err := io.WriteString(w, body)
					check(t, err)
					return
				}
				revoked = r.Method == http.MethodDelete
				next.ServeHTTP(w, r)
			})
		})
		id := s.checkout.id
		if keys := s.BilliumKeys(t); !platforms {
			id = keys[len(keys)-1].ID
		}
		code, stdout, stderr := s.run(t, "", "keys", "revoke", id, "--yes", "--allow-own")
		if code != 2 || stdout != "" || !strings.Contains(stderr, "was revoked, but it can't be looked at") {
			t.Errorf("exit %d, %q, %q", code, stdout, stderr)
		}
	}
}

// A Corebill token that is refused may be that of any key with its prefix.
func TestKeysRevokeDeadCorebillToken(t *testing.T) {
	s := newShop(t)
	s.stdin = strings.NewReader(s.reporting.token[:10] + strings.Repeat("0", 38))
	code, _, stderr := s.keyward(t, "keys", "revoke", "-", "--yes")
	if code != 2 || !strings.Contains(stderr, "the key could not be identified") || !strings.Contains(stderr, `"reporting", My Agency, read, live`) {
		t.Errorf("exit %d, %q", code, stderr)
	}
	s.CallCorebill(t, s.reporting.token, "GET", "/companies", nil).Want(t, 200)
}

// A proxy's 401 proves nothing.
func TestKeysRevokeIsProvedByThePlatform(t *testing.T) {
	s := newShop(t)
	asked := 0
	s.Intercept(func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.Header.Get("X-Api-Key") == s.checkout.token {
				if asked++; asked > 1 {
					w.Header().Set("Content-Type", "text/html")
					w.WriteHeader(http.StatusUnauthorized)
					_, err := w.Write([]byte("<h1>Log in</h1>"))
					check(t, err)
					return
				}
			}
			next.ServeHTTP(w, r)
		})
	})
	s.stdin = strings.NewReader(s.checkout.token)
	code, stdout, stderr := s.keyward(t, "keys", "revoke", "-", "--yes")
	if code != 2 || stdout != "" || !strings.Contains(stderr, "is refused could not be proved") {
		t.Errorf("exit %d, %q, %q", code, stdout, stderr)
	}
}

// The proof is a request: a platform that goes on accepting the token is found out.
func TestKeysRevokeIsProved(t *testing.T) {
	s := newShop(t)
	var first *httptest.ResponseRecorder
	s.Intercept(func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.Header.Get("X-Api-Key") != s.checkout.token {
				next.ServeHTTP(w, r)
				return
			}
			if first == nil {
				first = httptest.NewRecorder()
				next.ServeHTTP(first, r)
			}
			w.Header().Set("Content-Type", "application/json")
			_, err := w.Write(first.Body.Bytes())
			check(t, err)
		})
	})
	s.stdin = strings.NewReader(s.checkout.token)
	code, stdout, stderr := s.keyward(t, "keys", "revoke", "-", "--yes")
	if code != 2 || stdout != "" || !strings.Contains(stderr, "is revoked, by what the platform says, but: the token of") || !strings.Contains(stderr, "is still accepted") {
		t.Errorf("exit %d, %q, %q", code, stdout, stderr)
	}
}
