package configured_test

import (
	"crypto/rand"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/keyward/terraform-provider-keyward/internal/client"
	clientbillium "github.com/keyward/terraform-provider-keyward/internal/client/billium"
	clientcorebill "github.com/keyward/terraform-provider-keyward/internal/client/corebill"
	"github.com/keyward/terraform-provider-keyward/internal/configured"
	billiumapi "github.com/keyward/terraform-provider-keyward/internal/contract/billium"
	"github.com/keyward/terraform-provider-keyward/internal/platform/billium"
	"github.com/keyward/terraform-provider-keyward/internal/platform/corebill"
	"github.com/keyward/terraform-provider-keyward/internal/sandbox/sandboxtest"
)

const ownKeyID = "key_a1b2c3d4e5f6"

// corebillWith answers with a key and its log, and counts the requests.
func corebillWith(t *testing.T, key, logs string) (c *configured.Corebill, requests *int) {
	t.Helper()
	token, err := corebill.NewToken(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	requests = new(int)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		*requests++
		w.Header().Set("Content-Type", "application/json")
		switch {
		case strings.HasPrefix(r.URL.Path, "/v1/api_logs") && logs != "":
			_, _ = fmt.Fprintf(w, `{"object":"list","url":"/v1/api_logs","data":[%s],"has_more":false,"next_cursor":null}`, strings.Trim(logs, "-"))
		case strings.HasPrefix(r.URL.Path, "/v1/api_keys") && key != "":
			_, _ = fmt.Fprintf(w, `{"id":%q,"object":"api_key",%s"created_at":"2026-01-15T10:00:00Z"}`, ownKeyID, key)
		default:
			w.WriteHeader(http.StatusNotFound)
			_, _ = fmt.Fprint(w, `{"error":"API key not found"}`)
		}
	}))
	t.Cleanup(server.Close)
	secret := client.NewSecret(token)
	access, err := clientcorebill.New(clientcorebill.Options{BaseURL: server.URL, APIKey: secret, MaxAttempts: 1})
	if err != nil {
		t.Fatal(err)
	}
	return &configured.Corebill{Client: access, Credential: secret, Now: time.Now}, requests
}

func row(method, path string) string {
	return fmt.Sprintf(`{"id":"log_a1b2c3d4e5f6","object":"api_log","api_key_id":%q,"method":%q,"path":%q,"status":200,"created_at":"2026-01-15T10:00:00Z"}`, ownKeyID, method, path)
}

// A key whose token isn't known and whose prefix is the provider's is told from
// it by its log.
func TestOwnCorebillKeyByItsLog(t *testing.T) {
	t.Parallel()
	live := `"disabled":false,"last_used_at":"2026-01-15T10:00:00Z","revoked_at":null,`
	itself := row("GET", "/v1/api_keys/"+ownKeyID)
	for name, c := range map[string]struct {
		key, logs string
		want      bool
		requests  int
	}{
		"it asks for itself":           {live, row("GET", "/v1/customers") + "," + itself, true, 2},
		"it does other things":         {live, row("GET", "/v1/customers") + "," + row("PATCH", "/v1/api_keys/"+ownKeyID), false, 2},
		"nothing is known of it":       {live, "-", true, 2},
		"it is disabled":               {`"disabled":true,"revoked_at":null,`, itself, false, 1},
		"it is revoked":                {`"disabled":false,"revoked_at":"2026-01-16T10:00:00Z",`, itself, false, 1},
		"it was never used":            {`"disabled":false,"last_used_at":null,"revoked_at":null,`, "-", false, 1},
		"it is gone":                   {"", itself, false, 1},
		"its log can't be asked about": {live, "", false, 2},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			access, requests := corebillWith(t, c.key, c.logs)
			prefix := corebill.KeyPrefix(access.Credential.Reveal())
			own, err := access.IsOwnKey(t.Context(), configured.CorebillKey{ID: ownKeyID, KeyPrefix: prefix, Scope: "com_a1b2c3d4e5f6"})
			if own != c.want || (err != nil) != (c.logs == "") || *requests != c.requests {
				t.Errorf("got %t, %v after %d requests", own, err, *requests)
			}
		})
	}
}

// A token, or another prefix, decides without a request.
func TestOwnCorebillKeyWithoutARequest(t *testing.T) {
	t.Parallel()
	access, requests := corebillWith(t, "", "")
	token := access.Credential.Reveal()
	prefix := corebill.KeyPrefix(token)
	for name, c := range map[string]struct {
		key  configured.CorebillKey
		want bool
	}{
		"its token":                  {configured.CorebillKey{ID: ownKeyID, KeyPrefix: prefix, Token: token}, true},
		"another token":              {configured.CorebillKey{ID: ownKeyID, KeyPrefix: prefix, Token: token + "x"}, false},
		"another prefix":             {configured.CorebillKey{ID: ownKeyID, KeyPrefix: corebill.TokenPrefix + "~~"}, false},
		"a prefix that tells nobody": {configured.CorebillKey{ID: ownKeyID, KeyPrefix: corebill.TokenPrefix}, false},
	} {
		if own, err := access.IsOwnKey(t.Context(), c.key); own != c.want || err != nil {
			t.Errorf("%s: got %t, %v", name, own, err)
		}
	}
	if *requests != 0 {
		t.Errorf("%d requests", *requests)
	}
	if (&configured.Corebill{}).IsCredential("") {
		t.Error("no credential is nobody's token")
	}
}

func billiumAccess(t *testing.T, s *sandboxtest.Sandbox, token string) *configured.Billium {
	t.Helper()
	c, err := clientbillium.New(clientbillium.Options{BaseURL: s.Credentials.Billium.BaseURL, APIKey: client.NewSecret(token)})
	if err != nil {
		t.Fatal(err)
	}
	return &configured.Billium{Client: c, MerchantID: s.Credentials.Billium.MerchantID, Now: time.Now}
}

// Whose key it is can be told through the keys that made it, as far as they may
// be looked at.
func TestIssuer(t *testing.T) {
	t.Parallel()
	s := sandboxtest.Start(t)
	merchantID := s.Credentials.Billium.MerchantID
	made := func(by *configured.Billium, permissions ...billiumapi.Permission) *configured.Billium {
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
		access *configured.Billium
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
		if own, err := c.access.IsOwnKey(t.Context(), current.ID); !own || err != nil {
			t.Errorf("%s: its own key: %t, %v", name, own, err)
		}
		if own, err := c.access.IsOwnKey(t.Context(), ownKeyID); own || err != nil {
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
