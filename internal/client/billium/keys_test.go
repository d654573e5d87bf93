package billium_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/keyward/terraform-provider-keyward/internal/client"
	billiumapi "github.com/keyward/terraform-provider-keyward/internal/contract/billium"
	platform "github.com/keyward/terraform-provider-keyward/internal/platform/billium"
)

func TestCreateAPIKey(t *testing.T) {
	t.Parallel()
	token, request := newToken(t, platform.Public), "POST "+root+"/api-keys"
	s := serve(t, map[string]string{request: `201 {"id":"` + keyID + `","merchantId":"mer_1","type":"PUBLIC","token":"` + token + `",` + created + `}`})
	for _, idempotencyKey := range []string{"", "create-1"} {
		key, err := s.CreateAPIKey(t.Context(), "mer_1", billiumapi.CreateAPIKeyRequest{Name: "shop", Type: new(billiumapi.KeyType("PUBLIC"))}, idempotencyKey)
		if err != nil {
			t.Fatal(err)
		}
		if key.Token.Reveal() != token || key.Key.ID != keyID || s.headers[request].Get("Idempotency-Key") != idempotencyKey {
			t.Errorf("got %+v", key)
		}
		encoded, err := json.Marshal(key)
		if shown := fmt.Sprintf("%v %+v %#v %s", key, key, *key, encoded); err != nil || strings.Contains(shown, token) {
			t.Error("a created key shows its token")
		}
	}
	if got := s.bodies[request]; got != `{"name":"shop","type":"PUBLIC"}` {
		t.Errorf("sent %s", got)
	}
	if _, err := s.CreateAPIKey(t.Context(), "mer_1", billiumapi.CreateAPIKeyRequest{}, strings.Repeat("k", 256)); !errors.Is(err, client.ErrBadRequest) {
		t.Errorf("a long idempotency key: got %v", err)
	}
}

func TestCreateAPIKeyRefusesUselessAnswers(t *testing.T) {
	t.Parallel()
	secret, public := newToken(t, platform.Secret), newToken(t, platform.Public)
	object := func(id, token string) string {
		return `201 {"id":` + id + `,"type":"SECRET","token":` + token + `,` + created + `}`
	}
	for name, test := range map[string]struct{ answer, id, says string }{
		"no token":              {object(`"`+keyID+`"`, `""`), keyID, "no token"},
		"a token of other type": {object(`"`+keyID+`"`, `"`+public+`"`), keyID, "of its type"},
		"a short token":         {object(`"`+keyID+`"`, `"`+secret[:98]+`"`), keyID, "of its type"},
		"no id":                 {object(`""`, `"`+secret+`"`), "", "no valid key id"},
		"no JSON":               {`201 ` + secret, "", "not Billium's"},
	} {
		s := serve(t, map[string]string{"POST " + root + "/api-keys": test.answer})
		key, err := s.CreateAPIKey(t.Context(), "mer_1", billiumapi.CreateAPIKeyRequest{Name: "ci"}, "")
		var e *client.Error
		if key != nil || !errors.As(err, &e) || !errors.Is(err, client.ErrInvalidResponse) {
			t.Fatalf("%s: got %v, %v", name, key, err)
		}
		if e.CreatedID != test.id || e.OutcomeUnknown != (test.id == "") || !strings.Contains(err.Error(), test.says) {
			t.Errorf("%s: got %v", name, err)
		}
		if shown := fmt.Sprintf("%v %+v %#v", err, *e, e.Err); strings.Contains(shown, secret[16:90]) || strings.Contains(shown, public[16:]) {
			t.Errorf("%s: the error shows the token", name)
		}
	}
}

func TestKeysByID(t *testing.T) {
	t.Parallel()
	key := `{"id":"` + keyID + `","name":"ci","isActive":true,"revokedAt":null,` + created + `}`
	keys := root + "/api-keys/"
	s := serve(t, map[string]string{
		"GET " + keys + keyID:         "200 " + key,
		"PATCH " + keys + keyID:       "200 " + key,
		"DELETE " + keys + keyID:      "200 " + strings.Replace(key, `"revokedAt":null`, `"revokedAt":"2026-02-01T00:00:00Z"`, 1),
		"DELETE " + keys + "key_gone": `404 {"statusCode":404,"message":"API key not found","error":"Not Found"}`,
		"DELETE " + keys + "key_live": "200 " + strings.Replace(key, keyID, "key_live", 1),
		"DELETE " + keys + "key_no":   `403 {"statusCode":403,"message":"Missing permission: api_key:delete","error":"Forbidden"}`,
		"GET " + keys + "key_other":   "200 " + key,
	})
	if got, err := s.GetAPIKey(t.Context(), "mer_1", keyID); err != nil || got.Name != "ci" || !got.IsActive {
		t.Errorf("get: got %+v, %v", got, err)
	}
	permissions := []billiumapi.Permission{"invoice:view"}
	got, err := s.UpdateAPIKey(t.Context(), "mer_1", keyID, billiumapi.UpdateAPIKeyRequest{Permissions: &permissions})
	if sent := s.bodies["PATCH "+keys+keyID]; err != nil || got.ID != keyID || sent != `{"permissions":["invoice:view"]}` {
		t.Errorf("update: got %+v, %v, sent %s", got, err, sent)
	}
	for id, want := range map[string]error{
		keyID: nil, "key_gone": client.ErrNotFound,
		"key_live":    client.ErrInvalidResponse,
		"key_no":      client.ErrForbidden,
		"key_nowhere": client.ErrInvalidResponse, // an endpoint that isn't there proves nothing
		"":            client.ErrBadRequest,
	} {
		if err := s.RevokeAPIKey(t.Context(), "mer_1", id); !errors.Is(err, want) {
			t.Errorf("revoke %q: got %v, want %v", id, err, want)
		}
	}
	if _, err := s.GetAPIKey(t.Context(), "mer_1", "key_other"); !errors.Is(err, client.ErrInvalidResponse) {
		t.Errorf("another key's answer: got %v", err)
	}
}
