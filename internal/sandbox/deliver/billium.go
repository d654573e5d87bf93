package deliver

import (
	"io"
	"net/http"
	"time"

	"github.com/keyward/terraform-provider-keyward/internal/platform/billium"
	"github.com/keyward/terraform-provider-keyward/internal/sandbox/store"
)

// billiumBody is a delivery's. Source: docs, Billium, "Webhooks"; that the
// timestamp is RFC 3339: contract.
type billiumBody struct {
	Event     string    `json:"event"`
	ID        string    `json:"id"`
	Data      any       `json:"data"`
	Timestamp time.Time `json:"timestamp"`
}

var billiumForm = form{
	newEventID:    func(random io.Reader) (string, error) { return billium.NewID(random, billium.EventID) },
	newDeliveryID: func(random io.Reader) (string, error) { return billium.NewID(random, billiumDeliveryID) },
	subscribes:    billium.Subscribes,
	body: func(e event, _ string) any {
		return billiumBody{Event: e.name, ID: e.id, Data: e.data, Timestamp: e.at}
	},
	sign: func(header http.Header, d store.Delivery, secrets []string, at time.Time) {
		header.Set(billium.SignatureHeader, billium.Sign(secrets, at, []byte(d.Body)))
		header.Set(billium.WebhookIDHeader, d.WebhookID)
		header.Set(billium.EventIDHeader, d.EventID)
		header.Set(billium.DeliveryIDHeader, d.ID)
	},
}
