package billium

import (
	"context"
	"errors"
	"iter"
	"net/http"
	"net/url"

	"github.com/keyward/terraform-provider-keyward/internal/client"
	billiumapi "github.com/keyward/terraform-provider-keyward/internal/contract/billium"
	"github.com/keyward/terraform-provider-keyward/internal/platform/billium"
)

const (
	teamPart        = "team"
	membersPart     = "members"
	invitationsPart = "invitations"
	securityPart    = "security"
)

// TeamMembers yields the merchant's team, who joined last first, page by page.
// An error is the last thing it yields.
func (c *Client) TeamMembers(ctx context.Context, merchantID string) iter.Seq2[billiumapi.TeamMember, error] {
	return walk(func(member billiumapi.TeamMember) string { return member.ID }, func(number int) (page[billiumapi.TeamMember], error) {
		return list[billiumapi.TeamMember](ctx, c, at(merchantID, teamPart, membersPart), url.Values{}, number, PageSize)
	})
}

// UpdateTeamMember changes a member's role or permissions.
func (c *Client) UpdateTeamMember(ctx context.Context, merchantID, memberID string, change billiumapi.UpdateTeamMemberRequest) (*billiumapi.TeamMember, error) {
	var member billiumapi.TeamMember
	err := c.http.Do(ctx, client.Request{
		Method: http.MethodPatch, Path: at(merchantID, teamPart, membersPart, memberID), Body: change,
		Check: func() error { return sameID(member.ID, memberID) },
	}, &member)
	if err != nil {
		return nil, err
	}
	return &member, nil
}

// RemoveTeamMember removes a member from the team; the member's API keys go too.
func (c *Client) RemoveTeamMember(ctx context.Context, merchantID, memberID string) error {
	return c.remove(ctx, at(merchantID, teamPart, membersPart, memberID), memberID)
}

// Invitations yields the invitations that are open or have expired, newest
// first, page by page. An error is the last thing it yields.
func (c *Client) Invitations(ctx context.Context, merchantID string) iter.Seq2[billiumapi.Invitation, error] {
	return walk(func(invitation billiumapi.Invitation) string { return invitation.ID }, func(number int) (page[billiumapi.Invitation], error) {
		return list[billiumapi.Invitation](ctx, c, at(merchantID, teamPart, invitationsPart), url.Values{}, number, PageSize)
	})
}

// CreateInvitation invites someone to the team. With an idempotency key a
// creation whose answer is lost is repeated without a second invitation.
// client.ErrConflict tells that the address is a member or invited already.
func (c *Client) CreateInvitation(ctx context.Context, merchantID string, invitation billiumapi.CreateInvitationRequest, idempotencyKey string) (*billiumapi.Invitation, error) {
	var created billiumapi.Invitation
	err := c.http.Do(ctx, client.Request{
		Method: http.MethodPost, Path: at(merchantID, teamPart, invitationsPart), Body: invitation, IdempotencyKey: idempotencyKey, SeeThrough: true,
		Check: func() error {
			if !billium.ValidID(billium.InvitationID, created.ID) {
				return errors.New("it has no valid invitation id")
			}
			return nil
		},
	}, &created)
	if err != nil {
		return nil, err
	}
	return &created, nil
}

// CancelInvitation takes an invitation back.
func (c *Client) CancelInvitation(ctx context.Context, merchantID, invitationID string) error {
	return c.remove(ctx, at(merchantID, teamPart, invitationsPart, invitationID), invitationID)
}

// GetTeamSecurity returns what the team demands of its members' sign-ins.
func (c *Client) GetTeamSecurity(ctx context.Context, merchantID string) (*billiumapi.TeamSecurity, error) {
	return c.teamSecurity(ctx, http.MethodGet, merchantID, nil)
}

// UpdateTeamSecurity changes the flags that the request names.
func (c *Client) UpdateTeamSecurity(ctx context.Context, merchantID string, change billiumapi.UpdateTeamSecurityRequest) (*billiumapi.TeamSecurity, error) {
	return c.teamSecurity(ctx, http.MethodPatch, merchantID, change)
}

func (c *Client) teamSecurity(ctx context.Context, method, merchantID string, body any) (*billiumapi.TeamSecurity, error) {
	var answer teamSecurityAnswer
	err := c.http.Do(ctx, client.Request{
		Method: method, Path: at(merchantID, teamPart, securityPart), Body: body, Check: answer.check,
	}, &answer)
	if err != nil {
		return nil, err
	}
	return &billiumapi.TeamSecurity{
		EnforceTfa: *answer.EnforceTfa, EnforcePasskey: *answer.EnforcePasskey, EnforceEmailVerified: *answer.EnforceEmailVerified,
		EnforceGithubLogin: *answer.EnforceGithubLogin, EnforceGoogleLogin: *answer.EnforceGoogleLogin,
	}, nil
}

// teamSecurityAnswer tells a flag that is off from one that is not there: an
// answer without it is not about the team's security.
type teamSecurityAnswer struct {
	billiumapi.UpdateTeamSecurityRequest
}

func (a *teamSecurityAnswer) check() error {
	for _, flag := range []*bool{a.EnforceTfa, a.EnforcePasskey, a.EnforceEmailVerified, a.EnforceGithubLogin, a.EnforceGoogleLogin} {
		if flag == nil {
			return errors.New("it doesn't have all of the team's security flags")
		}
	}
	return nil
}
