package billium_test

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/keyward/terraform-provider-keyward/internal/client"
	"github.com/keyward/terraform-provider-keyward/internal/client/billium"
	billiumapi "github.com/keyward/terraform-provider-keyward/internal/contract/billium"
	platform "github.com/keyward/terraform-provider-keyward/internal/platform/billium"
	"github.com/keyward/terraform-provider-keyward/internal/sandbox/sandboxtest"
)

// clock is the sandbox's, and it passes while the client sleeps.
type clock struct{ micros atomic.Int64 }

func newClock() *clock {
	c := &clock{}
	c.micros.Store(time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC).UnixMicro())
	return c
}

func (c *clock) now() time.Time { return time.UnixMicro(c.micros.Load()).UTC() }

func (c *clock) sleep(ctx context.Context, d time.Duration) error {
	c.micros.Add(d.Microseconds())
	return ctx.Err()
}

func connect(t *testing.T, s *sandboxtest.Sandbox, c *clock) *billium.Client {
	t.Helper()
	connected, err := billium.New(billium.Options{
		BaseURL: s.Credentials.Billium.BaseURL, APIKey: client.NewSecret(s.Credentials.Billium.APIKey),
		Now: c.now, Sleep: c.sleep,
	})
	if err != nil {
		t.Fatal(err)
	}
	return connected
}

func TestSandboxLifeOfAKey(t *testing.T) {
	t.Parallel()
	s := sandboxtest.Start(t)
	c, merchant := connect(t, s, newClock()), s.Credentials.Billium.MerchantID
	if got, err := c.GetMerchant(t.Context(), merchant); err != nil || got.ID != merchant {
		t.Errorf("got %+v, %v", got, err)
	}
	created, err := c.CreateAPIKey(t.Context(), merchant, billiumapi.CreateAPIKeyRequest{
		Name: "ci", Permissions: &[]billiumapi.Permission{"invoice:view", "api_key:view"},
	}, "")
	if err != nil {
		t.Fatal(err)
	}
	own, err := c.WithCredential(created.Token)
	if err != nil {
		t.Fatal(err)
	}
	current, err := own.CurrentAPIKey(t.Context(), merchant)
	if err != nil || current.ID != created.Key.ID || len(current.EffectivePermissions) != 2 {
		t.Errorf("the new key: got %+v, %v", current, err)
	}
	_, err = own.CreateAPIKey(t.Context(), merchant, billiumapi.CreateAPIKeyRequest{Name: "x"}, "")
	if !errors.Is(err, client.ErrForbidden) || !strings.Contains(err.Error(), "Missing permission: api_key:create") || !strings.Contains(err.Error(), "request req_") {
		t.Errorf("without the permission: got %v", err)
	}
	_, err = c.UpdateAPIKey(t.Context(), merchant, created.Key.ID, billiumapi.UpdateAPIKeyRequest{})
	if !errors.Is(err, client.ErrBadRequest) {
		t.Errorf("an update of nothing: got %v", err)
	}
	key, err := c.UpdateAPIKey(t.Context(), merchant, created.Key.ID, billiumapi.UpdateAPIKeyRequest{IsActive: new(false)})
	if err != nil || key.IsActive {
		t.Errorf("update: got %+v, %v", key, err)
	}
	if err := own.Verify(t.Context(), merchant); !errors.Is(err, client.ErrUnauthorized) || !strings.Contains(err.Error(), "API key is inactive") {
		t.Errorf("an inactive key: got %v", err)
	}
	for range 2 {
		if err := c.RevokeAPIKey(t.Context(), merchant, created.Key.ID); err != nil {
			t.Errorf("revoke: %v", err)
		}
	}
	if key, err := c.GetAPIKey(t.Context(), merchant, created.Key.ID); err != nil || key.RevokedAt == nil {
		t.Errorf("a revoked key: got %+v, %v", key, err)
	}
	_, err = c.UpdateAPIKey(t.Context(), merchant, created.Key.ID, billiumapi.UpdateAPIKeyRequest{IsActive: new(true)})
	if !errors.Is(err, client.ErrConflict) {
		t.Errorf("an update of a revoked key: got %v", err)
	}
	var statuses []int
	for row, err := range c.APILogs(t.Context(), merchant, billium.LogFilter{APIKeyID: created.Key.ID, PageSize: 1}) {
		if err != nil {
			t.Fatal(err)
		}
		statuses = append(statuses, row.Status)
	}
	if !slices.Equal(statuses, []int{401, 403, 200}) {
		t.Errorf("the log says %v", statuses)
	}
}

