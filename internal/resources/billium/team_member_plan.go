package billium

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	billiumapi "github.com/keyward/terraform-provider-keyward/internal/contract/billium"
	"github.com/keyward/terraform-provider-keyward/internal/diagnostics"
	platform "github.com/keyward/terraform-provider-keyward/internal/platform/billium"
	"github.com/keyward/terraform-provider-keyward/internal/providerdata"
)

// ResolvePlan plans what becomes of the invitation or the member, and refuses what
// the platform would refuse.
func (t *teamMembers) ResolvePlan(ctx context.Context, _, state, plan *teamMemberModel) diag.Diagnostics {
	plan.PermissionsFrom = plan.source()
	switch {
	case state == nil:
		plan.MerchantID = ownMerchant(t.Billium)
		plan.invited()
		diags := t.checkNew(ctx, plan)
		diags.Append(t.checkAccess(ctx, nil, plan)...)
		return diags
	case !sameAddress(state.Email, plan.Email):
		// The member is replaced: this plan is the removal of the old one.
		return t.PlanDelete(ctx, state)
	case state.Role.ValueString() == string(platform.Owner):
		return ownerStays(state, "changed")
	}
	diags := plan.continueFrom(state)
	if plan.same(state) {
		return diags
	}
	diags.Append(t.checkAccess(ctx, state, plan)...)
	if !diags.HasError() {
		diags.Append(t.guard(ctx, state, plan)...)
	}
	return diags
}

// invited plans an invitation.
func (m *teamMemberModel) invited() {
	m.ID, m.InvitationID, m.MemberID = types.StringUnknown(), types.StringUnknown(), types.StringNull()
	m.Status = types.StringValue(statusInvited)
}

// continueFrom plans the same invitation or member as in the state, or a new
// invitation where the one in the state has expired or has to be changed. By the
// time of the apply someone may have accepted it.
func (m *teamMemberModel) continueFrom(state *teamMemberModel) (diags diag.Diagnostics) {
	m.ID, m.MemberID, m.InvitationID, m.Status = state.ID, state.MemberID, state.InvitationID, state.Status
	expired := state.Status.ValueString() == statusExpired
	if expired {
		diags.AddWarning(teamMemberKind.Name(state.label())+" has not accepted the invitation",
			fmt.Sprintf("The invitation %s has expired. The apply sends a new one.", state.InvitationID.ValueString()))
	}
	if expired || state.Status.ValueString() == statusInvited && !m.same(state) {
		m.ID, m.InvitationID, m.MemberID, m.Status = types.StringUnknown(), types.StringUnknown(), types.StringUnknown(), types.StringUnknown()
	}
	return diags
}

// checkNew refuses to invite someone who is on the team, or invited, already.
func (t *teamMembers) checkNew(ctx context.Context, plan *teamMemberModel) (diags diag.Diagnostics) {
	if !t.Ready() || plan.Email.ValueString() == "" {
		return nil
	}
	if t.Run().Create(teamMemberKind.Type, strings.ToLower(plan.Email.ValueString()), "") {
		diags.AddAttributeError(path.Root("email"), "Two resources invite "+plan.label(),
			"Another resource of this configuration invites the same address, and the platform has one place for it. Remove one of them.")
		return diags
	}
	team, err := t.Team(ctx)
	if err != nil {
		diags.Append(diagnostics.AttributeError(path.Root("email"), "look for", teamMemberKind.Name(plan.label()), err))
		return diags
	}
	if help := howToImport(t.MerchantID, find(team, plan)); help != "" {
		diags.AddAttributeError(path.Root("email"), plan.label()+" is on the team already", help)
	}
	return diags
}

// howToImport says how to manage someone who is there already; it is empty where
// no one is, or only an invitation that expired.
func howToImport(merchantID string, found place) string {
	var m teamMemberModel
	if !m.adopt(found) || m.Status.ValueString() == statusExpired {
		return ""
	}
	if m.Role.ValueString() == string(platform.Owner) {
		return fmt.Sprintf("%s is the OWNER (%s), who can't be managed here: ownership is transferred in Billium's dashboard.", m.label(), m.ID.ValueString())
	}
	what := "a member of the team"
	if m.Status.ValueString() == statusInvited {
		what = "invited"
	}
	return fmt.Sprintf("%s is %s already (%s). To manage it here, import it:\n\n%s\n\n"+
		"Where another resource of the configuration had it before, use a moved block instead.",
		m.label(), what, m.ID.ValueString(), teamMemberKind.ImportBlock(merchantID, m.ID.ValueString()))
}

