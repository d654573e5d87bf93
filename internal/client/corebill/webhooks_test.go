package corebill_test

import (
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/keyward/terraform-provider-keyward/internal/client"
	"github.com/keyward/terraform-provider-keyward/internal/client/corebill"
	corebillapi "github.com/keyward/terraform-provider-keyward/internal/contract/corebill"
	platform "github.com/keyward/terraform-provider-keyward/internal/platform/corebill"
)

const (
	webhookID = "wh_a1b2c3d4e5f6"
	hook      = `"object":"webhook","url":"https://example.com/hook","events":["invoice.paid"],"enabled":true,` + created
	inCompany = "?company_id=" + companyID
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
	answer := func(secret string) string { return `{"id":"` + webhookID + `",` + hook + `,"secret":"` + secret + `"}` }
	create, rotate := "POST /v1/webhooks"+inCompany, "POST /v1/webhooks/"+webhookID+"/rotate_secret"+inCompany
	s := serve(t, map[string]string{create: "201 " + answer(first), rotate: "200 " + answer(second)})
	made, err := s.CreateWebhook(t.Context(), companyID, corebillapi.CreateWebhookRequest{
		URL: "https://example.com/hook", Events: []corebillapi.WebhookEvent{"invoice.paid"},
	})
	if err != nil || made.Secret.Reveal() != first || made.Webhook.ID != webhookID {
		t.Fatalf("create: got %+v, %v", made, err)
	}
	if got := s.bodies[create]; got != `{"events":["invoice.paid"],"url":"https://example.com/hook"}` {
		t.Errorf("sent %s", got)
	}
	rotated, err := s.RotateWebhookSecret(t.Context(), companyID, webhookID)
	if err != nil || rotated.Secret.Reveal() != second || s.bodies[rotate] != "" {
		t.Fatalf("rotate: got %+v, %v, sent %s", rotated, err, s.bodies[rotate])
	}
	for _, got := range []*corebill.CreatedWebhook{made, rotated} {
		encoded, err := json.Marshal(got)
		shown := fmt.Sprintf("%v %+v %#v %s", got, got, *got, encoded)
		if err != nil || strings.Contains(shown, first) || strings.Contains(shown, second) {
			t.Error("a created webhook shows its secret")
		}
	}
}

func TestWebhookSecretsRefuseUselessAnswers(t *testing.T) {
	t.Parallel()
	secret := newSigningSecret(t)
	for name, test := range map[string]struct{ answer, id, says string }{
		"no secret":     {`201 {"id":"` + webhookID + `",` + hook + `}`, webhookID, "no secret"},
		"an odd secret": {`201 {"id":"` + webhookID + `",` + hook + `,"secret":"` + secret[6:] + `"}`, webhookID, "not a valid"},
		"no id":         {`201 {` + hook + `,"secret":"` + secret + `"}`, "", "no valid webhook id"},
	} {
		s := serve(t, map[string]string{
			"POST /v1/webhooks" + inCompany:                                 test.answer,
			"POST /v1/webhooks/" + webhookID + "/rotate_secret" + inCompany: strings.Replace(test.answer, "201", "200", 1),
		})
		made, err := s.CreateWebhook(t.Context(), companyID, corebillapi.CreateWebhookRequest{})
		var e *client.Error
		if made != nil || !errors.As(err, &e) || !errors.Is(err, client.ErrInvalidResponse) {
			t.Fatalf("%s: got %v, %v", name, made, err)
		}
		if e.CreatedID != test.id || !strings.Contains(err.Error(), test.says) || strings.Contains(fmt.Sprintf("%+v %#v", err, *e), secret[6:]) {
			t.Errorf("%s: got %v", name, err)
		}
		if _, err := s.RotateWebhookSecret(t.Context(), companyID, webhookID); !errors.Is(err, client.ErrInvalidResponse) || !errors.Is(err, client.ErrOutcomeUnknown) {
			t.Errorf("%s: rotate: got %v", name, err)
		}
	}
}

func TestWebhooksByID(t *testing.T) {
	t.Parallel()
	at := "/v1/webhooks/" + webhookID
	webhook := `{"id":"` + webhookID + `",` + hook + `}`
	s := serve(t, map[string]string{
		"GET " + at + inCompany:                                                   "200 " + webhook,
		"PATCH " + at + inCompany:                                                 "200 " + webhook,
		"DELETE " + at + inCompany:                                                `200 {"id":"` + webhookID + `","object":"webhook","deleted":true}`,
		"POST " + at + "/ping" + inCompany:                                        `200 {"id":"evt_a1b2c3d4e5f6","event":"ping","status":500,"delivered":false,"error":"it answered 500"}`,
		"POST /v1/webhooks/wh_odd/ping" + inCompany:                               `200 {"pong":true}`,
		"GET /v1/webhooks/wh_gone" + inCompany:                                    `404 {"error":"Webhook not found"}`,
		"DELETE /v1/webhooks/wh_gone" + inCompany:                                 `404 {"error":"Webhook not found"}`,
		"GET /v1/webhooks" + inCompany + "&limit=100":                             list(webhook, webhookID),
		"GET /v1/webhooks" + inCompany + "&limit=100&starting_after=" + webhookID: list(webhook, ""),
	})
	if got, err := s.GetWebhook(t.Context(), companyID, webhookID); err != nil || got.URL != "https://example.com/hook" {
		t.Errorf("get: got %+v, %v", got, err)
	}
	got, err := s.UpdateWebhook(t.Context(), companyID, webhookID, corebillapi.UpdateWebhookRequest{Enabled: new(false)})
	if sent := s.bodies["PATCH "+at+inCompany]; err != nil || got.ID != webhookID || sent != `{"enabled":false}` {
		t.Errorf("update: got %+v, %v, sent %s", got, err, sent)
	}
	ping, err := s.PingWebhook(t.Context(), companyID, webhookID)
	if err != nil || ping.Delivered || *ping.Status != 500 {
		t.Errorf("ping: got %+v, %v", ping, err)
	}
	if _, err := s.PingWebhook(t.Context(), companyID, "wh_odd"); !errors.Is(err, client.ErrInvalidResponse) {
		t.Errorf("an odd ping: got %v", err)
	}
	if _, err := s.GetWebhook(t.Context(), companyID, "wh_gone"); !errors.Is(err, client.ErrNotFound) {
		t.Errorf("get of none: got %v", err)
	}
	for id, want := range map[string]error{webhookID: nil, "wh_gone": client.ErrNotFound, "wh_nowhere": client.ErrInvalidResponse, "": client.ErrBadRequest} {
		if err := s.DeleteWebhook(t.Context(), companyID, id); !errors.Is(err, want) {
			t.Errorf("delete %q: got %v, want %v", id, err, want)
		}
	}
	seen := 0
	for webhook, err := range s.Webhooks(t.Context(), companyID) {
		if err != nil || webhook.ID != webhookID {
			t.Fatalf("list: got %+v, %v", webhook, err)
		}
		seen++
	}
	if seen != 2 {
		t.Errorf("the list has %d webhooks", seen)
	}
}
