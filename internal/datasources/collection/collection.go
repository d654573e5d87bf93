// Package collection is the data source that lists a platform's objects, written
// once for all kinds of objects: configuration, filters, and the attributes that
// both platforms share.
package collection

import (
	"context"
	"fmt"
	"iter"
	"maps"
	"regexp"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework-timetypes/timetypes"
	"github.com/hashicorp/terraform-plugin-framework-validators/int64validator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/keyward/terraform-provider-keyward/internal/diagnostics"
	"github.com/keyward/terraform-provider-keyward/internal/providerdata"
	"github.com/keyward/terraform-provider-keyward/internal/validate"
)

// Kind says what a list is called.
type Kind struct {
	// Type is the data source's type without the provider's name.
	Type string
	// Platform is the platform's name, Objects the plural of what is listed.
	Platform, Objects string
}

// Reader is what differs between lists. M is the data source's model.
type Reader[M any] interface {
	providerdata.Access
	// Read fills in what the filters in the model let through.
	Read(ctx context.Context, m *M) error
}

// Single is what every data source embeds to take the provider's access to the platform.
type Single struct{ Access providerdata.Access }

// Configure takes the provider's access to the platform.
func (s Single) Configure(_ context.Context, req datasource.ConfigureRequest, _ *datasource.ConfigureResponse) {
	providerdata.Use(req.ProviderData, s.Access)
}

// New returns the data source of a kind.
func New[M any](kind Kind, description schema.Schema, reader Reader[M]) datasource.DataSourceWithConfigure {
	return &source[M]{Single: Single{reader}, Kind: kind, schema: description, reader: reader}
}

type source[M any] struct {
	Single
	Kind
	schema schema.Schema
	reader Reader[M]
}

func (s *source[M]) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_" + s.Type
}

func (s *source[M]) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	resp.Schema = s.schema
}

func (s *source[M]) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	var m M
	resp.Diagnostics.Append(req.Config.Get(ctx, &m)...)
	if resp.Diagnostics.HasError() {
		return
	}
	if status := s.reader.Status(); !status.Ready() {
		resp.Diagnostics.Append(status.Diagnostic(s.Platform, "The list of "+s.Platform+" "+s.Objects))
		return
	}
	if err := s.reader.Read(ctx, &m); err != nil {
		resp.Diagnostics.Append(diagnostics.Error("list", s.Platform+" "+s.Objects, err))
		return
	}
	resp.Diagnostics.Append(resp.State.Set(ctx, &m)...)
}

// Time returns a time as Terraform has it, null for nil.
func Time(t *time.Time) timetypes.RFC3339 {
	if t == nil {
		return timetypes.NewRFC3339Null()
	}
	return timetypes.NewRFC3339TimeValue(t.UTC())
}

// TimeOf returns the time that an attribute holds, the zero time where it is not
// set.
func TimeOf(value timetypes.RFC3339) time.Time {
	// A value that is no time was refused when the configuration was validated.
	t, _ := value.ValueRFC3339Time()
	return t
}

// TimeAttribute describes a time that the platform tells.
func TimeAttribute(description string) schema.StringAttribute {
	return schema.StringAttribute{CustomType: timetypes.RFC3339Type{}, Computed: true, MarkdownDescription: description + " (RFC 3339, UTC)."}
}

// KeyFilter has the filters that lists of keys have on both platforms.
type KeyFilter struct {
	KeyPrefix      types.String      `tfsdk:"key_prefix"`
	NameRegex      types.String      `tfsdk:"name_regex"`
	UnusedSince    timetypes.RFC3339 `tfsdk:"unused_since"`
	IncludeRevoked types.Bool        `tfsdk:"include_revoked"`
}

// Key has the attributes that a listed key has on both platforms.
type Key struct {
	ID         types.String      `tfsdk:"id"`
	Name       types.String      `tfsdk:"name"`
	KeyPrefix  types.String      `tfsdk:"key_prefix"`
	Enabled    types.Bool        `tfsdk:"enabled"`
	CreatedBy  types.String      `tfsdk:"created_by"`
	CreatedAt  timetypes.RFC3339 `tfsdk:"created_at"`
	LastUsedAt timetypes.RFC3339 `tfsdk:"last_used_at"`
	RevokedAt  timetypes.RFC3339 `tfsdk:"revoked_at"`
}

