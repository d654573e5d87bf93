package billium

import (
	"context"
	"fmt"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework-validators/setvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/list"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/boolplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	billiumapi "github.com/keyward/terraform-provider-keyward/internal/contract/billium"
	"github.com/keyward/terraform-provider-keyward/internal/platform/resourcekind"
	"github.com/keyward/terraform-provider-keyward/internal/resources/object"
	"github.com/keyward/terraform-provider-keyward/internal/validate"
)

var (
	_ resource.ResourceWithConfigure      = (*merchant)(nil)
	_ resource.ResourceWithIdentity       = (*merchant)(nil)
	_ resource.ResourceWithImportState    = (*merchant)(nil)
	_ resource.ResourceWithModifyPlan     = (*merchant)(nil)
	_ resource.ResourceWithValidateConfig = (*merchant)(nil)
)

var merchantKind = object.Kind{Kind: resourcekind.BilliumMerchant}

// NewMerchant returns the resource keyward_billium_merchant.
func NewMerchant() resource.Resource {
	return &merchant{object.New[merchantModel](merchantKind, &merchants{})}
}

type merchant struct{ object.Resource[merchantModel] }

// NewMerchantList returns the list resource keyward_billium_merchant.
func NewMerchantList() list.ListResource {
	return object.NewLister[merchantModel](merchantKind, &merchants{}, false)
}

type merchantModel struct {
	ID                   types.String `tfsdk:"id"`
	Name                 types.String `tfsdk:"name"`
	EnforceTFA           types.Bool   `tfsdk:"enforce_tfa"`
	EnforcePasskey       types.Bool   `tfsdk:"enforce_passkey"`
	EnforceGoogleLogin   types.Bool   `tfsdk:"enforce_google_login"`
	EnforceGithubLogin   types.Bool   `tfsdk:"enforce_github_login"`
	EnforceEmailVerified types.Bool   `tfsdk:"enforce_email_verified"`
	CallerFactors        types.Set    `tfsdk:"caller_factors"`
}

// flag is one of the team's security flags.
type flag struct {
	attribute string
	// factor is the word for what it demands. Source: Billium authentication
	// page, "Team-level security enforcement".
	factor, demands string
	of              func(*merchantModel) *types.Bool
	server          func(*billiumapi.TeamSecurity) bool
	request         func(*billiumapi.UpdateTeamSecurityRequest) **bool
}

var flags = []flag{
	{
		"enforce_tfa", "tfa", "two-factor authentication",
		func(m *merchantModel) *types.Bool { return &m.EnforceTFA },
		func(s *billiumapi.TeamSecurity) bool { return s.EnforceTfa },
		func(r *billiumapi.UpdateTeamSecurityRequest) **bool { return &r.EnforceTfa },
	},
	{
		"enforce_passkey", "passkey", "a passkey",
		func(m *merchantModel) *types.Bool { return &m.EnforcePasskey },
		func(s *billiumapi.TeamSecurity) bool { return s.EnforcePasskey },
		func(r *billiumapi.UpdateTeamSecurityRequest) **bool { return &r.EnforcePasskey },
	},
	{
		"enforce_google_login", "google_login", "a linked Google login",
		func(m *merchantModel) *types.Bool { return &m.EnforceGoogleLogin },
		func(s *billiumapi.TeamSecurity) bool { return s.EnforceGoogleLogin },
		func(r *billiumapi.UpdateTeamSecurityRequest) **bool { return &r.EnforceGoogleLogin },
	},
	{
		"enforce_github_login", "github_login", "a linked GitHub login",
		func(m *merchantModel) *types.Bool { return &m.EnforceGithubLogin },
		func(s *billiumapi.TeamSecurity) bool { return s.EnforceGithubLogin },
		func(r *billiumapi.UpdateTeamSecurityRequest) **bool { return &r.EnforceGithubLogin },
	},
	{
		"enforce_email_verified", "email_verified", "a verified e-mail address",
		func(m *merchantModel) *types.Bool { return &m.EnforceEmailVerified },
		func(s *billiumapi.TeamSecurity) bool { return s.EnforceEmailVerified },
		func(r *billiumapi.UpdateTeamSecurityRequest) **bool { return &r.EnforceEmailVerified },
	},
}

func (r *merchant) Schema(_ context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	attributes := map[string]schema.Attribute{
		"id": schema.StringAttribute{
			Computed:            true,
			MarkdownDescription: "Id of the merchant: the provider's.",
			PlanModifiers:       []planmodifier.String{stringplanmodifier.UseStateForUnknown()},
		},
		"name": schema.StringAttribute{
			Optional:            true,
			Computed:            true,
			MarkdownDescription: "Name that customers see. Managed only where it is set.",
			Validators:          validate.Name(maxName),
			PlanModifiers:       []planmodifier.String{stringplanmodifier.UseStateForUnknown()},
		},
		"caller_factors": schema.SetAttribute{
			Optional:    true,
			ElementType: types.StringType,
			MarkdownDescription: "Factors that you, who apply this, have yourself: any of `tfa`, `passkey`, `google_login`, `github_login` and `email_verified`. " +
				"Where it is set, a plan that enforces a factor you lack is refused: it would lock you out of the dashboard.",
			Validators: []validator.Set{setvalidator.NoNullValues(), setvalidator.ValueStringsAre(stringvalidator.OneOf(factors()...))},
		},
	}
	for _, f := range flags {
		attributes[f.attribute] = schema.BoolAttribute{
			Optional: true,
			Computed: true,
			MarkdownDescription: "Whether team members need " + f.demands + " in the dashboard. Managed only where it is set, " +
				"and changed only with a key of the `OWNER`. Requests with an API key are never subject to it.",
			PlanModifiers: []planmodifier.Bool{boolplanmodifier.UseStateForUnknown()},
		}
	}
	resp.Schema = schema.Schema{
		MarkdownDescription: "The merchant that the provider's key belongs to, and the security that its team demands. " +
			"A merchant is never created or deleted here: creating the resource adopts the merchant as it is, and destroying it forgets the merchant without changing anything.",
		Attributes: attributes,
	}
}

func factors() []string {
	words := make([]string, len(flags))
	for i, f := range flags {
		words[i] = f.factor
	}
	return words
}

// ValidateConfig refuses to enforce a factor that the caller lacks.
func (r *merchant) ValidateConfig(ctx context.Context, req resource.ValidateConfigRequest, resp *resource.ValidateConfigResponse) {
	var config merchantModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	had, known := patterns(config.CallerFactors)
	if resp.Diagnostics.HasError() || !known {
		return
	}
	for _, f := range flags {
		if f.of(&config).ValueBool() && !slices.Contains(had, f.factor) {
			resp.Diagnostics.AddAttributeError(path.Root(f.attribute), "You would lock yourself out",
				fmt.Sprintf("%s demands %s of every team member in the dashboard, and caller_factors says that you don't have it. "+
					"Set it up first and add %q to caller_factors.", f.attribute, f.demands, f.factor))
		}
	}
}
