package provider

import (
	"slices"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/keyward/terraform-provider-keyward/internal/configured"
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

func names(settings []configured.Setting) []string {
	var out []string
	for _, s := range settings {
		out = append(out, s.Variable)
	}
	return out
}

func TestMaxRequestsPerMinute(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		value types.Int64
		want  int
	}{
		"none":    {types.Int64Null(), 0},
		"unknown": {types.Int64Unknown(), 0},
		"some":    {types.Int64Value(30), 30},
	} {
		block := types.ObjectValueMust(map[string]attr.Type{"max_requests_per_minute": types.Int64Type},
			map[string]attr.Value{"max_requests_per_minute": c.value})
		settings := (&keyward{}).settings("billium", "BILLIUM_", block)
		if got := settings.number("max_requests_per_minute"); got != c.want {
			t.Errorf("%s: got %d, want %d", name, got, c.want)
		}
		if options := (&keyward{}).options("x", "", c.want); options.MaxRequestsPerMinute != c.want {
			t.Errorf("%s: the client gets %d", name, options.MaxRequestsPerMinute)
		}
	}
}
