package billium

import (
	"context"
	"net/http"

	billiumapi "github.com/keyward/terraform-provider-keyward/internal/contract/billium"
	"github.com/keyward/terraform-provider-keyward/internal/platform/billium"
	"github.com/keyward/terraform-provider-keyward/internal/sandbox/store"
)

// ListTeamMembers lists the merchant's team.
func (s *server) ListTeamMembers(w http.ResponseWriter, r *http.Request, merchantID billiumapi.MerchantID, params billiumapi.ListTeamMembersParams) {
	p := paging(params.Page, params.Limit)
	rows, total, err := s.Store.TeamMembers(merchantID).ByPage(r.Context(), p)
	s.answer(w, r, http.StatusOK, newPage(rows, total, p, teamMember), err)
}

// UpdateTeamMember changes a member's role and what the member may do within it.
func (s *server) UpdateTeamMember(w http.ResponseWriter, r *http.Request, merchantID billiumapi.MerchantID, id billiumapi.MemberID) {
	request, err := body[billiumapi.UpdateTeamMemberRequest](r)
	if err == nil {
		err = checkOneOf(request.Permissions.IsSpecified(), request.PermissionSetID != nil)
	}
	if err != nil {
		s.fail(w, r, err)
		return
	}
	var row store.TeamMember
	err = s.Store.Exclusively(r.Context(), func(ctx context.Context) error {
		before, err := s.Store.TeamMembers(merchantID).Get(ctx, id)
		if err != nil {
			return err
		}
		if before.Role == billium.Owner {
			return errOwnerChanged
		}
		set, err := s.setOrNil(ctx, merchantID, request.PermissionSetID)
		if err != nil {
			return err
		}
		after := newTerms(before.Role, request, set)
		if err := after.check(callerOf(r).key, before.Effective()); err != nil {
			return err
		}
		row, err = s.Store.TeamMembers(merchantID).Change(ctx, id, func(m *store.TeamMember) {
			m.Role, m.Permissions, m.PermissionSetID = after.role, after.permissions, after.setID()
		})
		return err
	})
	s.answer(w, r, http.StatusOK, teamMember(row), named("Team member", err))
}

// newTerms are what a request makes of a member of the role. A new role alone
// gives all that it allows, and so does null instead of permissions.
func newTerms(role billium.Role, request billiumapi.UpdateTeamMemberRequest, set *store.PermissionSet) terms {
	t := terms{role: billium.Role(or(request.Role, billiumapi.AssignableRole(role))), set: set}
	if ps, err := request.Permissions.Get(); err == nil { // null and absent are errors
		t.permissions = own(&ps)
	}
	return t
}

// RemoveTeamMember takes a user off the team and revokes the user's keys.
func (s *server) RemoveTeamMember(w http.ResponseWriter, r *http.Request, merchantID billiumapi.MerchantID, id billiumapi.MemberID) {
	err := RemoveTeamMember(r.Context(), s.Config, merchantID, id)
	s.answer(w, r, http.StatusOK, billiumapi.DeletedResource{ID: id, Deleted: true}, err)
}

// RemoveTeamMember takes any user but the OWNER off the team.
func RemoveTeamMember(ctx context.Context, config Config, merchantID, id string) error {
	err := config.Store.Exclusively(ctx, func(ctx context.Context) error {
		member, err := config.Store.TeamMembers(merchantID).Get(ctx, id)
		if err != nil {
			return err
		}
		if member.Role == billium.Owner {
			return errOwnerRemoved
		}
		return config.Store.RemoveTeamMember(ctx, id, config.Now())
	})
	return named("Team member", err)
}

func teamMember(m store.TeamMember) billiumapi.TeamMember {
	return billiumapi.TeamMember{
		ID: m.ID, MerchantID: m.MerchantID, Email: m.Email, Role: billiumapi.Role(m.Role), Permissions: wire(m.Effective()),
		PermissionSetID: m.PermissionSetID, JoinedAt: m.JoinedAt,
	}
}
