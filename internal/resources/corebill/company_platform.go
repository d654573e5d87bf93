package corebill

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework-timetypes/timetypes"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/oapi-codegen/nullable"

	"github.com/keyward/terraform-provider-keyward/internal/client"
	"github.com/keyward/terraform-provider-keyward/internal/client/corebill"
	"github.com/keyward/terraform-provider-keyward/internal/configured"
	corebillapi "github.com/keyward/terraform-provider-keyward/internal/contract/corebill"
	"github.com/keyward/terraform-provider-keyward/internal/diagnose"
	platform "github.com/keyward/terraform-provider-keyward/internal/platform/corebill"
	"github.com/keyward/terraform-provider-keyward/internal/platform/naming"
	"github.com/keyward/terraform-provider-keyward/internal/platform/provisional"
	"github.com/keyward/terraform-provider-keyward/internal/resources/object"
)

// companies are Corebill's companies as the shared resource sees them.
type companies struct{ configured.ToCorebill }

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

// Complete says so where the provider's key can't create the company that is
// planned.
func (c *companies) Complete(ctx context.Context, _, state, plan *companyModel) diag.Diagnostics {
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
		diags.Append(diagnose.Error("look for live keys of", "Corebill company "+companyID, err))
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
	standing, err := c.Standing(ctx)
	switch {
	case err != nil:
		diags.Append(diagnose.Error("tell whether the provider's key may "+action, name, err))
	case !standing.Organization:
		diags.AddError("The provider's key can't "+action+" "+name,
			"Only an organization key of level admin creates and deletes companies, and the provider's key belongs to one company. "+
				"Give the provider an organization key (COREBILL_API_KEY, or corebill.api_key in the provider block).")
	case !standing.Admin:
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
	c.SharedCompanies().Put(configured.AllCompanies, *created)
	plan.adopt(*created)
	return nil
}

// Read takes a company for gone only where the provider's key would see it if it
// were there: Corebill answers 404 as well to a key of another company.
func (c *companies) Read(ctx context.Context, m *companyModel) error {
	found, err := c.SharedCompanies().Get(ctx, configured.AllCompanies, m.ID.ValueString())
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
	standing, lookup := c.Standing(ctx)
	switch {
	case lookup != nil:
		return untold(lookup)
	case !standing.Organization:
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
	c.SharedCompanies().Update(configured.AllCompanies, state.ID.ValueString(), updated)
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
	c.SharedCompanies().Invalidate(configured.AllCompanies, state.ID.ValueString())
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
func (c *companies) List(ctx context.Context, _ string, fresh bool) (models []companyModel, err error) {
	var all []corebillapi.Company
	if fresh {
		all, err = c.Client.Companies(ctx)
	} else {
		all, err = c.SharedCompanies().All(ctx, configured.AllCompanies)
	}
	models = make([]companyModel, len(all))
	for i, found := range all {
		models[i].adopt(found)
	}
	return models, err
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
	return func(yield func(companyModel, error) bool) {
		found, err := c.Companies(ctx)
		if err != nil {
			yield(companyModel{}, err)
			return
		}
		for _, company := range found {
			var m companyModel
			m.adopt(company)
			if !yield(m, nil) {
				return
			}
		}
	}
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
		request.LogoURL, different = nullable.NewNullNullable[string](), true
		if !m.LogoURL.IsNull() {
			request.LogoURL = nullable.NewNullableWithValue(m.LogoURL.ValueString())
		}
	}
	return request, different
}

// adopt writes what Corebill says of the company. A company that is new to the
// state is protected.
func (m *companyModel) adopt(company corebillapi.Company) {
	m.ID = types.StringValue(company.ID)
	m.Name = object.Spelled(m.Name, &company.Name)
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
