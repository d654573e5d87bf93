package billium

import (
	"context"
	"fmt"
	"regexp"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/list"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	billiumapi "github.com/keyward/terraform-provider-keyward/internal/contract/billium"
	"github.com/keyward/terraform-provider-keyward/internal/diagnostics"
	platform "github.com/keyward/terraform-provider-keyward/internal/platform/billium"
	"github.com/keyward/terraform-provider-keyward/internal/platform/resourcekind"
	"github.com/keyward/terraform-provider-keyward/internal/platform/suggest"
	"github.com/keyward/terraform-provider-keyward/internal/resources/object"
	"github.com/keyward/terraform-provider-keyward/internal/validate"
)

var (
	_ resource.ResourceWithConfigure   = (*teamMember)(nil)
	_ resource.ResourceWithIdentity    = (*teamMember)(nil)
	_ resource.ResourceWithImportState = (*teamMember)(nil)
	_ resource.ResourceWithModifyPlan  = (*teamMember)(nil)
)

// teamMemberKind: the id is the invitation's until it is accepted, and the
// member's from then on.
var teamMemberKind = object.Kind{Kind: resourcekind.BilliumTeamMember, Replaced: true}

// NewTeamMember returns the resource keyward_billium_team_member.
func NewTeamMember() resource.Resource {
	return &teamMember{object.New[teamMemberModel](teamMemberKind, &teamMembers{})}
}

type teamMember struct {
	object.Resource[teamMemberModel]
}

// NewTeamMemberList returns the list resource keyward_billium_team_member.
func NewTeamMemberList() list.ListResource {
	return object.NewLister[teamMemberModel](teamMemberKind, &teamMembers{}, false)
}

type teamMemberModel struct {
	ID              types.String `tfsdk:"id"`
	MerchantID      types.String `tfsdk:"merchant_id"`
	Email           email        `tfsdk:"email"`
	Role            types.String `tfsdk:"role"`
	Permissions     patternSet   `tfsdk:"permissions"`
	PermissionSetID types.String `tfsdk:"permission_set_id"`
	Status          types.String `tfsdk:"status"`
	MemberID        types.String `tfsdk:"member_id"`
	InvitationID    types.String `tfsdk:"invitation_id"`
	PermissionsFrom types.String `tfsdk:"permissions_from"`
}

// maxEmail and what an address looks like are the contract's.
const maxEmail = 254

var emailForm = regexp.MustCompile(`^[^@\s]+@[^@\s]+$`)

func (r *teamMember) Schema(_ context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "A member of the merchant's team. Creating it sends an invitation; once that is accepted, the same resource manages the member, without a diff. " +
			"If the invitation expires, the next apply sends a new one. Destroying it cancels the invitation or removes the member.",
		Attributes: map[string]schema.Attribute{
			"id": schema.StringAttribute{
				Computed:            true,
				MarkdownDescription: "`member_id` or, as long as there is none, `invitation_id`.",
			},
			"merchant_id": merchantIDAttribute("team"),
			"email": schema.StringAttribute{
				CustomType:          emailType{},
				Required:            true,
				MarkdownDescription: "E-mail address of the user. Upper and lower case make no difference. Another address is another member: the old one is removed and the new one invited.",
				Validators: []validator.String{
					stringvalidator.UTF8LengthBetween(3, maxEmail),
					stringvalidator.RegexMatches(emailForm, "must be an e-mail address, such as ana@example.com"),
				},
				PlanModifiers: []planmodifier.String{keepsState{}, stringplanmodifier.RequiresReplace()},
			},
			"role": schema.StringAttribute{
				Required: true,
				MarkdownDescription: "`ADMIN`, `MEMBER` or `VIEWER`; at most the role of the user behind the provider's key. Changed in place; while the invitation is open, it is cancelled and sent anew. " +
					"`OWNER` can't be given: ownership is transferred in Billium's dashboard.",
				Validators: []validator.String{validate.Word("role", assignable)},
			},
			"permissions": schema.SetAttribute{
				CustomType:          ofPatterns,
				Optional:            true,
				MarkdownDescription: "What the member may do, within the role: " + wildcards + " Where neither it nor `permission_set_id` is set, all that the role allows.",
				Validators:          patternValidators(),
				PlanModifiers:       []planmodifier.Set{keepsState{}},
			},
			"permission_set_id": schema.StringAttribute{
				Optional:            true,
				MarkdownDescription: "Permission set that the member takes the permissions from, as far as the role allows them, instead of `permissions`.",
				Validators:          setIDValidators(),
			},
			"permissions_from": sourceAttribute("`role` for all that the role allows."),
			"status": schema.StringAttribute{
				Computed:            true,
				MarkdownDescription: "`INVITED` or `ACTIVE`; `EXPIRED` for an invitation that ran out and that the next apply sends anew.",
			},
			"member_id": schema.StringAttribute{
				Computed:            true,
				MarkdownDescription: "Id of the member (`tm_…`); null until the invitation is accepted.",
			},
			"invitation_id": schema.StringAttribute{
				Computed:            true,
				MarkdownDescription: "Id of the invitation (`invite_…`); null once it is accepted.",
			},
		},
	}
}

