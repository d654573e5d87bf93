package deliver_test

import (
	"fmt"
	"net/http"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"
)

func TestCorebillEvents(t *testing.T) {
	both(t, func(t *testing.T, w world) {
		id, secret := w.corebillHook(t, "customer.created", "customer.deleted", "invoice.paid")
		customer := w.createCustomer(t)
		w.Deliver(t)
		created := w.one(t)
		if got := created.header.Get("X-Webhook-Signature"); got != mac(secret, string(created.body)) {
			t.Errorf("the signature is %q", got)
		}
		eventID, _ := created.fields["id"].(string)
		want := fields{
			"id": eventID, "event": "customer.created", "created_at": start.Format(time.RFC3339), "webhook_id": id,
			"data": customer.Object(t), "metadata": fields{},
		}
		if !reflect.DeepEqual(created.fields, want) || !strings.HasPrefix(eventID, "evt_") || len(eventID) != len("evt_")+12 {
			t.Errorf("the event is %s, want %v", created.body, want)
		}

		w.CallCorebill(t, w.Credentials.Corebill.APIKey, "DELETE", w.scoped("/customers/"+customer.Text(t, "id")), nil).Want(t, 200)
		w.Deliver(t)
		deleted := w.one(t)
		if deleted.fields["event"] != "customer.deleted" || !reflect.DeepEqual(deleted.fields["data"], any(customer.Object(t))) || deleted.fields["id"] == eventID {
			t.Errorf("the second event is %s", deleted.body)
		}
		w.CallCorebill(t, w.Credentials.Corebill.APIKey, "DELETE", w.scoped("/customers/"+customer.Text(t, "id")), nil).Want(t, 404)
		w.CallCorebill(t, w.Credentials.Corebill.APIKey, "POST", "/customers?company_id="+w.SecondCompanyID, fields{"name": "b"}).Want(t, 201)
		w.Deliver(t)
		w.none(t, "a refused request and another company's")
		for _, d := range w.Deliveries(t) {
			if d.WebhookID != id || d.Attempt != 1 || text(d.Status) != 200 || d.Error != nil || d.NextAt != nil || !d.At.Equal(start) {
				t.Errorf("the log has %+v", d)
			}
		}
	})
}

func TestBilliumEvents(t *testing.T) {
	both(t, func(t *testing.T, w world) {
		id, secret := w.billiumHook(t, nil, "invoice.*")
		w.billiumHook(t, nil, "payment.*", "invoice.paid")
		invoice := w.createInvoice(t)
		w.Deliver(t)
		created := w.one(t)
		stamp, macs := signatures(t, created.header)
		if stamp != fmt.Sprint(start.Unix()) || !slices.Equal(macs, []string{mac(secret, stamp+"."+string(created.body))}) {
			t.Errorf("the signature is %q", created.header.Get("x-signature"))
		}
		want := fields{"id": created.header.Get("x-event-id"), "event": "invoice.created", "timestamp": start.Format(time.RFC3339), "data": invoice.Object(t)}
		if !reflect.DeepEqual(created.fields, want) {
			t.Errorf("the event is %s, want %v", created.body, want)
		}
		if created.header.Get("x-webhook-id") != id || created.header.Get("x-delivery-id") == "" {
			t.Errorf("the headers are %v", created.header)
		}

		cancelled := w.CallBillium(t, w.Credentials.Billium.APIKey, "POST", "/invoices/"+invoice.Text(t, "id")+"/cancel", nil).Want(t, 200)
		w.Deliver(t)
		if second := w.one(t); second.fields["event"] != "invoice.cancelled" || !reflect.DeepEqual(second.fields["data"], any(cancelled.Object(t))) {
			t.Errorf("the second event is %s", second.body)
		}
		w.CallBillium(t, w.Credentials.Billium.APIKey, "POST", "/invoices/"+invoice.Text(t, "id")+"/cancel", nil).Want(t, 409)
		w.Deliver(t)
		w.none(t, "a refused request")
	})
}

// TestOneEventForManyWebhooks delivers an event to each webhook as a delivery of
// its own.
func TestOneEventForManyWebhooks(t *testing.T) {
	both(t, func(t *testing.T, w world) {
		for range 3 {
			w.billiumHook(t, nil, "invoice.created")
		}
		w.createInvoice(t)
		w.Deliver(t)
		events, deliveries := map[string]bool{}, map[string]bool{}
		for _, got := range w.take() {
			events[got.header.Get("x-event-id")] = true
			deliveries[got.header.Get("x-delivery-id")] = true
		}
		if len(events) != 1 || len(deliveries) != 3 {
			t.Errorf("%d events in %d deliveries", len(events), len(deliveries))
		}
	})
}

