package deliver_test

import (
	"context"
	"crypto/rand"
	"errors"
	"log/slog"
	"net/http"
	"path/filepath"
	"testing"
	"time"

	"github.com/keyward/terraform-provider-keyward/internal/sandbox/deliver"
	"github.com/keyward/terraform-provider-keyward/internal/sandbox/store"
)

// engine starts the deliveries alone, on a database with one webhook whose
// endpoint is never reached.
func engine(t *testing.T, c *clock) (*deliver.Engine, *store.Store) {
	t.Helper()
	s, err := store.Open(t.Context(), filepath.Join(t.TempDir(), "a.db"))
	if err == nil {
		err = s.Merchants().Insert(t.Context(), store.Merchant{ID: "mer_1", Name: "a", CreatedAt: start})
	}
	if err == nil {
		err = s.CreateWebhook(t.Context(),
			store.Webhook{ID: "wh_1", MerchantID: new("mer_1"), URL: "https://example.com", Events: []string{"invoice.*"}, Enabled: true, RetryCount: 10, TimeoutMS: 1000},
			store.WebhookSecret{ID: "whs_1", WebhookID: "wh_1", Secret: "whsec_a"})
	}
	if err != nil {
		t.Fatal(err)
	}
	e := deliver.New(deliver.Config{
		Store: s, Now: c.Now, Rand: rand.Reader, Logger: slog.New(slog.DiscardHandler),
		Transport: roundTrip(func(*http.Request) (*http.Response, error) { return nil, errors.New("unreachable") }),
	})
	t.Cleanup(func() {
		ctx := context.WithoutCancel(t.Context())
		if err := errors.Join(e.Close(ctx), e.Close(ctx), s.Close()); err != nil {
			t.Error(err)
		}
	})
	return e, s
}

func TestWorkerPauses(t *testing.T) {
	c := newClock()
	e, s := engine(t, c)
	want := func(want time.Duration, when string) {
		t.Helper()
		if got := e.Turn(); got != want {
			t.Errorf("%s the worker waits for %v, want %v", when, got, want)
		}
	}
	want(time.Minute, "with nothing to do")
	if err := errors.Join(e.Publish(t.Context(), store.Billium, "mer_1", "invoice.paid", fields{}), e.Deliver(t.Context())); err != nil {
		t.Fatal(err)
	}
	want(time.Minute, "after the first attempt")
	c.advance(59 * time.Second)
	want(time.Second, "a second before the next attempt")
	c.advance(time.Second)
	if err := e.Deliver(t.Context()); err != nil {
		t.Fatal(err)
	}
	want(time.Minute, "two minutes before the next attempt")
	c.advance(2*time.Minute - time.Millisecond)
	want(100*time.Millisecond, "a moment before the next attempt")
	if log, err := s.DeliveryAttempts().All(t.Context()); err != nil || len(log) != 2 {
		t.Errorf("the log has %d rows, %v", len(log), err)
	}
}

func TestClosed(t *testing.T) {
	e, s := engine(t, newClock())
	if err := errors.Join(e.Close(t.Context()), e.Publish(t.Context(), store.Billium, "mer_1", "invoice.paid", fields{})); err != nil {
		t.Fatal(err)
	}
	if err := e.Deliver(t.Context()); err == nil {
		t.Error("closed, it delivers")
	}
	if log, err := s.DeliveryAttempts().All(t.Context()); err != nil || len(log) != 0 {
		t.Errorf("the log has %d rows, %v", len(log), err)
	}
	if _, err := s.Deliveries().First(t.Context()); err != nil {
		t.Errorf("the event is no longer queued: %v", err)
	}
}

func TestBrokenRandomness(t *testing.T) {
	e, _ := engine(t, newClock())
	e.Rand = failing{}
	if err := e.Publish(t.Context(), store.Billium, "mer_1", "invoice.paid", fields{}); !errors.Is(err, errNoLuck) {
		t.Errorf("publishing: %v", err)
	}
	if _, err := e.Ping(t.Context(), store.Webhook{CompanyID: new("com_1"), Enabled: true}); !errors.Is(err, errNoLuck) {
		t.Errorf("pinging: %v", err)
	}
}

var errNoLuck = errors.New("no luck")

// failing is a source of randomness that has none.
type failing struct{}

func (failing) Read([]byte) (int, error) { return 0, errNoLuck }
