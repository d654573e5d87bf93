package providerdata_test

import (
	"context"
	"crypto/rand"
	"fmt"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/keyward/terraform-provider-keyward/internal/client"
	clientbillium "github.com/keyward/terraform-provider-keyward/internal/client/billium"
	clientcorebill "github.com/keyward/terraform-provider-keyward/internal/client/corebill"
	billiumapi "github.com/keyward/terraform-provider-keyward/internal/contract/billium"
	"github.com/keyward/terraform-provider-keyward/internal/platform/billium"
	"github.com/keyward/terraform-provider-keyward/internal/platform/corebill"
	"github.com/keyward/terraform-provider-keyward/internal/providerdata"
	"github.com/keyward/terraform-provider-keyward/internal/sandbox/sandboxtest"
)

const ownKeyID = "key_a1b2c3d4e5f6"

// twins returns the tokens and ids of two of an organization's admin keys that have
// the same prefix, the older one first.
func twins(t *testing.T, s *sandboxtest.Sandbox) (tokens, ids [2]string) {
	t.Helper()
	s.StartTokens("Zz")
	defer s.StartTokens("")
	for i := range tokens {
		tokens[i] = s.CorebillKey(t, "", corebill.Admin)
		ids[i] = s.CorebillKeys(t)[0].ID
	}
	return tokens, ids
}

// Which of two keys with one prefix is the provider's, the log tells, once.
func TestOwnCorebillKeyWithATwin(t *testing.T) {
	t.Parallel()
	s := sandboxtest.Start(t)
	tokens, ids := twins(t, s)
	for own := range tokens {
		c := access(t, s, tokens[own])
		c.CompanyID = s.Credentials.Corebill.CompanyID
		s.ResetRequests()
		for range 2 {
			for i, id := range ids {
				got, err := c.IsCallerKey(t.Context(), providerdata.CorebillKey{ID: id, KeyPrefix: tokens[0][:10], Scope: c.CompanyID})
				if err != nil || got != (i == own) {
					t.Errorf("the holder of key %d asks about key %d: %t, %v", own, i, got, err)
				}
			}
		}
		if n := len(s.Requests()); n != 3 {
			t.Errorf("%d requests", n)
		}
	}
}

// Where the log tells nothing, nothing is certain, and the guards refuse.
func TestOwnCorebillKeyThatCantBeTold(t *testing.T) {
	t.Parallel()
	const company = `{"id":"com_a1b2c3d4e5f6","name":"a","slug":"a","currency":"USD","invoice_prefix":"I","quote_prefix":"Q","logo_url":null,"created_at":"2026-01-15T10:00:00Z"}`
	for name, c := range map[string]struct {
		companies, logs int
		reached         string
	}{
		"an empty log":                 {200, 200, company},
		"a log that may not be read":   {200, 403, company},
		"a log that can't be read":     {200, 503, company},
		"a request that is refused":    {401, 200, company},
		"a key that reaches nothing":   {200, 200, ""},
		"companies that can't be read": {503, 200, company},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			access := corebillWith(t, func(w http.ResponseWriter, r *http.Request) {
				status, data := c.companies, c.reached
				if r.URL.Path == "/v1/api_logs" {
					status, data = c.logs, ""
				}
				w.WriteHeader(status)
				if status == http.StatusOK {
					_, _ = fmt.Fprintf(w, `{"object":"list","url":"/v1/x","data":[%s],"has_more":false,"next_cursor":null}`, data)
					return
				}
				_, _ = fmt.Fprint(w, `{"error":"no"}`)
			})
			key := providerdata.CorebillKey{ID: ownKeyID, KeyPrefix: corebill.KeyPrefix(access.Credential.Reveal()), Scope: "com_a1b2c3d4e5f6"}
			if own, err := access.IsCallerKey(t.Context(), key); own || err == nil {
				t.Errorf("got %t, %v", own, err)
			}
			if _, err := access.CallerKeyID(t.Context()); err == nil {
				t.Error("it is certain")
			}
		})
	}
}

