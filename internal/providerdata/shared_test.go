package providerdata_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/keyward/terraform-provider-keyward/internal/client"
	billiumapi "github.com/keyward/terraform-provider-keyward/internal/contract/billium"
	corebillapi "github.com/keyward/terraform-provider-keyward/internal/contract/corebill"
	"github.com/keyward/terraform-provider-keyward/internal/providerdata"
	"github.com/keyward/terraform-provider-keyward/internal/sandbox/sandboxtest"
)

const pageSize = 100

// platformKeys are a platform's keys, for what both platforms do alike.
type platformKeys struct {
	name   string
	create func(name string) (id string, err error)
	// shared returns a run's keys by id: each call is another run.
	shared func() func(ctx context.Context, id string) (string, error)
}

func bothPlatforms(t *testing.T, s *sandboxtest.Sandbox) []platformKeys {
	t.Helper()
	company, merchant := s.SecondCompanyID, s.Credentials.Billium.MerchantID
	fromCorebill := access(t, s, s.CorebillKey(t, company, "admin"))
	fromBillium := billiumAccess(t, s, s.Credentials.Billium.APIKey)
	return []platformKeys{
		{
			name: "Corebill",
			create: func(name string) (string, error) {
				made, err := fromCorebill.Client.CreateAPIKey(t.Context(), company, corebillapi.CreateAPIKeyRequest{Name: name, PermissionLevel: "read"})
				if err != nil {
					return "", err
				}
				return made.Key.ID, nil
			},
			shared: func() func(context.Context, string) (string, error) {
				run := &providerdata.Corebill{Client: fromCorebill.Client, Now: time.Now}
				return func(ctx context.Context, id string) (string, error) {
					key, err := run.Keys().Get(ctx, company, id)
					return key.ID, err
				}
			},
		},
		{
			name: "Billium",
			create: func(name string) (string, error) {
				made, err := fromBillium.Client.CreateAPIKey(t.Context(), merchant, billiumapi.CreateAPIKeyRequest{Name: name}, name)
				if err != nil {
					return "", err
				}
				return made.Key.ID, nil
			},
			shared: func() func(context.Context, string) (string, error) {
				run := &providerdata.Billium{Client: fromBillium.Client, MerchantID: merchant, Now: time.Now}
				return func(ctx context.Context, id string) (string, error) {
					key, err := run.Keys().Get(ctx, merchant, id)
					return key.ID, err
				}
			},
		},
	}
}

// Reads of N keys of an account that fills P pages take at most 2·min(N, P) + 1
// requests, in any order and side by side.
func TestKeysAreReadInPages(t *testing.T) {
	t.Parallel()
	s := sandboxtest.Start(t)
	for _, platform := range bothPlatforms(t, s) {
		var ids []string
		for i := range 3*pageSize + 20 {
			id, err := platform.create(fmt.Sprintf("key-%d", i))
			if err != nil {
				t.Fatal(err)
			}
			ids = append(ids, id)
		}
		pages := 4 // with the key that made them
		for seed, n := range []int{1, 2, 3, 7, 50, 200, len(ids), len(ids)} {
			random := rand.New(rand.NewPCG(uint64(seed), 1))
			width := 1 + random.IntN(12)
			s.ResetRequests()
			get := platform.shared()
			work := make(chan string)
			var all sync.WaitGroup
			for range width {
				all.Go(func() {
					for id := range work {
						if got, err := get(t.Context(), id); err != nil || got != id {
							t.Errorf("%s %s: got %q, %v", platform.name, id, got, err)
						}
					}
				})
			}
			for _, i := range random.Perm(len(ids))[:n] {
				work <- ids[i]
			}
			close(work)
			all.Wait()
			requests, most := len(s.Requests()), 2*min(n, pages)+1
			t.Logf("%s: N = %d, P = %d, %d at once: %d requests (at most %d)", platform.name, n, pages, width, requests, most)
			if requests > most {
				t.Errorf("%s: N = %d, P = %d: %d requests, want at most %d", platform.name, n, pages, requests, most)
			}
		}
	}
}

// What an answer says of its pages costs neither memory nor requests, and one that says
// nothing of the next page ends no process.
func TestAnswersArePlausible(t *testing.T) {
	t.Parallel()
	s := sandboxtest.Start(t)
	merchant, company := s.Credentials.Billium.MerchantID, s.SecondCompanyID
	var change atomic.Pointer[strings.Replacer]
	s.Intercept(func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			answer := httptest.NewRecorder()
			next.ServeHTTP(answer, r)
			body := answer.Body.String()
			if now := change.Load(); now != nil {
				body = now.Replace(body)
			}
			w.WriteHeader(answer.Code)
			_, _ = io.WriteString(w, body)
		})
	})
	fromBillium, fromCorebill := billiumAccess(t, s, s.Credentials.Billium.APIKey), access(t, s, s.CorebillKey(t, company, "admin"))
	change.Store(strings.NewReplacer(`"lastPage":1`, `"lastPage":1000000000`))
	s.ResetRequests()
	if all, err := fromBillium.Keys().All(t.Context(), merchant); err != nil || len(all) == 0 || len(s.Requests()) > 2 {
		t.Errorf("a billion pages: got %d keys, %v, after %d requests", len(all), err, len(s.Requests()))
	}
	change.Store(strings.NewReplacer(`"has_more":false`, `"has_more":true`))
	if _, err := fromCorebill.Keys().All(t.Context(), company); !errors.Is(err, client.ErrInvalidResponse) {
		t.Errorf("more, and no cursor: got %v", err)
	}
}

