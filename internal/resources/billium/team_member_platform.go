package billium

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"iter"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/keyward/terraform-provider-keyward/internal/client"
	billiumapi "github.com/keyward/terraform-provider-keyward/internal/contract/billium"
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

func (m *teamMemberModel) label() string { return object.Label(m.Email, m.ID) }

func (t *teamMembers) Identity(m *teamMemberModel) (scope, id types.String) {
	return m.MerchantID, m.ID
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
