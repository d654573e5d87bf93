package keyring_test

import (
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"regexp"
	"slices"
	"testing"

	"github.com/keyward/terraform-provider-keyward/internal/account"
	"github.com/keyward/terraform-provider-keyward/internal/client"
	"github.com/keyward/terraform-provider-keyward/internal/keyring"
	"github.com/keyward/terraform-provider-keyward/internal/sandbox/sandboxtest"
)

func check(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// ring returns the keys that a Corebill credential and the OWNER's see.
func ring(t *testing.T, s *sandboxtest.Sandbox, corebill string) *keyring.Ring {
	t.Helper()
	c, b := s.Credentials.Corebill, s.Credentials.Billium
	env := map[string]string{
		"COREBILL_API_KEY": corebill, "COREBILL_BASE_URL": c.BaseURL,
		"BILLIUM_API_KEY": b.APIKey, "BILLIUM_MERCHANT_ID": b.MerchantID, "BILLIUM_BASE_URL": b.BaseURL,
	}
	access, err := account.Load("", func(name string) string { return env[name] }, client.Options{})
	check(t, err)
	return keyring.New(access)
}

var prefix = regexp.MustCompile(`"key_prefix":"sk_live_..`)

// alike has every Corebill key shown with one and the same prefix.
func alike(s *sandboxtest.Sandbox, as string) {
	s.Intercept(func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			answer := httptest.NewRecorder()
			next.ServeHTTP(answer, r)
			for name, values := range answer.Header() {
				if name != "Content-Length" {
					w.Header()[name] = values
				}
			}
			w.WriteHeader(answer.Code)
			_, _ = w.Write(prefix.ReplaceAll(answer.Body.Bytes(), []byte(`"key_prefix":"`+as)))
		})
	})
}

// A Corebill prefix tells little: where keys share it, the log tells which one
// the credential is, and so whose token is given.
func TestKeysWithOnePrefix(t *testing.T) {
	s := sandboxtest.Start(t)
	own := s.Credentials.Corebill.APIKey
	for range 3 {
		s.CorebillKey(t, "", "admin")
		s.CorebillKey(t, s.SecondCompanyID, "read")
	}
	keys := s.CorebillKeys(t)
	self := slices.IndexFunc(keys, func(k sandboxtest.CorebillKey) bool { return k.Name == "Sandbox bootstrap" })
	alike(s, own[:10])
	r := ring(t, s, own)
	if got := r.Whoami(t.Context())[0]; got.Key == nil || got.Key.ID != keys[self].ID {
		t.Errorf("it is %+v, %s", got.Key, got.Error)
	}
	for key, err := range r.Keys(t.Context(), keyring.Narrow{Platform: keyring.Corebill}) {
		check(t, err)
		if is, err := r.IsOwn(t.Context(), key); err != nil || is != (key.ID == keys[self].ID) {
			t.Errorf("%s is its own: %v, %v", key, is, err)
		}
	}
	found, err := r.FindToken(t.Context(), client.NewSecret(own))
	if err != nil || found.ID != keys[self].ID {
		t.Errorf("%s, %v", found, err)
	}
	if _, err := r.Find(t.Context(), own[:10]); err == nil {
		t.Error("a prefix that many keys have names one")
	}
	// Where the log says nothing, nothing is certain.
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
	if is, err := r.IsOwn(t.Context(), found); err == nil {
		t.Errorf("it is certain without a log: %v", is)
	}
}

// A list has each key once, however many companies show it.
func TestKeysOfAnOrganization(t *testing.T) {
	s := sandboxtest.Start(t)
	s.CorebillKey(t, "", "admin")
	s.CorebillKey(t, s.SecondCompanyID, "read")
	r := ring(t, s, s.Credentials.Corebill.APIKey)
	seen := map[string]int{}
	for key, err := range r.Keys(t.Context(), keyring.Narrow{}) {
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
	r := ring(t, s, s.Credentials.Corebill.APIKey)
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
	good, err := account.Load("", func(name string) string { return env[name] }, client.Options{})
	check(t, err)
	env["COREBILL_API_KEY"] = "sk_live_0000000000"
	bad, err := account.Load("", func(name string) string { return env[name] }, client.Options{})
	check(t, err)
	r := keyring.New(&account.Access{Corebill: append(bad.Corebill, good.Corebill...)})
	want := ""
	for key, err := range keyring.New(good).Keys(t.Context(), keyring.Narrow{Scope: s.SecondCompanyID}) {
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
		t.Errorf("a key that nobody has: %v", err)
	}
	if err := r.Reaches(t.Context(), "", s.SecondCompanyID); err != nil {
		t.Error(err)
	}
	if err := r.Reaches(t.Context(), "", "com_none"); !errors.Is(err, client.ErrUnauthorized) {
		t.Errorf("a company that nobody reaches: %v", err)
	}
}