// corebillWith is the access to a server that answers in JSON.
func corebillWith(t *testing.T, answer http.HandlerFunc) *providerdata.Corebill {
	t.Helper()
	token, err := corebill.NewToken(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		answer(w, r)
	}))
	t.Cleanup(server.Close)
	secret := client.NewSecret(token)
	access, err := clientcorebill.New(clientcorebill.Options{
		BaseURL: server.URL, APIKey: secret, MaxAttempts: 1,
		Sleep: func(ctx context.Context, _ time.Duration) error { return ctx.Err() },
	})
	if err != nil {
		t.Fatal(err)
	}
	return &providerdata.Corebill{Client: access, Credential: secret, Now: time.Now}
}

// A token, or another prefix, decides without a request.
func TestOwnCorebillKeyWithoutARequest(t *testing.T) {
	t.Parallel()
	access := corebillWith(t, func(http.ResponseWriter, *http.Request) { t.Error("a request") })
	token := access.Credential.Reveal()
	prefix := corebill.KeyPrefix(token)
	for name, c := range map[string]struct {
		key  providerdata.CorebillKey
		want bool
	}{
		"its token":      {providerdata.CorebillKey{ID: ownKeyID, KeyPrefix: prefix, Token: token}, true},
		"another token":  {providerdata.CorebillKey{ID: ownKeyID, KeyPrefix: prefix, Token: token + "x"}, false},
		"another prefix": {providerdata.CorebillKey{ID: ownKeyID, KeyPrefix: corebill.TokenPrefix + "~~"}, false},
	} {
		if own, err := access.IsCallerKey(t.Context(), c.key); own != c.want || err != nil {
			t.Errorf("%s: got %t, %v", name, own, err)
		}
	}
	if (&providerdata.Corebill{}).IsCredential("") {
		t.Error("an empty token is the provider's")
	}
}

func billiumAccess(t *testing.T, s *sandboxtest.Sandbox, token string) *providerdata.Billium {
	t.Helper()
	c, err := clientbillium.New(clientbillium.Options{BaseURL: s.Credentials.Billium.BaseURL, APIKey: client.NewSecret(token)})
	if err != nil {
		t.Fatal(err)
	}
	return &providerdata.Billium{Client: c, MerchantID: s.Credentials.Billium.MerchantID, Now: time.Now}
}

// Whose key it is can be told through the keys that made it, as far as they may
// be looked at.
func TestIssuer(t *testing.T) {
	t.Parallel()
	s := sandboxtest.Start(t)
	merchantID := s.Credentials.Billium.MerchantID
	made := func(by *providerdata.Billium, permissions ...billiumapi.Permission) *providerdata.Billium {
		key, err := by.Client.CreateAPIKey(t.Context(), merchantID, billiumapi.CreateAPIKeyRequest{Name: "made", Permissions: &permissions}, "")
		if err != nil {
			t.Fatal(err)
		}
		return billiumAccess(t, s, key.Token.Reveal())
	}
	first := billiumAccess(t, s, s.BilliumKeyAs(t, billium.Owner))
	second := made(first, "api_key:create", "api_key:view")
	third := made(second, "api_key:view")
	for name, c := range map[string]struct {
		access *providerdata.Billium
		want   string
	}{
		"made in the dashboard":   {first, s.OwnerID},
		"made by a key":           {second, s.OwnerID},
		"made by a key's key":     {third, s.OwnerID},
		"one that may not look":   {made(first, "invoice:view"), ""},
		"the first key of them":   {billiumAccess(t, s, s.Credentials.Billium.APIKey), s.OwnerID},
		"one that an ADMIN holds": {billiumAccess(t, s, s.BilliumKeyAs(t, billium.Administrator)), administrator(t, s)},
	} {
		if got, err := c.access.Issuer(t.Context()); got != c.want || err != nil {
			t.Errorf("%s: got %q, %v, want %q", name, got, err, c.want)
		}
		current, err := c.access.Current(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if own, err := c.access.IsCallerKey(t.Context(), current.ID); !own || err != nil {
			t.Errorf("%s: its own key: %t, %v", name, own, err)
		}
		if own, err := c.access.IsCallerKey(t.Context(), ownKeyID); own || err != nil {
			t.Errorf("%s: another key: %t, %v", name, own, err)
		}
	}
}

func administrator(t *testing.T, s *sandboxtest.Sandbox) string {
	t.Helper()
	for _, member := range s.TeamMembers(t) {
		if member.Role == billium.Administrator {
			return member.ID
		}
	}
	t.Fatal("there is no ADMIN")
	return ""
}
