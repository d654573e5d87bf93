package corebill

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/types"

	corebillapi "github.com/keyward/terraform-provider-keyward/internal/contract/corebill"
	"github.com/keyward/terraform-provider-keyward/internal/resources/webhook"
)

func hook(url string, enabled bool, events ...corebillapi.WebhookEvent) *webhookModel {
	var m webhookModel
	m.adopt(corebillapi.Webhook{ID: "wh_a1b2c3d4e5f6", CompanyID: "com_a1b2c3d4e5f6", URL: url, Enabled: enabled, Events: events})
	return &m
}

func TestWebhookUpdateRequestHoldsWhatDiffers(t *testing.T) {
	t.Parallel()
	state := hook("https://example.com", true, "invoice.paid", "quote.sent")
	for want, plan := range map[string]*webhookModel{
		`{}`:                          hook("https://example.com", true, "quote.sent", "invoice.paid"),
		`{"url":"https://other.com"}`: hook("https://other.com", true, "quote.sent", "invoice.paid"),
		`{"enabled":false}`:           hook("https://example.com", false, "quote.sent", "invoice.paid"),
		`{"events":["quote.sent"]}`:   hook("https://example.com", true, "quote.sent"),
	} {
		request, different := plan.updateRequest(state)
		if got := encoded(t, request); got != want || different != (want != `{}`) {
			t.Errorf("got %s, want %s", got, want)
		}
	}
}

func TestWebhookIsReplacedForAnotherCompany(t *testing.T) {
	t.Parallel()
	hooks := &webhooks{}
	state, plan := hook("https://example.com", true), hook("https://example.com", true)
	if got := hooks.Replaces(state, plan); len(got) != 0 {
		t.Errorf("the same company: got %v", got)
	}
	plan.CompanyID = types.StringUnknown()
	if got := hooks.Replaces(state, plan); len(got) != 1 || got[0].String() != "company_id" {
		t.Errorf("another company: got %v", got)
	}
}

// The documented events are the ones in the schema's words.
func TestWebhookWordsAreComplete(t *testing.T) {
	t.Parallel()
	if len(webhookWords.Events) != 21 || webhook.Schema(webhookKind, webhookWords, nil)["events"] == nil {
		t.Errorf("%d events", len(webhookWords.Events))
	}
}
