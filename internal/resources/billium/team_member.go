package billium

import (
	"context"
	"fmt"
	"regexp"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/list"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

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
	Email           types.String `tfsdk:"email"`
	Role            types.String `tfsdk:"role"`
	Permissions     types.Set    `tfsdk:"permissions"`
	PermissionSetID types.String `tfsdk:"permission_set_id"`
	Status          types.String `tfsdk:"status"`
	MemberID        types.String `tfsdk:"member_id"`
	InvitationID    types.String `tfsdk:"invitation_id"`
	PermissionsFrom types.String `tfsdk:"permissions_from"`
}

// maxEmail and the form of an address are the contract's.
const maxEmail = 254

var emailForm = regexp.MustCompile(`^[^@\s]+@[^@\s]+$`)

func (r *teamMember) Schema(_ context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "Somebody's place on the merchant's team, from the invitation on: creating it invites, and the same resource goes on as the member once the invitation is accepted, without a diff. " +
			"An invitation that expired is sent anew by the next apply. Destroying it cancels the invitation or removes the member.",
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
					stringvalidator.RegexMatches(emailForm, "must be an e-mail address: somebody@example.com"),
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