// A revoked key is in no list, and its end is known all the same.
func TestRevokedKeysAreTold(t *testing.T) {
	t.Parallel()
	s := sandboxtest.Start(t)
	run := billiumAccess(t, s, s.Credentials.Billium.APIKey)
	merchant := s.Credentials.Billium.MerchantID
	made, err := run.Client.CreateAPIKey(t.Context(), merchant, billiumapi.CreateAPIKeyRequest{Name: "revoked"}, "")
	if err != nil {
		t.Fatal(err)
	}
	live := func() []string {
		keys, err := run.Keys().All(t.Context(), merchant)
		if err != nil {
			t.Fatal(err)
		}
		var names []string
		for _, key := range keys {
			if key.RevokedAt == nil {
				names = append(names, key.Name)
			}
		}
		return names
	}
	if !slices.Contains(live(), "revoked") {
		t.Error("it isn't listed while it lives")
	}
	if err := run.Client.RevokeAPIKey(t.Context(), merchant, made.Key.ID); err != nil {
		t.Fatal(err)
	}
	run.Keys().Invalidate(merchant, made.Key.ID)
	if key, err := run.Keys().Get(t.Context(), merchant, made.Key.ID); err != nil || key.RevokedAt == nil {
		t.Errorf("got %+v, %v", key, err)
	}
	if slices.Contains(live(), "revoked") {
		t.Error("it is listed as live")
	}
	another, err := run.Client.CreateAPIKey(t.Context(), merchant, billiumapi.CreateAPIKeyRequest{Name: "another"}, "")
	if err != nil {
		t.Fatal(err)
	}
	s.ResetRequests()
	run.Keys().Put(merchant, another.Key)
	if got := live(); got[0] != "another" || len(s.Requests()) != 0 {
		t.Errorf("got %q after %d requests", got, len(s.Requests()))
	}
}

// The other kinds share their pages too.
func TestAllKindsAreReadInPages(t *testing.T) {
	t.Parallel()
	s := sandboxtest.Start(t)
	company, merchant := s.SecondCompanyID, s.Credentials.Billium.MerchantID
	fromCorebill := access(t, s, s.Credentials.Corebill.APIKey)
	fromBillium := billiumAccess(t, s, s.Credentials.Billium.APIKey)
	var sets, hooks, others []string
	for i := range 5 {
		set, err := fromBillium.Client.CreatePermissionSet(t.Context(), merchant, billiumapi.CreatePermissionSetRequest{
			Name: fmt.Sprintf("set-%d", i), Permissions: []billiumapi.Permission{"invoice:view"},
		}, "")
		if err != nil {
			t.Fatal(err)
		}
		hook, err := fromCorebill.Client.CreateWebhook(t.Context(), company, corebillapi.CreateWebhookRequest{
			URL: fmt.Sprintf("https://example.com/%d", i), Events: []corebillapi.WebhookEvent{"invoice.paid"},
		})
		if err != nil {
			t.Fatal(err)
		}
		other, err := fromBillium.Client.CreateWebhook(t.Context(), merchant, billiumapi.CreateWebhookRequest{
			URL: fmt.Sprintf("https://example.com/%d", i), Events: []billiumapi.WebhookEvent{"invoice.paid"},
		}, "")
		if err != nil {
			t.Fatal(err)
		}
		sets, hooks, others = append(sets, set.ID), append(hooks, hook.Webhook.ID), append(others, other.Webhook.ID)
	}
	s.ResetRequests()
	for i := range 5 {
		_, first := fromBillium.PermissionSet(t.Context(), sets[i])
		_, second := fromCorebill.Webhooks().Get(t.Context(), company, hooks[i])
		_, third := fromBillium.Webhooks().Get(t.Context(), merchant, others[i])
		_, fourth := fromCorebill.SharedCompanies().Get(t.Context(), providerdata.AllCompanies, company)
		for _, err := range []error{first, second, third, fourth} {
			if err != nil {
				t.Error(err)
			}
		}
	}
	if requests := s.Requests(); len(requests) != 4 {
		t.Errorf("four kinds took the requests %+v", requests)
	}
}
