package deliver

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"time"

	"github.com/keyward/terraform-provider-keyward/internal/platform/billium"
	"github.com/keyward/terraform-provider-keyward/internal/platform/corebill"
	"github.com/keyward/terraform-provider-keyward/internal/sandbox/store"
)

// event is something that happened.
type event struct {
	id   string
	name string
	at   time.Time
	data any
}

// form is how a platform writes and signs deliveries.
type form struct {
	newEventID    func(io.Reader) (string, error)
	newDeliveryID func(io.Reader) (string, error)
	subscribes    func(subscribed []string, name string) bool
	// body is what is sent, before it is JSON.
	body func(e event, webhookID string) any
	// sign sets the platform's own headers.
	sign func(header http.Header, d store.Delivery, secrets []string, at time.Time)
}

var forms = map[store.Platform]form{store.Corebill: corebillForm, store.Billium: billiumForm}

// delivery writes an event for one webhook.
func (f form) delivery(random io.Reader, e event, webhookID string) (store.Delivery, error) {
	id, err := f.newDeliveryID(random)
	if err != nil {
		return store.Delivery{}, err
	}
	body, err := json.Marshal(f.body(e, webhookID))
	if err != nil {
		return store.Delivery{}, fmt.Errorf("writing the event %s: %w", e.name, err)
	}
	return store.Delivery{ID: id, WebhookID: webhookID, EventID: e.id, Event: e.name, Body: string(body), NextAt: e.at}, nil
}

// The ids of deliveries. Source: contract.
const (
	corebillDeliveryID corebill.Kind = "dlv"
	billiumDeliveryID  billium.Kind  = "dlv"
)