// KeyFacts is what a filter looks at.
type KeyFacts struct {
	Name, KeyPrefix string
	CreatedAt       time.Time
	// LastUsedAt is nil for a key that was never used.
	LastUsedAt *time.Time
}

// Matcher returns whether a key passes the filter. Revoked keys are asked for on
// the platform.
func (f KeyFilter) Matcher() (func(KeyFacts) bool, error) {
	name, err := regexp.Compile(f.NameRegex.ValueString())
	if err != nil {
		return nil, fmt.Errorf("name_regex is no regular expression: %w", err)
	}
	unused := TimeOf(f.UnusedSince)
	return func(key KeyFacts) bool {
		return strings.HasPrefix(key.KeyPrefix, f.KeyPrefix.ValueString()) &&
			name.MatchString(key.Name) &&
			(unused.IsZero() || key.lastSign().Before(unused))
	}, nil
}

// lastSign is when the key was last used; for one that never was, when it was
// created: a key of this morning is not one that no one has used for a year.
func (k KeyFacts) lastSign() time.Time {
	if k.LastUsedAt != nil {
		return *k.LastUsedAt
	}
	return k.CreatedAt
}

// KeyFilterAttributes returns the schema of KeyFilter joined with the platform's
// own attributes. prefixLength is how many characters of a token the platform
// shows.
func KeyFilterAttributes(prefixLength int, own map[string]schema.Attribute) map[string]schema.Attribute {
	attributes := map[string]schema.Attribute{
		"key_prefix": schema.StringAttribute{
			Optional: true,
			MarkdownDescription: fmt.Sprintf("Only keys whose token starts with this: at most the %d characters that the platform shows. Never write a whole token here.",
				prefixLength),
			Validators: []validator.String{stringvalidator.LengthBetween(1, prefixLength)},
		},
		"name_regex": schema.StringAttribute{
			Optional:            true,
			MarkdownDescription: "Only keys whose name has a match of this regular expression (RE2).",
			Validators:          []validator.String{validate.Word("regular expression", validate.Parsed(regexp.Compile))},
		},
		"unused_since": schema.StringAttribute{
			CustomType: timetypes.RFC3339Type{},
			Optional:   true,
			MarkdownDescription: "Only keys that no one has used since this time (RFC 3339). A key that was never used counts " +
				"from its creation, so a new key is not taken for a forgotten one.",
		},
		"include_revoked": schema.BoolAttribute{
			Optional:            true,
			MarkdownDescription: "Whether to list keys too that were revoked in the last 90 days; `false` where it is not set.",
		},
	}
	maps.Copy(attributes, own)
	return attributes
}

// KeyAttributes returns the schema of Key joined with the platform's own
// attributes.
func KeyAttributes(own map[string]schema.Attribute) schema.ListNestedAttribute {
	attributes := map[string]schema.Attribute{
		"id":           schema.StringAttribute{Computed: true, MarkdownDescription: "Id of the key (`key_…`)."},
		"name":         schema.StringAttribute{Computed: true, MarkdownDescription: "Name of the key. Several may have the same."},
		"key_prefix":   schema.StringAttribute{Computed: true, MarkdownDescription: "First characters of the token, all that the platform shows of it."},
		"enabled":      schema.BoolAttribute{Computed: true, MarkdownDescription: "Whether the key is accepted, as far as it is not revoked."},
		"created_by":   schema.StringAttribute{Computed: true, MarkdownDescription: "Who made the key: the id of the key that did, or what the platform says of one made in the dashboard."},
		"created_at":   TimeAttribute("When it was created"),
		"last_used_at": TimeAttribute("When it was last used, null for never"),
		"revoked_at":   TimeAttribute("When it was revoked, null for a key that is not"),
	}
	maps.Copy(attributes, own)
	return schema.ListNestedAttribute{
		Computed:            true,
		MarkdownDescription: "The keys, newest first. A list never has tokens: the platform shows each once only, when it is created.",
		NestedObject:        schema.NestedAttributeObject{Attributes: attributes},
	}
}

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
