package billium

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/keyward/terraform-provider-keyward/internal/client/billium"
	billiumapi "github.com/keyward/terraform-provider-keyward/internal/contract/billium"
	"github.com/keyward/terraform-provider-keyward/internal/providerdata"
)

func hook(change func(*webhookModel)) *webhookModel {
	var m webhookModel
	m.adopt(billiumapi.Webhook{
		ID: "wh_1", MerchantID: "mer_1", URL: "https://example.com", Description: new("Orders"), IsActive: true, RetryCount: 3, Timeout: 30000,
		Events:         []billiumapi.WebhookEvent{"invoice.*", "payment.paid"},
		WebhookSecrets: []billiumapi.WebhookSecret{{ID: "s1", SecretKeyPreview: "whsec_abcd", IsActive: true}},
	})
	change(&m)
	return &m
}

func TestWebhookUpdateRequestHoldsWhatDiffers(t *testing.T) {
	t.Parallel()
	state := hook(func(*webhookModel) {})
	for want, change := range map[string]func(*webhookModel){
		`{}`: func(m *webhookModel) {
			m.Events = providerdata.SetOf([]billiumapi.WebhookEvent{"payment.paid", "invoice.*"})
		},
		`{"url":"https://other.com"}`:    func(m *webhookModel) { m.URL = types.StringValue("https://other.com") },
		`{"events":["payment.created"]}`: func(m *webhookModel) { m.Events = providerdata.SetOf([]string{"payment.created"}) },
		`{"description":null}`:           func(m *webhookModel) { m.Description = types.StringNull() },
		`{"description":"Shop"}`:         func(m *webhookModel) { m.Description = types.StringValue("Shop") },
		`{"isActive":false}`:             func(m *webhookModel) { m.IsActive = types.BoolValue(false) },
		`{"retryCount":0}`:               func(m *webhookModel) { m.RetryCount = types.Int64Value(0) },
		`{"timeout":1000}`:               func(m *webhookModel) { m.Timeout = types.Int64Value(1000) },
	} {
		request, different := hook(change).updateRequest(state)
		got, err := json.Marshal(request)
		if err != nil || string(got) != want || different != (want != `{}`) {
			t.Errorf("got %s, %v, want %s", got, err, want)
		}
	}
}

func TestWebhookSecretsAreKeptWhereTheListDoesNotCome(t *testing.T) {
	t.Parallel()
	expires := time.Date(2026, 1, 15, 10, 0, 0, 0, time.UTC)
	made := billium.CreatedWebhookSecret{ID: "s2", Preview: "whsec_efgh", ExpiresAt: &expires}
	want := secretList([]billiumapi.WebhookSecret{
		{ID: "s2", SecretKeyPreview: "whsec_efgh", IsActive: true, ExpiresAt: &expires},
		{ID: "s1", SecretKeyPreview: "whsec_abcd", IsActive: true},
	})
	if got := withSecret(hook(func(*webhookModel) {}).Secrets, made); !got.Equal(want) {
		t.Errorf("got %v", got)
	}
}

func TestSecretThatNoLongerSigns(t *testing.T) {
	t.Parallel()
	secrets := []billiumapi.WebhookSecret{{ID: "s1", IsActive: true}, {ID: "s2"}}
	for id, want := range map[string]bool{"s1": true, "s2": false, "s3": false} {
		if signs(secrets, id) != want {
			t.Errorf("%s signs: %v", id, !want)
		}
	}
}
