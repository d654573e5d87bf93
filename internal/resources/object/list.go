package object

import (
	"context"
	"iter"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/list"
	listschema "github.com/hashicorp/terraform-plugin-framework/list/schema"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/oapi-codegen/nullable"

	"github.com/keyward/terraform-provider-keyward/internal/diagnostics"
	"github.com/keyward/terraform-provider-keyward/internal/providerdata"
)

// Listed is what a list needs of a kind of objects; every Platform has it.
type Listed[M any] interface {
	providerdata.Access
	Label(m *M) string
	Identity(m *M) (scope, id types.String)
	All(ctx context.Context, scope string) iter.Seq2[M, error]
}

// Models yields the models of what a platform lists; adopt writes what it says into one.
func Models[M, R any](list iter.Seq2[R, error], adopt func(*M, R)) iter.Seq2[M, error] {
	return providerdata.Map(list, func(found R) (m M) {
		adopt(&m, found)
		return m
	})
}

// ModelsOf returns the models of what a platform has listed.
func ModelsOf[M, R any](all []R, adopt func(*M, R)) []M {
	models := make([]M, len(all))
	for i, found := range all {
		adopt(&models[i], found)
	}
	return models
}

// Nullable is a text as requests take it that can unset it.
func Nullable(text types.String) nullable.Nullable[string] {
	if text.IsNull() {
		return nullable.NewNullNullable[string]()
	}
	return nullable.NewNullableWithValue(text.ValueString())
}

// Lister is the list resource of a kind.
type Lister[M any] struct {
	Kind
	listed Listed[M]
	// chosen tells that the list can be asked for another scope than the
	// provider's own.
	chosen bool
}

var _ list.ListResourceWithConfigure = (*Lister[struct{}])(nil)

// NewLister returns the list resource of a kind. chosen tells whether its
// configuration may name the scope.
func NewLister[M any](kind Kind, listed Listed[M], chosen bool) *Lister[M] {
	return &Lister[M]{Kind: kind, listed: listed, chosen: chosen}
}

// Configure takes the provider's access to the platform.
func (l *Lister[M]) Configure(_ context.Context, req resource.ConfigureRequest, _ *resource.ConfigureResponse) {
	providerdata.Use(req.ProviderData, l.listed)
}

// ListResourceConfigSchema is the schema of a list block.
func (l *Lister[M]) ListResourceConfigSchema(_ context.Context, _ list.ListResourceSchemaRequest, resp *list.ListResourceSchemaResponse) {
	resp.Schema = listschema.Schema{
		MarkdownDescription: "Lists every " + l.Platform + " " + l.Noun + " that the provider's key reaches.",
		Attributes:          map[string]listschema.Attribute{},
	}
	if l.chosen {
		resp.Schema.Attributes[l.Scope] = listschema.StringAttribute{
			Optional:            true,
			MarkdownDescription: "Where to look; the provider's own where it is not set.",
		}
	}
}

// List streams the objects page by page, and stops asking for pages at the
// limit.
func (l *Lister[M]) List(ctx context.Context, req list.ListRequest, stream *list.ListResultsStream) {
	if status := l.listed.Status(); !status.Ready() {
		stream.Results = list.ListResultsStreamDiagnostics(diag.Diagnostics{
			status.Diagnostic(l.Platform, "The list of "+l.Platform+" "+l.Noun+"s"),
		})
		return
	}
	var scope types.String
	if l.chosen {
		if diags := req.Config.GetAttribute(ctx, path.Root(l.Scope), &scope); diags.HasError() {
			stream.Results = list.ListResultsStreamDiagnostics(diags)
			return
		}
	}
	stream.Results = func(push func(list.ListResult) bool) {
		var pushed int64
		for m, err := range l.listed.All(ctx, scope.ValueString()) {
			if err != nil {
				push(list.ListResult{Diagnostics: diag.Diagnostics{diagnostics.Error("list", l.Platform+" "+l.Noun+"s", err)}})
				return
			}
			if !push(l.result(ctx, req, &m)) {
				return
			}
			if pushed++; req.Limit > 0 && pushed >= req.Limit {
				return
			}
		}
	}
}

func (l *Lister[M]) result(ctx context.Context, req list.ListRequest, m *M) list.ListResult {
	result := req.NewListResult(ctx)
	result.DisplayName = l.listed.Label(m)
	scope, id := l.listed.Identity(m)
	result.Diagnostics.Append(l.Identify(ctx, result.Identity, scope, id)...)
	if req.IncludeResource {
		result.Diagnostics.Append(result.Resource.Set(ctx, m)...)
	}
	return result
}
