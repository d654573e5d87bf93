package billium

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	billiumapi "github.com/keyward/terraform-provider-keyward/internal/contract/billium"
	"github.com/keyward/terraform-provider-keyward/internal/platform/billium"
	"github.com/keyward/terraform-provider-keyward/internal/sandbox/store"
)

// GetMerchant returns the merchant.
func (s *server) GetMerchant(w http.ResponseWriter, r *http.Request, id billiumapi.MerchantID) {
	row, err := s.Store.Merchants().Get(r.Context(), id)
	s.answer(w, r, http.StatusOK, merchant(row), named("Merchant", err))
}

// UpdateMerchant renames the merchant.
func (s *server) UpdateMerchant(w http.ResponseWriter, r *http.Request, id billiumapi.MerchantID) {
	request, err := body[billiumapi.UpdateMerchantRequest](r)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	row, err := s.Store.Merchants().Change(r.Context(), id, func(m *store.Merchant) { m.Name = or(request.Name, m.Name) })
	s.answer(w, r, http.StatusOK, merchant(row), named("Merchant", err))
}

func merchant(m store.Merchant) billiumapi.Merchant {
	return billiumapi.Merchant{ID: m.ID, Name: m.Name, CreatedAt: m.CreatedAt}
}

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

// invitedFor is how long an invitation can be accepted. Source: contract.
const invitedFor = 7 * 24 * time.Hour

// ListInvitations lists the invitations that are not accepted.
func (s *server) ListInvitations(w http.ResponseWriter, r *http.Request, merchantID billiumapi.MerchantID, params billiumapi.ListInvitationsParams) {
	p := paging(params.Page, params.Limit)
	rows, total, err := s.Store.Invitations(merchantID).ByPage(r.Context(), p)
	now := s.Now()
	s.answer(w, r, http.StatusOK, newPage(rows, total, p, func(i store.Invitation) billiumapi.Invitation { return invitation(i, now) }), err)
}

// CreateInvitation invites a user who is neither in the team nor invited.
func (s *server) CreateInvitation(w http.ResponseWriter, r *http.Request, merchantID billiumapi.MerchantID, _ billiumapi.CreateInvitationParams) {
	request, err := body[billiumapi.CreateInvitationRequest](r)
	if err == nil {
		err = checkOneOf(request.Permissions != nil, request.PermissionSetID != nil)
	}
	if err != nil {
		s.fail(w, r, err)
		return
	}
	now := s.Now().UTC()
	row := store.Invitation{MerchantID: merchantID, Email: request.Email, CreatedAt: now, ExpiresAt: now.Add(invitedFor)}
	err = s.Store.Exclusively(r.Context(), func(ctx context.Context) error {
		set, err := s.setOrNil(ctx, merchantID, request.PermissionSetID)
		if err != nil {
			return err
		}
		t := terms{role: billium.Role(request.Role), permissions: own(request.Permissions), set: set}
		if err := t.check(callerOf(r).key, nil); err != nil {
			return err
		}
		if err := s.makeRoom(ctx, merchantID, request.Email, now); err != nil {
			return err
		}
		row.Role, row.Permissions, row.PermissionSetID = t.role, t.permissions, t.setID()
		if row.ID, err = billium.NewID(s.Rand, billium.InvitationID); err != nil {
			return err
		}
		return s.Store.Invitations(merchantID).Insert(ctx, row)
	})
	s.answer(w, r, http.StatusCreated, invitation(row, now), err)
}

// makeRoom refuses an address that is in the team or invited, and deletes an
// invitation of it that has expired.
func (s *server) makeRoom(ctx context.Context, merchantID, email string, now time.Time) error {
	if err := checkNoMember(ctx, s.Config, merchantID, email); err != nil {
		return err
	}
	earlier, err := findInvitation(ctx, s.Config, merchantID, email)
	switch {
	case errors.Is(err, store.ErrNotFound):
		return nil
	case err != nil:
		return err
	case !earlier.Expired(now):
		return &apiError{http.StatusConflict, email + " has already been invited"}
	default:
		return s.Store.Invitations(merchantID).Delete(ctx, earlier.ID)
	}
}

func checkNoMember(ctx context.Context, config Config, merchantID, email string) error {
	members, err := config.Store.TeamMembers(merchantID).All(ctx)
	if err == nil && slices.ContainsFunc(members, func(m store.TeamMember) bool { return sameEmail(m.Email, email) }) {
		err = &apiError{http.StatusConflict, email + " is already a member of the team"}
	}
	return err
}

// findInvitation returns the invitation of an address, expired or not:
// store.ErrNotFound where there is none.
func findInvitation(ctx context.Context, config Config, merchantID, email string) (store.Invitation, error) {
	all, err := config.Store.Invitations(merchantID).All(ctx)
	if err != nil {
		return store.Invitation{}, err
	}
	i := slices.IndexFunc(all, func(i store.Invitation) bool { return sameEmail(i.Email, email) })
	if i < 0 {
		return store.Invitation{}, store.ErrNotFound
	}
	return all[i], nil
}

// sameEmail compares addresses, ignoring case. Source: contract.
func sameEmail(a, b string) bool { return strings.EqualFold(a, b) }

// CancelInvitation withdraws an invitation, expired or not.
func (s *server) CancelInvitation(w http.ResponseWriter, r *http.Request, merchantID billiumapi.MerchantID, id billiumapi.InvitationID) {
	err := s.Store.Invitations(merchantID).Delete(r.Context(), id)
	s.answer(w, r, http.StatusOK, billiumapi.DeletedResource{ID: id, Deleted: true}, named("Invitation", err))
}

// AcceptInvitation makes a member of an invited user, as the link in the
// platform's e-mail does. The member has the e-mail address, the role and the
// permissions of the invitation. The error says that the address is not invited,
// or that its invitation has expired.
func AcceptInvitation(ctx context.Context, config Config, merchantID, email string) (store.TeamMember, error) {
	var member store.TeamMember
	err := config.Store.Exclusively(ctx, func(ctx context.Context) error {
		now := config.Now().UTC()
		i, err := findInvitation(ctx, config, merchantID, email)
		switch {
		case errors.Is(err, store.ErrNotFound):
			return fmt.Errorf("%s has not been invited", email)
		case err != nil:
			return err
		case i.Expired(now):
			return fmt.Errorf("the invitation of %s expired at %s", i.Email, i.ExpiresAt.Format(time.RFC3339))
		}
		if err := checkNoMember(ctx, config, merchantID, i.Email); err != nil {
			return err
		}
		member = store.TeamMember{
			MerchantID: merchantID, Email: i.Email, Role: i.Role, Permissions: i.Permissions, PermissionSetID: i.PermissionSetID, JoinedAt: now,
		}
		if member.ID, err = billium.NewID(config.Rand, billium.TeamMemberID); err != nil {
			return err
		}
		return errors.Join(config.Store.TeamMembers(member.MerchantID).Insert(ctx, member), config.Store.Invitations(merchantID).Delete(ctx, i.ID))
	})
	return member, err
}

func invitation(i store.Invitation, now time.Time) billiumapi.Invitation {
	status := billiumapi.InvitationStatusPending
	if i.Expired(now) {
		status = billiumapi.InvitationStatusExpired
	}
	return billiumapi.Invitation{
		ID: i.ID, MerchantID: i.MerchantID, Email: i.Email, Role: billiumapi.AssignableRole(i.Role), Permissions: wireOrNil(i.Permissions),
		PermissionSetID: i.PermissionSetID, Status: status, ExpiresAt: i.ExpiresAt, CreatedAt: i.CreatedAt,
	}
}
