package billium

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/keyward/terraform-provider-keyward/internal/client"
	billiumapi "github.com/keyward/terraform-provider-keyward/internal/contract/billium"
	"github.com/keyward/terraform-provider-keyward/internal/diagnostics"
	platform "github.com/keyward/terraform-provider-keyward/internal/platform/billium"
	"github.com/keyward/terraform-provider-keyward/internal/providerdata"
)

// Lockout: a change of a permission set or of a team member that would take from the
// provider its key, or what it does with it, or leave no one to manage the team with.
// A plan refuses it, and the apply once more on the team as it is then.

// guard refuses to narrow the set that the provider's own key uses, or the last
// who manage the team.
func (s *permissionSets) guard(ctx context.Context, state *permissionSetModel, had, wanted []platform.Permission) (diags diag.Diagnostics) {
	err := s.refuseNarrowing(ctx, state, had, wanted)
	if err == nil {
		err = s.refuseUnmanaged(ctx, state, had, wanted)
	}
	if err != nil {
		diags.AddAttributeError(path.Root("permissions"), "Could not change "+permissionSetKind.Name(s.Label(state)), err.Error()+nextStep(err))
	}
	return diags
}

func nextStep(err error) string {
	if next := diagnostics.NextStep(err); next != "" {
		return "\n\n" + next
	}
	return ""
}

// refuseNarrowing is an error where the provider's own key would lose what it
// holds: because it uses the set, or because the team member behind it does, who
// is the most that the key can be.
func (s *permissionSets) refuseNarrowing(ctx context.Context, state *permissionSetModel, had, wanted []platform.Permission) error {
	lost := platform.Missing(wanted, had)
	if len(lost) == 0 {
		return nil
	}
	current, err := s.Current(ctx)
	if err != nil {
		return err
	}
	if lost = platform.Intersect(lost, platform.Of(current.EffectivePermissions)); len(lost) == 0 {
		return nil
	}
	const next = "give the provider another key first, then apply again"
	if current.PermissionSetID != nil && *current.PermissionSetID == state.ID.ValueString() {
		return fmt.Errorf("the key that the provider itself uses (%s, %s…) takes its permissions from this set and would lose %s: %s",
			current.ID, current.KeyPrefix, joined(lost), next)
	}
	issued, err := s.issuerUses(ctx, state.ID.ValueString())
	if issued {
		return fmt.Errorf("the key that the provider itself uses (%s, %s…) belongs to a team member of this set and would lose %s: %s",
			current.ID, current.KeyPrefix, joined(lost), next)
	}
	return err
}

// issuerUses reports whether the team member behind the provider's key uses a
// set, or may: where it can't be told whose the key is, anyone who has its role
// counts. Where the key may not see the team, that can't be told either and is no
// error.
func (s *permissionSets) issuerUses(ctx context.Context, setID string) (bool, error) {
	issuer, err := s.Issuer(ctx)
	if err != nil {
		return false, err
	}
	current, err := s.Current(ctx)
	if err != nil {
		return false, err
	}
	team, err := s.Team(ctx)
	if client.Forbidden(err) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	return slices.ContainsFunc(team.Members, func(member billiumapi.TeamMember) bool {
		return isIssuer(&member, current, issuer) && member.PermissionSetID != nil && *member.PermissionSetID == setID
	}), nil
}

// refuseUnmanaged is an error where the set takes from the last who manage the
// team that they do. Where the provider's key may not see the team, that can't be
// told and is no error.
func (s *permissionSets) refuseUnmanaged(ctx context.Context, state *permissionSetModel, had, wanted []platform.Permission) error {
	if !stopsManagers(had, wanted) {
		return nil
	}
	team, err := s.Team(ctx)
	if client.Forbidden(err) {
		return nil
	}
	if err != nil {
		return err
	}
	managers := managersOf(team, state.ID.ValueString())
	return s.PlanToLeave(managers, func(leaving map[string]bool) error {
		return s.lastManagers(ctx, team, managers, leaving)
	})
}

// safely makes a change of the set that leaves someone to manage the team.
func (s *permissionSets) safely(ctx context.Context, state *permissionSetModel, had, wanted []platform.Permission, write func() error) error {
	if !stopsManagers(had, wanted) {
		return write()
	}
	return s.ChangeManagers(func() error {
		team, err := s.FreshTeam(ctx)
		if client.Forbidden(err) {
			return write()
		}
		if err == nil {
			managers := managersOf(team, state.ID.ValueString())
			err = s.lastManagers(ctx, team, managers, nil)
		}
		if err != nil {
			return err
		}
		return write()
	})
}

// lastManagers is an error where no one is left to manage the team without those
// of the set and those who leave anyway.
func (s *permissionSets) lastManagers(ctx context.Context, team *providerdata.Team, ofSet []string, leaving map[string]bool) error {
	current, err := s.Current(ctx)
	if err != nil {
		return err
	}
	rest := slices.DeleteFunc(staying(team.Members, leaving), func(member billiumapi.TeamMember) bool { return slices.Contains(ofSet, member.ID) })
	if len(ofSet) == 0 || !unmanaged(rest, current) {
		return nil
	}
	return fmt.Errorf("the ADMINs who use this set are the last who can manage the team, and would lose %s: %w", platform.TeamManageRoles, errUnmanaged)
}

// stopsManagers reports whether a change of a set takes from its members that
// they manage the team.
func stopsManagers(had, wanted []platform.Permission) bool {
	return slices.Contains(platform.Missing(wanted, had), platform.TeamManageRoles)
}

// managersOf returns the ids of the members who manage the team by a set.
func managersOf(team *providerdata.Team, setID string) (ids []string) {
	for _, member := range team.Members {
		if manages(member) && member.PermissionSetID != nil && *member.PermissionSetID == setID {
			ids = append(ids, member.ID)
		}
	}
	return ids
}

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
		diags.Append(diagnostics.Error(action, teamMemberKind.Name(t.Label(state)), err))
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
func (t *teamMembers) planned(team *providerdata.Team) managerCheck {
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
	if lost := platform.Missing(left, platform.Of(current.EffectivePermissions)); len(lost) > 0 {
		return fmt.Errorf("the key that the provider itself uses (%s…) is this member's and would lose %s. %s", current.KeyPrefix, joined(lost), next)
	}
	return nil
}

// errUnmanaged says what happens when the last manager goes, and what to do.
var errUnmanaged = errors.New("after this change only the OWNER could manage the team, and only in the dashboard, because the provider's key is not the OWNER's. " +
	"Make another member ADMIN first, with team:manage_roles, or give the provider a key of the OWNER")

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
	byProvider := current.Role == billiumapi.RoleOwner && slices.Contains(platform.Of(current.EffectivePermissions), platform.TeamManageRoles)
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
	return member.Role == billiumapi.RoleAdmin && slices.Contains(platform.Of(member.Permissions), platform.TeamManageRoles)
}
