package billium

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"iter"
	"slices"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/oapi-codegen/nullable"

	"github.com/keyward/terraform-provider-keyward/internal/client"
	billiumapi "github.com/keyward/terraform-provider-keyward/internal/contract/billium"
	platform "github.com/keyward/terraform-provider-keyward/internal/platform/billium"
	"github.com/keyward/terraform-provider-keyward/internal/providerdata"
	"github.com/keyward/terraform-provider-keyward/internal/resources/object"
)

// teamMembers are Billium's team and invitations as the shared resource sees
// them.
type teamMembers struct{ providerdata.ToBillium }

var (
	_ object.Platform[teamMemberModel]    = (*teamMembers)(nil)
	_ object.PlanDeleter[teamMemberModel] = (*teamMembers)(nil)
)

func (t *teamMembers) Label(m *teamMemberModel) string { return m.label() }

func (m *teamMemberModel) label() string { return object.Label(m.Email.StringValue, m.ID) }

func (t *teamMembers) Identity(m *teamMemberModel) (scope, id types.String) {
	return m.MerchantID, m.ID
}

// Read finds the member or the invitation, whichever it is by now.
func (t *teamMembers) Read(ctx context.Context, m *teamMemberModel) error {
	if err := checkMerchant(t.Billium, teamMemberKind.Noun, m.MerchantID.ValueString()); err != nil {
		return err
	}
	team, err := t.Team(ctx)
	if err != nil {
		return err
	}
	if !m.adopt(find(team, m)) {
		return fmt.Errorf("%w: the team has neither a member nor an invitation for %s", client.ErrNotFound, t.Label(m))
	}
	return nil
}

// place is where someone stands: on the team, invited to it, or neither.
type place struct {
	member     *billiumapi.TeamMember
	invitation *billiumapi.Invitation
}

// find looks for someone by the ids that the state has and by the address: an
// accepted invitation leaves no trace but the member of that address.
func find(team *providerdata.Team, m *teamMemberModel) place {
	return place{
		member:     findIn(team.Members, m, func(one billiumapi.TeamMember) (id, address string) { return one.ID, one.Email }),
		invitation: findIn(team.Invitations, m, func(one billiumapi.Invitation) (id, address string) { return one.ID, one.Email }),
	}
}

// findIn returns the one that has one of the model's ids, or else the first one of its
// address; nil for none.
func findIn[T any](all []T, m *teamMemberModel, of func(T) (id, address string)) (found *T) {
	for i := range all {
		id, address := of(all[i])
		switch {
		case slices.Contains([]string{m.ID.ValueString(), m.MemberID.ValueString(), m.InvitationID.ValueString()}, id):
			return &all[i]
		case found == nil && m.Email.ValueString() != "" && m.Email.same(emailOf(address)):
			found = &all[i]
		}
	}
	return found
}

// adopt writes what Billium says of the member or, where there is none, of the
// invitation. It reports false where there is neither.
func (m *teamMemberModel) adopt(found place) bool {
	switch {
	case found.member != nil:
		m.adoptMember(*found.member)
	case found.invitation != nil:
		m.adoptInvitation(*found.invitation)
	default:
		return false
	}
	return true
}

func (m *teamMemberModel) adoptMember(member billiumapi.TeamMember) {
	m.ID, m.MemberID, m.InvitationID = types.StringValue(member.ID), types.StringValue(member.ID), types.StringNull()
	m.Status = types.StringValue(statusActive)
	permissions := platform.Of(member.Permissions)
	m.adoptRest(member.MerchantID, member.Email, platform.Role(member.Role), member.PermissionSetID, permissions)
}

