package billium

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework-timetypes/timetypes"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	billiumapi "github.com/keyward/terraform-provider-keyward/internal/contract/billium"
	"github.com/keyward/terraform-provider-keyward/internal/datasources/collection"
	platform "github.com/keyward/terraform-provider-keyward/internal/platform/billium"
)

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
	permissions := make([]platform.Permission, len(set.Permissions))
	for i, p := range set.Permissions {
		permissions[i] = platform.Permission(p)
	}
	return permissionSetModel{
		ID: types.StringValue(set.ID), Name: types.StringValue(set.Name), Description: types.StringPointerValue(set.Description),
		Permissions:         setOf(set.Permissions),
		MinimumRole:         types.StringValue(string(platform.MinimumRole(permissions))),
		PublicKeyCompatible: types.BoolValue(platform.PublicCompatible(permissions)),
		CreatedAt:           collection.Time(&set.CreatedAt), UpdatedAt: collection.Time(&set.UpdatedAt),
	}
}
