package deliver

import (
	"io"
	"net/http"
	"slices"
	"time"

	"github.com/keyward/terraform-provider-keyward/internal/platform/corebill"
	"github.com/keyward/terraform-provider-keyward/internal/sandbox/store"
)

// corebillBody is a delivery's. Source: docs, Corebill, "Webhooks".
type corebillBody struct {
	ID        string         `json:"id"`
	Event     string         `json:"event"`
	CreatedAt time.Time      `json:"created_at"`
	WebhookID string         `json:"webhook_id"`
	Data      any            `json:"data"`
	Metadata  map[string]any `json:"metadata"`
}

var corebillForm = form{
	newEventID:    func(random io.Reader) (string, error) { return corebill.NewID(random, corebill.EventID) },
	newDeliveryID: func(random io.Reader) (string, error) { return corebill.NewID(random, corebillDeliveryID) },
	subscribes:    slices.Contains[[]string],
	body: func(e event, webhookID string) any {
		return corebillBody{ID: e.id, Event: e.name, CreatedAt: e.at, WebhookID: webhookID, Data: e.data, Metadata: map[string]any{}}
	},
	sign: func(header http.Header, d store.Delivery, secrets []string, _ time.Time) {
		for _, secret := range secrets[:min(len(secrets), 1)] {
			header.Set(corebill.SignatureHeader, corebill.Sign(secret, []byte(d.Body)))
		}
	},
}
