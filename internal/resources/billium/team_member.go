package billium

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/list"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/oapi-codegen/nullable"

	billiumapi "github.com/keyward/terraform-provider-keyward/internal/contract/billium"
	platform "github.com/keyward/terraform-provider-keyward/internal/platform/billium"
	"github.com/keyward/terraform-provider-keyward/internal/platform/resourcekind"
	"github.com/keyward/terraform-provider-keyward/internal/platform/suggest"
	"github.com/keyward/terraform-provider-keyward/internal/providerdata"
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
	Email           types.String `tfsdk:"email"`
	Role            types.String `tfsdk:"role"`
	Permissions     types.Set    `tfsdk:"permissions"`
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
				Required:            true,
				MarkdownDescription: "E-mail address of the user. Upper and lower case make no difference. Another address is another member: the old one is removed and the new one invited.",
				Validators: []validator.String{
					stringvalidator.UTF8LengthBetween(3, maxEmail),
					stringvalidator.RegexMatches(emailForm, "must be an e-mail address, such as ana@example.com"),
				},
				PlanModifiers: []planmodifier.String{anotherAddressReplaces{}},
			},
			"role": schema.StringAttribute{
				Required: true,
				MarkdownDescription: "`ADMIN`, `MEMBER` or `VIEWER`; at most the role of the user behind the provider's key. Changed in place; while the invitation is open, it is cancelled and sent anew. " +
					"`OWNER` can't be given: ownership is transferred in Billium's dashboard.",
				Validators: []validator.String{validate.Word("role", assignable)},
			},
			"permissions": schema.SetAttribute{
				Optional:            true,
				ElementType:         types.StringType,
				MarkdownDescription: "What the member may do, within the role: " + wildcards + " Where neither it nor `permission_set_id` is set, all that the role allows.",
				Validators:          patternValidators(),
				PlanModifiers:       []planmodifier.Set{sameMeaningStays{}},
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

// anotherAddressReplaces keeps an address as the state has it while only upper
// and lower case differ, and plans another member for another address.
type anotherAddressReplaces struct{}

func (anotherAddressReplaces) Description(context.Context) string {
	return "Another address is another member; upper and lower case make no difference."
}

func (m anotherAddressReplaces) MarkdownDescription(ctx context.Context) string {
	return m.Description(ctx)
}

func (anotherAddressReplaces) PlanModifyString(_ context.Context, req planmodifier.StringRequest, resp *planmodifier.StringResponse) {
	switch {
	case req.State.Raw.IsNull() || req.Plan.Raw.IsNull() || req.StateValue.IsNull():
	case !req.PlanValue.IsUnknown() && sameAddress(req.PlanValue, req.StateValue):
		resp.PlanValue = req.StateValue
	default:
		resp.RequiresReplace = true
	}
}

func sameAddress(a, b types.String) bool { return strings.EqualFold(a.ValueString(), b.ValueString()) }

// What has become of an invitation. The contract knows EXPIRED of invitations;
// the other two are the resource's own words.
const (
	statusInvited = "INVITED"
	statusActive  = "ACTIVE"
	statusExpired = string(billiumapi.InvitationStatusExpired)
)

// place is where someone stands: on the team, invited to it, or neither.
type place struct {
	member     *billiumapi.TeamMember
	invitation *billiumapi.Invitation
}

// find looks for someone by the ids that the state has and by the address: an
// accepted invitation leaves no trace but the member of that address.
func find(team *providerdata.Team, m *teamMemberModel) place {
	ids := []string{m.ID.ValueString(), m.MemberID.ValueString(), m.InvitationID.ValueString()}
	is := func(id, address string) (byID, byAddress bool) {
		return slices.Contains(ids, id), m.Email.ValueString() != "" && sameAddress(m.Email, types.StringValue(address))
	}
	var found place
	for i := range team.Members {
		byID, byAddress := is(team.Members[i].ID, team.Members[i].Email)
		if byID || byAddress && found.member == nil {
			found.member = &team.Members[i]
		}
		if byID {
			break
		}
	}
	for i := range team.Invitations {
		byID, byAddress := is(team.Invitations[i].ID, team.Invitations[i].Email)
		if byID || byAddress && found.invitation == nil {
			found.invitation = &team.Invitations[i]
		}
		if byID {
			break
		}
	}
	return found
}

// adopt writes what Billium says of the member or, where there is none, of the
// invitation. It reports false where there is neither.
func (m *teamMemberModel) adopt(found place) bool {
	switch {
	case found.member != nil:
		m.adoptMember(*found.member)
	case found.invitation != nil:
		m.adoptInvitation(*found.invitation)
	default:
		return false
	}
	return true
}

func (m *teamMemberModel) adoptMember(member billiumapi.TeamMember) {
	m.ID, m.MemberID, m.InvitationID = types.StringValue(member.ID), types.StringValue(member.ID), types.StringNull()
	m.Status = types.StringValue(statusActive)
	permissions := fromAPI(member.Permissions)
	m.adoptRest(member.MerchantID, member.Email, platform.Role(member.Role), member.PermissionSetID, permissions)
}

func (m *teamMemberModel) adoptInvitation(invitation billiumapi.Invitation) {
	m.ID, m.MemberID, m.InvitationID = types.StringValue(invitation.ID), types.StringNull(), types.StringValue(invitation.ID)
	m.Status = types.StringValue(statusInvited)
	if invitation.Status == billiumapi.InvitationStatusExpired {
		m.Status = types.StringValue(statusExpired)
	}
	role := platform.Role(invitation.Role)
	permissions := role.Permissions()
	if invitation.Permissions != nil {
		permissions = fromAPI(*invitation.Permissions)
	}
	m.adoptRest(invitation.MerchantID, invitation.Email, role, invitation.PermissionSetID, permissions)
}

// adoptRest keeps the address and the permissions as they were declared while
// they mean the same. All that the role allows needs no declaration.
func (m *teamMemberModel) adoptRest(merchantID, email string, role platform.Role, setID *string, permissions []platform.Permission) {
	m.MerchantID = types.StringValue(merchantID)
	if address := types.StringValue(email); !sameAddress(m.Email, address) {
		m.Email = address
	}
	m.Role = types.StringValue(string(role))
	m.PermissionSetID = types.StringPointerValue(setID)
	switch declared, known := expand(m.Permissions); {
	case setID != nil:
		m.Permissions = types.SetNull(types.StringType)
	case known && slices.Equal(declared, permissions):
	case slices.Equal(permissions, role.Permissions()):
		m.Permissions = types.SetNull(types.StringType)
	default:
		m.Permissions = setOf(permissions)
	}
	m.PermissionsFrom = m.source()
}

// source says where the permissions come from.
func (m *teamMemberModel) source() types.String {
	return declaredSource(m.PermissionSetID, m.Permissions, types.StringValue(fromRole))
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
	return knownA && knownB && slices.Equal(a, b)
}

// invitation is the request that invites.
func (m *teamMemberModel) invitation() billiumapi.CreateInvitationRequest {
	request := billiumapi.CreateInvitationRequest{
		Email: m.Email.ValueString(), Role: billiumapi.AssignableRole(m.Role.ValueString()),
		PermissionSetID: m.PermissionSetID.ValueStringPointer(),
	}
	if permissions, known := expand(m.Permissions); known {
		request.Permissions = toAPI(permissions)
	}
	return request
}

// updateRequest says all of the member's access at once: a new role alone would
// give all that it allows.
func (m *teamMemberModel) updateRequest() billiumapi.UpdateTeamMemberRequest {
	request := billiumapi.UpdateTeamMemberRequest{Role: new(billiumapi.AssignableRole(m.Role.ValueString()))}
	permissions, known := expand(m.Permissions)
	switch {
	case m.PermissionSetID.ValueString() != "":
		request.PermissionSetID = m.PermissionSetID.ValueStringPointer()
	case known:
		request.Permissions = nullable.NewNullableWithValue(*toAPI(permissions))
	default:
		request.Permissions = nullable.NewNullNullable[[]billiumapi.Permission]()
	}
	return request
}
