package collection

import (
	"fmt"
	"iter"
	"maps"

	"github.com/hashicorp/terraform-plugin-framework-timetypes/timetypes"
	"github.com/hashicorp/terraform-plugin-framework-validators/int64validator"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

const (
	defaultLogs = 100
	maxLogs     = 1000
	// maxPage is how many rows a platform gives at once. Source: contract.
	maxPage = 100
)

// LogFilter has the filters of a log.
type LogFilter struct {
	APIKeyID types.String      `tfsdk:"api_key_id"`
	Since    timetypes.RFC3339 `tfsdk:"since"`
	Until    timetypes.RFC3339 `tfsdk:"until"`
	Status   types.Int64       `tfsdk:"status"`
	Limit    types.Int64       `tfsdk:"limit"`
}

// Log is a request in a log.
type Log struct {
	ID         types.String      `tfsdk:"id"`
	APIKeyID   types.String      `tfsdk:"api_key_id"`
	Method     types.String      `tfsdk:"method"`
	Path       types.String      `tfsdk:"path"`
	Status     types.Int64       `tfsdk:"status"`
	DurationMs types.Int64       `tfsdk:"duration_ms"`
	IP         types.String      `tfsdk:"ip"`
	UserAgent  types.String      `tfsdk:"user_agent"`
	CreatedAt  timetypes.RFC3339 `tfsdk:"created_at"`
}

// Rows is how many rows are wanted.
func (f LogFilter) Rows() int {
	if f.Limit.IsNull() {
		return defaultLogs
	}
	return int(f.Limit.ValueInt64())
}

// PageSize is how many rows to ask the platform for at once.
func (f LogFilter) PageSize() int { return min(f.Rows(), maxPage) }

// Take returns the first n rows, and asks for no page beyond them.
func Take[T any](n int, rows iter.Seq2[T, error], model func(T) Log) ([]Log, error) {
	logs := make([]Log, 0, n)
	for row, err := range rows {
		if err != nil {
			return nil, err
		}
		logs = append(logs, model(row))
		if len(logs) == n {
			break
		}
	}
	return logs, nil
}

// LogAttributes returns the schema of a log: the filters, the platform's own
// attributes and the rows.
func LogAttributes(own map[string]schema.Attribute) map[string]schema.Attribute {
	attributes := map[string]schema.Attribute{
		"api_key_id": schema.StringAttribute{
			Optional:            true,
			MarkdownDescription: "Only requests that this key made (`key_…`), refused ones included.",
		},
		"since": schema.StringAttribute{
			CustomType:          timetypes.RFC3339Type{},
			Optional:            true,
			MarkdownDescription: "Only requests after this time (RFC 3339).",
		},
		"until": schema.StringAttribute{
			CustomType:          timetypes.RFC3339Type{},
			Optional:            true,
			MarkdownDescription: "Only requests before this time (RFC 3339).",
		},
		"status": schema.Int64Attribute{
			Optional:            true,
			MarkdownDescription: "Only requests that were answered with this HTTP status.",
			Validators:          []validator.Int64{int64validator.Between(100, 599)},
		},
		"limit": schema.Int64Attribute{
			Optional:            true,
			MarkdownDescription: fmt.Sprintf("How many requests to list at most, 1 to %d; %d where it is not set. The newest come first.", maxLogs, defaultLogs),
			Validators:          []validator.Int64{int64validator.Between(1, maxLogs)},
		},
		"logs": logRows(),
	}
	maps.Copy(attributes, own)
	return attributes
}

func logRows() schema.ListNestedAttribute {
	return schema.ListNestedAttribute{
		Computed:            true,
		MarkdownDescription: "The requests, newest first. Reading the log is a request too, and appears in it.",
		NestedObject: schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
			"id":          schema.StringAttribute{Computed: true, MarkdownDescription: "Id of the row (`log_…`)."},
			"api_key_id":  schema.StringAttribute{Computed: true, MarkdownDescription: "Key that made the request; null where its token was none of the platform's."},
			"method":      schema.StringAttribute{Computed: true, MarkdownDescription: "HTTP method."},
			"path":        schema.StringAttribute{Computed: true, MarkdownDescription: "Path of the request, without its query."},
			"status":      schema.Int64Attribute{Computed: true, MarkdownDescription: "HTTP status that it was answered with."},
			"duration_ms": schema.Int64Attribute{Computed: true, MarkdownDescription: "How long the answer took, in milliseconds."},
			"ip":          schema.StringAttribute{Computed: true, MarkdownDescription: "Address that the request came from."},
			"user_agent":  schema.StringAttribute{Computed: true, MarkdownDescription: "What the client called itself."},
			"created_at":  TimeAttribute("When the request arrived"),
		}},
	}
}
