package sandbox_test

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/keyward/terraform-provider-keyward/internal/sandbox"
	"github.com/keyward/terraform-provider-keyward/internal/sandbox/requestctx"
)

// served is a server to measure, and its credentials.
func served(b *testing.B) (*httptest.Server, sandbox.Credentials) {
	b.Helper()
	server, err := sandbox.New(b.Context(), sandbox.Options{Database: filepath.Join(b.TempDir(), "a.db"), RateLimits: sandbox.RateLimitsOff})
	if err != nil {
		b.Fatal(err)
	}
	listening := httptest.NewServer(server.Handler())
	handover, err := server.HandOver(b.Context(), listening.URL)
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() {
		listening.Close()
		if err := server.Close(context.WithoutCancel(b.Context())); err != nil {
			b.Error(err)
		}
	})
	return listening, handover.Credentials
}

// clients is how many there are at the same time.
const clients = 32

func client() *http.Client {
	return &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 2 * clients}}
}

func measure(b *testing.B, method, url, header, value, body string, want int) {
	b.Helper()
	c := client()
	b.SetParallelism(max(1, clients/runtime.GOMAXPROCS(0))) // of goroutines per processor
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			request, err := http.NewRequestWithContext(b.Context(), method, url, strings.NewReader(body))
			if err != nil {
				b.Error(err)
				return
			}
			request.Header.Set(header, value)
			request.Header.Set("Content-Type", "application/json")
			response, err := c.Do(request)
			if err != nil {
				b.Error(err)
				return
			}
			_, err = io.Copy(io.Discard, response.Body)
			if closeErr := response.Body.Close(); err != nil || closeErr != nil || response.StatusCode != want {
				b.Errorf("%d, %v, %v", response.StatusCode, err, closeErr)
				return
			}
		}
	})
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "requests/s")
}

// BenchmarkBareGet is the floor: net/http and a JSON value.
func BenchmarkBareGet(b *testing.B) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		if err := requestctx.JSON(w, http.StatusOK, map[string]any{"id": "com_a1b2c3d4e5f6", "name": "My Agency", "currency": "USD"}); err != nil {
			b.Error(err)
		}
	}))
	b.Cleanup(server.Close)
	measure(b, http.MethodGet, server.URL, "Authorization", "Bearer x", "", http.StatusOK)
}

func BenchmarkCorebillGet(b *testing.B) {
	_, c := served(b)
	measure(b, http.MethodGet, c.Corebill.BaseURL+"/v1/companies/"+c.Corebill.CompanyID+"?company_id="+c.Corebill.CompanyID,
		"Authorization", "Bearer "+c.Corebill.APIKey, "", http.StatusOK)
}

func BenchmarkBilliumGet(b *testing.B) {
	_, c := served(b)
	measure(b, http.MethodGet, c.Billium.BaseURL+"/v1/merchants/merchant/"+c.Billium.MerchantID, "x-api-key", c.Billium.APIKey, "", http.StatusOK)
}

func BenchmarkCorebillCreateKey(b *testing.B) {
	_, c := served(b)
	measure(b, http.MethodPost, c.Corebill.BaseURL+"/v1/api_keys?company_id="+c.Corebill.CompanyID,
		"Authorization", "Bearer "+c.Corebill.APIKey, `{"name":"a","permission_level":"read"}`, http.StatusCreated)
}

func BenchmarkBilliumCreateKey(b *testing.B) {
	_, c := served(b)
	measure(b, http.MethodPost, c.Billium.BaseURL+"/v1/merchants/merchant/"+c.Billium.MerchantID+"/api-keys",
		"x-api-key", c.Billium.APIKey, `{"name":"a"}`, http.StatusCreated)
}
