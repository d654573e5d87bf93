package provider

import (
	"context"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/keyward/terraform-provider-keyward/internal/client"
	"github.com/keyward/terraform-provider-keyward/internal/client/billium"
	"github.com/keyward/terraform-provider-keyward/internal/client/corebill"
	"github.com/keyward/terraform-provider-keyward/internal/platform/duration"
	"github.com/keyward/terraform-provider-keyward/internal/platform/naming"
	"github.com/keyward/terraform-provider-keyward/internal/providerdata"
)

// Configure prepares a client for each platform that is configured. It makes no
// request, and it waits with values that are known only after apply.
func (p *keyward) Configure(ctx context.Context, req provider.ConfigureRequest, resp *provider.ConfigureResponse) {
	var config model
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	if resp.Diagnostics.HasError() {
		return
	}
	data := &providerdata.Data{
		OpenEphemerals: p.OpenEphemerals,
		Corebill:       p.corebill(config.Corebill, &resp.Diagnostics),
		Billium:        p.billium(config.Billium, &resp.Diagnostics),
	}
	resp.ResourceData = data
	resp.DataSourceData = data
	resp.EphemeralResourceData = data
	resp.ActionData = data
	resp.ListResourceData = data
}

func (p *keyward) corebill(block types.Object, diags *diag.Diagnostics) *providerdata.Corebill {
	settings := p.settings("corebill", "COREBILL_", block)
	companyID, known := settings.optional("company_id")
	settings.id("company_id", companyID, diags)
	access := &providerdata.Corebill{CompanyID: companyID, CompanyUnknown: !known, Now: p.Now, Claims: providerdata.Claims{Patience: p.Patience}}
	apiKey := settings.required("api_key")
	baseURL := settings.connecting("base_url")
	access.Status = settings.status
	if access.Ready() {
		var err error
		access.Credential = client.NewSecret(apiKey)
		access.Client, err = corebill.New(p.options(settings, apiKey, baseURL))
		settings.report(err, diags)
	}
	return access
}

func (p *keyward) billium(block types.Object, diags *diag.Diagnostics) *providerdata.Billium {
	settings := p.settings("billium", "BILLIUM_", block)
	access := &providerdata.Billium{Now: p.Now, Claims: providerdata.Claims{Patience: p.Patience}}
	apiKey := settings.required("api_key")
	access.MerchantID = settings.required("merchant_id")
	settings.id("merchant_id", access.MerchantID, diags)
	baseURL := settings.connecting("base_url")
	access.Status = settings.status
	if access.Ready() {
		var err error
		access.Client, err = billium.New(p.options(settings, apiKey, baseURL))
		settings.report(err, diags)
	}
	return access
}

func (p *keyward) options(settings *settings, apiKey, baseURL string) client.Options {
	return client.Options{
		BaseURL:              baseURL,
		APIKey:               client.NewSecret(apiKey),
		UserAgent:            "terraform-provider-keyward/" + p.Version,
		MaxRequestsPerMinute: settings.number("max_requests_per_minute"),
		MaxWait:              settings.duration("max_wait"),
		MaxWaitSetting:       "max_wait in the block " + settings.block + " of the provider",
		Observe:              logRequest,
		Now:                  p.Now,
		Sleep:                p.Sleep,
	}
}

// settings reads one platform's block: each value from the configuration or
// else from the environment.
type settings struct {
	block, prefix string
	values        map[string]attr.Value
	allUnknown    bool
	getenv        func(string) string
	status        providerdata.Status
}

func (p *keyward) settings(block, prefix string, value types.Object) *settings {
	return &settings{
		block: block, prefix: prefix, getenv: p.Getenv,
		values: value.Attributes(), allUnknown: value.IsUnknown(),
	}
}

// optional returns a value, "" where there is none; known is false where the
// configuration's is known only after apply.
func (s *settings) optional(name string) (value string, known bool) {
	configuredValue, _ := s.values[name].(types.String)
	switch {
	case s.allUnknown || configuredValue.IsUnknown():
		return "", false
	case configuredValue.ValueString() != "":
		return configuredValue.ValueString(), true
	default:
		return s.getenv(s.setting(name).Variable), true
	}
}

// connecting returns an optional value without which the platform can't be
// called while it is unknown.
func (s *settings) connecting(name string) string {
	value, known := s.optional(name)
	if !known {
		s.status.Unknown = append(s.status.Unknown, s.setting(name))
	}
	return value
}

// number returns a number of the configuration, 0 where there is none or where it
// is known only after apply: the platform's own limits hold in any case.
func (s *settings) number(name string) int {
	configuredValue, _ := s.values[name].(types.Int64)
	return int(configuredValue.ValueInt64())
}

// duration returns a duration of the configuration, 0 where there is none or where it
// is known only after apply: then the client's default holds.
func (s *settings) duration(name string) time.Duration {
	configuredValue, _ := s.values[name].(types.String)
	// An invalid duration was refused when the configuration was validated.
	d, _ := duration.Parse(configuredValue.ValueString())
	return d
}

// id refuses an id that no object has, wherever it comes from, before it is sent.
func (s *settings) id(name, value string, diags *diag.Diagnostics) {
	setting := s.setting(name)
	if err := naming.CheckID(setting.Attribute, value); err != nil {
		diags.AddAttributeError(path.Root(s.block).AtName(name), "Invalid provider configuration",
			err.Error()+".\n\nThe value comes from the provider block or from the environment ("+setting.Variable+").")
	}
}

// required returns a value without which the platform can't be called.
func (s *settings) required(name string) string {
	value, known := s.optional(name)
	switch {
	case !known:
		s.status.Unknown = append(s.status.Unknown, s.setting(name))
	case value == "":
		s.status.Missing = append(s.status.Missing, s.setting(name))
	}
	return value
}

func (s *settings) setting(name string) providerdata.Setting {
	return providerdata.Setting{Attribute: s.block + "." + name, Variable: s.prefix + upper(name)}
}

// report says what is wrong with the settings that are there.
func (s *settings) report(err error, diags *diag.Diagnostics) {
	if err != nil {
		diags.AddAttributeError(path.Root(s.block), "Invalid provider configuration",
			err.Error()+".\n\nThe value comes from the provider block or from the environment ("+s.prefix+"API_KEY, "+s.prefix+"BASE_URL).")
	}
}
