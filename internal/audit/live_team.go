package audit

import (
	"context"

	billiumapi "github.com/keyward/terraform-provider-keyward/internal/contract/billium"
	"github.com/keyward/terraform-provider-keyward/internal/platform/billium"
)

func (m *billiumMerchant) members(ctx context.Context) error {
	var read []*Member
	for member, err := range counted(m, m.account.Client.TeamMembers(ctx, m.account.MerchantID)) {
		if err != nil {
			return err
		}
		read = append(read, &Member{
			Object: Object{Billium, KindMember, member.ID, lower(member.Email), member.MerchantID},
			Role:   billium.Role(member.Role), Permissions: permissions(member.Permissions),
			PermissionSetID: deref(member.PermissionSetID), JoinedAt: member.JoinedAt,
		})
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	m.in.Cover(Billium, m.account.MerchantID, KindMember)
	m.in.Members = append(m.in.Members, read...)
	return nil
}

func (m *billiumMerchant) invitations(ctx context.Context) error {
	var read []*Invitation
	for i, err := range counted(m, m.account.Client.Invitations(ctx, m.account.MerchantID)) {
		if err != nil {
			return err
		}
		invitation := &Invitation{
			Object: Object{Billium, KindInvitation, i.ID, lower(i.Email), i.MerchantID},
			Role:   billium.Role(i.Role), PermissionSetID: deref(i.PermissionSetID), CreatedAt: i.CreatedAt, ExpiresAt: i.ExpiresAt,
			Expired: i.Status == billiumapi.InvitationStatusExpired,
		}
		if i.Permissions != nil {
			invitation.Permissions = permissions(*i.Permissions)
		}
		read = append(read, invitation)
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	m.in.Cover(Billium, m.account.MerchantID, KindInvitation)
	m.in.Invitations = append(m.in.Invitations, read...)
	return nil
}
