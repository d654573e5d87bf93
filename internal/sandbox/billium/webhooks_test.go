package billium_test

import (
	"fmt"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/keyward/terraform-provider-keyward/internal/platform/billium"
	"github.com/keyward/terraform-provider-keyward/internal/sandbox/sandboxtest"
)

const webhookURL = "https://example.com/hook"

// listedWebhook returns a webhook as the list shows it.
func listedWebhook(t *testing.T, s *sandboxtest.Sandbox, id string) fields {
	t.Helper()
	for _, webhook := range webhookList(t, s.CallBillium(t, s.Credentials.Billium.APIKey, "GET", "/webhooks", nil).Want(t, 200)) {
		if webhook["id"] == id {
			return webhook
		}
	}
	t.Fatalf("%s is not in the list", id)
	return nil
}

// webhookList decodes the list, which has no envelope.
func webhookList(t *testing.T, answer sandboxtest.Answer) []fields {
	t.Helper()
	return sandboxtest.Answer{Body: `{"data":` + answer.Body + `}`}.Data(t)
}

// secretsOf returns the secrets of a webhook.
func secretsOf(t *testing.T, webhook fields) []fields {
	t.Helper()
	list, ok := webhook["webhookSecrets"].([]any)
	if !ok {
		t.Fatalf("webhookSecrets is %v", webhook["webhookSecrets"])
	}
	var secrets []fields
	for _, secret := range list {
		if object, ok := secret.(fields); ok {
			secrets = append(secrets, object)
		}
	}
	return secrets
}

func TestWebhooks(t *testing.T) {
	both(t, func(t *testing.T, s *sandboxtest.Sandbox) {
		owner := s.Credentials.Billium.APIKey
		first := s.CallBillium(t, owner, "POST", "/webhooks", fields{"url": webhookURL, "events": []string{"invoice.*"}}).Want(t, 201)
		id, secret := first.Text(t, "id"), first.Text(t, "secret")
		want := fields{"id": id, "merchantId": s.Credentials.Billium.MerchantID, "url": webhookURL, "events": []any{"invoice.*"}, "isActive": true, "retryCount": 3.0, "timeout": 30000.0}
		for field, value := range want {
			if fmt.Sprint(first.Object(t)[field]) != fmt.Sprint(value) {
				t.Errorf("%s is %v, want %v", field, first.Object(t)[field], value)
			}
		}
		if secrets := secretsOf(t, first.Object(t)); len(secrets) != 1 || secrets[0]["secretKeyPreview"] != secret[:10] || secrets[0]["webhookId"] != id || secrets[0]["isActive"] != true {
			t.Errorf("the secrets are %v", secrets)
		}
		second := s.CallBillium(t, owner, "POST", "/webhooks", fields{
			"url": webhookURL, "events": []string{"payment.paid", "invoice.paid"}, "isActive": false, "description": "b", "retryCount": 0, "timeout": 1000,
		}).Want(t, 201)
		path := "/webhooks/" + second.Text(t, "id")
		changed := s.CallBillium(t, owner, "PATCH", path, fields{"description": nil, "retryCount": 10}).Want(t, 200)
		if got := changed.Object(t); got["description"] != nil || got["retryCount"] != 10.0 || got["timeout"] != 1000.0 || got["isActive"] != false {
			t.Errorf("changed to %s", changed.Body)
		}
		changed = s.CallBillium(t, owner, "PATCH", path, fields{"url": "http://127.0.0.1/", "events": []string{"payment.*"}, "isActive": true, "description": "c", "timeout": 2000}).Want(t, 200)
		if got := listedWebhook(t, s, second.Text(t, "id")); fmt.Sprint(got) != fmt.Sprint(changed.Object(t)) || got["description"] != "c" || got["timeout"] != 2000.0 {
			t.Errorf("changed to %s, listed as %v", changed.Body, got)
		}
		list := s.CallBillium(t, owner, "GET", "/webhooks", nil)
		if got := webhookList(t, list); len(got) != 2 || got[0]["id"] != second.Text(t, "id") || strings.Contains(list.Body+changed.Body, secret) {
			t.Errorf("the list is %s", list.Body)
		}
		s.CallBillium(t, owner, "DELETE", path, nil).Want(t, 200)
		wantError(t, s.CallBillium(t, owner, "DELETE", path, nil), 404, "Webhook not found")
		s.DeleteObject(t, id)
		if got := s.Webhooks(t); len(got) != 0 || strings.Contains(s.Output(), secret) {
			t.Errorf("there are %+v", got)
		}
	})
}

