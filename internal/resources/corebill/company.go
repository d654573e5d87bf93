package corebill

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"regexp"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework-timetypes/timetypes"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/list"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/booldefault"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/keyward/terraform-provider-keyward/internal/client"
	"github.com/keyward/terraform-provider-keyward/internal/client/corebill"
	corebillapi "github.com/keyward/terraform-provider-keyward/internal/contract/corebill"
	"github.com/keyward/terraform-provider-keyward/internal/diagnostics"
	platform "github.com/keyward/terraform-provider-keyward/internal/platform/corebill"
	"github.com/keyward/terraform-provider-keyward/internal/platform/currency"
	"github.com/keyward/terraform-provider-keyward/internal/platform/naming"
	"github.com/keyward/terraform-provider-keyward/internal/platform/provisional"
	"github.com/keyward/terraform-provider-keyward/internal/platform/resourcekind"
	"github.com/keyward/terraform-provider-keyward/internal/providerdata"
	"github.com/keyward/terraform-provider-keyward/internal/resources/object"
	"github.com/keyward/terraform-provider-keyward/internal/validate"
)

var (
	_ resource.ResourceWithConfigure   = (*company)(nil)
	_ resource.ResourceWithIdentity    = (*company)(nil)
	_ resource.ResourceWithImportState = (*company)(nil)
	_ resource.ResourceWithModifyPlan  = (*company)(nil)
)

var companyKind = object.Kind{Kind: resourcekind.CorebillCompany, Same: "slug or name"}

// NewCompany returns the resource keyward_corebill_company.
func NewCompany() resource.Resource {
	return &company{object.New[companyModel](companyKind, &companies{})}
}

type company struct{ object.Resource[companyModel] }

// NewCompanyList returns the list resource keyward_corebill_company.
func NewCompanyList() list.ListResource {
	return object.NewLister[companyModel](companyKind, &companies{}, false)
}

type companyModel struct {
	ID                 types.String      `tfsdk:"id"`
	Name               types.String      `tfsdk:"name"`
	Slug               types.String      `tfsdk:"slug"`
	Currency           types.String      `tfsdk:"currency"`
	InvoicePrefix      types.String      `tfsdk:"invoice_prefix"`
	QuotePrefix        types.String      `tfsdk:"quote_prefix"`
	LogoURL            types.String      `tfsdk:"logo_url"`
	DeletionProtection types.Bool        `tfsdk:"deletion_protection"`
	CreatedAt          timetypes.RFC3339 `tfsdk:"created_at"`
	OnConflict         types.String      `tfsdk:"on_conflict"`
}

// The contract's limits.
var (
	slugForm   = regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)
	prefixForm = regexp.MustCompile(`^[A-Z0-9]{1,10}$`)
)

const (
	maxCompanyName = 100
	maxSlug        = 63
)

func (r *company) Schema(_ context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	stays := []planmodifier.String{stringplanmodifier.UseStateForUnknown()}
	resp.Schema = schema.Schema{
		MarkdownDescription: "A company of the Corebill organization. Everything about it changes in place. " +
			"Creating and deleting one takes an organization key of level `admin`. " +
			"What is deleted with a company, such as its customers, is gone: `deletion_protection` prevents that, and a company that has live API keys is not deleted.",
		Attributes: map[string]schema.Attribute{
			"id": object.Lasting("Id of the company."),
			"name": schema.StringAttribute{
				Required:            true,
				MarkdownDescription: "Name of the company, 1 to 100 characters.",
				Validators:          validate.Name(maxCompanyName),
			},
			"slug": schema.StringAttribute{
				Optional: true,
				Computed: true,
				MarkdownDescription: "Short name for addresses: small letters, digits and single hyphens between them, at most 63 characters. " +
					"Where it is not set, Corebill derives it from the first name, and it is not managed.",
				PlanModifiers: stays,
				Validators: []validator.String{
					stringvalidator.LengthAtMost(maxSlug),
					stringvalidator.RegexMatches(slugForm, "must be small letters and digits, with single hyphens between them"),
				},
			},
			"currency": schema.StringAttribute{
				Optional: true,
				Computed: true,
				MarkdownDescription: "Currency that the company bills in, an ISO 4217 code such as `EUR`. " +
					"Where it is not set, a new company bills in `USD`, and the currency is not managed.",
				PlanModifiers: stays,
				Validators:    []validator.String{validate.Word("currency", currency.Check)},
			},
			"on_conflict":    object.OnConflict(companyKind.Noun, "slug (set here, or derived from the name)"),
			"invoice_prefix": prefixAttribute("invoice", "INV", stays),
			"quote_prefix":   prefixAttribute("quote", "QUO", stays),
			"logo_url": schema.StringAttribute{
				Optional:            true,
				MarkdownDescription: "Where the company's logo is, an http or https URL. Where it is not set, the company has none.",
				Validators:          []validator.String{validate.URL("logo URL")},
			},
			"deletion_protection": schema.BoolAttribute{
				Optional: true,
				Computed: true,
				Default:  booldefault.StaticBool(true),
				MarkdownDescription: "Whether a plan that deletes the company is refused; `true` where it is not set. " +
					"To delete the company, set it to `false` and apply that first. Kept by Terraform alone: the platform does not know it.",
			},
			"created_at": object.LastingTime("When the company was created"),
		},
	}
}

