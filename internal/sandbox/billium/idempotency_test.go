package billium_test

import (
	"context"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/keyward/terraform-provider-keyward/internal/platform/billium"
	"github.com/keyward/terraform-provider-keyward/internal/sandbox/sandboxtest"
)

const idempotencyKey = "Idempotency-Key"

func TestReplay(t *testing.T) {
	both(t, func(t *testing.T, s *sandboxtest.Sandbox) {
		owner := s.Credentials.Billium.APIKey
		body := fields{"name": "ci"}
		first := s.CallBillium(t, owner, "POST", "/api-keys", body, idempotencyKey, "one").Want(t, 201)
		keys := len(s.BilliumKeys(t))
		again := s.CallBillium(t, owner, "POST", "/api-keys", body, idempotencyKey, "one").Want(t, 201)
		if again.Body != first.Body {
			t.Error("the replayed response is another")
		}
		s.Restart(t)
		if again := s.CallBillium(t, owner, "POST", "/api-keys", body, idempotencyKey, "one"); again.Body != first.Body {
			t.Error("after a restart the replayed response is another")
		}
		if got := len(s.BilliumKeys(t)); got != keys {
			t.Errorf("replays made %d keys", got-keys)
		}
		const reused = "Idempotency-Key was used with a different request"
		wantError(t, s.CallBillium(t, owner, "POST", "/api-keys", fields{"name": "other"}, idempotencyKey, "one"), 409, reused)
		wantError(t, s.CallBillium(t, owner, "POST", "/invoices", fields{"amount": "1", "currency": "USD"}, idempotencyKey, "one"), 409, reused)
		other := s.CallBillium(t, owner, "POST", "/api-keys", body, idempotencyKey, "two").Want(t, 201)
		if other.Text(t, "id") == first.Text(t, "id") {
			t.Error("another Idempotency-Key replays the same response")
		}
		// The permission comes first, however well the request is known.
		viewer := s.BilliumKeyAs(t, billium.Viewer)
		s.CallBillium(t, viewer, "POST", "/api-keys", body, idempotencyKey, "one").Want(t, 403)
	})
}

func TestFailuresAreNotRecorded(t *testing.T) {
	both(t, func(t *testing.T, s *sandboxtest.Sandbox) {
		owner := s.Credentials.Billium.APIKey
		wantError(t, s.CallBillium(t, owner, "POST", "/invoices", fields{"amount": "0", "currency": "USD"}, idempotencyKey, "k"), 422, "amount must be greater than zero")
		created := s.CallBillium(t, owner, "POST", "/invoices", fields{"amount": "1", "currency": "USD"}, idempotencyKey, "k").Want(t, 201)
		cancel := "/invoices/" + created.Text(t, "id") + "/cancel"
		first := s.CallBillium(t, owner, "POST", cancel, nil, idempotencyKey, "c").Want(t, 200)
		if again := s.CallBillium(t, owner, "POST", cancel, nil, idempotencyKey, "c").Want(t, 200); again.Body != first.Body {
			t.Error("the replayed cancellation is another")
		}
		wantError(t, s.CallBillium(t, owner, "POST", cancel, nil, idempotencyKey, "d"), 409, "Invoice is already cancelled")
	})
}

func TestRecordsLastADay(t *testing.T) {
	now := time.Date(2026, 1, 15, 10, 0, 0, 0, time.UTC)
	var mu sync.Mutex
	s := sandboxtest.Start(t, sandboxtest.WithClock(func() time.Time {
		mu.Lock()
		defer mu.Unlock()
		return now
	}))
	pass := func(d time.Duration) {
		mu.Lock()
		defer mu.Unlock()
		now = now.Add(d)
	}
	owner, invoice := s.Credentials.Billium.APIKey, fields{"amount": "1", "currency": "USD"}
	create := func() string {
		return s.CallBillium(t, owner, "POST", "/invoices", invoice, idempotencyKey, "k").Want(t, 201).Text(t, "id")
	}
	first := create()
	pass(24*time.Hour - time.Second)
	if create() != first {
		t.Error("the record is forgotten within a day")
	}
	pass(time.Second)
	if create() == first {
		t.Error("the record is kept for longer than a day")
	}
}

// TestParallelRepeats sends one request many times at once: it takes effect once.
func TestParallelRepeats(t *testing.T) {
	both(t, func(t *testing.T, s *sandboxtest.Sandbox) {
		owner := s.Credentials.Billium.APIKey
		answers := make([]sandboxtest.Answer, 16)
		var group sync.WaitGroup
		for i := range answers {
			group.Go(func() {
				answers[i] = s.CallBillium(t, owner, "POST", "/api-keys", fields{"name": "ci"}, idempotencyKey, "k")
			})
		}
		group.Wait()
		bodies := map[string]bool{}
		for _, answer := range answers {
			switch answer.Status {
			case http.StatusCreated:
				bodies[answer.Body] = true
			case http.StatusConflict:
				wantError(t, answer, 409, "A request with this Idempotency-Key is in progress")
			default:
				t.Errorf("answered %d", answer.Status)
			}
		}
		if len(bodies) != 1 {
			t.Errorf("%d different responses", len(bodies))
		}
		if got := len(s.BilliumKeys(t)); got != 2 {
			t.Errorf("%d keys, want the bootstrap one and one more", got)
		}
	})
}

// TestTwoServers repeats a request at another server of the same database.
func TestTwoServers(t *testing.T) {
	both(t, func(t *testing.T, s *sandboxtest.Sandbox) {
		beside := sandboxtest.Start(t, sandboxtest.WithDatabase(s.Database()))
		owner := s.Credentials.Billium.APIKey
		bodies := make(chan string, 16)
		var group sync.WaitGroup
		for i := range cap(bodies) {
			at := s
			if i%2 == 1 {
				at = beside
			}
			group.Go(func() {
				answer := at.CallBillium(t, owner, "POST", "/api-keys", fields{"name": "ci"}, idempotencyKey, "k")
				if answer.Status == http.StatusCreated {
					bodies <- answer.Body
				}
			})
		}
		group.Wait()
		close(bodies)
		first := <-bodies
		for body := range bodies {
			if body != first {
				t.Error("two servers gave different responses")
			}
		}
		if !strings.Contains(first, "token") {
			t.Error("no one got the token")
		}
	})
}

func TestAClientThatGivesUpLeavesNothingLocked(t *testing.T) {
	s := sandboxtest.Start(t)
	ctx, cancel := context.WithCancel(t.Context())
	s.Intercept(func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.Header.Get("X-Give-Up") != "" {
				cancel()
				r = r.WithContext(ctx)
			}
			next.ServeHTTP(w, r)
		})
	})
	owner, invoice := s.Credentials.Billium.APIKey, fields{"amount": "1", "currency": "USD"}
	s.CallBillium(t, owner, "POST", "/invoices", invoice, idempotencyKey, "k", "X-Give-Up", "1").Want(t, 500)
	s.CallBillium(t, owner, "POST", "/invoices", invoice, idempotencyKey, "k").Want(t, 201)
}
