package corebill

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/keyward/terraform-provider-keyward/internal/client/corebill"
	corebillapi "github.com/keyward/terraform-provider-keyward/internal/contract/corebill"
	"github.com/keyward/terraform-provider-keyward/internal/datasources/collection"
)

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
