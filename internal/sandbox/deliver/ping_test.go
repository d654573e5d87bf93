package deliver_test

import (
	"net/http"
	"reflect"
	"testing"
	"time"

	"github.com/keyward/terraform-provider-keyward/internal/sandbox/sandboxtest"
)

// ping pings a webhook of either platform.
func (w world) ping(t *testing.T, platform, id string, headers ...string) sandboxtest.Answer {
	t.Helper()
	if platform == "billium" {
		return w.CallBillium(t, w.Credentials.Billium.APIKey, "POST", "/webhooks/"+id+"/ping", nil, headers...).Want(t, 200)
	}
	return w.CallCorebill(t, w.Credentials.Corebill.APIKey, "POST", w.scoped("/webhooks/"+id+"/ping"), nil, headers...).Want(t, 200)
}

func TestPing(t *testing.T) {
	both(t, func(t *testing.T, w world) {
		for _, platform := range []string{"corebill", "billium"} {
			hook := w.corebillHook
			if platform == "billium" {
				hook = func(t *testing.T, events ...string) (string, string) { return w.billiumHook(t, nil, events...) }
			}
			id, secret := hook(t, "invoice.paid")
			want := func(answer sandboxtest.Answer, status, problem any) {
				t.Helper()
				expected := fields{"id": answer.Text(t, "id"), "event": "ping", "status": status, "delivered": problem == nil, "error": problem}
				if got := answer.Object(t); !reflect.DeepEqual(got, expected) {
					t.Errorf("%s: got %s, want %v", platform, answer.Body, expected)
				}
			}
			w.answers(202)
			answer := w.ping(t, platform, id)
			want(answer, 202.0, nil)
			got := w.one(t)
			signed := got.header.Get("X-Webhook-Signature") == mac(secret, string(got.body))
			if platform == "billium" {
				stamp, macs := signatures(t, got.header)
				signed = len(macs) == 1 && macs[0] == mac(secret, stamp+"."+string(got.body))
			}
			if !signed || got.fields["event"] != "ping" || got.fields["id"] != answer.Text(t, "id") {
				t.Errorf("%s: the ping is %s", platform, got.body)
			}
			w.clock.advance(time.Second)
			w.answers(500)
			want(w.ping(t, platform, id), 500.0, "The endpoint answered 500 Internal Server Error")
			w.one(t)
			w.clock.advance(time.Hour)
			w.Deliver(t)
			w.none(t, "a ping is not repeated")
			w.DisableWebhook(t, id)
			want(w.ping(t, platform, id), nil, "The webhook is disabled")
			w.none(t, "a disabled webhook")
		}
		if log := w.Deliveries(t); len(log) != 4 || log[1].Event != "ping" || text(log[1].Status) != 500 {
			t.Errorf("the log is %+v", log)
		}
	})
}

// TestPingHoldsNoTransaction lets the endpoint write to the sandbox while it is
// being pinged under an Idempotency-Key.
func TestPingHoldsNoTransaction(t *testing.T) {
	both(t, func(t *testing.T, w world) {
		id, _ := w.billiumHook(t, nil, "payment.*")
		write := func() { w.createInvoice(t, "Idempotency-Key", "another") }
		w.handles(func(rw http.ResponseWriter, _ *http.Request) {
			write()
			rw.WriteHeader(200)
		})
		first := w.ping(t, "billium", id, "Idempotency-Key", "k")
		if again := w.ping(t, "billium", id, "Idempotency-Key", "k"); again.Body != first.Body || first.Object(t)["delivered"] != true {
			t.Errorf("the first answer is %s, the second %s", first.Body, again.Body)
		}
		w.one(t)
	})
}

func TestPingOfNothing(t *testing.T) {
	s := sandboxtest.Start(t)
	w := world{Sandbox: s, receiver: &receiver{hook: "http://127.0.0.1:1/hook"}}
	id, _ := w.corebillHook(t, "item.created")
	answer := w.ping(t, "corebill", id)
	if got := answer.Object(t); got["status"] != nil || got["delivered"] != false || got["error"] == nil {
		t.Errorf("pinging what does not listen: %s", answer.Body)
	}
}
