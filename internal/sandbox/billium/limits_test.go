package billium_test

import (
	"strconv"
	"sync/atomic"
	"testing"
	"time"

	"github.com/keyward/terraform-provider-keyward/internal/sandbox/billium"
	"github.com/keyward/terraform-provider-keyward/internal/sandbox/sandboxtest"
)

func TestLimitPerAddress(t *testing.T) {
	var passed atomic.Int64
	start := time.Date(2026, 1, 15, 10, 0, 0, 0, time.UTC)
	s := sandboxtest.Start(t, sandboxtest.WithDocumentedLimits(), sandboxtest.WithClock(func() time.Time { return start.Add(time.Duration(passed.Load())) }))
	keys := []string{s.Credentials.Billium.APIKey, s.BilliumPublicKey(t), ""}
	for i := range 50 {
		answer := s.CallBillium(t, keys[i%3], "GET", "/api-keys/current", nil)
		if answer.Status == 429 {
			t.Fatalf("request %d is refused", i+1)
		}
		for name, want := range map[string]string{"X-RateLimit-Limit": "50", "X-RateLimit-Remaining": strconv.Itoa(49 - i), "X-RateLimit-Reset": "60", "Retry-After": ""} {
			if got := answer.Header.Get(name); got != want {
				t.Fatalf("request %d: %s is %q, want %q", i+1, name, got, want)
			}
		}
	}
	passed.Store(int64(12500 * time.Millisecond))
	refused := s.CallBillium(t, keys[0], "GET", "/api-keys/current", nil)
	if want := `{"error":"Too Many Requests","message":"ThrottlerException: Too Many Requests","statusCode":429}` + "\n"; refused.Status != 429 || refused.Body != want {
		t.Errorf("refused with %d %s", refused.Status, refused.Body)
	}
	if got := refused.Header; got.Get("Retry-After") != "48" || got.Get("X-RateLimit-Reset") != "48" || got.Get("X-RateLimit-Remaining") != "0" {
		t.Errorf("the headers are %v", got)
	}
	passed.Store(int64(time.Minute))
	s.CallBillium(t, keys[0], "GET", "/api-keys/current", nil).Want(t, 200)
	if got := s.CallCorebill(t, s.Credentials.Corebill.APIKey, "GET", "/companies", nil).Want(t, 200).Header.Get("X-RateLimit-Limit"); got != "" {
		t.Errorf("Corebill has a limit of %s", got)
	}
}

func TestNoLimits(t *testing.T) {
	s := sandboxtest.Start(t)
	for range 60 {
		if got := s.CallBillium(t, s.Credentials.Billium.APIKey, "GET", "/api-keys/current", nil).Want(t, 200).Header.Get("X-RateLimit-Limit"); got != "" {
			t.Fatalf("there is a limit of %s", got)
		}
	}
}

func TestBothLimits(t *testing.T) {
	now := time.Date(2026, 1, 15, 10, 0, 0, 0, time.UTC)
	take := billium.NewLimits()
	for i := range 300 {
		// Ten addresses share one key.
		got := take("10.0.0."+strconv.Itoa(i%10), "sk_0123456789abc", now)
		want := min(49-i/10, 299-i)
		if !got.Allowed || got.Remaining != want {
			t.Fatalf("request %d: %+v, want %d remaining", i+1, got, want)
		}
	}
	if got := take("10.0.0.1", "sk_0123456789abc", now); got.Allowed || got.Limit != 300 {
		t.Errorf("the key's limit: %+v", got)
	}
	if got := take("10.0.0.2", "sk_another_key__", now); !got.Allowed || got.Limit != 50 || got.Remaining != 19 {
		t.Errorf("another key: %+v", got)
	}
	for range 19 {
		take("10.0.0.2", "", now)
	}
	if got := take("10.0.0.2", "sk_another_key__", now); got.Allowed || got.Limit != 50 {
		t.Errorf("the address's limit: %+v", got)
	}
}
