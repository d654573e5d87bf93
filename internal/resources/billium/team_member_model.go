package billium

import (
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/oapi-codegen/nullable"

	"github.com/keyward/terraform-provider-keyward/internal/configured"
	billiumapi "github.com/keyward/terraform-provider-keyward/internal/contract/billium"
	platform "github.com/keyward/terraform-provider-keyward/internal/platform/billium"
)

// What has become of an invitation. The contract knows EXPIRED of invitations;
// the other two are the resource's own words.
const (
	statusInvited = "INVITED"
	statusActive  = "ACTIVE"
	statusExpired = string(billiumapi.InvitationStatusExpired)
)

// place is where someone stands: on the team, invited to it, or neither.
type place struct {
	member     *billiumapi.TeamMember
	invitation *billiumapi.Invitation
}

// find looks for someone by the ids that the state has and by the address: an
// accepted invitation leaves no trace but the member of that address.
func find(team *configured.Team, m *teamMemberModel) place {
	ids := []string{m.ID.ValueString(), m.MemberID.ValueString(), m.InvitationID.ValueString()}
	is := func(id, address string) (byID, byAddress bool) {
		return slices.Contains(ids, id), m.Email.ValueString() != "" && sameAddress(m.Email, types.StringValue(address))
	}
	var found place
	for i := range team.Members {
		byID, byAddress := is(team.Members[i].ID, team.Members[i].Email)
		if byID || byAddress && found.member == nil {
			found.member = &team.Members[i]
		}
		if byID {
			break
		}
	}
	for i := range team.Invitations {
		byID, byAddress := is(team.Invitations[i].ID, team.Invitations[i].Email)
		if byID || byAddress && found.invitation == nil {
			found.invitation = &team.Invitations[i]
		}
		if byID {
			break
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
	permissions := fromAPI(member.Permissions)
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
		permissions = fromAPI(*invitation.Permissions)
	}
	m.adoptRest(invitation.MerchantID, invitation.Email, role, invitation.PermissionSetID, permissions)
}

// adoptRest keeps the address and the permissions as they were declared while
// they mean the same. All that the role allows needs no declaration.
func (m *teamMemberModel) adoptRest(merchantID, email string, role platform.Role, setID *string, permissions []platform.Permission) {
	m.MerchantID = types.StringValue(merchantID)
	if address := types.StringValue(email); !sameAddress(m.Email, address) {
		m.Email = address
	}
	m.Role = types.StringValue(string(role))
	m.PermissionSetID = types.StringPointerValue(setID)
	switch declared, known := expand(m.Permissions); {
	case setID != nil:
		m.Permissions = types.SetNull(types.StringType)
	case known && slices.Equal(declared, permissions):
	case slices.Equal(permissions, role.Permissions()):
		m.Permissions = types.SetNull(types.StringType)
	default:
		m.Permissions = setOf(permissions)
	}
	m.PermissionsFrom = m.source()
}

// source says where the permissions come from.
func (m *teamMemberModel) source() types.String {
	return declaredSource(m.PermissionSetID, m.Permissions, types.StringValue(fromRole))
}

// own returns the permissions of a member who uses no set; known is false where
// that can't be told.
func (m *teamMemberModel) own() (permissions []platform.Permission, known bool) {
	switch {
	case m.PermissionSetID.IsUnknown() || m.PermissionSetID.ValueString() != "" || m.Role.IsUnknown():
		return nil, false
	case m.Permissions.IsNull():
		return platform.Role(m.Role.ValueString()).Permissions(), true
	default:
		return expand(m.Permissions)
	}
}

// within returns those of the permissions that the role allows.
func (m *teamMemberModel) within(permissions []platform.Permission) []platform.Permission {
	return platform.Intersect(permissions, platform.Role(m.Role.ValueString()).Permissions())
}

// same reports whether two models give the same access, however it is written.
func (m *teamMemberModel) same(other *teamMemberModel) bool {
	if !m.Role.Equal(other.Role) || !m.PermissionSetID.Equal(other.PermissionSetID) {
		return false
	}
	if m.PermissionSetID.ValueString() != "" {
		return true
	}
	a, knownA := m.own()
	b, knownB := other.own()
	return knownA && knownB && slices.Equal(a, b)
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