func prefixAttribute(document, otherwise string, stays []planmodifier.String) schema.StringAttribute {
	return schema.StringAttribute{
		Optional: true,
		Computed: true,
		MarkdownDescription: "What the company's " + document + " numbers start with: 1 to 10 capital letters and digits. " +
			"Where it is not set, a new company has `" + otherwise + "`, and the prefix is not managed.",
		PlanModifiers: stays,
		Validators:    []validator.String{stringvalidator.RegexMatches(prefixForm, "must be 1 to 10 capital letters and digits")},
	}
}

// companies are Corebill's companies as the shared resource sees them.
type companies struct{ providerdata.ToCorebill }

var (
	_ object.Platform[companyModel]    = (*companies)(nil)
	_ object.PlanDeleter[companyModel] = (*companies)(nil)
	_ object.PlanReplacer              = (*companies)(nil)
	_ object.Once[companyModel]        = (*companies)(nil)
)

func (c *companies) Label(m *companyModel) string { return object.Label(m.Name, m.ID) }

// Identity has no scope: a company's id says it all.
func (c *companies) Identity(m *companyModel) (scope, id types.String) {
	return types.StringNull(), m.ID
}

// ResolvePlan says so where the provider's key can't create the company that is
// planned.
func (c *companies) ResolvePlan(ctx context.Context, _, state, plan *companyModel) diag.Diagnostics {
	if state != nil {
		return nil
	}
	return c.checkStanding(ctx, "create", plan)
}

// PlanDelete refuses to delete a protected company.
func (c *companies) PlanDelete(ctx context.Context, state *companyModel) (diags diag.Diagnostics) {
	if err := c.checkProtection(state); err != nil {
		diags.AddAttributeError(path.Root("deletion_protection"), companyKind.Name(c.Label(state))+" is protected", err.Error())
		return diags
	}
	if keys := c.MovingKeys.Destroy(state.ID.ValueString()); len(keys) > 0 {
		diags.AddError(companyKind.Name(c.Label(state))+" has keys that move to another company", moveFirst(state.ID.ValueString(), strings.Join(keys, ", ")))
		return diags
	}
	if diags = c.checkStanding(ctx, "delete", state); !diags.HasError() {
		diags.Append(c.PlanReplace(ctx, state.ID.ValueString())...)
	}
	return diags
}

// PlanReplace warns of the live keys in a company that a plan deletes.
func (c *companies) PlanReplace(ctx context.Context, companyID string) (diags diag.Diagnostics) {
	if !c.Ready() {
		return nil
	}
	keys, err := c.liveKeys(ctx, companyID)
	switch {
	case err != nil:
		diags.Append(diagnostics.Error("look for live keys of", "Corebill company "+companyID, err))
	case len(keys) > 0:
		diags.AddWarning("Corebill company "+companyID+" has live keys",
			fmt.Sprintf("Corebill revokes the keys of a company that is deleted. Live are %s. The apply deletes the company only once they are revoked: destroy or move them in this plan, or before it.", strings.Join(keys, ", ")))
	}
	return diags
}

// liveKeys returns the live keys of a company as they are now, each in words. One whose
// creation is not finished is in no use.
func (c *companies) liveKeys(ctx context.Context, companyID string) (keys []string, err error) {
	for key, err := range c.Client.APIKeys(ctx, companyID, corebill.KeyFilter{}) {
		switch {
		case errors.Is(err, client.ErrNotFound):
			return nil, nil // the company is gone, or out of reach: the deletion tells
		case err != nil:
			return nil, err
		case key.CompanyID != nil && *key.CompanyID == companyID && key.RevokedAt == nil && !provisional.Is(key.Name):
			keys = append(keys, fmt.Sprintf("%s (%s…, %q)", key.ID, key.KeyPrefix, key.Name))
		}
	}
	return keys, nil
}

