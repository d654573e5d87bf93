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

var _ datasource.DataSource = (*permissions)(nil)

// NewPermissions returns the data source keyward_billium_permissions. It makes
// no request: the permissions are the platform's own words.
func NewPermissions() datasource.DataSource { return &permissions{} }

type permissions struct{}

type permissionsModel struct {
	Domain      types.String      `tfsdk:"domain"`
	Role        types.String      `tfsdk:"role"`
	Permissions []permissionModel `tfsdk:"permissions"`
}

type permissionModel struct {
	Name   string   `tfsdk:"name"`
	Domain string   `tfsdk:"domain"`
	Action string   `tfsdk:"action"`
	Roles  []string `tfsdk:"roles"`
}

func (d *permissions) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_billium_permissions"
}

func (d *permissions) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "Lists the permissions that Billium has, and the roles that may hold each. It makes no request and needs no credentials.",
		Attributes: map[string]schema.Attribute{
			"domain": schema.StringAttribute{
				Optional:            true,
				MarkdownDescription: "Lists the permissions of this domain only: `invoice`.",
				Validators:          []validator.String{validate.Word("domain", checkDomain)},
			},
			"role": schema.StringAttribute{
				Optional:            true,
				MarkdownDescription: "Lists the permissions that this role may hold only: `OWNER`, `ADMIN`, `MEMBER` or `VIEWER`.",
				Validators:          []validator.String{validate.Word("role", validate.Parsed(platform.ParseRole))},
			},
			"permissions": schema.ListNestedAttribute{
				Computed:            true,
				MarkdownDescription: "The permissions, in the order of Billium's table.",
				NestedObject: schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
					"name":   schema.StringAttribute{Computed: true, MarkdownDescription: "The permission: `invoice:create`."},
					"domain": schema.StringAttribute{Computed: true, MarkdownDescription: "What it is about: `invoice`."},
					"action": schema.StringAttribute{Computed: true, MarkdownDescription: "What it allows there: `create`."},
					"roles": schema.ListAttribute{
						Computed:            true,
						ElementType:         types.StringType,
						MarkdownDescription: "Roles that may hold it, from the highest to the lowest.",
					},
				}},
			},
		},
	}
}

func (d *permissions) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	var config permissionsModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	if resp.Diagnostics.HasError() {
		return
	}
	config.Permissions = config.list()
	resp.Diagnostics.Append(resp.State.Set(ctx, config)...)
}

// list returns the permissions that pass the filters.
func (m permissionsModel) list() []permissionModel {
	out := []permissionModel{}
	for _, p := range platform.Permissions() {
		roles := rolesWith(p)
		if !m.Domain.IsNull() && m.Domain.ValueString() != p.Domain() {
			continue
		}
		if !m.Role.IsNull() && !slices.Contains(roles, m.Role.ValueString()) {
			continue
		}
		out = append(out, permissionModel{Name: string(p), Domain: p.Domain(), Action: p.Action(), Roles: roles})
	}
	return out
}

// rolesWith returns the roles that may hold a permission, from the highest to
// the lowest.
func rolesWith(p platform.Permission) []string {
	var names []string
	for _, role := range platform.Roles() {
		if slices.Contains(role.Permissions(), p) {
			names = append(names, string(role))
		}
	}
	return names
}

// checkDomain accepts the platform's domains. The error names them.
func checkDomain(name string) error {
	var names []string
	for _, domain := range platform.Domains() {
		names = append(names, domain.Name)
	}
	if slices.Contains(names, name) {
		return nil
	}
	return fmt.Errorf("%q is not a domain of Billium permissions: it must be one of %s.%s",
		name, strings.Join(names, ", "), suggest.DidYouMean(name, names))
}

// NewPermissionSets returns the data source keyward_billium_permission_sets.
func NewPermissionSets() datasource.DataSource {
	return collection.New(collection.Kind{Type: "billium_permission_sets", Platform: "Billium", Objects: "permission sets"},
		permissionSetsSchema(), &permissionSets{})
}

type permissionSets struct{ access }

type permissionSetsModel struct {
	MerchantID     types.String         `tfsdk:"merchant_id"`
	Permission     types.String         `tfsdk:"permission"`
	PermissionSets []permissionSetModel `tfsdk:"permission_sets"`
}

type permissionSetModel struct {
	ID                  types.String      `tfsdk:"id"`
	Name                types.String      `tfsdk:"name"`
	Description         types.String      `tfsdk:"description"`
	Permissions         types.Set         `tfsdk:"permissions"`
	MinimumRole         types.String      `tfsdk:"minimum_role"`
	PublicKeyCompatible types.Bool        `tfsdk:"public_key_compatible"`
	CreatedAt           timetypes.RFC3339 `tfsdk:"created_at"`
	UpdatedAt           timetypes.RFC3339 `tfsdk:"updated_at"`
}

func permissionSetsSchema() schema.Schema {
	return schema.Schema{
		MarkdownDescription: "Lists the merchant's permission sets.",
		Attributes: map[string]schema.Attribute{
			"merchant_id": merchantIDAttribute(),
			"permission":  permissionFilter("sets with"),
			"permission_sets": schema.ListNestedAttribute{
				Computed:            true,
				MarkdownDescription: "The permission sets, newest first.",
				NestedObject: schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
					"id":          schema.StringAttribute{Computed: true, MarkdownDescription: "Id of the set (`pset_…`)."},
					"name":        schema.StringAttribute{Computed: true, MarkdownDescription: "Name of the set."},
					"description": schema.StringAttribute{Computed: true, MarkdownDescription: "What it is for; null where it is not set."},
					"permissions": schema.SetAttribute{Computed: true, ElementType: types.StringType, MarkdownDescription: "What it allows."},
					"minimum_role": schema.StringAttribute{
						Computed: true, MarkdownDescription: "Lowest role that may hold all of it: `OWNER`, `ADMIN`, `MEMBER` or `VIEWER`.",
					},
					"public_key_compatible": schema.BoolAttribute{Computed: true, MarkdownDescription: "Whether a public key can use it."},
					"created_at":            collection.TimeAttribute("When it was created"),
					"updated_at":            collection.TimeAttribute("When it was last changed"),
				}},
			},
		},
	}
}

// Read lists the sets.
func (d *permissionSets) Read(ctx context.Context, m *permissionSetsModel) error {
	holds, err := holder(m.Permission)
	if err != nil {
		return err
	}
	m.MerchantID, m.PermissionSets = d.merchantID(), []permissionSetModel{}
	for set, err := range d.Client.PermissionSets(ctx, d.MerchantID) {
		if err != nil {
			return err
		}
		if holds(set.Permissions) {
			m.PermissionSets = append(m.PermissionSets, permissionSetModelOf(set))
		}
	}
	return nil
}

func permissionSetModelOf(set billiumapi.PermissionSet) permissionSetModel {
	permissions := platform.Of(set.Permissions)
	return permissionSetModel{
		ID: types.StringValue(set.ID), Name: types.StringValue(set.Name), Description: types.StringPointerValue(set.Description),
		Permissions:         providerdata.SetOf(set.Permissions),
		MinimumRole:         types.StringValue(string(platform.MinimumRole(permissions))),
		PublicKeyCompatible: types.BoolValue(platform.PublicCompatible(permissions)),
		CreatedAt:           collection.Time(&set.CreatedAt), UpdatedAt: collection.Time(&set.UpdatedAt),
	}
}
