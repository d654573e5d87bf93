package sandboxtest

import (
	"cmp"
	"net/http"
	"testing"
	"time"

	"github.com/keyward/terraform-provider-keyward/internal/sandbox/store"
)

// Webhook is a webhook of either platform as the dashboard sees it.
type Webhook struct {
	ID       string
	Platform string // corebill or billium
	// ScopeID is Corebill's company or Billium's merchant.
	ScopeID     string
	URL         string
	Events      []string
	Enabled     bool
	RetryCount  int
	TimeoutMs   int
	Description *string
	// Secrets is how many secrets sign its deliveries.
	Secrets int
}

// Delivery is one attempt to tell a webhook of an event.
type Delivery struct {
	WebhookID string
	EventID   string
	Event     string
	Attempt   int        // from 1
	Status    *int       // nil: no answer
	Error     *string    // nil: delivered
	At        time.Time  // when it was made
	NextAt    *time.Time // when the next one is due; nil: none follows
}

// WithTransport replaces what makes the deliveries.
func WithTransport(transport http.RoundTripper) Option {
	return func(o *options) { o.Transport = transport }
}

// Webhooks returns the webhooks of both platforms, newest first.
func (s *Sandbox) Webhooks(t testing.TB) []Webhook {
	t.Helper()
	rows, err := s.server.Dashboard().Webhooks(withoutCancel(t))
	must(t, "listing the webhooks", err)
	webhooks := make([]Webhook, len(rows))
	for i, w := range rows {
		secrets, err := s.server.Dashboard().WebhookSecrets(withoutCancel(t), w.ID)
		must(t, "listing a webhook's secrets", err)
		webhooks[i] = Webhook{
			ID: w.ID, Platform: string(w.Platform()), ScopeID: *cmp.Or(w.CompanyID, w.MerchantID), URL: w.URL, Events: w.Events, Enabled: w.Enabled,
			RetryCount: w.RetryCount, TimeoutMs: w.TimeoutMS, Description: w.Description, Secrets: len(secrets[w.ID]),
		}
	}
	return webhooks
}

// DisableWebhook disables a webhook of either platform.
func (s *Sandbox) DisableWebhook(t testing.TB, id string) {
	t.Helper()
	must(t, "disabling a webhook", s.server.Dashboard().SetWebhook(withoutCancel(t), id, func(w *store.Webhook) { w.Enabled = false }))
}

// SetWebhookURL changes where a webhook of either platform is.
func (s *Sandbox) SetWebhookURL(t testing.TB, id, url string) {
	t.Helper()
	must(t, "changing a webhook", s.server.Dashboard().SetWebhook(withoutCancel(t), id, func(w *store.Webhook) { w.URL = url }))
}

// Deliver makes the deliveries that are due by the sandbox's clock and returns
// once they, and those under way already, are in the delivery log.
func (s *Sandbox) Deliver(t testing.TB) {
	t.Helper()
	must(t, "delivering", s.server.Dashboard().Deliver(withoutCancel(t)))
}

// Deliveries returns every attempt to tell a webhook of an event, pings included,
// oldest first.
func (s *Sandbox) Deliveries(t testing.TB) []Delivery {
	t.Helper()
	rows, err := s.server.Dashboard().Deliveries(withoutCancel(t))
	must(t, "listing the deliveries", err)
	deliveries := make([]Delivery, len(rows))
	for i, row := range rows {
		deliveries[i] = Delivery{
			WebhookID: row.WebhookID, EventID: row.EventID, Event: row.Event, Attempt: row.Number,
			Status: row.Status, Error: row.Error, At: row.At, NextAt: row.NextAt,
		}
	}
	return deliveries
}
