package billium

import (
	"context"
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
	if lost = platform.Intersect(lost, fromAPI(current.EffectivePermissions)); len(lost) == 0 {
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
