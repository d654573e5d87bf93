package inventory_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/keyward/terraform-provider-keyward/internal/client"
	"github.com/keyward/terraform-provider-keyward/internal/inventory"
	"github.com/keyward/terraform-provider-keyward/internal/sandbox/sandboxtest"
)

func check(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// inv returns the keys that a Corebill credential and the OWNER's see.
func inv(t *testing.T, s *sandboxtest.Sandbox, corebill string) *inventory.Inventory {
	t.Helper()
	c, b := s.Credentials.Corebill, s.Credentials.Billium
	env := map[string]string{
		"COREBILL_API_KEY": corebill, "COREBILL_BASE_URL": c.BaseURL,
		"BILLIUM_API_KEY": b.APIKey, "BILLIUM_MERCHANT_ID": b.MerchantID, "BILLIUM_BASE_URL": b.BaseURL,
	}
	access, err := inventory.Load("", func(name string) string { return env[name] }, client.Options{
		Sleep: func(ctx context.Context, _ time.Duration) error { return ctx.Err() },
	})
	check(t, err)
	return inventory.New(access)
}

// Where keys share a prefix, the log tells which one a credential is, and whose
// token is given.
func TestKeysWithOnePrefix(t *testing.T) {
	s := sandboxtest.Start(t)
	own := s.Credentials.Corebill.APIKey
	self := s.CorebillKeys(t)[0].ID
	s.StartTokens(own[8:10])
	tokens := map[string]string{self: own}
	for _, company := range []string{"", s.SecondCompanyID, ""} {
		token := s.CorebillKey(t, company, "admin")
		tokens[s.CorebillKeys(t)[0].ID] = token
	}
	r := inv(t, s, own)
	if got := r.Whoami(t.Context())[0]; got.Key == nil || got.Key.ID != self {
		t.Errorf("it is %+v, %s", got.Key, got.Error)
	}
	for key, err := range r.Keys(t.Context(), inventory.ListOptions{Platform: inventory.Corebill}) {
		check(t, err)
		if is, err := r.IsOwn(t.Context(), key); err != nil || is != (key.ID == self) {
			t.Errorf("%s is its own: %v, %v", key, is, err)
		}
		found, err := r.FindToken(t.Context(), client.NewSecret(tokens[key.ID]))
		if err != nil || found.ID != key.ID {
			t.Errorf("%s, %v, want %s", found, err, key)
		}
	}
	if _, err := r.Find(t.Context(), own[:10]); err == nil {
		t.Error("a prefix that many keys have names one")
	}
	// A fingerprint tells without a request that has the token.
	s.Intercept(func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if id, token := self, own; r.Header.Get("Authorization") != "Bearer "+token {
				t.Errorf("a token of another key than %s was sent", id)
			}
			next.ServeHTTP(w, r)
		})
	})
	for id, token := range tokens {
		if found, err := r.FindStated(t.Context(), client.NewSecret(token), id); err != nil || found.ID != id {
			t.Errorf("%s, %v, want %s", found, err, id)
		}
	}
}

// Where the log says nothing, nothing is certain.
func TestWithoutALogNothingIsCertain(t *testing.T) {
	s := sandboxtest.Start(t)
	own := s.Credentials.Corebill.APIKey
	s.Intercept(func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path == "/corebill/v1/api_logs" {
				w.Header().Set("Content-Type", "application/json")
				_, _ = fmt.Fprint(w, `{"object":"list","url":"/v1/api_logs","data":[],"has_more":false,"next_cursor":null}`)
				return
			}
			next.ServeHTTP(w, r)
		})
	})
	r := inv(t, s, own)
	key, err := r.Find(t.Context(), s.CorebillKeys(t)[0].ID)
	check(t, err)
	if is, err := r.IsOwn(t.Context(), key); !errors.Is(err, client.ErrUnidentified) {
		t.Errorf("it is certain without a log: %v, %v", is, err)
	}
	if found, err := r.FindToken(t.Context(), client.NewSecret(own)); !errors.Is(err, client.ErrUnidentified) {
		t.Errorf("it is certain without a log: %v, %v", found, err)
	}
	if self := r.Whoami(t.Context())[0]; self.Key != nil || !self.Unidentified() {
		t.Errorf("%+v", self)
	}
}

