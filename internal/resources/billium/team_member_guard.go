package billium

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/keyward/terraform-provider-keyward/internal/configured"
	billiumapi "github.com/keyward/terraform-provider-keyward/internal/contract/billium"
	"github.com/keyward/terraform-provider-keyward/internal/diagnose"
	platform "github.com/keyward/terraform-provider-keyward/internal/platform/billium"
)

// guard refuses at plan what refuseLockout refuses at apply. plan is nil where
// the member is to be removed.
func (t *teamMembers) guard(ctx context.Context, state, plan *teamMemberModel) (diags diag.Diagnostics) {
	if !t.Ready() {
		return nil
	}
	team, err := t.Team(ctx)
	if err == nil {
		if found := find(team, state); found.member != nil {
			err = t.refuseLockout(ctx, found.member, plan, t.planned(team))
		}
	}
	if err != nil {
		action := "change"
		if plan == nil {
			action = "remove"
		}
		diags.Append(diagnose.Error(action, teamMemberKind.Name(t.Label(state)), err))
	}
	return diags
}

// safely makes a change of a member that locks no one out. Who manages the team
// is changed one at a time, each on the team as the change before left it: two
// that are harmless alone may not be so together.
func (t *teamMembers) safely(ctx context.Context, member *billiumapi.TeamMember, after *teamMemberModel, write func() error) error {
	if !manages(*member) {
		if err := t.refuseLockout(ctx, member, after, nil); err != nil {
			return err
		}
		return write()
	}
	return t.ChangeManagers(func() error {
		team, err := t.FreshTeam(ctx)
		if err != nil {
			return err
		}
		if err := t.refuseLockout(ctx, member, after, func(member *billiumapi.TeamMember, current *billiumapi.CurrentAPIKey) error {
			return lastManager(team.Members, member, current)
		}); err != nil {
			return err
		}
		return write()
	})
}

// planned checks who is left to manage the team by the plans made so far.
func (t *teamMembers) planned(team *configured.Team) managerCheck {
	return func(member *billiumapi.TeamMember, current *billiumapi.CurrentAPIKey) error {
		return t.PlanToLeave([]string{member.ID}, func(leaving map[string]bool) error {
			return lastManager(staying(team.Members, leaving), member, current)
		})
	}
}

// managerCheck is an error where a member who manages the team can't be spared.
type managerCheck func(member *billiumapi.TeamMember, current *billiumapi.CurrentAPIKey) error

// refuseLockout refuses a change of a member that would take from the provider
// its key, or what it does with it, or leave no one to manage the team with.
// after is nil where the member is to be removed.
func (t *teamMembers) refuseLockout(ctx context.Context, member *billiumapi.TeamMember, after *teamMemberModel, spare managerCheck) error {
	current, err := t.Current(ctx)
	if err != nil {
		return err
	}
	issuer, err := t.Issuer(ctx)
	if err != nil {
		return err
	}
	var left []platform.Permission
	if after != nil {
		var known bool
		if left, known, err = t.willHold(ctx, after); err != nil || !known {
			return err // the apply asks again
		}
	}
	if isIssuer(member, current, issuer) {
		if err := cutsOff(current, left, after == nil); err != nil {
			return unsure(err, issuer)
		}
	}
	if stopsManaging(member, left) {
		return spare(member, current)
	}
	return nil
}

// isIssuer reports whether the provider's key is the member's. Where Billium
// doesn't say whose it is, it may be that of anyone who has its role: a guard
// that can't tell refuses.
func isIssuer(member *billiumapi.TeamMember, current *billiumapi.CurrentAPIKey, issuer string) bool {
	if issuer != "" {
		return issuer == member.ID
	}
	return member.Role == current.Role
}

// unsure says so where it can't be told whose the provider's key is.
func unsure(err error, issuer string) error {
	if issuer != "" {
		return err
	}
	return fmt.Errorf("it can't be told whose the provider's key is, for that key may not look or the one that made it is gone, "+
		"and so it is taken for this member's: %w", err)
}

// cutsOff is an error where the user behind the provider's key goes, or loses
// what the key holds.
func cutsOff(current *billiumapi.CurrentAPIKey, left []platform.Permission, removed bool) error {
	const next = "Give the provider another member's key first, then apply again"
	if removed {
		return fmt.Errorf("the key that the provider itself uses (%s…) is this member's and would be revoked with the member. %s", current.KeyPrefix, next)
	}
	if lost := platform.Missing(left, fromAPI(current.EffectivePermissions)); len(lost) > 0 {
		return fmt.Errorf("the key that the provider itself uses (%s…) is this member's and would lose %s. %s", current.KeyPrefix, joined(lost), next)
	}
	return nil
}

// errUnmanaged says what happens when the last manager goes, and what to do.
var errUnmanaged = errors.New("only the OWNER could manage the team then, in the dashboard: the provider's key is not the OWNER's. " +
	"Make another member ADMIN first, or give the provider a key of the OWNER")

// lastManager is an error where no one is left to manage the team without the
// member.
func lastManager(members []billiumapi.TeamMember, member *billiumapi.TeamMember, current *billiumapi.CurrentAPIKey) error {
	if !unmanaged(staying(members, map[string]bool{member.ID: true}), current) {
		return nil
	}
	return fmt.Errorf("this is the last ADMIN who can manage the team: %w", errUnmanaged)
}

// unmanaged reports whether no one can manage a team of these members but the
// OWNER in the dashboard: no ADMIN, and not the provider, for its key is not the
// OWNER's.
func unmanaged(members []billiumapi.TeamMember, current *billiumapi.CurrentAPIKey) bool {
	byProvider := current.Role == billiumapi.RoleOwner && slices.Contains(fromAPI(current.EffectivePermissions), platform.TeamManageRoles)
	return !byProvider && !slices.ContainsFunc(members, manages)
}

// stopsManaging reports whether a member manages the team, and won't with what is
// left.
func stopsManaging(member *billiumapi.TeamMember, left []platform.Permission) bool {
	return manages(*member) && !slices.Contains(left, platform.TeamManageRoles)
}

// staying returns the members that don't leave.
func staying(members []billiumapi.TeamMember, leaving map[string]bool) []billiumapi.TeamMember {
	return slices.DeleteFunc(slices.Clone(members), func(member billiumapi.TeamMember) bool { return leaving[member.ID] })
}

// manages reports whether a member other than the OWNER can manage the team.
func manages(member billiumapi.TeamMember) bool {
	return member.Role == billiumapi.RoleAdmin && slices.Contains(fromAPI(member.Permissions), platform.TeamManageRoles)
}