// TestIdempotentEvent queues an event in a transaction that is committed after
// the handler: no one asks for the deliveries, they come by themselves.
func TestIdempotentEvent(t *testing.T) {
	both(t, func(t *testing.T, w world) {
		came := make(chan struct{}, 10)
		w.handles(func(http.ResponseWriter, *http.Request) { came <- struct{}{} })
		w.billiumHook(t, nil, "invoice.created")
		first := w.createInvoice(t, "Idempotency-Key", "k")
		select {
		case <-came:
		case <-time.After(30 * time.Second):
			t.Fatal("nothing was delivered")
		}
		if again := w.createInvoice(t, "Idempotency-Key", "k"); again.Body != first.Body {
			t.Errorf("the replay is %s", again.Body)
		}
		w.Deliver(t)
		w.one(t)
	})
}

func TestRotatedSecrets(t *testing.T) {
	both(t, func(t *testing.T, w world) {
		id, old := w.billiumHook(t, nil, "invoice.created")
		rotate := func() string {
			w.clock.advance(time.Second)
			return w.CallBillium(t, w.Credentials.Billium.APIKey, "POST", "/webhooks/"+id+"/secrets", nil).Want(t, 201).Text(t, "secret")
		}
		signedBy := func(secrets ...string) {
			t.Helper()
			w.createInvoice(t)
			w.Deliver(t)
			got := w.one(t)
			stamp, macs := signatures(t, got.header)
			var want []string
			for _, secret := range secrets {
				want = append(want, mac(secret, stamp+"."+string(got.body)))
			}
			if !slices.Equal(macs, want) {
				t.Errorf("the signature is %q, want %v", got.header.Get("x-signature"), want)
			}
		}
		signedBy(old)
		current := rotate()
		signedBy(current, old)
		w.clock.advance(24*time.Hour - time.Microsecond)
		signedBy(current, old)
		w.clock.advance(time.Microsecond)
		signedBy(current)
		second, third := rotate(), ""
		if third = rotate(); third == second {
			t.Error("two rotations gave one secret")
		}
		signedBy(third, second)

		hook, before := w.corebillHook(t, "customer.created")
		after := w.CallCorebill(t, w.Credentials.Corebill.APIKey, "POST", w.scoped("/webhooks/"+hook+"/rotate_secret"), nil).Want(t, 200).Text(t, "secret")
		w.createCustomer(t)
		w.Deliver(t)
		if got := w.one(t); before == after || got.header.Get("X-Webhook-Signature") != mac(after, string(got.body)) {
			t.Errorf("the signature is %q", got.header.Get("X-Webhook-Signature"))
		}
	})
}

// TestSilence is about webhooks that get nothing.
func TestSilence(t *testing.T) {
	both(t, func(t *testing.T, w world) {
		owner := w.Credentials.Billium.APIKey
		id, _ := w.billiumHook(t, fields{"isActive": false}, "invoice.*")
		w.createInvoice(t)
		w.Deliver(t)
		w.none(t, "a disabled webhook")

		// What is waiting is not delivered after all.
		w.CallBillium(t, owner, "PATCH", "/webhooks/"+id, fields{"isActive": true}).Want(t, 200)
		w.answers(503)
		w.createInvoice(t)
		w.Deliver(t)
		w.one(t)
		w.CallBillium(t, owner, "PATCH", "/webhooks/"+id, fields{"isActive": false}).Want(t, 200)
		w.CallBillium(t, owner, "PATCH", "/webhooks/"+id, fields{"isActive": true}).Want(t, 200)
		w.clock.advance(time.Hour)
		w.Deliver(t)
		w.none(t, "a webhook that was disabled meanwhile")

		w.createInvoice(t)
		w.Deliver(t)
		w.one(t)
		w.CallBillium(t, owner, "DELETE", "/webhooks/"+id, nil).Want(t, 200)
		w.clock.advance(time.Hour)
		w.Deliver(t)
		w.none(t, "a deleted webhook")
		if got := w.Deliveries(t); len(got) != 2 {
			t.Errorf("the log of a deleted webhook has %d rows", len(got))
		}
	})
}