func (m *teamMemberModel) adoptInvitation(invitation billiumapi.Invitation) {
	m.ID, m.MemberID, m.InvitationID = types.StringValue(invitation.ID), types.StringNull(), types.StringValue(invitation.ID)
	m.Status = types.StringValue(statusInvited)
	if invitation.Status == billiumapi.InvitationStatusExpired {
		m.Status = types.StringValue(statusExpired)
	}
	role := platform.Role(invitation.Role)
	permissions := role.Permissions()
	if invitation.Permissions != nil {
		permissions = platform.Of(*invitation.Permissions)
	}
	m.adoptRest(invitation.MerchantID, invitation.Email, role, invitation.PermissionSetID, permissions)
}

// adoptRest writes what members and invitations have in common. All that the role allows
// needs no declaration, and null is semantically equal to nothing: so what was declared is
// looked at here.
func (m *teamMemberModel) adoptRest(merchantID, address string, role platform.Role, setID *string, permissions []platform.Permission) {
	m.MerchantID = types.StringValue(merchantID)
	m.Email = emailOf(address)
	m.Role = types.StringValue(string(role))
	m.PermissionSetID = types.StringPointerValue(setID)
	declared := m.Permissions
	m.Permissions = patternsOf(permissions)
	if setID != nil || platform.Equal(permissions, role.Permissions()) && !declared.same(m.Permissions) {
		m.Permissions = noPatterns
	}
	m.PermissionsFrom = m.source()
}

// source says where the permissions come from.
func (m *teamMemberModel) source() types.String {
	return declaredSource(m.PermissionSetID, m.Permissions, types.StringValue(fromRole))
}

func (t *teamMembers) Create(ctx context.Context, plan *teamMemberModel) error {
	err := t.invite(ctx, plan)
	if !errors.Is(err, client.ErrConflict) && !madeAllTheSame(err) {
		return err
	}
	// Anyone who interrupts an apply wants to know this all the more.
	lasting, cancel := context.WithTimeout(client.Urgent(context.WithoutCancel(ctx)), lookAgainWithin)
	defer cancel()
	team, lookup := t.FreshTeam(lasting)
	if lookup != nil {
		return invitedAlready{err, fmt.Sprintf("The team could not be listed again either (%v). Run again: the next plan looks whether %s is invited.", lookup, plan.label())}
	}
	return invitedAlready{err, howToImport(t.MerchantID, find(team, plan))}
}

// lookAgainWithin is how long it may take to look for what a lost answer was about.
const lookAgainWithin = 2 * time.Minute

// invitedAlready is an invitation that was refused, or whose answer was lost.
type invitedAlready struct {
	error

	help string
}

func (e invitedAlready) Unwrap() error { return e.error }

// NextStep says how to manage who is invited.
func (e invitedAlready) NextStep() string {
	if e.help == "" {
		return "Listed again, the address is neither on the team nor invited. Run again: the next plan looks once more."
	}
	return e.help
}

func (t *teamMembers) invite(ctx context.Context, plan *teamMemberModel) error {
	if _, err := granted(plan.Permissions); err != nil {
		return err
	}
	created, err := t.Client.CreateInvitation(ctx, t.MerchantID, plan.invitation(), rand.Text())
	if err != nil {
		return err
	}
	plan.adoptInvitation(*created)
	return nil
}

// invitation is the request that invites.
func (m *teamMemberModel) invitation() billiumapi.CreateInvitationRequest {
	request := billiumapi.CreateInvitationRequest{
		Email: m.Email.ValueString(), Role: billiumapi.AssignableRole(m.Role.ValueString()),
		PermissionSetID: m.PermissionSetID.ValueStringPointer(),
	}
	if permissions, known := expand(m.Permissions); known {
		request.Permissions = toAPI(permissions)
	}
	return request
}

