package deliver_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/keyward/terraform-provider-keyward/internal/sandbox/sandboxtest"
)

// roundTrip is a transport.
type roundTrip func(*http.Request) (*http.Response, error)

func (f roundTrip) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

func TestRetries(t *testing.T) {
	both(t, func(t *testing.T, w world) {
		w.billiumHook(t, fields{"retryCount": 4}, "invoice.created")
		w.answers(500)
		w.createInvoice(t)
		w.Deliver(t)
		first := w.one(t)
		for _, wait := range []time.Duration{60, 120, 240} {
			w.clock.advance(wait*time.Second - time.Microsecond)
			w.Deliver(t)
			w.none(t, "too early")
			w.clock.advance(time.Microsecond)
			w.Deliver(t)
			again := w.one(t)
			for _, header := range []string{"x-event-id", "x-delivery-id"} {
				if again.header.Get(header) != first.header.Get(header) {
					t.Errorf("%s changes from attempt to attempt", header)
				}
			}
			if string(again.body) != string(first.body) || again.header.Get("x-signature") == first.header.Get("x-signature") {
				t.Error("a later attempt has another body, or the same time in its signature")
			}
		}
		w.answers(204)
		w.clock.advance(480 * time.Second)
		w.Deliver(t)
		w.one(t)
		w.clock.advance(24 * time.Hour)
		w.Deliver(t)
		w.none(t, "after it was taken")

		var got []string
		for _, d := range w.Deliveries(t) {
			line := fmt.Sprintf("%d at %s: %v, %v", d.Attempt, d.At.Sub(start), text(d.Status), text(d.Error))
			if d.NextAt != nil {
				line += fmt.Sprintf(", next in %s", d.NextAt.Sub(d.At))
			}
			got = append(got, line)
		}
		want := []string{
			"1 at 0s: 500, The endpoint answered 500 Internal Server Error, next in 1m0s",
			"2 at 1m0s: 500, The endpoint answered 500 Internal Server Error, next in 2m0s",
			"3 at 3m0s: 500, The endpoint answered 500 Internal Server Error, next in 4m0s",
			"4 at 7m0s: 500, The endpoint answered 500 Internal Server Error, next in 8m0s",
			"5 at 15m0s: 204, <nil>",
		}
		if strings.Join(got, "\n") != strings.Join(want, "\n") {
			t.Errorf("the log is\n%s", strings.Join(got, "\n"))
		}
	})
}

// TestGivingUp is about deliveries that are not repeated, or no more.
func TestGivingUp(t *testing.T) {
	both(t, func(t *testing.T, w world) {
		w.corebillHook(t, "customer.created")
		for _, status := range []int{400, 404, 410, 429, 451} {
			w.answers(status)
			w.createCustomer(t)
			w.Deliver(t)
			w.one(t)
			w.clock.advance(time.Hour)
			w.Deliver(t)
			w.none(t, fmt.Sprintf("after %d", status))
		}
		w.handles(func(rw http.ResponseWriter, r *http.Request) {
			http.Redirect(rw, r, "/elsewhere", http.StatusTemporaryRedirect)
		})
		w.createCustomer(t)
		w.Deliver(t)
		w.one(t)
		log := w.Deliveries(t)
		if last := log[len(log)-1]; text(last.Error) != "The endpoint answered 307 Temporary Redirect, and redirects are not followed" || last.NextAt != nil {
			t.Errorf("after a redirect: %v", text(last.Error))
		}

		w.answers(502)
		w.createCustomer(t)
		for range 6 {
			w.Deliver(t)
			w.clock.advance(time.Hour)
		}
		if got := w.take(); len(got) != 4 {
			t.Errorf("%d attempts of Corebill, want 1 and 3 more", len(got))
		}
	})
}

func TestNoAnswer(t *testing.T) {
	var mu sync.Mutex
	var failure error
	deadlines := map[string]time.Duration{}
	transport := roundTrip(func(r *http.Request) (*http.Response, error) {
		mu.Lock()
		defer mu.Unlock()
		if deadline, ok := r.Context().Deadline(); ok {
			deadlines[r.URL.Path] = time.Until(deadline)
		}
		return nil, failure
	})
	both(t, func(t *testing.T, w world) {
		w.hook = "https://user:password@example.com/slow"
		w.billiumHook(t, fields{"retryCount": 0, "timeout": 1500}, "invoice.created")
		for _, test := range []struct {
			failure error
			want    string
		}{
			{context.DeadlineExceeded, "The endpoint did not answer within 1.5s"},
			{errors.New("connection refused"), "The endpoint could not be reached: connection refused"},
		} {
			mu.Lock()
			failure = test.failure
			mu.Unlock()
			w.createInvoice(t)
			w.Deliver(t)
			log := w.Deliveries(t)
			if last := log[len(log)-1]; last.Status != nil || text(last.Error) != test.want || last.NextAt != nil {
				t.Errorf("the log has %+v, %v", last, text(last.Error))
			}
			w.clock.advance(time.Hour)
		}
		mu.Lock()
		defer mu.Unlock()
		if got := deadlines["/slow"]; got <= 0 || got > 1500*time.Millisecond {
			t.Errorf("a delivery may take %v", got)
		}
	}, sandboxtest.WithTransport(transport))
}

// endless is a body that never ends, and counts.
type endless struct{ read int }

func (e *endless) Read(p []byte) (int, error) {
	e.read += len(p)
	return len(p), nil
}

func TestAnswersAreCapped(t *testing.T) {
	var body endless
	transport := roundTrip(func(*http.Request) (*http.Response, error) {
		return &http.Response{StatusCode: 200, Header: http.Header{}, Body: io.NopCloser(&body)}, nil
	})
	s := sandboxtest.Start(t, sandboxtest.WithTransport(transport))
	w := world{Sandbox: s, receiver: &receiver{hook: "https://example.com"}}
	w.corebillHook(t, "customer.created")
	w.createCustomer(t)
	s.Deliver(t)
	if len(s.Deliveries(t)) != 1 || body.read > 128<<10 {
		t.Errorf("%d bytes of the answer were read", body.read)
	}
}

// TestConcurrency makes many deliveries with few at the same time.
func TestConcurrency(t *testing.T) {
	const webhooks, most = 30, 8
	var mu sync.Mutex
	now, peak := 0, 0
	count := func(by int) {
		mu.Lock()
		defer mu.Unlock()
		now += by
		peak = max(peak, now)
	}
	both(t, func(t *testing.T, w world) {
		w.handles(func(http.ResponseWriter, *http.Request) {
			count(1)
			defer count(-1)
		})
		for range webhooks {
			w.billiumHook(t, nil, "invoice.*")
		}
		w.createInvoice(t)
		w.Deliver(t)
		if got := len(w.take()); got != webhooks || peak > most {
			t.Errorf("%d deliveries, %d at the same time", got, peak)
		}
	})
}
