package sandboxtest_test

import (
	"testing"

	"github.com/keyward/terraform-provider-keyward/internal/platform/billium"
	"github.com/keyward/terraform-provider-keyward/internal/sandbox/sandboxtest"
)

func TestDeleteObjectOfATeam(t *testing.T) {
	s := sandboxtest.Start(t)
	owner := s.Credentials.Billium.APIKey
	set := s.CallBillium(t, owner, "POST", "/permission-sets", map[string]any{"name": "a", "permissions": []string{"invoice:view"}}).Want(t, 201).Text(t, "id")
	key := s.CallBillium(t, owner, "POST", "/api-keys", map[string]any{"name": "a", "permissionSetId": set}).Want(t, 201).Text(t, "id")
	token := s.BilliumKeyAs(t, billium.Member)
	if got := s.BilliumKeys(t)[1].PermissionSetID; got == nil || *got != set {
		t.Errorf("the key's set is %v, want %s", got, set)
	}
	s.DeleteObject(t, key)
	s.DeleteObject(t, set)
	s.DeleteObject(t, s.TeamMembers(t)[0].ID)
	s.CallBillium(t, token, "GET", "/api-keys/current", nil).Want(t, 401)
	if sets, team := s.PermissionSets(t), s.TeamMembers(t); len(sets) != 0 || len(team) != 1 {
		t.Errorf("left are %+v and %+v", sets, team)
	}
}