// checkAccess refuses a role above the provider's own, what the role doesn't
// allow, and what the provider's key can't grant. state is nil for someone new.
func (t *teamMembers) checkAccess(ctx context.Context, state, plan *teamMemberModel) diag.Diagnostics {
	var had []platform.Permission
	before := types.SetNull(types.StringType)
	if state != nil {
		had, before = t.held(ctx, state), state.Permissions
	}
	diags := t.checkRole(ctx, plan)
	diags.Append(checkNull(t.Billium, plan.PermissionSetID, teamMemberKind.Noun)...)
	at, role := path.Root("permissions"), platform.Role(plan.Role.ValueString())
	wanted, known := plan.own()
	switch {
	case diags.HasError() || plan.Role.IsUnknown():
		return diags
	case plan.PermissionSetID.ValueString() != "":
		var more diag.Diagnostics
		wanted, _, more = checkSet(ctx, t.Billium, plan.PermissionSetID, had) // nothing where that can't be told yet
		diags.Append(more...)
		diags.Append(checkCap(path.Root("permission_set_id"), role, wanted)...)
		return diags
	case !known:
		return diags
	case plan.Permissions.IsNull():
		at = path.Root("role")
	}
	diags.Append(checkCap(at, role, wanted)...)
	if !diags.HasError() {
		diags.Append(checkGrant(ctx, t.Billium, at, "team:invite", had, wanted)...)
	}
	diags.Append(adviseOn(path.Root("permissions"), before, plan.Permissions)...)
	return diags
}

// held returns what someone may do now, as far as that can be told.
func (t *teamMembers) held(ctx context.Context, m *teamMemberModel) []platform.Permission {
	if permissions, known := m.own(); known {
		return permissions
	}
	if set := m.PermissionSetID.ValueString(); set != "" && t.Ready() {
		if found, err := t.PermissionSet(ctx, set); err == nil {
			return m.within(fromAPI(found.Permissions))
		}
	}
	return nil
}

// willHold returns what someone may do once the plan is applied; known is false
// where that can't be told yet.
func (t *teamMembers) willHold(ctx context.Context, m *teamMemberModel) (permissions []platform.Permission, known bool, err error) {
	set := m.PermissionSetID
	if set.ValueString() == "" || m.Role.IsUnknown() {
		permissions, known = m.own()
		return permissions, known, nil
	}
	permissions, known, err = t.PermissionsAhead(ctx, set.ValueString())
	return m.within(permissions), known, err
}

// checkRole refuses a role above that of the user behind the provider's key.
func (t *teamMembers) checkRole(ctx context.Context, plan *teamMemberModel) (diags diag.Diagnostics) {
	if !t.Ready() || plan.Role.IsUnknown() {
		return nil
	}
	current, err := t.Current(ctx)
	if err != nil {
		diags.Append(diagnostics.AttributeError(path.Root("role"), "check", "the role of the provider's Billium API key", err))
		return diags
	}
	if platform.Role(plan.Role.ValueString()).Above(platform.Role(current.Role)) {
		diags.AddAttributeError(path.Root("role"), "The role is above the provider's own",
			fmt.Sprintf("A user can't give a role above their own. The user behind the provider's key (%s…) is %s. Give the provider the key of a user who is %s or above.",
				current.KeyPrefix, current.Role, plan.Role.ValueString()))
	}
	return diags
}

// PlanDelete refuses to remove the OWNER, and whom the provider can't do without.
func (t *teamMembers) PlanDelete(ctx context.Context, state *teamMemberModel) diag.Diagnostics {
	if state.Role.ValueString() == string(platform.Owner) {
		return ownerStays(state, "removed")
	}
	return t.guard(ctx, state, nil)
}

func ownerStays(state *teamMemberModel, action string) (diags diag.Diagnostics) {
	diags.AddError(teamMemberKind.Name(state.label())+" is the OWNER",
		fmt.Sprintf("The OWNER can't be %s: ownership is transferred in Billium's dashboard. "+
			"To stop managing this member, use a removed block with destroy = false.", action))
	return diags
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
	if lost := platform.Missing(left, fromAPI(current.EffectivePermissions)); len(lost) > 0 {
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