func TestSandboxPublicKey(t *testing.T) {
	t.Parallel()
	s := sandboxtest.Start(t)
	c, merchant := connect(t, s, newClock()), s.Credentials.Billium.MerchantID
	created, err := c.CreateAPIKey(t.Context(), merchant, billiumapi.CreateAPIKeyRequest{Name: "shop", Type: new(billiumapi.KeyTypePublic)}, "")
	if err != nil || !strings.HasPrefix(created.Token.Reveal(), "pk_") {
		t.Fatalf("got %+v, %v", created, err)
	}
	own, err := c.WithCredential(created.Token)
	if err != nil {
		t.Fatal(err)
	}
	if err := own.Verify(t.Context(), merchant); err != nil {
		t.Errorf("got %v", err)
	}
}

func TestSandboxLists(t *testing.T) {
	t.Parallel()
	s := sandboxtest.Start(t)
	c, merchant := connect(t, s, newClock()), s.Credentials.Billium.MerchantID
	for range billium.PageSize + 1 {
		s.BilliumKeyAs(t, platform.Owner)
	}
	s.ResetRequests()
	ids := map[string]bool{}
	for key, err := range c.APIKeys(t.Context(), merchant, billium.KeyFilter{}) {
		if err != nil {
			t.Fatal(err)
		}
		ids[key.ID] = true
	}
	if len(ids) != billium.PageSize+2 || len(s.Requests()) != 2 {
		t.Errorf("got %d keys with %d requests", len(ids), len(s.Requests()))
	}
}

func TestSandboxLostAnswerIsReplayed(t *testing.T) {
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
	c, merchant := connect(t, s, newClock()), s.Credentials.Billium.MerchantID
	before := len(s.BilliumKeys(t))
	lose.Store(true)
	created, err := c.CreateAPIKey(t.Context(), merchant, billiumapi.CreateAPIKeyRequest{Name: "ci"}, "create-1")
	if err != nil {
		t.Fatal(err)
	}
	if made := len(s.BilliumKeys(t)) - before; made != 1 {
		t.Errorf("%d keys were made", made)
	}
	own, err := c.WithCredential(created.Token)
	if err != nil {
		t.Fatal(err)
	}
	if err := own.Verify(t.Context(), merchant); err != nil {
		t.Errorf("the replayed token: %v", err)
	}
	_, err = c.CreateAPIKey(t.Context(), merchant, billiumapi.CreateAPIKeyRequest{Name: "other"}, "create-1")
	if !errors.Is(err, client.ErrConflict) || errors.Is(err, client.ErrOutcomeUnknown) {
		t.Errorf("another body under the same key: got %v", err)
	}
	lose.Store(true)
	_, err = c.CreateAPIKey(t.Context(), merchant, billiumapi.CreateAPIKeyRequest{Name: "ci"}, "")
	if !errors.Is(err, client.ErrOutcomeUnknown) || len(s.BilliumKeys(t)) != before+2 {
		t.Errorf("without an idempotency key: got %v", err)
	}
}

func TestSandboxWrongBaseURL(t *testing.T) {
	t.Parallel()
	s := sandboxtest.Start(t)
	for _, base := range []string{s.URL, s.URL + "/corebill", s.URL + "/billium/x"} {
		c, err := billium.New(billium.Options{BaseURL: base, APIKey: client.NewSecret(s.Credentials.Billium.APIKey)})
		if err != nil {
			t.Fatal(err)
		}
		_, err = c.GetAPIKey(t.Context(), s.Credentials.Billium.MerchantID, keyID)
		if err == nil || errors.Is(err, client.ErrNotFound) {
			t.Errorf("%s: got %v, which says that the key is gone", base, err)
		}
	}
	older, err := billium.New(billium.Options{BaseURL: s.URL + "/billium/api", APIKey: client.NewSecret(s.Credentials.Billium.APIKey)})
	if err != nil {
		t.Fatal(err)
	}
	if err := older.Verify(t.Context(), s.Credentials.Billium.MerchantID); err != nil {
		t.Errorf("the older address: %v", err)
	}
}