// assignable refuses what is no role, and the one role that can't be given.
func assignable(name string) error {
	given := []string{string(platform.Administrator), string(platform.Member), string(platform.Viewer)}
	switch _, err := platform.ParseRole(name); {
	case name == string(platform.Owner):
		return fmt.Errorf("OWNER can't be given: a team has exactly one owner, and ownership is transferred in Billium's dashboard. Use one of %s", strings.Join(given, ", "))
	case err != nil:
		return fmt.Errorf("%q is not a role that can be given: it must be one of %s.%s", name, strings.Join(given, ", "), suggest.DidYouMean(name, given))
	default:
		return nil
	}
}

// What has become of an invitation. The contract knows EXPIRED of invitations;
// the other two are the resource's own words.
const (
	statusInvited = "INVITED"
	statusActive  = "ACTIVE"
	statusExpired = string(billiumapi.InvitationStatusExpired)
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
	case !state.Email.same(plan.Email):
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
	if t.Run().Create(teamMemberKind.Type, platform.EmailKey(plan.Email.ValueString()), "") {
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
	before := noPatterns
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

// own returns the permissions of a member who uses no set; known is false where
// that can't be told.
func (m *teamMemberModel) own() (permissions []platform.Permission, known bool) {
	switch {
	case m.PermissionSetID.IsUnknown() || m.PermissionSetID.ValueString() != "" || m.Role.IsUnknown():
		return nil, false
	case m.Permissions.IsNull():
		return platform.Role(m.Role.ValueString()).Permissions(), true
	default:
		return expand(m.Permissions)
	}
}

// within returns those of the permissions that the role allows.
func (m *teamMemberModel) within(permissions []platform.Permission) []platform.Permission {
	return platform.Intersect(permissions, platform.Role(m.Role.ValueString()).Permissions())
}

// same reports whether two models give the same access, however it is written.
func (m *teamMemberModel) same(other *teamMemberModel) bool {
	if !m.Role.Equal(other.Role) || !m.PermissionSetID.Equal(other.PermissionSetID) {
		return false
	}
	if m.PermissionSetID.ValueString() != "" {
		return true
	}
	a, knownA := m.own()
	b, knownB := other.own()
	return knownA && knownB && platform.Equal(a, b)
}

// held returns what someone may do now, as far as that can be told.
func (t *teamMembers) held(ctx context.Context, m *teamMemberModel) []platform.Permission {
	if permissions, known := m.own(); known {
		return permissions
	}
	if set := m.PermissionSetID.ValueString(); set != "" && t.Ready() {
		if found, err := t.PermissionSet(ctx, set); err == nil {
			return m.within(platform.Of(found.Permissions))
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
