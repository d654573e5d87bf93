package corebill_test

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/oapi-codegen/nullable"

	"github.com/keyward/terraform-provider-keyward/internal/client"
	"github.com/keyward/terraform-provider-keyward/internal/client/corebill"
	corebillapi "github.com/keyward/terraform-provider-keyward/internal/contract/corebill"
	platform "github.com/keyward/terraform-provider-keyward/internal/platform/corebill"
	"github.com/keyward/terraform-provider-keyward/internal/sandbox/sandboxtest"
)

func connect(t *testing.T, s *sandboxtest.Sandbox) *corebill.Client {
	t.Helper()
	c, err := corebill.New(corebill.Options{
		BaseURL: s.Credentials.Corebill.BaseURL, APIKey: client.NewSecret(s.Credentials.Corebill.APIKey),
		Sleep: func(ctx context.Context, _ time.Duration) error { return ctx.Err() },
	})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestSandboxLifeOfAKey(t *testing.T) {
	t.Parallel()
	s := sandboxtest.Start(t)
	c, company := connect(t, s), s.Credentials.Corebill.CompanyID

	created, err := c.CreateAPIKey(t.Context(), company, corebillapi.CreateAPIKeyRequest{Name: "ci", PermissionLevel: "read"})
	if err != nil {
		t.Fatal(err)
	}
	own, err := c.WithCredential(created.Token)
	if err != nil {
		t.Fatal(err)
	}
	if err := own.Verify(t.Context()); err != nil {
		t.Errorf("the new key: %v", err)
	}
	_, err = own.CreateAPIKey(t.Context(), company, corebillapi.CreateAPIKeyRequest{Name: "x", PermissionLevel: "read"})
	if !errors.Is(err, client.ErrForbidden) || !strings.Contains(err.Error(), "Write access required") || !strings.Contains(err.Error(), "request req_") {
		t.Errorf("a read key's POST: got %v", err)
	}
	key, err := c.UpdateAPIKey(t.Context(), company, created.Key.ID, corebillapi.UpdateAPIKeyRequest{Name: new("CI"), Disabled: new(true)})
	if err != nil || key.Name != "CI" || key.LastUsedAt == nil {
		t.Errorf("update: got %+v, %v", key, err)
	}
	if err := own.Verify(t.Context()); !errors.Is(err, client.ErrUnauthorized) || !strings.Contains(err.Error(), "API key is disabled") {
		t.Errorf("a disabled key: got %v", err)
	}
	for range 2 {
		if err := c.RevokeAPIKey(t.Context(), company, created.Key.ID); err != nil {
			t.Errorf("revoke: %v", err)
		}
	}
	if key, err := c.GetAPIKey(t.Context(), company, created.Key.ID); err != nil || key.RevokedAt == nil {
		t.Errorf("a revoked key: got %+v, %v", key, err)
	}
	rows := 0
	for row, err := range c.APILogs(t.Context(), company, corebill.LogFilter{APIKeyID: created.Key.ID, PageSize: 1}) {
		if err != nil || *row.APIKeyID != created.Key.ID {
			t.Fatalf("logs: got %+v, %v", row, err)
		}
		rows++
	}
	if rows == 0 {
		t.Error("the key's requests are not in the log")
	}
	if strings.Contains(s.Output(), created.Token.Reveal()) {
		t.Error("the token is in the sandbox's output")
	}
}

func TestSandboxLists(t *testing.T) {
	t.Parallel()
	s := sandboxtest.Start(t)
	c, company := connect(t, s), s.Credentials.Corebill.CompanyID
	companies, err := c.Companies(t.Context())
	if err != nil || len(companies) != 2 {
		t.Fatalf("got %+v, %v", companies, err)
	}
	if got, err := c.GetCompany(t.Context(), s.SecondCompanyID); err != nil || got.ID != s.SecondCompanyID {
		t.Errorf("got %+v, %v", got, err)
	}
	if _, err := c.GetCompany(t.Context(), "com_nowhere00000"); !errors.Is(err, client.ErrNotFound) {
		t.Errorf("got %v", err)
	}
	for range corebill.PageSize + 1 {
		s.CorebillKey(t, company, platform.Read)
	}
	s.ResetRequests()
	ids := map[string]bool{}
	for key, err := range c.APIKeys(t.Context(), company, corebill.KeyFilter{}) {
		if err != nil {
			t.Fatal(err)
		}
		ids[key.ID] = true
	}
	// The bootstrap key is an organization key, and the caller may see those.
	if len(ids) != corebill.PageSize+2 || len(s.Requests()) != 2 {
		t.Errorf("got %d keys with %d requests", len(ids), len(s.Requests()))
	}
	key, err := c.CreateAPIKey(t.Context(), company, corebillapi.CreateAPIKeyRequest{
		Name: "all", PermissionLevel: "admin", CompanyID: nullable.NewNullNullable[string](),
	})
	if err != nil || key.Key.CompanyID != nil {
		t.Errorf("an organization key: got %+v, %v", key, err)
	}
}

func TestSandboxLostAnswer(t *testing.T) {
	t.Parallel()
	s := sandboxtest.Start(t)
	var lose atomic.Bool
	s.Intercept(func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.Method == http.MethodGet || !lose.CompareAndSwap(true, false) {
				next.ServeHTTP(w, r)
				return
			}
			next.ServeHTTP(httptest.NewRecorder(), r)
			panic(http.ErrAbortHandler)
		})
	})
	c, company := connect(t, s), s.Credentials.Corebill.CompanyID
	before := len(s.CorebillKeys(t))
	lose.Store(true)
	s.ResetRequests()
	_, err := c.CreateAPIKey(t.Context(), company, corebillapi.CreateAPIKeyRequest{Name: "ci", PermissionLevel: "read"})
	if !errors.Is(err, client.ErrOutcomeUnknown) || !errors.Is(err, client.ErrConnection) {
		t.Errorf("got %v", err)
	}
	keys := s.CorebillKeys(t)
	if len(s.Requests()) != 1 || len(keys) != before+1 {
		t.Fatalf("%d requests made %d keys", len(s.Requests()), len(keys)-before)
	}
	for _, key := range keys {
		if key.Name != "ci" {
			continue
		}
		lose.Store(true)
		if err := c.RevokeAPIKey(t.Context(), company, key.ID); err != nil {
			t.Errorf("a revocation whose answer was lost: %v", err)
		}
	}
}

func TestSandboxWrongBaseURL(t *testing.T) {
	t.Parallel()
	s := sandboxtest.Start(t)
	for _, base := range []string{s.URL, s.URL + "/billium", s.URL + "/corebill/x"} {
		c, err := corebill.New(corebill.Options{BaseURL: base, APIKey: client.NewSecret(s.Credentials.Corebill.APIKey)})
		if err != nil {
			t.Fatal(err)
		}
		_, err = c.GetAPIKey(t.Context(), s.Credentials.Corebill.CompanyID, keyID)
		if err == nil || errors.Is(err, client.ErrNotFound) {
			t.Errorf("%s: got %v, which says that the key is gone", base, err)
		}
	}
}
