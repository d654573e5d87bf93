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
			err = t.refuseLockout(ctx, team, found.member, plan)
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

// refuseLockout refuses a change of a member that would take from the provider
// its key, or what it does with it, or leave nobody to manage the team with.
// after is nil where the member is to be removed.
func (t *teamMembers) refuseLockout(ctx context.Context, team *configured.Team, member *billiumapi.TeamMember, after *teamMemberModel) error {
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
		if after.Role.IsUnknown() || after.PermissionSetID.IsUnknown() || after.Permissions.IsUnknown() {
			return nil // the apply asks again
		}
		left = t.held(ctx, after)
	}
	if isIssuer(member, current, issuer) {
		if err := cutsOff(current, left, after == nil); err != nil {
			return unsure(err, issuer)
		}
	}
	return lastManager(team.Members, member, current, left)
}

// isIssuer reports whether the provider's key is the member's. Where Billium
// doesn't say whose it is, it may be that of anybody who has its role: a guard
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
	const next = "Give the provider a key of somebody else first, then apply again"
	if removed {
		return fmt.Errorf("the key that the provider itself uses (%s…) is this member's and would be revoked with the member. %s", current.KeyPrefix, next)
	}
	if lost := platform.Missing(left, fromAPI(current.EffectivePermissions)); len(lost) > 0 {
		return fmt.Errorf("the key that the provider itself uses (%s…) is this member's and would lose %s. %s", current.KeyPrefix, joined(lost), next)
	}
	return nil
}

// lastManager is an error where nobody could manage the team any more but the
// OWNER in the dashboard: no other ADMIN, and not the provider, for its key is
// not the OWNER's.
func lastManager(members []billiumapi.TeamMember, member *billiumapi.TeamMember, current *billiumapi.CurrentAPIKey, left []platform.Permission) error {
	byProvider := current.Role == billiumapi.RoleOwner && slices.Contains(fromAPI(current.EffectivePermissions), platform.TeamManageRoles)
	if !manages(*member) || slices.Contains(left, platform.TeamManageRoles) || byProvider {
		return nil
	}
	if slices.ContainsFunc(members, func(other billiumapi.TeamMember) bool { return other.ID != member.ID && manages(other) }) {
		return nil
	}
	return errors.New("this is the last ADMIN who can manage the team, and the provider's key is not the OWNER's: " +
		"nobody could manage the team any more but the OWNER in the dashboard. Make somebody else ADMIN first, or give the provider a key of the OWNER")
}

// manages reports whether a member other than the OWNER can manage the team.
func manages(member billiumapi.TeamMember) bool {
	return member.Role == billiumapi.RoleAdmin && slices.Contains(fromAPI(member.Permissions), platform.TeamManageRoles)
}
