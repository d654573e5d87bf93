package billium

import (
	"context"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/keyward/terraform-provider-keyward/internal/client/billium"
	billiumapi "github.com/keyward/terraform-provider-keyward/internal/contract/billium"
	"github.com/keyward/terraform-provider-keyward/internal/datasources/collection"
	platform "github.com/keyward/terraform-provider-keyward/internal/platform/billium"
	"github.com/keyward/terraform-provider-keyward/internal/providerdata"
	"github.com/keyward/terraform-provider-keyward/internal/validate"
)

// access is the access to Billium that every list has.
type access struct{ providerdata.ToBillium }

func (a *access) merchantID() types.String { return types.StringValue(a.MerchantID) }

func merchantIDAttribute() schema.StringAttribute {
	return schema.StringAttribute{Computed: true, MarkdownDescription: "Merchant that the list is of: the provider's (`mer_…`)."}
}

// permissionFilter is the attribute that picks those who hold a permission.
func permissionFilter(who string) schema.StringAttribute {
	return schema.StringAttribute{
		Optional:            true,
		MarkdownDescription: "Only " + who + " this permission (`invoice:create`) or, for a wildcard (`team:*`), at least one of those that it means.",
		Validators:          []validator.String{validate.Word("permission", validate.Parsed(platform.Expand))},
	}
}

// holder returns whether permissions have one that the filter asks for. A filter
// that is not set asks for nothing.
func holder(filter types.String) (func([]billiumapi.Permission) bool, error) {
	if filter.IsNull() {
		return func([]billiumapi.Permission) bool { return true }, nil
	}
	wanted, err := platform.Expand(filter.ValueString())
	return func(held []billiumapi.Permission) bool {
		return slices.ContainsFunc(held, func(p billiumapi.Permission) bool {
			return slices.Contains(wanted, platform.Permission(p))
		})
	}, err
}

// NewAPIKeys returns the data source keyward_billium_api_keys.
func NewAPIKeys() datasource.DataSource {
	return collection.New(collection.Kind{Type: "billium_api_keys", Platform: "Billium", Objects: "API keys"}, apiKeysSchema(), &apiKeys{})
}

type apiKeys struct{ access }

type apiKeysModel struct {
	collection.KeyFilter
	MerchantID types.String  `tfsdk:"merchant_id"`
	Type       types.String  `tfsdk:"type"`
	Permission types.String  `tfsdk:"permission"`
	APIKeys    []apiKeyModel `tfsdk:"api_keys"`
}

type apiKeyModel struct {
	collection.Key
	Type            types.String `tfsdk:"type"`
	Permissions     types.Set    `tfsdk:"permissions"`
	PermissionSetID types.String `tfsdk:"permission_set_id"`
}

func apiKeysSchema() schema.Schema {
	return schema.Schema{
		MarkdownDescription: "Lists the merchant's API keys. Every filter that is set must let a key through.",
		Attributes: collection.KeyFilterAttributes(platform.KeyPrefixLength, map[string]schema.Attribute{
			"merchant_id": merchantIDAttribute(),
			"type": schema.StringAttribute{
				Optional:            true,
				MarkdownDescription: "Only keys of this type: `SECRET` or `PUBLIC`.",
				Validators:          []validator.String{validate.Word("key type", validate.Parsed(platform.ParseKeyType))},
			},
			"permission": permissionFilter("keys with"),
			"api_keys": collection.KeyAttributes(map[string]schema.Attribute{
				"type": schema.StringAttribute{Computed: true, MarkdownDescription: "`SECRET` or `PUBLIC`."},
				"permissions": schema.SetAttribute{
					Computed: true, ElementType: types.StringType,
					MarkdownDescription: "What the key was given. What it may do is never more than the role of the user behind it allows.",
				},
				"permission_set_id": schema.StringAttribute{Computed: true, MarkdownDescription: "Permission set that it takes them from; null where there is none."},
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
	holds, err := holder(m.Permission)
	if err != nil {
		return err
	}
	m.MerchantID, m.APIKeys = d.merchantID(), []apiKeyModel{}
	filter := billium.KeyFilter{IncludeRevoked: m.IncludeRevoked.ValueBool()}
	for key, err := range d.Client.APIKeys(ctx, d.MerchantID, filter) {
		if err != nil {
			return err
		}
		form := m.Type.ValueString()
		if (form == "" || form == string(key.Type)) && holds(key.Permissions) && matches(factsOf(key)) {
			m.APIKeys = append(m.APIKeys, apiKeyModelOf(key))
		}
	}
	return nil
}

func factsOf(key billiumapi.APIKey) collection.KeyFacts {
	return collection.KeyFacts{Name: key.Name, KeyPrefix: key.KeyPrefix, CreatedAt: key.CreatedAt, LastUsedAt: key.LastUsedAt}
}

func apiKeyModelOf(key billiumapi.APIKey) apiKeyModel {
	return apiKeyModel{
		Key: collection.Key{
			ID: types.StringValue(key.ID), Name: types.StringValue(key.Name), KeyPrefix: types.StringValue(key.KeyPrefix),
			Enabled: types.BoolValue(key.IsActive), CreatedBy: types.StringValue(key.CreatedBy),
			CreatedAt: collection.Time(&key.CreatedAt), LastUsedAt: collection.Time(key.LastUsedAt), RevokedAt: collection.Time(key.RevokedAt),
		},
		Type:            types.StringValue(string(key.Type)),
		Permissions:     providerdata.SetOf(key.Permissions),
		PermissionSetID: types.StringPointerValue(key.PermissionSetID),
	}
}

// NewAPILogs returns the data source keyward_billium_api_logs.
func NewAPILogs() datasource.DataSource {
	return collection.New(collection.Kind{Type: "billium_api_logs", Platform: "Billium", Objects: "API logs"}, schema.Schema{
		MarkdownDescription: "Lists the requests that the merchant's keys made: by which key, when, and how they were answered.",
		Attributes:          collection.LogAttributes(map[string]schema.Attribute{"merchant_id": merchantIDAttribute()}),
	}, &apiLogs{})
}

type apiLogs struct{ access }

type apiLogsModel struct {
	collection.LogFilter
	MerchantID types.String     `tfsdk:"merchant_id"`
	Logs       []collection.Log `tfsdk:"logs"`
}

// Read lists the newest requests.
func (d *apiLogs) Read(ctx context.Context, m *apiLogsModel) (err error) {
	m.MerchantID = d.merchantID()
	m.Logs, err = collection.Take(m.Rows(), d.Client.APILogs(ctx, d.MerchantID, m.filter()), logOf)
	return err
}

func (m *apiLogsModel) filter() billium.LogFilter {
	return billium.LogFilter{
		APIKeyID: m.APIKeyID.ValueString(), Status: int(m.Status.ValueInt64()), PageSize: m.PageSize(),
		CreatedAfter: collection.TimeOf(m.Since), CreatedBefore: collection.TimeOf(m.Until),
	}
}

func logOf(row billiumapi.APILog) collection.Log {
	return collection.Log{
		ID: types.StringValue(row.ID), APIKeyID: types.StringPointerValue(row.APIKeyID),
		Method: types.StringValue(row.Method), Path: types.StringValue(row.Path), Status: types.Int64Value(int64(row.Status)),
		DurationMs: types.Int64Value(row.DurationMs), IP: types.StringValue(row.IP), UserAgent: types.StringValue(row.UserAgent),
		CreatedAt: collection.Time(&row.CreatedAt),
	}
}
