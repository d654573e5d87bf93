package corebill

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/keyward/terraform-provider-keyward/internal/client/corebill"
	corebillapi "github.com/keyward/terraform-provider-keyward/internal/contract/corebill"
	"github.com/keyward/terraform-provider-keyward/internal/datasources/collection"
	platform "github.com/keyward/terraform-provider-keyward/internal/platform/corebill"
	"github.com/keyward/terraform-provider-keyward/internal/validate"
)

// NewAPIKeys returns the data source keyward_corebill_api_keys.
func NewAPIKeys() datasource.DataSource {
	return collection.New(collection.Kind{Type: "corebill_api_keys", Platform: "Corebill", Objects: "API keys"}, apiKeysSchema(), &apiKeys{})
}

type apiKeys struct{ access }

type apiKeysModel struct {
	collection.KeyFilter
	CompanyID       types.String  `tfsdk:"company_id"`
	PermissionLevel types.String  `tfsdk:"permission_level"`
	APIKeys         []apiKeyModel `tfsdk:"api_keys"`
}

type apiKeyModel struct {
	collection.Key
	CompanyID       types.String `tfsdk:"company_id"`
	Organization    types.Bool   `tfsdk:"organization"`
	PermissionLevel types.String `tfsdk:"permission_level"`
}

func apiKeysSchema() schema.Schema {
	return schema.Schema{
		MarkdownDescription: "Lists a company's API keys; for a provider with an organization key the organization's own too. " +
			"Every filter that is set must let a key through.",
		Attributes: collection.KeyFilterAttributes(platform.KeyPrefixLength, map[string]schema.Attribute{
			"company_id": companyIDAttribute(),
			"permission_level": schema.StringAttribute{
				Optional:            true,
				MarkdownDescription: "Only keys of exactly this level: `read`, `write` or `admin`.",
				Validators: []validator.String{validate.Word("permission level", func(name string) error {
					_, err := platform.ParseLevel(name)
					return err
				})},
			},
			"api_keys": collection.KeyAttributes(map[string]schema.Attribute{
				"company_id":       schema.StringAttribute{Computed: true, MarkdownDescription: "Company that the key belongs to; null for an organization key."},
				"organization":     schema.BoolAttribute{Computed: true, MarkdownDescription: "Whether it is an organization key, which reaches every company."},
				"permission_level": schema.StringAttribute{Computed: true, MarkdownDescription: "What the key may do: `read`, `write` or `admin`."},
			}),
		}),
	}
}

// Read lists the keys.
func (d *apiKeys) Read(ctx context.Context, m *apiKeysModel) error {
	matches, err := m.Matcher()
	if err != nil {
		return err
	}
	if m.CompanyID, err = d.company(m.CompanyID); err != nil {
		return err
	}
	m.APIKeys = []apiKeyModel{}
	filter := corebill.KeyFilter{IncludeRevoked: m.IncludeRevoked.ValueBool()}
	for key, err := range d.Client.APIKeys(ctx, m.CompanyID.ValueString(), filter) {
		if err != nil {
			return err
		}
		level := m.PermissionLevel.ValueString()
		if (level == "" || level == string(key.PermissionLevel)) && matches(factsOf(key)) {
			m.APIKeys = append(m.APIKeys, apiKeyModelOf(key))
		}
	}
	return nil
}

func factsOf(key corebillapi.APIKey) collection.KeyFacts {
	return collection.KeyFacts{Name: key.Name, KeyPrefix: key.KeyPrefix, CreatedAt: key.CreatedAt, LastUsedAt: key.LastUsedAt}
}

func apiKeyModelOf(key corebillapi.APIKey) apiKeyModel {
	return apiKeyModel{
		Key: collection.Key{
			ID: types.StringValue(key.ID), Name: types.StringValue(key.Name), KeyPrefix: types.StringValue(key.KeyPrefix),
			Enabled: types.BoolValue(!key.Disabled), CreatedBy: types.StringValue(key.CreatedBy),
			CreatedAt: collection.Time(&key.CreatedAt), LastUsedAt: collection.Time(key.LastUsedAt), RevokedAt: collection.Time(key.RevokedAt),
		},
		CompanyID:       types.StringPointerValue(key.CompanyID),
		Organization:    types.BoolValue(key.CompanyID == nil),
		PermissionLevel: types.StringValue(string(key.PermissionLevel)),
	}
}
