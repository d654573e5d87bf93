package billium

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework-timetypes/timetypes"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	billiumapi "github.com/keyward/terraform-provider-keyward/internal/contract/billium"
	"github.com/keyward/terraform-provider-keyward/internal/datasources/collection"
	platform "github.com/keyward/terraform-provider-keyward/internal/platform/billium"
	"github.com/keyward/terraform-provider-keyward/internal/platform/suggest"
	"github.com/keyward/terraform-provider-keyward/internal/providerdata"
	"github.com/keyward/terraform-provider-keyward/internal/validate"
)

// The states of a member.
const (
	statusActive  = "ACTIVE"
	statusInvited = "INVITED"
	statusExpired = "EXPIRED"
)

// NewTeamMembers returns the data source keyward_billium_team_members.
func NewTeamMembers() datasource.DataSource {
	return collection.New(collection.Kind{Type: "billium_team_members", Platform: "Billium", Objects: "team members"},
		teamMembersSchema(), &teamMembers{})
}

type teamMembers struct{ access }

type teamMembersModel struct {
	MerchantID  types.String      `tfsdk:"merchant_id"`
	Role        types.String      `tfsdk:"role"`
	Status      types.String      `tfsdk:"status"`
	TeamMembers []teamMemberModel `tfsdk:"team_members"`
}

type teamMemberModel struct {
	ID              types.String      `tfsdk:"id"`
	Email           types.String      `tfsdk:"email"`
	Role            types.String      `tfsdk:"role"`
	Status          types.String      `tfsdk:"status"`
	Permissions     types.Set         `tfsdk:"permissions"`
	PermissionSetID types.String      `tfsdk:"permission_set_id"`
	JoinedAt        timetypes.RFC3339 `tfsdk:"joined_at"`
	InvitedAt       timetypes.RFC3339 `tfsdk:"invited_at"`
	ExpiresAt       timetypes.RFC3339 `tfsdk:"expires_at"`
}

func teamMembersSchema() schema.Schema {
	return schema.Schema{
		MarkdownDescription: "Lists the merchant's team: its members, and those who are invited.",
		Attributes: map[string]schema.Attribute{
			"merchant_id": merchantIDAttribute(),
			"role": schema.StringAttribute{
				Optional:            true,
				MarkdownDescription: "Only those with this role: `OWNER`, `ADMIN`, `MEMBER` or `VIEWER`.",
				Validators:          []validator.String{validate.Word("role", validate.Parsed(platform.ParseRole))},
			},
			"status": schema.StringAttribute{
				Optional: true,
				MarkdownDescription: "Only those who are members (`ACTIVE`), whose invitation is open (`INVITED`), or whose invitation was not " +
					"accepted in time (`EXPIRED`).",
				Validators: []validator.String{validate.Word("status", checkStatus)},
			},
			"team_members": schema.ListNestedAttribute{
				Computed:            true,
				MarkdownDescription: "The members, then the invitations; of each the newest first.",
				NestedObject:        schema.NestedAttributeObject{Attributes: teamMemberAttributes()},
			},
		},
	}
}

func teamMemberAttributes() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"id":     schema.StringAttribute{Computed: true, MarkdownDescription: "Id of the member (`tm_…`) or of the invitation (`invite_…`)."},
		"email":  schema.StringAttribute{Computed: true, MarkdownDescription: "E-mail address."},
		"role":   schema.StringAttribute{Computed: true, MarkdownDescription: "`OWNER`, `ADMIN`, `MEMBER` or `VIEWER`."},
		"status": schema.StringAttribute{Computed: true, MarkdownDescription: "`ACTIVE`, `INVITED` or `EXPIRED`."},
		"permissions": schema.SetAttribute{
			Computed: true, ElementType: types.StringType,
			MarkdownDescription: "What the member may do; of an invitation null where it is all that the role allows.",
		},
		"permission_set_id": schema.StringAttribute{Computed: true, MarkdownDescription: "Permission set that it comes from; null where there is none."},
		"joined_at":         collection.TimeAttribute("When the member joined, null for an invitation"),
		"invited_at":        collection.TimeAttribute("When the invitation was made, null for a member"),
		"expires_at":        collection.TimeAttribute("When the invitation ends, null for a member"),
	}
}

// Read lists the team. Invitations are asked for first, so that anyone who accepts
// one meanwhile is not missing.
func (d *teamMembers) Read(ctx context.Context, m *teamMembersModel) error {
	team, err := d.FreshTeam(ctx)
	if err != nil {
		return err
	}
	m.MerchantID, m.TeamMembers = d.merchantID(), []teamMemberModel{}
	for _, member := range team.Members {
		m.add(memberModelOf(member))
	}
	for _, invitation := range team.Invitations {
		m.add(invitationModelOf(invitation))
	}
	return nil
}

// add lists one whom the filters let through.
func (m *teamMembersModel) add(one teamMemberModel) {
	if (m.Role.IsNull() || m.Role.Equal(one.Role)) && (m.Status.IsNull() || m.Status.Equal(one.Status)) {
		m.TeamMembers = append(m.TeamMembers, one)
	}
}

func memberModelOf(member billiumapi.TeamMember) teamMemberModel {
	return teamMemberModel{
		ID: types.StringValue(member.ID), Email: types.StringValue(member.Email), Role: types.StringValue(string(member.Role)),
		Status: types.StringValue(statusActive), Permissions: providerdata.SetOf(member.Permissions),
		PermissionSetID: types.StringPointerValue(member.PermissionSetID), JoinedAt: collection.Time(&member.JoinedAt),
		InvitedAt: collection.Time(nil), ExpiresAt: collection.Time(nil),
	}
}

func invitationModelOf(invitation billiumapi.Invitation) teamMemberModel {
	one := teamMemberModel{
		ID: types.StringValue(invitation.ID), Email: types.StringValue(invitation.Email), Role: types.StringValue(string(invitation.Role)),
		Status: types.StringValue(statusInvited), Permissions: types.SetNull(types.StringType),
		PermissionSetID: types.StringPointerValue(invitation.PermissionSetID), JoinedAt: collection.Time(nil),
		InvitedAt: collection.Time(&invitation.CreatedAt), ExpiresAt: collection.Time(&invitation.ExpiresAt),
	}
	if invitation.Status == billiumapi.InvitationStatusExpired {
		one.Status = types.StringValue(statusExpired)
	}
	if invitation.Permissions != nil {
		one.Permissions = providerdata.SetOf(*invitation.Permissions)
	}
	return one
}

// checkStatus accepts the ways to stand with the team. The error names them.
func checkStatus(name string) error {
	statuses := []string{statusActive, statusInvited, statusExpired}
	if slices.Contains(statuses, name) {
		return nil
	}
	return fmt.Errorf("%q is not the status of a team member: it must be one of %s.%s",
		name, strings.Join(statuses, ", "), suggest.DidYouMean(name, statuses))
}