func TestWebhookSecretRotation(t *testing.T) {
	sandboxtest.Databases(t, func(t *testing.T, database string) {
		var passed atomic.Int64
		now := func() time.Time {
			return time.Date(2026, 1, 15, 10, 0, 0, 0, time.UTC).Add(time.Duration(passed.Load()))
		}
		s := sandboxtest.Start(t, sandboxtest.WithDatabase(database), sandboxtest.WithClock(now))
		owner := s.Credentials.Billium.APIKey
		created := s.CallBillium(t, owner, "POST", "/webhooks", fields{"url": webhookURL, "events": []string{"invoice.*"}}, "Idempotency-Key", "c").Want(t, 201)
		if again := s.CallBillium(t, owner, "POST", "/webhooks", fields{"url": webhookURL, "events": []string{"invoice.*"}}, "Idempotency-Key", "c"); again.Body != created.Body {
			t.Errorf("the replay is %s", again.Body)
		}
		id, old := created.Text(t, "id"), created.Text(t, "secret")
		passed.Add(int64(time.Hour))
		rotated := s.CallBillium(t, owner, "POST", "/webhooks/"+id+"/secrets", nil, "Idempotency-Key", "r").Want(t, 201)
		if again := s.CallBillium(t, owner, "POST", "/webhooks/"+id+"/secrets", nil, "Idempotency-Key", "r"); again.Body != rotated.Body {
			t.Errorf("the replay is %s", again.Body)
		}
		current := rotated.Text(t, "secret")
		secrets := secretsOf(t, listedWebhook(t, s, id))
		if len(secrets) != 2 || secrets[0]["secretKeyPreview"] != current[:10] || secrets[0]["id"] != rotated.Text(t, "id") || secrets[0]["expiresAt"] != nil {
			t.Fatalf("after the rotation the secrets are %v", secrets)
		}
		if expires := now().Add(24 * time.Hour).Format(time.RFC3339); secrets[1]["secretKeyPreview"] != old[:10] || secrets[1]["expiresAt"] != expires || secrets[1]["isActive"] != true {
			t.Errorf("the old secret is %v, want it to expire at %s", secrets[1], expires)
		}
		passed.Add(int64(24 * time.Hour))
		if secrets := secretsOf(t, listedWebhook(t, s, id)); len(secrets) != 1 || secrets[0]["id"] != rotated.Text(t, "id") {
			t.Errorf("after a day the secrets are %v", secrets)
		}
	})
}

func TestWebhookRefusals(t *testing.T) {
	both(t, func(t *testing.T, s *sandboxtest.Sandbox) {
		owner, member, viewer := s.Credentials.Billium.APIKey, s.BilliumKeyAs(t, billium.Member), s.BilliumKeyAs(t, billium.Viewer)
		id := s.CallBillium(t, owner, "POST", "/webhooks", fields{"url": webhookURL, "events": []string{"payment.*"}}).Want(t, 201).Text(t, "id")
		unknown := "/webhooks/wh_" + strings.Repeat("0", 32)
		badURL := []string{"url must be an http or https URL with a host"}
		for _, test := range []struct {
			token, method, path string
			body                any
			status              int
			message             any
		}{
			{member, "POST", "/webhooks", fields{}, 403, "Missing permission: webhook:create"},
			{member, "PATCH", "/webhooks/" + id, fields{}, 403, "Missing permission: webhook:edit"},
			{viewer, "DELETE", "/webhooks/" + id, nil, 403, "Missing permission: webhook:delete"},
			{viewer, "POST", "/webhooks/" + id + "/ping", nil, 403, "Missing permission: webhook:edit"},
			{viewer, "POST", "/webhooks/" + id + "/secrets", nil, 403, "Missing permission: webhook:edit"},
			{owner, "PATCH", unknown, fields{"isActive": true}, 404, "Webhook not found"},
			{owner, "DELETE", unknown, nil, 404, "Webhook not found"},
			{owner, "POST", unknown + "/ping", nil, 404, "Webhook not found"},
			{owner, "POST", unknown + "/secrets", nil, 404, "Webhook not found"},
			{owner, "POST", "/webhooks", fields{"url": "https://:80", "events": []string{"payment.*"}}, 400, badURL},
			{owner, "PATCH", "/webhooks/" + id, fields{"url": "http://[::1"}, 400, badURL},
		} {
			wantError(t, s.CallBillium(t, test.token, test.method, test.path, test.body), test.status, test.message)
		}
		for _, wrong := range []fields{
			{"events": []string{}}, {"events": []string{"invoice.all"}}, {"url": "ftp://example.com"}, {"retryCount": 11}, {"retryCount": -1}, {"timeout": 999}, {"timeout": 30001}, {},
		} {
			s.CallBillium(t, owner, "PATCH", "/webhooks/"+id, wrong).Want(t, 400)
		}
		s.CallBillium(t, viewer, "GET", "/webhooks", nil).Want(t, 200)
		if w := s.Webhooks(t)[0]; w.ID != id || !slices.Equal(w.Events, []string{"payment.*"}) || w.Description != nil || w.Secrets != 1 {
			t.Errorf("the webhook is %+v", w)
		}
	})
}