// Update changes a member in place. An open invitation can't be changed: it is
// cancelled and sent anew, as it is where it expired.
func (t *teamMembers) Update(ctx context.Context, state, plan *teamMemberModel) error {
	if err := checkMerchant(t.Billium, teamMemberKind.Noun, state.MerchantID.ValueString()); err != nil {
		return err
	}
	team, err := t.FreshTeam(ctx)
	if err != nil {
		return err
	}
	found := find(team, state)
	now := *state
	switch {
	case !now.adopt(found) || now.Status.ValueString() == statusExpired:
		return t.invite(ctx, plan)
	case found.member != nil:
		return t.change(ctx, found.member, &now, plan)
	case now.same(plan):
		plan.adoptInvitation(*found.invitation)
		return nil
	}
	if err := t.cancel(ctx, found.invitation.ID); err != nil {
		return err
	}
	if err := t.invite(ctx, plan); err != nil {
		return fmt.Errorf("the open invitation %s was cancelled, but the new one could not be sent; the next apply sends it: %w", found.invitation.ID, err)
	}
	return nil
}

// change makes a member what the plan says.
func (t *teamMembers) change(ctx context.Context, member *billiumapi.TeamMember, now, plan *teamMemberModel) error {
	if now.same(plan) {
		plan.adoptMember(*member)
		return nil
	}
	if _, err := granted(plan.Permissions); err != nil {
		return err
	}
	return t.safely(ctx, member, plan, func() error {
		changed, err := t.Client.UpdateTeamMember(ctx, t.MerchantID, member.ID, plan.updateRequest())
		if err == nil {
			plan.adoptMember(*changed)
		}
		return err
	})
}

// updateRequest says all of the member's access at once: a new role alone would
// give all that it allows.
func (m *teamMemberModel) updateRequest() billiumapi.UpdateTeamMemberRequest {
	request := billiumapi.UpdateTeamMemberRequest{Role: new(billiumapi.AssignableRole(m.Role.ValueString()))}
	permissions, known := expand(m.Permissions)
	switch {
	case m.PermissionSetID.ValueString() != "":
		request.PermissionSetID = m.PermissionSetID.ValueStringPointer()
	case known:
		request.Permissions = nullable.NewNullableWithValue(*toAPI(permissions))
	default:
		request.Permissions = nullable.NewNullNullable[[]billiumapi.Permission]()
	}
	return request
}

// Delete cancels the invitation, or removes the member that it has become.
func (t *teamMembers) Delete(ctx context.Context, state *teamMemberModel) error {
	if err := checkMerchant(t.Billium, teamMemberKind.Noun, state.MerchantID.ValueString()); err != nil {
		return err
	}
	team, err := t.FreshTeam(ctx)
	if err != nil {
		return err
	}
	switch found := find(team, state); {
	case found.member != nil:
		err := t.safely(ctx, found.member, nil, func() error {
			return t.Client.RemoveTeamMember(ctx, t.MerchantID, found.member.ID)
		})
		if errors.Is(err, client.ErrNotFound) {
			return nil
		}
		return err
	case found.invitation != nil:
		return t.cancel(ctx, found.invitation.ID)
	default:
		return nil
	}
}

// cancel is done as well where the invitation is gone.
func (t *teamMembers) cancel(ctx context.Context, id string) error {
	err := t.Client.CancelInvitation(ctx, t.MerchantID, id)
	if errors.Is(err, client.ErrNotFound) {
		return nil
	}
	return err
}

// All yields the members and the open invitations. The OWNER and expired
// invitations are left out: no configuration can describe them.
func (t *teamMembers) All(ctx context.Context, _ string) iter.Seq2[teamMemberModel, error] {
	return func(yield func(teamMemberModel, error) bool) {
		for member, err := range t.Client.TeamMembers(ctx, t.MerchantID) {
			var m teamMemberModel
			if err != nil {
				yield(m, err)
				return
			}
			m.adoptMember(member)
			if member.Role != billiumapi.RoleOwner && !yield(m, nil) {
				return
			}
		}
		for invitation, err := range t.Client.Invitations(ctx, t.MerchantID) {
			var m teamMemberModel
			if err != nil {
				yield(m, err)
				return
			}
			m.adoptInvitation(invitation)
			if invitation.Status == billiumapi.InvitationStatusPending && !yield(m, nil) {
				return
			}
		}
	}
}