// Tokens are found in whatever they come in, each once, and nothing is passed over.
func TestTokens(t *testing.T) {
	a, b := "sk_live_"+strings.Repeat("a", 40), "sk_live_"+strings.Repeat("b", 40)
	c, d := "sk_"+strings.Repeat("c", 96), "pk_"+strings.Repeat("d", 96)
	for text, want := range map[string]string{
		"":                                      "",
		"\n \r\n\t\n":                           "",
		a:                                       "1:" + a,
		"Authorization: Bearer " + a + "\r\n":   "1:" + a,
		"export COREBILL_API_KEY=\"" + a + "\"": "1:" + a,
		"x-api-key: " + c + "\n'" + d + "',":    "1:" + c + " 2:" + d,
		`2026-03-01 GET /?key=` + a + `&other=%20` + b + ` 200` + "\n\n" + a: "1:" + a + " 1:" + b,
		"rubbish\n" + a:          "1:no whole token 2:" + a,
		a[:10] + "…":             "1:beginning of a token",
		c[:16]:                   "1:beginning of a token",
		c[:90]:                   "1:no whole token",
		"whsec_0123456789abcdef": "1:webhook",
		a + " " + c[:90]:         "1:" + a + " 1:no whole token",
		c[:40] + "\t" + a:        "1:no whole token 1:" + a,
		c + "0," + b:             "1:no whole token 1:" + b,
		a + " sk_live_ab":        "1:" + a + " 1:beginning of a token",
		"task_id=5 token=" + a + " risk_assessment": "1:" + a,
		a + " whsec_0123456789abcdef":               "1:" + a + " 1:webhook",
	} {
		var got []string
		for _, p := range inventory.Tokens(text) {
			what := p.Token.Reveal()
			if p.Err != nil {
				what = p.Err.Error()
				for _, words := range []string{"no whole token", "beginning of a token", "webhook"} {
					if strings.Contains(what, words) {
						what = words
					}
				}
			}
			got = append(got, fmt.Sprintf("%d:%s", p.Line, what))
		}
		if strings.Join(got, " ") != want {
			t.Errorf("%q: got %q, want %q", text, got, want)
		}
	}
}

// A list has each key once, however many companies show it.
func TestKeysOfAnOrganization(t *testing.T) {
	s := sandboxtest.Start(t)
	s.CorebillKey(t, "", "admin")
	s.CorebillKey(t, s.SecondCompanyID, "read")
	r := inv(t, s, s.Credentials.Corebill.APIKey)
	seen := map[string]int{}
	for key, err := range r.Keys(t.Context(), inventory.ListOptions{}) {
		check(t, err)
		seen[key.ID]++
	}
	if len(seen) != 4 {
		t.Errorf("%d keys", len(seen))
	}
	for id, times := range seen {
		if times != 1 {
			t.Errorf("%s comes %d times", id, times)
		}
		s.ResetRequests()
		key, err := r.Find(t.Context(), id)
		if err != nil || key.ID != id {
			t.Errorf("%s, %v", key, err)
		}
		if n := len(s.Requests()); n > 3 {
			t.Errorf("it takes %d requests to find %s", n, id)
		}
	}
}

// An account that may not look is an error, and no key that is not there.
func TestFindIsSure(t *testing.T) {
	s := sandboxtest.Start(t)
	s.Intercept(func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.Header.Get("X-Api-Key") != "" {
				w.WriteHeader(http.StatusForbidden)
				_, _ = fmt.Fprint(w, `{"statusCode":403,"message":"Missing permission: api_key:view","error":"Forbidden"}`)
				return
			}
			next.ServeHTTP(w, r)
		})
	})
	r := inv(t, s, s.Credentials.Corebill.APIKey)
	if _, err := r.Find(t.Context(), s.BilliumKeys(t)[0].ID); !errors.Is(err, client.ErrForbidden) {
		t.Errorf("%v", err)
	}
}

// A key that one account has for certain is found, though another can't be asked;
// what a prefix names is certain only where all were.
func TestFindWithAnAccountInTrouble(t *testing.T) {
	s := sandboxtest.Start(t)
	c := s.Credentials.Corebill
	token := s.CorebillKey(t, s.SecondCompanyID, "read")
	env := map[string]string{
		"COREBILL_API_KEY": c.APIKey, "COREBILL_BASE_URL": c.BaseURL,
	}
	good, err := inventory.Load("", func(name string) string { return env[name] }, client.Options{})
	check(t, err)
	env["COREBILL_API_KEY"] = "sk_live_0000000000"
	bad, err := inventory.Load("", func(name string) string { return env[name] }, client.Options{})
	check(t, err)
	r := inventory.New(&inventory.Accounts{Corebill: append(bad.Corebill, good.Corebill...)})
	want := ""
	for key, err := range inventory.New(good).Keys(t.Context(), inventory.ListOptions{Scope: s.SecondCompanyID}) {
		check(t, err)
		want = key.ID
	}
	if key, err := r.Find(t.Context(), want); err != nil || key.ID != want {
		t.Errorf("by its id: %s, %v", key, err)
	}
	if key, err := r.FindToken(t.Context(), client.NewSecret(token)); err != nil || key.ID != want {
		t.Errorf("by its token: %s, %v", key, err)
	}
	if key, err := r.Find(t.Context(), token[:10]); !errors.Is(err, client.ErrUnauthorized) {
		t.Errorf("by its prefix: %s, %v", key, err)
	}
	if _, err := r.Find(t.Context(), "key_aaaaaaaaaaaa"); !errors.Is(err, client.ErrUnauthorized) {
		t.Errorf("a key that no one has: %v", err)
	}
	if err := r.Reaches(t.Context(), "", s.SecondCompanyID); err != nil {
		t.Error(err)
	}
	if err := r.Reaches(t.Context(), "", "com_none"); !errors.Is(err, client.ErrUnauthorized) {
		t.Errorf("a company that no one reaches: %v", err)
	}
}
