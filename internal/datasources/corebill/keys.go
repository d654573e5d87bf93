package corebill

import (
	"context"
	"errors"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/keyward/terraform-provider-keyward/internal/client/corebill"
	corebillapi "github.com/keyward/terraform-provider-keyward/internal/contract/corebill"
	"github.com/keyward/terraform-provider-keyward/internal/datasources/collection"
	platform "github.com/keyward/terraform-provider-keyward/internal/platform/corebill"
	"github.com/keyward/terraform-provider-keyward/internal/providerdata"
	"github.com/keyward/terraform-provider-keyward/internal/validate"
)

// access is the access to Corebill that every list has.
type access struct{ providerdata.ToCorebill }

// company returns the company that a list is about: the one that its
// configuration names, or else the provider's.
func (a *access) company(named types.String) (types.String, error) {
	switch {
	case named.ValueString() != "":
		return named, nil
	case a.CompanyUnknown:
		return named, errors.New("corebill.company_id in the provider block is not known yet: set company_id here, or apply first what it depends on")
	case a.CompanyID == "":
		return named, errors.New("a list belongs to one company: set company_id here, corebill.company_id in the provider block or COREBILL_COMPANY_ID in the environment")
	default:
		return types.StringValue(a.CompanyID), nil
	}
}

func companyIDAttribute() schema.StringAttribute {
	return schema.StringAttribute{
		Optional:            true,
		Computed:            true,
		Validators:          []validator.String{validate.ID("company_id")},
		MarkdownDescription: "Company to list for (`com_…`); the provider's `company_id` where it is not set.",
	}
}

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
				Validators:          []validator.String{validate.Word("permission level", validate.Parsed(platform.ParseLevel))},
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

// NewAPILogs returns the data source keyward_corebill_api_logs.
func NewAPILogs() datasource.DataSource {
	return collection.New(collection.Kind{Type: "corebill_api_logs", Platform: "Corebill", Objects: "API logs"}, schema.Schema{
		MarkdownDescription: "Lists the requests that were made for a company: by which key, when, and how they were answered.",
		Attributes:          collection.LogAttributes(map[string]schema.Attribute{"company_id": companyIDAttribute()}),
	}, &apiLogs{})
}

type apiLogs struct{ access }

type apiLogsModel struct {
	collection.LogFilter
	CompanyID types.String     `tfsdk:"company_id"`
	Logs      []collection.Log `tfsdk:"logs"`
}

// Read lists the newest requests.
func (d *apiLogs) Read(ctx context.Context, m *apiLogsModel) (err error) {
	if m.CompanyID, err = d.company(m.CompanyID); err != nil {
		return err
	}
	m.Logs, err = collection.Take(m.Rows(), d.Client.APILogs(ctx, m.CompanyID.ValueString(), m.filter()), logOf)
	return err
}

func (m *apiLogsModel) filter() corebill.LogFilter {
	return corebill.LogFilter{
		APIKeyID: m.APIKeyID.ValueString(), Status: int(m.Status.ValueInt64()), PageSize: m.PageSize(),
		CreatedAfter: collection.TimeOf(m.Since), CreatedBefore: collection.TimeOf(m.Until),
	}
}

func logOf(row corebillapi.APILog) collection.Log {
	return collection.Log{
		ID: types.StringValue(row.ID), APIKeyID: types.StringPointerValue(row.APIKeyID),
		Method: types.StringValue(row.Method), Path: types.StringValue(row.Path), Status: types.Int64Value(int64(row.Status)),
		DurationMs: types.Int64Value(row.DurationMs), IP: types.StringValue(row.IP), UserAgent: types.StringValue(row.UserAgent),
		CreatedAt: collection.Time(&row.CreatedAt),
	}
}
