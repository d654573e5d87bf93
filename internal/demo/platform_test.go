package main

import (
	"net/http"
	"net/http/httptest"
	"testing"
)

func TestMessageOf(t *testing.T) {
	tests := map[string]struct{ body, want string }{
		"Corebill":            {`{"error": "Invalid API key"}`, "Invalid API key"},
		"Billium":             {`{"statusCode": 403, "message": "Missing permission: invoice:edit", "error": "Forbidden"}`, "Missing permission: invoice:edit"},
		"Billium, several":    {`{"statusCode": 400, "message": ["a", "b"], "error": "Bad Request"}`, "a; b"},
		"something else":      {`<html>`, ""},
		"neither has a value": {`{}`, ""},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			if got := messageOf([]byte(tt.body)); got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

func TestCall(t *testing.T) {
	var got *http.Request
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		got = r
		w.WriteHeader(http.StatusForbidden)
		_, _ = w.Write([]byte(`{"error": "no"}`))
	}))
	defer server.Close()
	var creds credentials
	creds.Corebill.BaseURL, creds.Corebill.CompanyID = server.URL+"/corebill", "com_1"
	creds.Billium.BaseURL, creds.Billium.MerchantID = server.URL+"/billium", "mer_1"

	a, err := corebill(creds).call(t.Context(), "secret", http.MethodGet, "/customers?limit=1", "")
	if err != nil || a.status != http.StatusForbidden || a.message != "no" {
		t.Errorf("got %+v, %v", a, err)
	}
	if want := "/corebill/v1/customers?limit=1&company_id=com_1"; got.URL.String() != want || got.Header.Get("Authorization") != "Bearer secret" {
		t.Errorf("requested %s with %v, want %s", got.URL, got.Header, want)
	}

	if _, err = billium(creds).call(t.Context(), "secret", http.MethodPost, "/invoices", `{}`); err != nil {
		t.Error(err)
	}
	if want := "/billium/v1/merchants/merchant/mer_1/invoices"; got.URL.String() != want || got.Header.Get("X-Api-Key") != "secret" {
		t.Errorf("requested %s with %v, want %s", got.URL, got.Header, want)
	}
	if err := billium(creds).get(t.Context(), billiumKeys, nil); err == nil {
		t.Error("a refused read: want an error")
	}
}

func TestShortPath(t *testing.T) {
	var creds credentials
	creds.Billium.BaseURL, creds.Billium.MerchantID = "http://127.0.0.1:1/billium", "mer_0123456789abcdef0123456789abcdef"
	tests := map[string]string{
		"/v1/customers":                 "/v1/customers",
		"/v1/api_keys/key_0123456789ab": "/v1/api_keys/key_0123456789ab",
		"/v1/merchants/merchant/mer_0123456789abcdef0123456789abcdef/invoices":                                              ".../invoices",
		"/billium/v1/merchants/merchant/mer_0123456789abcdef0123456789abcdef/invoices/inv_00112233445566778899aabbccddeeff": ".../invoices/inv_001122...",
	}
	for path, want := range tests {
		if got := shortPath(path, billium(creds)); got != want {
			t.Errorf("shortPath(%q) = %q, want %q", path, got, want)
		}
	}
}
