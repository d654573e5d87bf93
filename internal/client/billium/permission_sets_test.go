package billium_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/oapi-codegen/nullable"

	"github.com/keyward/terraform-provider-keyward/internal/client"
	billiumapi "github.com/keyward/terraform-provider-keyward/internal/contract/billium"
)

const setID = "pset_0123456789abcdef0123456789abcdef"

func TestPermissionSets(t *testing.T) {
	t.Parallel()
	set := `{"id":"` + setID + `","merchantId":"mer_1","name":"ci","description":null,"permissions":["invoice:view"],` + created + `,"updatedAt":"2026-01-15T10:00:00Z"}`
	sets := root + "/permission-sets"
	s := serve(t, map[string]string{
		"POST " + sets:                      "201 " + set,
		"GET " + sets + "/" + setID:         "200 " + set,
		"PATCH " + sets + "/" + setID:       "200 " + set,
		"DELETE " + sets + "/" + setID:      `200 {"id":"` + setID + `","deleted":true}`,
		"DELETE " + sets + "/pset_used":     `409 {"statusCode":409,"message":"Permission set is in use by api key key_1 (ci)","error":"Conflict"}`,
		"GET " + sets + "?limit=100&page=1": page(1, 2, set),
		"GET " + sets + "?limit=100&page=2": page(2, 2, strings.Replace(set, setID, "pset_2", 1)),
	})
	got, err := s.CreatePermissionSet(t.Context(), "mer_1", billiumapi.CreatePermissionSetRequest{Name: "ci", Permissions: []billiumapi.Permission{"invoice:view"}}, "create-1")
	if err != nil || got.ID != setID || s.bodies["POST "+sets] != `{"name":"ci","permissions":["invoice:view"]}` || s.headers["POST "+sets].Get("Idempotency-Key") != "create-1" {
		t.Errorf("create: got %+v, %v, sent %s", got, err, s.bodies["POST "+sets])
	}
	if got, err := s.GetPermissionSet(t.Context(), "mer_1", setID); err != nil || got.Name != "ci" {
		t.Errorf("get: got %+v, %v", got, err)
	}
	_, err = s.UpdatePermissionSet(t.Context(), "mer_1", setID, billiumapi.UpdatePermissionSetRequest{Description: nullable.NewNullNullable[string]()})
	if sent := s.bodies["PATCH "+sets+"/"+setID]; err != nil || sent != `{"description":null}` {
		t.Errorf("update: got %v, sent %s", err, sent)
	}
	if err := s.DeletePermissionSet(t.Context(), "mer_1", setID); err != nil {
		t.Errorf("delete: got %v", err)
	}
	if err := s.DeletePermissionSet(t.Context(), "mer_1", "pset_used"); !errors.Is(err, client.ErrConflict) || !strings.Contains(err.Error(), "key_1 (ci)") {
		t.Errorf("delete of one in use: got %v", err)
	}
	var ids []string
	for set, err := range s.PermissionSets(t.Context(), "mer_1") {
		if err != nil {
			t.Fatal(err)
		}
		ids = append(ids, set.ID)
	}
	if len(ids) != 2 || ids[1] != "pset_2" {
		t.Errorf("list: got %v", ids)
	}
}

func TestCreatePermissionSetRefusesUselessAnswers(t *testing.T) {
	t.Parallel()
	s := serve(t, map[string]string{"POST " + root + "/permission-sets": `201 {"id":"ci",` + created + `,"updatedAt":"2026-01-15T10:00:00Z"}`})
	_, err := s.CreatePermissionSet(t.Context(), "mer_1", billiumapi.CreatePermissionSetRequest{}, "")
	if !errors.Is(err, client.ErrInvalidResponse) || !strings.Contains(err.Error(), "no valid permission set id") {
		t.Errorf("got %v", err)
	}
}
