package billium

import (
	"context"
	"fmt"
	"iter"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework-validators/setvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/diag"
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
	"github.com/keyward/terraform-provider-keyward/internal/diagnostics"
	"github.com/keyward/terraform-provider-keyward/internal/platform/resourcekind"
	"github.com/keyward/terraform-provider-keyward/internal/providerdata"
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
		"id": object.Lasting("Id of the merchant: the provider's."),
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

// merchants are the provider's merchant as the shared resource sees it.
type merchants struct{ providerdata.ToBillium }

var (
	_ object.Platform[merchantModel]    = (*merchants)(nil)
	_ object.PlanDeleter[merchantModel] = (*merchants)(nil)
)

func (a *merchants) Label(m *merchantModel) string {
	if m.ID.ValueString() == "" {
		return a.MerchantID
	}
	return m.ID.ValueString()
}

func (a *merchants) Identity(m *merchantModel) (scope, id types.String) {
	return types.StringNull(), m.ID
}

// ResolvePlan plans which merchant it is, and refuses flags that only the OWNER's
// key can change.
func (a *merchants) ResolvePlan(ctx context.Context, config, state, plan *merchantModel) diag.Diagnostics {
	if state == nil {
		plan.ID = ownMerchant(a.Billium)
		state = &merchantModel{}
	}
	if !a.Ready() {
		return nil
	}
	return a.checkOwner(ctx, config, state)
}

func (a *merchants) checkOwner(ctx context.Context, config, state *merchantModel) (diags diag.Diagnostics) {
	for _, f := range flags {
		wanted := *f.of(config)
		if wanted.IsNull() || wanted.IsUnknown() || wanted.Equal(*f.of(state)) {
			continue
		}
		current, err := a.Current(ctx)
		if err != nil {
			diags.Append(diagnostics.AttributeError(path.Root(f.attribute), "check", "the role of the provider's Billium API key", err))
			return diags
		}
		if current.Role != billiumapi.RoleOwner {
			diags.AddAttributeError(path.Root(f.attribute), "Only the OWNER changes team security",
				fmt.Sprintf("The user behind the provider's key (%s…) is %s. Give the provider a key of the OWNER, or leave %s out.",
					current.KeyPrefix, current.Role, f.attribute))
		}
	}
	return diags
}

// Create adopts the merchant, and changes what is declared otherwise.
func (a *merchants) Create(ctx context.Context, plan *merchantModel) error {
	now := merchantModel{ID: types.StringValue(a.MerchantID), Name: plan.Name}
	if err := a.Read(ctx, &now); err != nil {
		return err
	}
	return a.Update(ctx, &now, plan)
}

func (a *merchants) Read(ctx context.Context, m *merchantModel) error {
	if err := a.check(m); err != nil {
		return err
	}
	merchant, err := a.Client.GetMerchant(ctx, a.MerchantID)
	if err != nil {
		return err
	}
	security, err := a.Client.GetTeamSecurity(ctx, a.MerchantID)
	if err != nil {
		return err
	}
	m.adopt(merchant, security)
	return nil
}

func (a *merchants) check(m *merchantModel) error {
	if m.ID.ValueString() != a.MerchantID {
		return fmt.Errorf("it is not the merchant that the provider is configured for, %s: "+
			"set billium.merchant_id (BILLIUM_MERCHANT_ID) and billium.api_key (BILLIUM_API_KEY) to its own; the state was left as it is", a.MerchantID)
	}
	return nil
}

// Update changes what differs; what the plan doesn't know stays as it is.
func (a *merchants) Update(ctx context.Context, state, plan *merchantModel) error {
	if err := a.check(state); err != nil {
		return err
	}
	plan.keep(state)
	if !plan.Name.Equal(state.Name) {
		renamed, err := a.Client.UpdateMerchant(ctx, a.MerchantID, billiumapi.UpdateMerchantRequest{Name: plan.Name.ValueStringPointer()})
		if err != nil {
			return err
		}
		plan.Name = object.Text(&renamed.Name)
	}
	change := plan.securityRequest(state)
	if change == (billiumapi.UpdateTeamSecurityRequest{}) {
		return nil
	}
	security, err := a.Client.UpdateTeamSecurity(ctx, a.MerchantID, change)
	if err != nil {
		return err
	}
	plan.adoptSecurity(security)
	return nil
}

// PlanDelete says that the merchant stays.
func (a *merchants) PlanDelete(_ context.Context, state *merchantModel) (diags diag.Diagnostics) {
	diags.AddWarning("The merchant itself stays",
		fmt.Sprintf("Terraform forgets merchant %s and changes nothing about it: its name and its team security stay as they are. "+
			"A merchant is deleted in Billium's dashboard.", a.Label(state)))
	return diags
}

// Delete forgets the merchant.
func (a *merchants) Delete(context.Context, *merchantModel) error { return nil }

// All yields the one merchant that there is.
func (a *merchants) All(ctx context.Context, _ string) iter.Seq2[merchantModel, error] {
	return func(yield func(merchantModel, error) bool) {
		m := merchantModel{ID: types.StringValue(a.MerchantID), CallerFactors: types.SetNull(types.StringType)}
		err := a.Read(ctx, &m)
		yield(m, err)
	}
}

// keep carries over what is not declared.
func (m *merchantModel) keep(state *merchantModel) {
	m.ID = state.ID
	if m.Name.IsUnknown() || m.Name.IsNull() {
		m.Name = state.Name
	}
	for _, f := range flags {
		if value := f.of(m); value.IsUnknown() || value.IsNull() {
			*value = *f.of(state)
		}
	}
}

func (m *merchantModel) securityRequest(state *merchantModel) billiumapi.UpdateTeamSecurityRequest {
	var request billiumapi.UpdateTeamSecurityRequest
	for _, f := range flags {
		if value := f.of(m); !value.Equal(*f.of(state)) {
			*f.request(&request) = value.ValueBoolPointer()
		}
	}
	return request
}

func (m *merchantModel) adopt(merchant *billiumapi.Merchant, security *billiumapi.TeamSecurity) {
	m.ID = types.StringValue(merchant.ID)
	m.Name = object.Text(&merchant.Name)
	m.adoptSecurity(security)
}

func (m *merchantModel) adoptSecurity(security *billiumapi.TeamSecurity) {
	for _, f := range flags {
		*f.of(m) = types.BoolValue(f.server(security))
	}
}
