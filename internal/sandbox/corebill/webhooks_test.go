package corebill_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/keyward/terraform-provider-keyward/internal/platform/corebill"
	"github.com/keyward/terraform-provider-keyward/internal/sandbox/sandboxtest"
)

const webhookURL = "https://example.com/hook"

func TestWebhooks(t *testing.T) {
	both(t, func(t *testing.T, s *sandboxtest.Sandbox) {
		admin := s.Credentials.Corebill.APIKey
		created := s.CallCorebill(t, admin, "POST", scoped(s, "/webhooks"), map[string]any{"url": webhookURL, "events": []string{"quote.sent", "customer.created"}}).Want(t, 201)
		id, secret := created.Text(t, "id"), created.Text(t, "secret")
		if !strings.HasPrefix(secret, "whsec_") || len(secret) != len("whsec_")+32 || created.Text(t, "secret_preview") != secret[:10] {
			t.Errorf("created with a secret of %d characters and the preview %s", len(secret), created.Text(t, "secret_preview"))
		}
		path := scoped(s, "/webhooks/"+id)
		got := s.CallCorebill(t, admin, "GET", path, nil).Want(t, 200)
		for field, want := range map[string]any{
			"object": "webhook", "company_id": s.Credentials.Corebill.CompanyID, "url": webhookURL, "events": []any{"quote.sent", "customer.created"},
			"enabled": true, "secret_preview": secret[:10], "created_at": created.Text(t, "created_at"),
		} {
			if fmt.Sprint(got.Object(t)[field]) != fmt.Sprint(want) {
				t.Errorf("%s is %v, want %v", field, got.Object(t)[field], want)
			}
		}
		changed := s.CallCorebill(t, admin, "PATCH", path, map[string]any{"enabled": false}).Want(t, 200)
		if changed.Object(t)["enabled"] != false || changed.Text(t, "url") != webhookURL {
			t.Errorf("disabled: %s", changed.Body)
		}
		changed = s.CallCorebill(t, admin, "PATCH", path, map[string]any{"url": "http://127.0.0.1/", "events": []string{"item.updated"}, "enabled": true}).Want(t, 200)
		list := s.CallCorebill(t, admin, "GET", scoped(s, "/webhooks"), nil).Want(t, 200)
		if fmt.Sprint(list.Data(t)[0]) != fmt.Sprint(changed.Object(t)) || changed.Text(t, "url") != "http://127.0.0.1/" {
			t.Errorf("changed to %s, listed as %s", changed.Body, list.Body)
		}

		rotated := s.CallCorebill(t, admin, "POST", scoped(s, "/webhooks/"+id+"/rotate_secret"), nil).Want(t, 200)
		current := rotated.Text(t, "secret")
		after := s.CallCorebill(t, admin, "GET", path, nil)
		if current == secret || after.Text(t, "secret_preview") != current[:10] {
			t.Errorf("after the rotation it is %s", after.Body)
		}
		want := sandboxtest.Webhook{ID: id, Platform: "corebill", URL: "http://127.0.0.1/", Enabled: true, RetryCount: 3, TimeoutMs: 30000, Secrets: 1}
		if w := s.Webhooks(t)[0]; w.ID != want.ID || w.Platform != want.Platform || w.URL != want.URL || w.Enabled != want.Enabled ||
			w.RetryCount != want.RetryCount || w.TimeoutMs != want.TimeoutMs || w.Secrets != want.Secrets || !slices.Equal(w.Events, []string{"item.updated"}) {
			t.Errorf("the dashboard sees %+v", w)
		}
		for _, answer := range []sandboxtest.Answer{got, changed, list, after} {
			if strings.Contains(answer.Body, secret) || strings.Contains(answer.Body, current) {
				t.Errorf("a secret is shown again: %s", answer.Body)
			}
		}
		s.CallCorebill(t, admin, "DELETE", path, nil).Want(t, 200)
		wantError(t, s.CallCorebill(t, admin, "DELETE", path, nil), 404, "Webhook not found")
		if strings.Contains(s.Output(), secret) || strings.Contains(s.Output(), current) {
			t.Error("a secret is in the output")
		}
	})
}

func TestWebhookRefusals(t *testing.T) {
	both(t, func(t *testing.T, s *sandboxtest.Sandbox) {
		admin := s.Credentials.Corebill.APIKey
		read, write := s.CorebillKey(t, s.Credentials.Corebill.CompanyID, corebill.Read), s.CorebillKey(t, s.Credentials.Corebill.CompanyID, corebill.Write)
		events := []string{"item.created"}
		theirs := s.CallCorebill(t, admin, "POST", "/webhooks?company_id="+s.SecondCompanyID, map[string]any{"url": webhookURL, "events": events}).Want(t, 201).Text(t, "id")
		own := s.CallCorebill(t, write, "POST", scoped(s, "/webhooks"), map[string]any{"url": webhookURL, "events": events, "enabled": false}).Want(t, 201).Text(t, "id")
		const needAdmin, badURL = "Insufficient permissions. Admin access required.", "url must be an http or https URL with a host"
		for _, test := range []struct {
			token, method, path string
			body                any
			status              int
			message             string
		}{
			{read, "POST", "/webhooks", map[string]any{}, 403, "Insufficient permissions. Write access required."},
			{write, "PATCH", "/webhooks/" + own, map[string]any{}, 403, needAdmin},
			{write, "DELETE", "/webhooks/" + own, nil, 403, needAdmin},
			{admin, "GET", "/webhooks/" + theirs, nil, 404, "Webhook not found"},
			{admin, "PATCH", "/webhooks/" + theirs, map[string]any{"enabled": true}, 404, "Webhook not found"},
			{admin, "DELETE", "/webhooks/" + theirs, nil, 404, "Webhook not found"},
			{admin, "POST", "/webhooks/" + theirs + "/ping", nil, 404, "Webhook not found"},
			{admin, "POST", "/webhooks/" + theirs + "/rotate_secret", nil, 404, "Webhook not found"},
			{admin, "GET", "/webhooks?starting_after=" + theirs, nil, 400, "starting_after is not an id of this list"},
			{admin, "GET", "/webhooks?starting_after=a&ending_before=b", nil, 400, "starting_after cannot be combined with ending_before"},
			{admin, "POST", "/webhooks", map[string]any{"url": "https://", "events": events}, 400, badURL},
			{admin, "PATCH", "/webhooks/" + own, map[string]any{"url": "http://[::1"}, 400, badURL},
			{admin, "POST", "/webhooks", map[string]any{"url": webhookURL}, 400, "events is required"},
		} {
			wantError(t, s.CallCorebill(t, test.token, test.method, scoped(s, test.path), test.body), test.status, test.message)
		}
		for _, events := range []any{[]string{}, []string{"item.*"}, []string{"item.created", "item.created"}} {
			s.CallCorebill(t, admin, "POST", scoped(s, "/webhooks"), map[string]any{"url": webhookURL, "events": events}).Want(t, 400)
		}
		if got := s.CallCorebill(t, read, "GET", scoped(s, "/webhooks?limit=1"), nil).Want(t, 200).Data(t); len(got) != 1 || got[0]["id"] != own {
			t.Errorf("the company's webhooks are %v", got)
		}
		s.CallCorebill(t, admin, "DELETE", scoped(s, "/companies/"+s.SecondCompanyID), nil).Want(t, 200)
		if got := s.Webhooks(t); len(got) != 1 {
			t.Errorf("without the second company there are %+v", got)
		}
		s.DeleteObject(t, own)
		if got := s.Webhooks(t); len(got) != 0 {
			t.Errorf("after the last was deleted there are %+v", got)
		}
	})
}
