package provider

import (
	"crypto/rand"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/keyward/terraform-provider-keyward/internal/platform/billium"
	"github.com/keyward/terraform-provider-keyward/internal/platform/corebill"
	"github.com/keyward/terraform-provider-keyward/internal/providerdata"
)

func corebillBlock(apiKey, companyID, baseURL types.String) types.Object {
	return types.ObjectValueMust(
		map[string]attr.Type{"api_key": types.StringType, "company_id": types.StringType, "base_url": types.StringType},
		map[string]attr.Value{"api_key": apiKey, "company_id": companyID, "base_url": baseURL})
}

func TestCorebillSettings(t *testing.T) {
	t.Parallel()
	null, unknown := types.StringNull(), types.StringUnknown()
	none := types.ObjectNull(nil)
	environment := map[string]string{"COREBILL_API_KEY": "sk_live_env", "COREBILL_COMPANY_ID": "com_env"}
	cases := []struct {
		name             string
		block            types.Object
		environment      map[string]string
		missing, unknown []string
		companyID        string
		companyUnknown   bool
	}{
		{"nothing", none, nil, []string{"COREBILL_API_KEY"}, nil, "", false},
		{"the environment", none, environment, nil, nil, "com_env", false},
		{"the block", corebillBlock(types.StringValue("sk_live_block"), types.StringValue("com_block"), null), environment, nil, nil, "com_block", false},
		{"each value alone", corebillBlock(null, types.StringValue("com_block"), null), environment, nil, nil, "com_block", false},
		{"an empty value is none", corebillBlock(types.StringValue(""), null, null), nil, []string{"COREBILL_API_KEY"}, nil, "", false},
		{"an unknown key", corebillBlock(unknown, null, null), environment, nil, []string{"COREBILL_API_KEY"}, "com_env", false},
		{"an unknown company", corebillBlock(null, unknown, null), environment, nil, nil, "", true},
		{"an unknown URL", corebillBlock(null, null, unknown), environment, nil, []string{"COREBILL_BASE_URL"}, "com_env", false},
		{"an unknown block", types.ObjectUnknown(nil), environment, nil, []string{"COREBILL_API_KEY", "COREBILL_BASE_URL"}, "", true},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			p := &keyward{Options: Options{Version: "test", Getenv: func(name string) string { return c.environment[name] }}}
			var diags diag.Diagnostics
			got := p.corebill(c.block, &diags)
			if diags.HasError() {
				t.Fatal(diags)
			}
			if !slices.Equal(names(got.Missing), c.missing) || !slices.Equal(names(got.Unknown), c.unknown) {
				t.Errorf("missing %q, unknown %q; want %q, %q", names(got.Missing), names(got.Unknown), c.missing, c.unknown)
			}
			if got.CompanyID != c.companyID || got.CompanyUnknown != c.companyUnknown {
				t.Errorf("company %q (unknown %t), want %q (%t)", got.CompanyID, got.CompanyUnknown, c.companyID, c.companyUnknown)
			}
			if (got.Client != nil) != got.Ready() {
				t.Error("there is a client exactly where the platform is ready")
			}
		})
	}
}

func names(settings []providerdata.Setting) []string {
	var out []string
	for _, s := range settings {
		out = append(out, s.Variable)
	}
	return out
}

func TestLimitsOfTheBlock(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		perMinute     types.Int64
		maxWait       types.String
		wantPerMinute int
		wantMaxWait   time.Duration
	}{
		"none":    {types.Int64Null(), types.StringNull(), 0, 0},
		"unknown": {types.Int64Unknown(), types.StringUnknown(), 0, 0},
		"some":    {types.Int64Value(30), types.StringValue("24h"), 30, 24 * time.Hour},
		"days":    {types.Int64Null(), types.StringValue("2d"), 0, 48 * time.Hour},
	} {
		block := types.ObjectValueMust(map[string]attr.Type{"max_requests_per_minute": types.Int64Type, "max_wait": types.StringType},
			map[string]attr.Value{"max_requests_per_minute": c.perMinute, "max_wait": c.maxWait})
		options := (&keyward{}).options((&keyward{}).settings("billium", "BILLIUM_", block), "x", "")
		if options.MaxRequestsPerMinute != c.wantPerMinute || options.MaxWait != c.wantMaxWait {
			t.Errorf("%s: the client gets %d, %s", name, options.MaxRequestsPerMinute, options.MaxWait)
		}
	}
}

// What is obviously wrong with a credential or an id is told before any request.
func TestSettingsAreRefused(t *testing.T) {
	t.Parallel()
	ofCorebill, err := corebill.NewToken(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	ofBillium, err := billium.NewToken(rand.Reader, billium.Secret)
	if err != nil {
		t.Fatal(err)
	}
	good := map[string]string{
		"COREBILL_API_KEY": ofCorebill, "COREBILL_COMPANY_ID": "com_a1b2c3d4e5f6",
		"BILLIUM_API_KEY": ofBillium, "BILLIUM_MERCHANT_ID": "mer_0123456789abcdef0123456789abcdef",
	}
	for name, test := range map[string]struct {
		change map[string]string
		want   []string
	}{
		"nothing": {nil, nil},
		"swapped": {
			map[string]string{"COREBILL_API_KEY": ofBillium, "BILLIUM_API_KEY": ofCorebill},
			[]string{"the Corebill API key looks like a Billium key", "the Billium API key looks like a Corebill key", "COREBILL_API_KEY and BILLIUM_API_KEY"},
		},
		"a company with a line break":    {map[string]string{"COREBILL_COMPANY_ID": "com_a1b2c3d4e5f6\n"}, []string{`corebill.company_id is "com_a1b2c3d4e5f6\n"`, "COREBILL_COMPANY_ID"}},
		"a merchant with a space":        {map[string]string{"BILLIUM_MERCHANT_ID": "mer_x "}, []string{`billium.merchant_id is "mer_x "`, "BILLIUM_MERCHANT_ID"}},
		"a credential in quotes":         {map[string]string{"COREBILL_API_KEY": `"` + ofCorebill + `"`}, []string{"the Corebill API key has a character at position 1 that no key has (a space, a line break, a quote"}},
		"a credential with a line break": {map[string]string{"COREBILL_API_KEY": ofCorebill + "\n"}, []string{"the Corebill API key has a character at position"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			environment := maps.Clone(good)
			maps.Copy(environment, test.change)
			p := &keyward{Options: Options{Version: "test", Getenv: func(name string) string { return environment[name] }}}
			var diags diag.Diagnostics
			p.corebill(types.ObjectNull(nil), &diags)
			p.billium(types.ObjectNull(nil), &diags)
			var said strings.Builder
			for _, d := range diags {
				said.WriteString(d.Detail() + "\n")
			}
			if diags.HasError() != (test.want != nil) {
				t.Errorf("got %v", diags)
			}
			for _, want := range test.want {
				if !strings.Contains(said.String(), want) {
					t.Errorf("it doesn't say %q: %s", want, &said)
				}
			}
			for _, token := range []string{ofCorebill, ofBillium} {
				if strings.Contains(said.String(), token) {
					t.Error("it says a token")
				}
			}
		})
	}
}
