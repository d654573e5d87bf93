package corebill_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/oapi-codegen/nullable"

	"github.com/keyward/terraform-provider-keyward/internal/client"
	corebillapi "github.com/keyward/terraform-provider-keyward/internal/contract/corebill"
)

func TestCreateAPIKey(t *testing.T) {
	t.Parallel()
	token, request := newToken(t), "POST /v1/api_keys?company_id="+companyID
	s := serve(t, map[string]string{request: `201 {"id":"` + keyID + `","object":"api_key","name":"ci","permission_level":"write","company_id":null,"token":"` + token + `",` + created + `}`})
	key, err := s.CreateAPIKey(t.Context(), companyID, corebillapi.CreateAPIKeyRequest{
		Name: "ci", PermissionLevel: corebillapi.PermissionLevelWrite, CompanyID: nullable.NewNullNullable[string](),
	})
	if err != nil {
		t.Fatal(err)
	}
	if key.Token.Reveal() != token || key.Key.ID != keyID || key.Key.CompanyID != nil || key.Key.CreatedAt.Hour() != 10 {
		t.Errorf("got %+v", key)
	}
	if got := s.bodies[request]; got != `{"company_id":null,"name":"ci","permission_level":"write"}` {
		t.Errorf("sent %s", got)
	}
	encoded, err := json.Marshal(key)
	if shown := fmt.Sprintf("%v %+v %#v %s", key, key, *key, encoded); err != nil || strings.Contains(shown, token) {
		t.Error("a created key shows its token")
	}
}

func TestCreateAPIKeyRefusesUselessAnswers(t *testing.T) {
	t.Parallel()
	token := newToken(t)
	object := func(id, token string) string {
		return `201 {"id":` + id + `,"object":"api_key","token":` + token + `,` + created + `}`
	}
	for name, test := range map[string]struct{ answer, id, says string }{
		"no token":      {object(`"`+keyID+`"`, `null`), keyID, "no token"},
		"an odd token":  {object(`"`+keyID+`"`, `"tok_`+token[8:]+`"`), keyID, "not a valid"},
		"no id":         {object(`null`, `"`+token+`"`), "", "no valid key id"},
		"a broken time": {strings.Replace(object(`"`+keyID+`"`, `"`+token+`"`), "2026-01-15T10:00:00Z", token, 1), keyID, "the answer is not the platform's"},
		"no JSON":       {`201 <html>` + token, "", "not Corebill's"},
	} {
		s := serve(t, map[string]string{"POST /v1/api_keys?company_id=" + companyID: test.answer})
		key, err := s.CreateAPIKey(t.Context(), companyID, corebillapi.CreateAPIKeyRequest{Name: "ci"})
		var e *client.Error
		if key != nil || !errors.As(err, &e) || !errors.Is(err, client.ErrInvalidResponse) {
			t.Fatalf("%s: got %v, %v", name, key, err)
		}
		if e.CreatedID != test.id || e.OutcomeUnknown != (test.id == "") || !strings.Contains(err.Error(), test.says) {
			t.Errorf("%s: got %v", name, err)
		}
		if strings.Contains(fmt.Sprintf("%v %+v %#v", err, *e, e.Err), token[8:]) {
			t.Errorf("%s: the error shows the token", name)
		}
	}
}

func TestKeysByID(t *testing.T) {
	t.Parallel()
	query := "?company_id=" + companyID
	key := `{"id":"` + keyID + `","name":"ci","disabled":true,"revoked_at":null,` + created + `}`
	revoked := strings.Replace(key, `"revoked_at":null`, `"revoked_at":"2026-02-01T00:00:00Z"`, 1)
	s := serve(t, map[string]string{
		"GET /v1/api_keys/" + keyID + query:    "200 " + key,
		"PATCH /v1/api_keys/" + keyID + query:  "200 " + key,
		"DELETE /v1/api_keys/" + keyID + query: "200 " + revoked,
		"DELETE /v1/api_keys/key_gone" + query: `404 {"error":"API key not found"}`,
		"DELETE /v1/api_keys/key_live" + query: "200 " + strings.Replace(key, keyID, "key_live", 1),
		"DELETE /v1/api_keys/key_no" + query:   `403 {"error":"Insufficient permissions. Admin access required."}`,
		"GET /v1/api_keys/key_other" + query:   "200 " + key,
	})
	if got, err := s.GetAPIKey(t.Context(), companyID, keyID); err != nil || got.Name != "ci" || !got.Disabled {
		t.Errorf("get: got %+v, %v", got, err)
	}
	got, err := s.UpdateAPIKey(t.Context(), companyID, keyID, corebillapi.UpdateAPIKeyRequest{Disabled: new(true)})
	if sent := s.bodies["PATCH /v1/api_keys/"+keyID+query]; err != nil || got.ID != keyID || sent != `{"disabled":true}` {
		t.Errorf("update: got %+v, %v, sent %s", got, err, sent)
	}
	for id, want := range map[string]error{
		keyID: nil, "key_gone": client.ErrNotFound,
		"key_live":    client.ErrInvalidResponse,
		"key_no":      client.ErrForbidden,
		"key_nowhere": client.ErrInvalidResponse, // an endpoint that isn't there proves nothing
		"":            client.ErrBadRequest,
	} {
		if err := s.RevokeAPIKey(t.Context(), companyID, id); !errors.Is(err, want) {
			t.Errorf("revoke %q: got %v, want %v", id, err, want)
		}
	}
	if _, err := s.GetAPIKey(t.Context(), companyID, "key_other"); !errors.Is(err, client.ErrInvalidResponse) {
		t.Errorf("another key's answer: got %v", err)
	}
}
