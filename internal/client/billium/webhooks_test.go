package billium_test

import (
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/oapi-codegen/nullable"

	"github.com/keyward/terraform-provider-keyward/internal/client"
	billiumapi "github.com/keyward/terraform-provider-keyward/internal/contract/billium"
	platform "github.com/keyward/terraform-provider-keyward/internal/platform/billium"
)

const (
	webhookID = "wh_0123456789abcdef0123456789abcdef"
	webhook   = `{"id":"` + webhookID + `","merchantId":"mer_1","url":"https://example.com/hook","events":["invoice.*"],"isActive":true,` +
		`"retryCount":3,"timeout":30000,"webhookSecrets":[{"id":"s1","webhookId":"` + webhookID + `","secretKeyPreview":"whsec_abcd","isActive":true}]`
)

func newSigningSecret(t testing.TB) string {
	t.Helper()
	secret, err := platform.NewSecret(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return secret
}

func TestWebhookSecrets(t *testing.T) {
	t.Parallel()
	first, second := newSigningSecret(t), newSigningSecret(t)
	create, rotate := "POST "+root+"/webhooks", "POST "+root+"/webhooks/"+webhookID+"/secrets"
	s := serve(t, map[string]string{
		create: "201 " + webhook + `,"secret":"` + first + `"}`,
		rotate: `201 {"id":"s2","webhookId":"` + webhookID + `","secretKeyPreview":"whsec_efgh","isActive":true,"expiresAt":null,"secret":"` + second + `"}`,
	})
	made, err := s.CreateWebhook(t.Context(), "mer_1", billiumapi.CreateWebhookRequest{
		URL: "https://example.com/hook", Events: []billiumapi.WebhookEvent{"invoice.*"},
	}, "create-1")
	if err != nil || made.Secret.Reveal() != first || made.Webhook.WebhookSecrets[0].ID != "s1" || s.headers[create].Get("Idempotency-Key") != "create-1" {
		t.Fatalf("create: got %+v, %v", made, err)
	}
	rotated, err := s.RotateWebhookSecret(t.Context(), "mer_1", webhookID, "rotate-1")
	if err != nil || rotated.Secret.Reveal() != second || rotated.ID != "s2" || rotated.Preview != "whsec_efgh" || s.headers[rotate].Get("Idempotency-Key") != "rotate-1" {
		t.Fatalf("rotate: got %+v, %v", rotated, err)
	}
	encoded, err := json.Marshal([]any{made, rotated})
	shown := fmt.Sprintf("%v %+v %#v %v %+v %#v %s", made, made, *made, rotated, rotated, *rotated, encoded)
	if err != nil || strings.Contains(shown, first) || strings.Contains(shown, second) {
		t.Error("a new secret is shown")
	}
}

func TestWebhookSecretsRefuseUselessAnswers(t *testing.T) {
	t.Parallel()
	secret := newSigningSecret(t)
	for name, test := range map[string]struct{ answer, says string }{
		"no secret":     {`}`, "no secret"},
		"an odd secret": {`,"secret":"` + secret[6:] + `"}`, "not a valid"},
	} {
		s := serve(t, map[string]string{
			"POST " + root + "/webhooks":                           "201 " + webhook + test.answer,
			"POST " + root + "/webhooks/" + webhookID + "/secrets": `201 {"id":"s2","webhookId":"` + webhookID + `"` + test.answer,
		})
		_, err := s.CreateWebhook(t.Context(), "mer_1", billiumapi.CreateWebhookRequest{}, "")
		var e *client.Error
		if !errors.As(err, &e) || !errors.Is(err, client.ErrInvalidResponse) || e.CreatedID != webhookID || !strings.Contains(err.Error(), test.says) {
			t.Errorf("%s: got %v", name, err)
		}
		_, err = s.RotateWebhookSecret(t.Context(), "mer_1", webhookID, "")
		if !errors.Is(err, client.ErrInvalidResponse) || strings.Contains(fmt.Sprintf("%+v", err), secret[6:]) {
			t.Errorf("%s: rotate: got %v", name, err)
		}
	}
}

func TestWebhooksByID(t *testing.T) {
	t.Parallel()
	at := root + "/webhooks/" + webhookID
	s := serve(t, map[string]string{
		"GET " + root + "/webhooks":              "200 [" + webhook + "}]",
		"PATCH " + at:                            "200 " + webhook + "}",
		"DELETE " + at:                           `200 {"id":"` + webhookID + `","deleted":true}`,
		"DELETE " + root + "/webhooks/wh_gone":   `404 {"statusCode":404,"message":"Webhook not found","error":"Not Found"}`,
		"DELETE " + root + "/webhooks/wh_kept":   `200 {"id":"wh_kept"}`,
		"POST " + at + "/ping":                   `200 {"id":"evt_0123456789abcdef0123456789abcdef","event":"ping","status":null,"delivered":false,"error":"connection refused"}`,
		"POST " + root + "/webhooks/wh_odd/ping": `200 {}`,
	})
	if got, err := s.Webhooks(t.Context(), "mer_1"); err != nil || len(got) != 1 || got[0].RetryCount != 3 {
		t.Errorf("list: got %+v, %v", got, err)
	}
	got, err := s.UpdateWebhook(t.Context(), "mer_1", webhookID, billiumapi.UpdateWebhookRequest{Description: nullable.NewNullNullable[string](), RetryCount: new(0)})
	if sent := s.bodies["PATCH "+at]; err != nil || got.ID != webhookID || sent != `{"description":null,"retryCount":0}` {
		t.Errorf("update: got %+v, %v, sent %s", got, err, sent)
	}
	ping, err := s.PingWebhook(t.Context(), "mer_1", webhookID)
	if err != nil || ping.Delivered || *ping.Error != "connection refused" {
		t.Errorf("ping: got %+v, %v", ping, err)
	}
	if _, err := s.PingWebhook(t.Context(), "mer_1", "wh_odd"); !errors.Is(err, client.ErrInvalidResponse) {
		t.Errorf("an odd ping: got %v", err)
	}
	for id, want := range map[string]error{
		webhookID: nil, "wh_gone": client.ErrNotFound, "wh_kept": client.ErrInvalidResponse, "": client.ErrBadRequest,
	} {
		if err := s.DeleteWebhook(t.Context(), "mer_1", id); !errors.Is(err, want) {
			t.Errorf("delete %q: got %v, want %v", id, err, want)
		}
	}
	none := serve(t, map[string]string{"GET " + root + "/webhooks": "200 null"})
	if _, err := none.Webhooks(t.Context(), "mer_1"); !errors.Is(err, client.ErrInvalidResponse) {
		t.Errorf("no list: got %v", err)
	}
}
