package billium_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/oapi-codegen/nullable"

	"github.com/keyward/terraform-provider-keyward/internal/client"
	billiumapi "github.com/keyward/terraform-provider-keyward/internal/contract/billium"
)

const (
	memberID     = "tm_0123456789abcdef0123456789abcdef"
	invitationID = "invite_0123456789abcdef0123456789abcdef"
	member       = `{"id":"` + memberID + `","merchantId":"mer_1","email":"ann@example.com","role":"MEMBER","permissions":["invoice:view"],"permissionSetId":null,"joinedAt":"2026-01-15T10:00:00Z"}`
	invitation   = `{"id":"` + invitationID + `","merchantId":"mer_1","email":"bob@example.com","role":"VIEWER","permissions":null,"permissionSetId":null,"status":"PENDING","expiresAt":"2026-01-22T10:00:00Z",` + created + `}`
	security     = `{"enforceTfa":true,"enforcePasskey":false,"enforceGoogleLogin":false,"enforceGithubLogin":false,"enforceEmailVerified":true}`
)

func TestTeamMembers(t *testing.T) {
	t.Parallel()
	members := root + "/team/members"
	s := serve(t, map[string]string{
		"GET " + members + "?limit=100&page=1": page(1, 1, member),
		"PATCH " + members + "/" + memberID:    "200 " + member,
		"DELETE " + members + "/" + memberID:   `200 {"id":"` + memberID + `","deleted":true}`,
	})
	for got, err := range s.TeamMembers(t.Context(), "mer_1") {
		if err != nil || got.Email != "ann@example.com" {
			t.Errorf("list: got %+v, %v", got, err)
		}
	}
	_, err := s.UpdateTeamMember(t.Context(), "mer_1", memberID, billiumapi.UpdateTeamMemberRequest{
		Role: new(billiumapi.AssignableRole("VIEWER")), Permissions: nullable.NewNullNullable[[]billiumapi.Permission](),
	})
	if sent := s.bodies["PATCH "+members+"/"+memberID]; err != nil || sent != `{"permissions":null,"role":"VIEWER"}` {
		t.Errorf("update: got %v, sent %s", err, sent)
	}
	if err := s.RemoveTeamMember(t.Context(), "mer_1", memberID); err != nil {
		t.Errorf("remove: got %v", err)
	}
}

func TestInvitations(t *testing.T) {
	t.Parallel()
	invitations := root + "/team/invitations"
	create := "POST " + invitations
	s := serve(t, map[string]string{
		"GET " + invitations + "?limit=100&page=1": page(1, 1, invitation),
		create: "201 " + invitation,
		"DELETE " + invitations + "/" + invitationID: `200 {"id":"` + invitationID + `","deleted":true}`,
		"DELETE " + invitations + "/invite_gone":     `404 {"statusCode":404,"message":"Invitation not found","error":"Not Found"}`,
	})
	for got, err := range s.Invitations(t.Context(), "mer_1") {
		if err != nil || got.Status != "PENDING" {
			t.Errorf("list: got %+v, %v", got, err)
		}
	}
	got, err := s.CreateInvitation(t.Context(), "mer_1", billiumapi.CreateInvitationRequest{Email: "bob@example.com", Role: "VIEWER"}, "invite-1")
	if err != nil || got.ID != invitationID || s.bodies[create] != `{"email":"bob@example.com","role":"VIEWER"}` || s.headers[create].Get("Idempotency-Key") != "invite-1" {
		t.Errorf("create: got %+v, %v, sent %s", got, err, s.bodies[create])
	}
	for id, want := range map[string]error{invitationID: nil, "invite_gone": client.ErrNotFound, "": client.ErrBadRequest} {
		if err := s.CancelInvitation(t.Context(), "mer_1", id); !errors.Is(err, want) {
			t.Errorf("cancel %q: got %v, want %v", id, err, want)
		}
	}
	odd := serve(t, map[string]string{create: "201 " + strings.Replace(invitation, invitationID, "bob", 1)})
	if _, err := odd.CreateInvitation(t.Context(), "mer_1", billiumapi.CreateInvitationRequest{}, ""); !errors.Is(err, client.ErrInvalidResponse) {
		t.Errorf("an odd id: got %v", err)
	}
}

func TestTeamSecurity(t *testing.T) {
	t.Parallel()
	at := root + "/team/security"
	s := serve(t, map[string]string{"GET " + at: "200 " + security, "PATCH " + at: "200 " + security})
	want := billiumapi.TeamSecurity{EnforceTfa: true, EnforceEmailVerified: true}
	if got, err := s.GetTeamSecurity(t.Context(), "mer_1"); err != nil || *got != want {
		t.Errorf("get: got %+v, %v", got, err)
	}
	got, err := s.UpdateTeamSecurity(t.Context(), "mer_1", billiumapi.UpdateTeamSecurityRequest{EnforceTfa: new(true)})
	if sent := s.bodies["PATCH "+at]; err != nil || *got != want || sent != `{"enforceTfa":true}` {
		t.Errorf("update: got %+v, %v, sent %s", got, err, sent)
	}
	lacking := serve(t, map[string]string{"GET " + at: `200 {"enforceTfa":true}`})
	if _, err := lacking.GetTeamSecurity(t.Context(), "mer_1"); !errors.Is(err, client.ErrInvalidResponse) {
		t.Errorf("flags that are not there: got %v", err)
	}
}

func TestUpdateMerchant(t *testing.T) {
	t.Parallel()
	s := serve(t, map[string]string{"PATCH " + root: `200 {"id":"mer_1","name":"Acme",` + created + `}`})
	got, err := s.UpdateMerchant(t.Context(), "mer_1", billiumapi.UpdateMerchantRequest{Name: new("Acme")})
	if sent := s.bodies["PATCH "+root]; err != nil || got.Name != "Acme" || sent != `{"name":"Acme"}` {
		t.Errorf("got %+v, %v, sent %s", got, err, sent)
	}
}