// checkEmpty refuses to delete a company that has live keys.
func (c *companies) checkEmpty(ctx context.Context, companyID string) error {
	keys, err := c.liveKeys(ctx, companyID)
	switch {
	case err != nil:
		return fmt.Errorf("its keys could not be listed, so nothing was deleted: %w", err)
	case len(keys) > 0:
		return fmt.Errorf("it has live keys, which would be revoked with it: %s. Nothing was deleted. Move them to another company and wait until their overlap is over, "+
			"or revoke them (keyward keys revoke <id>), then apply again", strings.Join(keys, ", "))
	}
	return nil
}

func (c *companies) checkProtection(state *companyModel) error {
	if !state.DeletionProtection.ValueBool() {
		return nil
	}
	return fmt.Errorf("company %s would be deleted with its customers and API keys, but deletion_protection is true. "+
		"If that is wanted, set deletion_protection = false on the company, apply, and then delete it. "+
		"If Terraform is only to let go of it, use a removed block with destroy = false", state.ID.ValueString())
}

// checkStanding says so where the provider's key is none that can create and
// delete companies. Source: contract.
func (c *companies) checkStanding(ctx context.Context, action string, m *companyModel) (diags diag.Diagnostics) {
	if !c.Ready() {
		return nil
	}
	name := companyKind.Name(c.Label(m))
	privileges, err := c.CallerPrivileges(ctx)
	switch {
	case err != nil:
		diags.Append(diagnostics.Error("tell whether the provider's key may "+action, name, err))
	case !privileges.Organization:
		diags.AddError("The provider's key can't "+action+" "+name,
			"Only an organization key of level admin creates and deletes companies, and the provider's key belongs to one company. "+
				"Give the provider an organization key (COREBILL_API_KEY, or corebill.api_key in the provider block).")
	case !privileges.Admin:
		diags.AddError("The provider's key can't "+action+" "+name,
			"Only an organization key of level admin creates and deletes companies, and the provider's organization key has a lower level. "+
				"Give the provider one of level admin (COREBILL_API_KEY, or corebill.api_key in the provider block).")
	}
	return diags
}

func (c *companies) Create(ctx context.Context, plan *companyModel) error {
	scope, err := c.AnyCompany(ctx)
	if err != nil {
		return err
	}
	if scope == "" {
		return errors.New("every request to Corebill names a company, and the provider's key reaches none: create the first one in the dashboard")
	}
	created, err := c.Client.CreateCompany(ctx, scope, plan.createRequest())
	if err != nil {
		return err
	}
	c.SharedCompanies().Put(providerdata.AllCompanies, *created)
	plan.adopt(*created)
	return nil
}

// Read takes a company for gone only where the provider's key would see it if it
// were there: Corebill answers 404 as well to a key of another company.
func (c *companies) Read(ctx context.Context, m *companyModel) error {
	found, err := c.SharedCompanies().Get(ctx, providerdata.AllCompanies, m.ID.ValueString())
	if err != nil {
		return c.unseen(ctx, m.ID.ValueString(), err)
	}
	m.adopt(found)
	return nil
}

func (c *companies) unseen(ctx context.Context, companyID string, err error) error {
	if !errors.Is(err, client.ErrNotFound) {
		return err
	}
	privileges, lookup := c.CallerPrivileges(ctx)
	switch {
	case lookup != nil:
		return untold(lookup)
	case !privileges.Organization:
		return fmt.Errorf("the provider's key belongs to another company, so nothing can be said of company %s: "+
			"give the provider that company's key or an organization key; the state was left as it is", companyID)
	default:
		return err
	}
}

func (c *companies) Update(ctx context.Context, state, plan *companyModel) error {
	request, different := plan.updateRequest(state)
	if !different {
		return nil
	}
	updated, err := c.Client.UpdateCompany(ctx, state.ID.ValueString(), request)
	c.SharedCompanies().Update(providerdata.AllCompanies, state.ID.ValueString(), updated)
	if err != nil {
		return err
	}
	plan.adopt(*updated)
	return nil
}

func (c *companies) Delete(ctx context.Context, state *companyModel) error {
	if err := c.checkProtection(state); err != nil {
		return err
	}
	if err := c.checkEmpty(ctx, state.ID.ValueString()); err != nil {
		return err
	}
	err := c.Client.DeleteCompany(ctx, state.ID.ValueString())
	c.SharedCompanies().Invalidate(providerdata.AllCompanies, state.ID.ValueString())
	c.Keys().InvalidateAll() // the company's objects went with it
	c.Webhooks().InvalidateAll()
	if err = c.unseen(ctx, state.ID.ValueString(), err); err == nil || errors.Is(err, client.ErrNotFound) {
		c.CompanyGone(state.ID.ValueString())
		return nil
	}
	return err
}

