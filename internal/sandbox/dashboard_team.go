package sandbox

import (
	"context"

	platformbillium "github.com/keyward/terraform-provider-keyward/internal/platform/billium"
	"github.com/keyward/terraform-provider-keyward/internal/sandbox/billium"
	"github.com/keyward/terraform-provider-keyward/internal/sandbox/store"
)

// PermissionSets returns the merchant's permission sets, newest first.
func (d Dashboard) PermissionSets(ctx context.Context) ([]store.PermissionSet, error) {
	return d.server.store.PermissionSets(d.server.world.merchant.ID).All(ctx)
}

// TeamMembers returns the merchant's team, who joined last first.
func (d Dashboard) TeamMembers(ctx context.Context) ([]store.TeamMember, error) {
	return d.server.store.TeamMembers(d.server.world.merchant.ID).All(ctx)
}

// Invitations returns those that are not accepted, expired ones included,
// newest first.
func (d Dashboard) Invitations(ctx context.Context) ([]store.Invitation, error) {
	return d.server.store.Invitations(d.server.world.merchant.ID).All(ctx)
}

// TeamSecurity returns what the team demands of its members' sessions.
func (d Dashboard) TeamSecurity(ctx context.Context) (store.TeamSecurity, error) {
	return d.server.store.TeamSecurity().Get(ctx, d.server.world.merchant.ID)
}

// AcceptInvitation makes a member of an invited user.
func (d Dashboard) AcceptInvitation(ctx context.Context, email string) (store.TeamMember, error) {
	return billium.AcceptInvitation(ctx, d.server.billium, d.server.world.merchant.ID, email)
}

// Member returns a team member of the role who may do all that it allows, and
// who joins where there is none yet.
func (d Dashboard) Member(ctx context.Context, role platformbillium.Role) (store.TeamMember, error) {
	merchantID := d.server.world.merchant.ID
	members, err := d.server.store.TeamMembers(merchantID).All(ctx)
	if err != nil {
		return store.TeamMember{}, err
	}
	for _, m := range members {
		if m.Role == role && m.Permissions == nil && m.PermissionSetID == nil {
			return m, nil
		}
	}
	id, err := platformbillium.NewID(d.server.options.Rand, platformbillium.TeamMemberID)
	member := store.TeamMember{
		ID: id, MerchantID: merchantID, Email: id + "@example.com", Role: role, JoinedAt: d.server.options.Now(),
	}
	if err == nil {
		err = d.server.store.TeamMembers(member.MerchantID).Insert(ctx, member)
	}
	return member, err
}

// SetRole changes a team member's role.
func (d Dashboard) SetRole(ctx context.Context, memberID string, role platformbillium.Role) error {
	_, err := d.server.store.TeamMembers(d.server.world.merchant.ID).Change(ctx, memberID, func(m *store.TeamMember) { m.Role = role })
	return err
}
