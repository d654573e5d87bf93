package billium_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/keyward/terraform-provider-keyward/internal/client"
	"github.com/keyward/terraform-provider-keyward/internal/client/billium"
	platform "github.com/keyward/terraform-provider-keyward/internal/platform/billium"
)

func TestMerchantAndErrors(t *testing.T) {
	t.Parallel()
	s := serve(t, map[string]string{
		"GET " + root:                              `200 {"id":"mer_1","name":"Shop",` + created + `}`,
		"GET /v1/merchants/merchant/mer_2":         `200 {}`,
		"GET /v1/merchants/merchant/mer_3":         `403 {"statusCode":403,"message":"API key does not belong to this merchant","error":"Forbidden"}`,
		"GET /v1/merchants/merchant/mer_4":         `400 {"statusCode":400,"message":["name must be a string","limit is odd"],"error":"Bad Request"}`,
		"GET /v1/merchants/merchant/mer_5":         `404 {"statusCode":404,"message":"Merchant not found","error":"Not Found"}`,
		"GET /v1/merchants/merchant/mer_6":         `404 {"statusCode":404,"message":7}`,
		"GET /v1/merchants/merchant/mer_8":         `404 {"message":"Cannot refund: invoice not found"}`,
		"GET /v1/merchants/merchant/a%2Fb%3Fc%20d": `422 {"message":"odd"}`,
	})
	if merchant, err := s.GetMerchant(t.Context(), "mer_1"); err != nil || merchant.Name != "Shop" {
		t.Errorf("got %+v, %v", merchant, err)
	}
	for id, want := range map[string]struct {
		kind error
		says string
	}{
		"mer_2":   {client.ErrInvalidResponse, "about"},
		"mer_3":   {client.ErrForbidden, "does not belong"},
		"mer_4":   {client.ErrBadRequest, "name must be a string; limit is odd"},
		"mer_5":   {client.ErrNotFound, "Merchant not found"},
		"mer_6":   {client.ErrInvalidResponse, "not Billium's"},
		"mer_7":   {client.ErrInvalidResponse, "no such endpoint"},
		"mer_8":   {client.ErrNotFound, "Cannot refund"},
		"a/b?c d": {client.ErrUnprocessable, "odd"},
		"":        {client.ErrBadRequest, "empty"},
		"..":      {client.ErrBadRequest, "not an id"},
	} {
		if _, err := s.GetMerchant(t.Context(), id); !errors.Is(err, want.kind) || !strings.Contains(err.Error(), want.says) {
			t.Errorf("%s: got %v", id, err)
		}
	}
}

func TestAPIKeysArePaged(t *testing.T) {
	t.Parallel()
	s := serve(t, map[string]string{
		"GET " + root + "/api-keys?includeRevoked=true&limit=100&page=1": page(1, 2, `{"id":"key_1"},{"id":"key_2"}`),
		// key_2 moved onto this page because a key was created meanwhile.
		"GET " + root + "/api-keys?includeRevoked=true&limit=100&page=2": page(2, 2, `{"id":"key_2"},{"id":"key_3"}`),
		"GET " + root + "/api-keys?limit=100&page=1":                     page(1, 9, `{"id":"key_1"}`),
		"GET " + root + "/api-keys?limit=100&page=2":                     page(2, 9, ``),
	})
	collect := func(filter billium.KeyFilter) (ids []string) {
		for key, err := range s.APIKeys(t.Context(), "mer_1", filter) {
			if err != nil {
				t.Fatal(err)
			}
			ids = append(ids, key.ID)
		}
		return ids
	}
	if ids := collect(billium.KeyFilter{IncludeRevoked: true}); !slices.Equal(ids, []string{"key_1", "key_2", "key_3"}) || len(s.order) != 2 {
		t.Errorf("got %v from %v", ids, s.order)
	}
	if ids := collect(billium.KeyFilter{}); !slices.Equal(ids, []string{"key_1"}) || len(s.order) != 4 {
		t.Errorf("an empty page doesn't end the list: %v from %v", ids, s.order)
	}
	for _, err := range s.APIKeys(t.Context(), "mer_1", billium.KeyFilter{}) {
		if err != nil {
			t.Fatal(err)
		}
		break
	}
	if len(s.order) != 5 {
		t.Errorf("a page no one asked for: %v", s.order)
	}
}

