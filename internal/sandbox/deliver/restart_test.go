package deliver_test

import (
	"net/http"
	"sync"
	"testing"
	"time"

	"github.com/keyward/terraform-provider-keyward/internal/sandbox/sandboxtest"
)

func TestQueueSurvivesARestart(t *testing.T) {
	both(t, func(t *testing.T, w world) {
		w.corebillHook(t, "customer.created")
		w.answers(500)
		w.createCustomer(t)
		w.Deliver(t)
		first := w.one(t)
		w.Restart(t)
		w.Deliver(t)
		w.none(t, "too early")
		w.answers(200)
		w.clock.advance(time.Minute)
		w.Deliver(t)
		if second := w.one(t); string(second.body) != string(first.body) {
			t.Errorf("after the restart came %s", second.body)
		}
		if log := w.Deliveries(t); len(log) != 2 || log[1].Attempt != 2 || log[1].Error != nil {
			t.Errorf("the log is %+v", log)
		}
	})
}

// TestShutdownBreaksOff ends the server while an endpoint does not answer.
func TestShutdownBreaksOff(t *testing.T) {
	both(t, func(t *testing.T, w world) {
		reached := make(chan struct{}, 1)
		w.handles(func(_ http.ResponseWriter, r *http.Request) {
			reached <- struct{}{}
			<-r.Context().Done()
		})
		w.billiumHook(t, nil, "invoice.created")
		w.createInvoice(t)
		<-reached
		w.answers(200)
		w.Restart(t)
		w.Deliver(t)
		log := w.Deliveries(t)
		if len(log) != 1 || log[0].Attempt != 1 || text(log[0].Status) != 200 || len(w.take()) != 2 {
			t.Errorf("the log is %+v", log)
		}
	})
}

// TestTwoServersDeliverOnce lets two processes on one database work on the same
// queue.
func TestTwoServersDeliverOnce(t *testing.T) {
	both(t, func(t *testing.T, w world) {
		beside := sandboxtest.Start(t, sandboxtest.WithDatabase(w.Database()), sandboxtest.WithClock(w.clock.Now))
		const webhooks = 12
		for range webhooks {
			w.corebillHook(t, "customer.created")
		}
		w.answers(500)
		w.createCustomer(t)
		for _, wait := range []time.Duration{0, time.Minute, 2 * time.Minute} {
			w.clock.advance(wait)
			var group sync.WaitGroup
			for _, server := range []*sandboxtest.Sandbox{w.Sandbox, beside} {
				group.Go(func() { server.Deliver(t) })
			}
			group.Wait()
			if got := len(w.take()); got != webhooks {
				t.Errorf("%d deliveries, want %d", got, webhooks)
			}
		}
	})
}
