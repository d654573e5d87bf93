package billium

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/keyward/terraform-provider-keyward/internal/client/billium"
	billiumapi "github.com/keyward/terraform-provider-keyward/internal/contract/billium"
	"github.com/keyward/terraform-provider-keyward/internal/datasources/collection"
)

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
