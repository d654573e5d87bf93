package providerdata

import (
	"context"
	"errors"
	"strings"

	"github.com/keyward/terraform-provider-keyward/internal/client"
	billiumapi "github.com/keyward/terraform-provider-keyward/internal/contract/billium"
	platform "github.com/keyward/terraform-provider-keyward/internal/platform/billium"
)

// Team is a merchant's team: who is on it, and who is invited.
type Team struct {
	Members     []billiumapi.TeamMember
	Invitations []billiumapi.Invitation
}

// Team returns the merchant's team. All resources of a run share one answer, so
// it is for plans: anyone who is about to change the team asks FreshTeam.
func (b *Billium) Team(ctx context.Context) (*Team, error) {
	return b.team.get(ctx, b.Now, b.FreshTeam)
}

// FreshTeam returns the merchant's team as it is now. Who accepts an invitation
// meanwhile is in both lists or in one, but never in none: the invitations are
// asked for first.
func (b *Billium) FreshTeam(ctx context.Context) (*Team, error) {
	var team Team
	for invitation, err := range b.Client.Invitations(ctx, b.MerchantID) {
		if err != nil {
			return nil, err
		}
		team.Invitations = append(team.Invitations, invitation)
	}
	for member, err := range b.Client.TeamMembers(ctx, b.MerchantID) {
		if err != nil {
			return nil, err
		}
		team.Members = append(team.Members, member)
	}
	return &team, nil
}

// maxIssuers bounds how many keys, each made by the one before, Issuer goes
// back.
const maxIssuers = 32

// Issuer returns the id of the team member behind the provider's key: the user
// who made it in the dashboard, or who made the key that made it, and so on. It
// is empty where that can't be told, for Billium forgets revoked keys and the
// provider's key may not be allowed to look.
func (b *Billium) Issuer(ctx context.Context) (string, error) {
	return b.issuer.get(ctx, b.Now, func(ctx context.Context) (string, error) {
		current, err := b.Current(ctx)
		if err != nil {
			return "", err
		}
		by := current.CreatedBy
		for range maxIssuers {
			if strings.HasPrefix(by, string(platform.TeamMemberID)+"_") {
				return by, nil
			}
			key, err := b.Client.GetAPIKey(ctx, b.MerchantID, by)
			if errors.Is(err, client.ErrNotFound) || client.Forbidden(err) {
				return "", nil
			}
			if err != nil {
				return "", err
			}
			by = key.CreatedBy
		}
		return "", nil
	})
}
