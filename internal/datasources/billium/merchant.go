// Package billium has the data sources of Billium.
package billium

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework-timetypes/timetypes"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	billiumapi "github.com/keyward/terraform-provider-keyward/internal/contract/billium"
	"github.com/keyward/terraform-provider-keyward/internal/datasources/collection"
	"github.com/keyward/terraform-provider-keyward/internal/diagnostics"
	"github.com/keyward/terraform-provider-keyward/internal/providerdata"
)

var _ datasource.DataSourceWithConfigure = (*merchant)(nil)

// NewMerchant returns the data source keyward_billium_merchant.
func NewMerchant() datasource.DataSource {
	to := &providerdata.ToBillium{}
	return &merchant{collection.Single{Access: to}, to}
}

type merchant struct {
	collection.Single
	*providerdata.ToBillium
}

type merchantModel struct {
	ID        types.String      `tfsdk:"id"`
	Name      types.String      `tfsdk:"name"`
	CreatedAt timetypes.RFC3339 `tfsdk:"created_at"`
	APIKey    currentKeyModel   `tfsdk:"api_key"`
}

type currentKeyModel struct {
	ID                   types.String `tfsdk:"id"`
	Name                 types.String `tfsdk:"name"`
	Type                 types.String `tfsdk:"type"`
	KeyPrefix            types.String `tfsdk:"key_prefix"`
	Role                 types.String `tfsdk:"role"`
	EffectivePermissions types.Set    `tfsdk:"effective_permissions"`
}

func (d *merchant) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_billium_merchant"
}

func (d *merchant) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "The merchant that the provider is configured for, and what the provider's own key may do there.",
		Attributes: map[string]schema.Attribute{
			"id":         schema.StringAttribute{Computed: true, MarkdownDescription: "Id of the merchant (`mer_…`)."},
			"name":       schema.StringAttribute{Computed: true, MarkdownDescription: "Name of the merchant."},
			"created_at": collection.TimeAttribute("When it was created"),
			"api_key": schema.SingleNestedAttribute{
				Computed:            true,
				MarkdownDescription: "The key that the provider uses. A key can't be granted more than this one holds.",
				Attributes: map[string]schema.Attribute{
					"id":         schema.StringAttribute{Computed: true, MarkdownDescription: "Id of the key (`key_…`)."},
					"name":       schema.StringAttribute{Computed: true, MarkdownDescription: "Name of the key."},
					"type":       schema.StringAttribute{Computed: true, MarkdownDescription: "`SECRET` or `PUBLIC`."},
					"key_prefix": schema.StringAttribute{Computed: true, MarkdownDescription: "First 16 characters of its token."},
					"role":       schema.StringAttribute{Computed: true, MarkdownDescription: "Role of the user behind the key: `OWNER`, `ADMIN`, `MEMBER` or `VIEWER`."},
					"effective_permissions": schema.SetAttribute{
						Computed:            true,
						ElementType:         types.StringType,
						MarkdownDescription: "What the key may do now.",
					},
				},
			},
		},
	}
}

func (d *merchant) Read(ctx context.Context, _ datasource.ReadRequest, resp *datasource.ReadResponse) {
	if !d.Ready() {
		resp.Diagnostics.Append(d.Diagnostic("Billium", "The merchant"))
		return
	}
	found, err := d.Client.GetMerchant(ctx, d.MerchantID)
	if err != nil {
		resp.Diagnostics.Append(diagnostics.Error("read", "the Billium merchant "+d.MerchantID, err))
		return
	}
	key, err := d.Current(ctx)
	if err != nil {
		resp.Diagnostics.Append(diagnostics.Error("read", "the provider's own Billium API key", err))
		return
	}
	resp.Diagnostics.Append(resp.State.Set(ctx, merchantModelOf(found, key))...)
}

func merchantModelOf(m *billiumapi.Merchant, key *billiumapi.CurrentAPIKey) merchantModel {
	return merchantModel{
		ID: types.StringValue(m.ID), Name: types.StringValue(m.Name),
		CreatedAt: timetypes.NewRFC3339TimeValue(m.CreatedAt.UTC()),
		APIKey: currentKeyModel{
			ID: types.StringValue(key.ID), Name: types.StringValue(key.Name), Type: types.StringValue(string(key.Type)),
			KeyPrefix: types.StringValue(key.KeyPrefix), Role: types.StringValue(string(key.Role)),
			EffectivePermissions: providerdata.SetOf(key.EffectivePermissions),
		},
	}
}
