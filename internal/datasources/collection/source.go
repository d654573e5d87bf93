// Package collection is the data source that lists a platform's objects, written
// once for all kinds of objects: configuration, filters, and the attributes that
// both platforms share.
package collection

import (
	"context"
	"time"

	"github.com/hashicorp/terraform-plugin-framework-timetypes/timetypes"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"

	"github.com/keyward/terraform-provider-keyward/internal/configured"
	"github.com/keyward/terraform-provider-keyward/internal/diagnose"
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
	configured.Access
	// Read fills in what the filters in the model let through.
	Read(ctx context.Context, m *M) error
}

// Single is what every data source embeds to take the provider's access to the platform.
type Single struct{ Access configured.Access }

// Configure takes the provider's access to the platform.
func (s Single) Configure(_ context.Context, req datasource.ConfigureRequest, _ *datasource.ConfigureResponse) {
	configured.Use(req.ProviderData, s.Access)
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
		resp.Diagnostics.Append(diagnose.Error("list", s.Platform+" "+s.Objects, err))
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