// Unique tells companies apart by their slugs, declared or derived from the name,
// and where no slug can be derived by their names. Corebill promises neither to be
// unique.
func (c *companies) Unique(m *companyModel) object.Unique {
	unique := object.Unique{At: path.Root("name"), Allowed: m.OnConflict.ValueString() == object.ConflictIsAllowed}
	slug := known(m.Slug)
	switch {
	case slug != nil:
		unique.At = path.Root("slug")
		unique.Marks = []string{"slug " + *slug, "name " + naming.NFC(m.Name.ValueString())}
	case m.Name.IsUnknown():
	case platform.Slug(m.Name.ValueString()) != "":
		unique.Marks = []string{"slug " + platform.Slug(m.Name.ValueString())}
	default:
		unique.Marks = []string{"name " + naming.NFC(m.Name.ValueString())}
	}
	return unique
}

// List returns the companies that the provider's key reaches.
func (c *companies) List(ctx context.Context, _ string, fresh bool) (_ []companyModel, err error) {
	var all []corebillapi.Company
	if fresh {
		all, err = c.Client.Companies(ctx)
	} else {
		all, err = c.SharedCompanies().All(ctx, providerdata.AllCompanies)
	}
	return object.ModelsOf(all, (*companyModel).adopt), err
}

// Inspect reads a company.
func (c *companies) Inspect(ctx context.Context, _, id, comment string) error {
	_, err := c.Client.WithComment(comment).GetCompany(ctx, id)
	return err
}

// SaysReplaced looks into the company's own log.
func (c *companies) SaysReplaced(ctx context.Context, _, id string) (bool, error) {
	return c.Corebill.SaysReplaced(ctx, id, id)
}

func (c *companies) All(ctx context.Context, _ string) iter.Seq2[companyModel, error] {
	found, err := c.Companies(ctx)
	return providerdata.Sequence(object.ModelsOf(found, (*companyModel).adopt), err)
}

func (m *companyModel) createRequest() corebillapi.CreateCompanyRequest {
	return corebillapi.CreateCompanyRequest{
		Name: m.Name.ValueString(), Slug: known(m.Slug), Currency: known(m.Currency),
		InvoicePrefix: known(m.InvoicePrefix), QuotePrefix: known(m.QuotePrefix), LogoURL: known(m.LogoURL),
	}
}

// known points at a value; nil where there is none yet.
func known(value types.String) *string {
	if value.IsUnknown() {
		return nil
	}
	return value.ValueStringPointer()
}

// updateRequest holds what differs from the state.
func (m *companyModel) updateRequest(state *companyModel) (request corebillapi.UpdateCompanyRequest, different bool) {
	for _, field := range []struct {
		into     **string
		from, to types.String
	}{
		{&request.Name, state.Name, m.Name},
		{&request.Slug, state.Slug, m.Slug},
		{&request.Currency, state.Currency, m.Currency},
		{&request.InvoicePrefix, state.InvoicePrefix, m.InvoicePrefix},
		{&request.QuotePrefix, state.QuotePrefix, m.QuotePrefix},
	} {
		if value := known(field.to); value != nil && !field.from.Equal(field.to) {
			*field.into, different = value, true
		}
	}
	if !m.LogoURL.Equal(state.LogoURL) {
		request.LogoURL, different = object.Nullable(m.LogoURL), true
	}
	return request, different
}

// adopt writes what Corebill says of the company. A company that is new to the
// state is protected.
func (m *companyModel) adopt(company corebillapi.Company) {
	m.ID = types.StringValue(company.ID)
	m.Name = object.Text(&company.Name)
	m.Slug = types.StringValue(company.Slug)
	m.Currency = types.StringValue(company.Currency)
	m.InvoicePrefix = types.StringValue(company.InvoicePrefix)
	m.QuotePrefix = types.StringValue(company.QuotePrefix)
	m.LogoURL = types.StringPointerValue(company.LogoURL)
	m.CreatedAt = timetypes.NewRFC3339TimeValue(company.CreatedAt.UTC())
	if m.DeletionProtection.IsNull() || m.DeletionProtection.IsUnknown() {
		m.DeletionProtection = types.BoolValue(true)
	}
}