func TestListsThatAreNone(t *testing.T) {
	t.Parallel()
	for name, body := range map[string]string{
		"another object": `200 {}`,
		"a plain array":  `200 []`,
		"another page":   page(2, 2, ``),
		"no data":        `200 {"data":null,"pagination":{"page":1,"lastPage":1}}`,
	} {
		s := serve(t, map[string]string{"GET " + root + "/api-keys?limit=100&page=1": body})
		var errs []error
		for _, err := range s.APIKeys(t.Context(), "mer_1", billium.KeyFilter{}) {
			errs = append(errs, err)
		}
		if len(errs) != 1 || !errors.Is(errs[0], client.ErrInvalidResponse) {
			t.Errorf("%s: got %v", name, errs)
		}
	}
}

func TestAPILogsAreFiltered(t *testing.T) {
	t.Parallel()
	s := serve(t, map[string]string{
		"GET " + root + "/api-logs?apiKeyId=key_1&createdAfter=2026-01-01T00%3A00%3A00Z&createdBefore=2026-01-02T00%3A00%3A00.5Z&limit=1&page=1&status=401": page(1, 1, `{"id":"log_1","ip":"192.0.2.1"}`),
		"GET " + root + "/api-logs?limit=100&page=1": page(1, 1, ``),
	})
	filter := billium.LogFilter{
		APIKeyID: "key_1", Status: 401, PageSize: 1,
		CreatedAfter:  time.Date(2026, 1, 1, 1, 0, 0, 0, time.FixedZone("", 3600)),
		CreatedBefore: time.Date(2026, 1, 2, 0, 0, 0, 5e8, time.UTC),
	}
	for row, err := range s.APILogs(t.Context(), "mer_1", filter) {
		if err != nil || row.IP != "192.0.2.1" {
			t.Errorf("got %+v, %v", row, err)
		}
	}
	for row, err := range s.APILogs(t.Context(), "mer_1", billium.LogFilter{}) {
		t.Errorf("got %+v, %v", row, err)
	}
}

func TestVerifyAndCredentials(t *testing.T) {
	t.Parallel()
	s := serve(t, map[string]string{
		"GET " + root + "/api-keys/current": `200 {"id":"` + keyID + `","merchantId":"mer_1","role":"OWNER","effectivePermissions":["invoice:view"],` + created + `}`,
	})
	if err := s.Verify(t.Context(), "mer_1"); err != nil {
		t.Error(err)
	}
	current, err := s.CurrentAPIKey(t.Context(), "mer_1")
	if err != nil || current.Role != "OWNER" || len(current.EffectivePermissions) != 1 {
		t.Errorf("got %+v, %v", current, err)
	}
	other, err := s.WithCredential(client.NewSecret(newToken(t, platform.Public)))
	if err != nil {
		t.Fatal(err)
	}
	if err := other.Verify(t.Context(), "mer_1"); !errors.Is(err, client.ErrUnauthorized) || !strings.Contains(err.Error(), "Invalid API key") {
		t.Errorf("got %v", err)
	}
	if _, err := s.WithCredential(client.Secret{}); err == nil {
		t.Error("an empty key was taken")
	}
	if _, err := billium.New(billium.Options{}); err == nil || !strings.Contains(err.Error(), "Billium API key is empty") {
		t.Errorf("got %v", err)
	}
	standard, err := billium.New(billium.Options{APIKey: client.NewSecret(s.token)})
	if err != nil || standard.BaseURL() != "https://api.billium.to" {
		t.Errorf("got %v, %v", standard, err)
	}
	if shown := fmt.Sprintf("%v %+v %#v %v", s.Client, *s.Client, s.Client, *s.Client); strings.Contains(shown, s.token) {
		t.Error("a client shows its key")
	}
}
