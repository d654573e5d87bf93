// Package provider is the provider itself: its schema, its configuration and
// the register of all that it offers.
package provider

import (
	"context"
	"fmt"
	"math"
	"time"

	"github.com/hashicorp/terraform-plugin-framework-validators/int64validator"
	"github.com/hashicorp/terraform-plugin-framework/action"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/ephemeral"
	"github.com/hashicorp/terraform-plugin-framework/function"
	"github.com/hashicorp/terraform-plugin-framework/list"
	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/provider/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/keyward/terraform-provider-keyward/internal/client/budget"
	"github.com/keyward/terraform-provider-keyward/internal/platform/duration"
	"github.com/keyward/terraform-provider-keyward/internal/providerdata"
	"github.com/keyward/terraform-provider-keyward/internal/validate"
)

var (
	_ provider.ProviderWithActions            = (*keyward)(nil)
	_ provider.ProviderWithEphemeralResources = (*keyward)(nil)
	_ provider.ProviderWithFunctions          = (*keyward)(nil)
	_ provider.ProviderWithListResources      = (*keyward)(nil)
)

// Options are what the provider gets from its process, so that tests can give it
// something else.
type Options struct {
	// Version goes into the user agent.
	Version string
	// Getenv is os.Getenv.
	Getenv func(string) string
	// Now is time.Now.
	Now func() time.Time
	// Sleep waits before a request is repeated, as the clients' Sleep does; nil
	// means a timer.
	Sleep func(context.Context, time.Duration) error
	// Patience is how long a plan waits for other resources to be refreshed, where one
	// may have the key whose name another is to get; 0 for 5 seconds.
	Patience time.Duration
	// OpenEphemerals takes the ephemeral keys to revoke when the process ends; nil takes
	// none.
	OpenEphemerals *providerdata.OpenEphemerals
}

// New returns a constructor of the provider.
func New(options Options) func() provider.Provider {
	return func() provider.Provider { return &keyward{Options: options} }
}

type keyward struct{ Options }

type model struct {
	Corebill types.Object `tfsdk:"corebill"`
	Billium  types.Object `tfsdk:"billium"`
}

func (p *keyward) Metadata(_ context.Context, _ provider.MetadataRequest, resp *provider.MetadataResponse) {
	resp.TypeName = "keyward"
	resp.Version = p.Version
}

func (p *keyward) Schema(_ context.Context, _ provider.SchemaRequest, resp *provider.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "Keyward keeps the API keys of the billing platforms Corebill and Billium as code.",
		Attributes: map[string]schema.Attribute{
			"corebill": schema.SingleNestedAttribute{
				Optional:            true,
				MarkdownDescription: "Access to Corebill. Each value can come from the environment instead.",
				Attributes: map[string]schema.Attribute{
					"api_key": schema.StringAttribute{
						Optional:            true,
						Sensitive:           true,
						MarkdownDescription: "API key that the provider uses (`sk_live_…`); it needs the level `admin` to manage keys. `COREBILL_API_KEY` in the environment.",
					},
					"company_id": schema.StringAttribute{
						Optional:            true,
						MarkdownDescription: "Company of resources that don't name one (`com_…`). `COREBILL_COMPANY_ID` in the environment.",
					},
					"base_url": schema.StringAttribute{
						Optional:            true,
						MarkdownDescription: "URL of the API without `/v1`; `https://api.corebill.io` by default. `COREBILL_BASE_URL` in the environment.",
					},
					"max_requests_per_minute": maxRequestsPerMinute,
					"max_wait":                maxWait,
				},
			},
			"billium": schema.SingleNestedAttribute{
				Optional:            true,
				MarkdownDescription: "Access to Billium. Each value can come from the environment instead.",
				Attributes: map[string]schema.Attribute{
					"api_key": schema.StringAttribute{
						Optional:            true,
						Sensitive:           true,
						MarkdownDescription: "Secret API key that the provider uses (`sk_…`); it needs the `api_key:*` permissions, and every permission that it is to grant. `BILLIUM_API_KEY` in the environment.",
					},
					"merchant_id": schema.StringAttribute{
						Optional:            true,
						MarkdownDescription: "Merchant that the key belongs to (`mer_…`). `BILLIUM_MERCHANT_ID` in the environment.",
					},
					"base_url": schema.StringAttribute{
						Optional:            true,
						MarkdownDescription: "URL of the API without `/v1`; `https://api.billium.to` by default. `BILLIUM_BASE_URL` in the environment.",
					},
					"max_requests_per_minute": maxRequestsPerMinute,
					"max_wait":                maxWait,
				},
			},
		},
	}
}

// maxRequestsPerMinute is the same for each platform.
var maxRequestsPerMinute = schema.Int64Attribute{
	Optional:   true,
	Validators: []validator.Int64{int64validator.Between(1, math.MaxInt32)},
	MarkdownDescription: "The most requests that the provider sends in any 60 seconds, to leave room for others who call from the same address or with the same key. " +
		"Without it the provider keeps the limits that the platform's answers tell of.",
}

// maxWait is the same for each platform.
var maxWait = schema.StringAttribute{
	Optional:   true,
	Validators: []validator.String{validate.Duration(0)},
	MarkdownDescription: fmt.Sprintf("How long the platform may answer every request with 429 (too many requests) before the provider gives up (`30m`, `24h`); `%s` by default. "+
		"While some requests get through, the provider goes on, however long the queue is.", duration.Short(budget.DefaultMaxWait)),
}

func (p *keyward) Resources(context.Context) []func() resource.Resource {
	var constructors []func() resource.Resource
	for _, entry := range resources {
		constructors = append(constructors, entry.New)
	}
	return constructors
}

func (p *keyward) ListResources(context.Context) []func() list.ListResource {
	var constructors []func() list.ListResource
	for _, entry := range resources {
		constructors = append(constructors, entry.List)
	}
	return constructors
}

func (p *keyward) DataSources(context.Context) []func() datasource.DataSource {
	var constructors []func() datasource.DataSource
	for _, entry := range dataSources {
		constructors = append(constructors, entry.New)
	}
	return constructors
}

func (p *keyward) EphemeralResources(context.Context) []func() ephemeral.EphemeralResource {
	var constructors []func() ephemeral.EphemeralResource
	for _, entry := range ephemerals {
		constructors = append(constructors, entry.New)
	}
	return constructors
}

func (p *keyward) Actions(context.Context) []func() action.Action {
	var constructors []func() action.Action
	for _, entry := range actions {
		constructors = append(constructors, entry.New)
	}
	return constructors
}

func (p *keyward) Functions(context.Context) []func() function.Function {
	var constructors []func() function.Function
	for _, entry := range functions {
		constructors = append(constructors, entry.New)
	}
	return constructors
}
