package corebill

import (
	"cmp"
	"context"
	"net/http"

	"github.com/oapi-codegen/nullable"

	corebillapi "github.com/keyward/terraform-provider-keyward/internal/contract/corebill"
	"github.com/keyward/terraform-provider-keyward/internal/platform/corebill"
	"github.com/keyward/terraform-provider-keyward/internal/sandbox/store"
)

// ListCompanies lists the companies that the key can reach. It is the one
// operation that needs no company_id.
func (s *server) ListCompanies(w http.ResponseWriter, r *http.Request, params corebillapi.ListCompaniesParams) {
	c, err := cursor(params.Limit, params.StartingAfter, params.EndingBefore)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	caller := callerOf(r)
	only := caller.key.CompanyID
	if params.CompanyID != nil {
		only = params.CompanyID // within reach: operation has seen to it
	}
	rows, more, err := s.Store.CompaniesOf(caller.key.OrganizationID, only).ByCursor(r.Context(), c)
	s.answer(w, r, http.StatusOK, newPage(r, rows, more, c, company, func(c corebillapi.Company) string { return c.ID }), listed(c, err))
}

// CreateCompany adds a company to the organization.
func (s *server) CreateCompany(w http.ResponseWriter, r *http.Request, _ corebillapi.CreateCompanyParams) {
	caller := callerOf(r)
	if !caller.organization() || caller.key.Level != corebill.Admin {
		s.fail(w, r, errNeedOrgAdmin)
		return
	}
	row, err := s.newCompany(r, caller.key.OrganizationID)
	if err == nil {
		err = s.Store.Companies(row.OrganizationID).Insert(r.Context(), row)
	}
	s.answer(w, r, http.StatusCreated, company(row), err)
}

func (s *server) newCompany(r *http.Request, organizationID string) (store.Company, error) {
	request, err := body[corebillapi.CreateCompanyRequest](r)
	if err != nil {
		return store.Company{}, err
	}
	id, err := corebill.NewID(s.Rand, corebill.CompanyID)
	return store.Company{
		ID: id, OrganizationID: organizationID, Name: request.Name, Slug: or(request.Slug, Slug(request.Name)),
		Currency: or(request.Currency, "USD"), InvoicePrefix: or(request.InvoicePrefix, "INV"),
		QuotePrefix: or(request.QuotePrefix, "QUO"), LogoURL: request.LogoURL, CreatedAt: s.Now().UTC(),
	}, err
}

// GetCompany returns one company.
func (s *server) GetCompany(w http.ResponseWriter, r *http.Request, id corebillapi.ID, _ corebillapi.GetCompanyParams) {
	row, err := s.company(r.Context(), callerOf(r), id)
	s.answer(w, r, http.StatusOK, company(row), err)
}

// company returns a company within the caller's reach.
func (s *server) company(ctx context.Context, c *caller, id string) (store.Company, error) {
	if !c.organization() && *c.key.CompanyID != id {
		return store.Company{}, errCompanyNotFound
	}
	row, err := s.Store.Companies(c.key.OrganizationID).Get(ctx, id)
	return row, named("Company", err)
}

// UpdateCompany changes the fields that are present.
func (s *server) UpdateCompany(w http.ResponseWriter, r *http.Request, id corebillapi.ID, _ corebillapi.UpdateCompanyParams) {
	request, err := body[corebillapi.UpdateCompanyRequest](r)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	var row store.Company
	err = s.Store.InTx(r.Context(), func(ctx context.Context) error {
		before, err := s.company(ctx, callerOf(r), id)
		if err != nil {
			return err
		}
		row, err = s.Store.Companies(before.OrganizationID).Change(ctx, id, func(c *store.Company) {
			c.Name, c.Slug, c.Currency = or(request.Name, c.Name), or(request.Slug, c.Slug), or(request.Currency, c.Currency)
			c.InvoicePrefix, c.QuotePrefix = or(request.InvoicePrefix, c.InvoicePrefix), or(request.QuotePrefix, c.QuotePrefix)
			c.LogoURL = or(optional(request.LogoURL), c.LogoURL)
		})
		return named("Company", err)
	})
	s.answer(w, r, http.StatusOK, company(row), err)
}

// DeleteCompany deletes a company with its customers and revokes its keys. The
// last company stays: without one no further request could name a company_id.
func (s *server) DeleteCompany(w http.ResponseWriter, r *http.Request, id corebillapi.ID, _ corebillapi.DeleteCompanyParams) {
	caller := callerOf(r)
	if !caller.organization() {
		s.fail(w, r, errNeedOrgAdmin)
		return
	}
	err := s.Store.Exclusively(r.Context(), func(ctx context.Context) error {
		if _, err := s.company(ctx, caller, id); err != nil {
			return err
		}
		companies, err := s.Store.Companies(caller.key.OrganizationID).All(ctx)
		if err != nil {
			return err
		}
		if len(companies) == 1 {
			return errLastCompany
		}
		return s.Store.DeleteCompany(ctx, caller.key.OrganizationID, id, s.Now())
	})
	deleted := corebillapi.DeletedCompany{ID: id, Object: corebillapi.DeletedCompanyObjectCompany, Deleted: true}
	s.answer(w, r, http.StatusOK, deleted, err)
}

func company(c store.Company) corebillapi.Company {
	return corebillapi.Company{
		ID: c.ID, Name: c.Name, Slug: c.Slug, Currency: c.Currency, InvoicePrefix: c.InvoicePrefix,
		QuotePrefix: c.QuotePrefix, LogoURL: c.LogoURL, CreatedAt: c.CreatedAt,
	}
}

// Slug is a company's slug where a request gives none: the name's, and "company"
// where the name makes none.
func Slug(name string) string { return cmp.Or(corebill.Slug(name), "company") }

func or[T any](value *T, otherwise T) T {
	if value == nil {
		return otherwise
	}
	return *value
}

// optional is nil where the field is absent, and points at nil where it is null.
func optional[T any](field nullable.Nullable[T]) **T {
	if !field.IsSpecified() {
		return nil
	}
	var value *T
	if !field.IsNull() {
		present := field.MustGet()
		value = &present
	}
	return &value
}

// ListCustomers lists the company's customers.
func (s *server) ListCustomers(w http.ResponseWriter, r *http.Request, params corebillapi.ListCustomersParams) {
	c, err := cursor(params.Limit, params.StartingAfter, params.EndingBefore)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	rows, more, err := s.Store.Customers(params.CompanyID).ByCursor(r.Context(), c)
	s.answer(w, r, http.StatusOK, newPage(r, rows, more, c, customer, func(c corebillapi.Customer) string { return c.ID }), listed(c, err))
}

// CreateCustomer adds a customer to the company.
func (s *server) CreateCustomer(w http.ResponseWriter, r *http.Request, params corebillapi.CreateCustomerParams) {
	request, err := body[corebillapi.CreateCustomerRequest](r)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	id, err := corebill.NewID(s.Rand, corebill.CustomerID)
	row := store.Customer{ID: id, CompanyID: params.CompanyID, Name: request.Name, Email: request.Email, CreatedAt: s.Now().UTC()}
	if err == nil {
		err = s.Store.InTx(r.Context(), func(ctx context.Context) error {
			if err := s.Store.Customers(row.CompanyID).Insert(ctx, row); err != nil {
				return err
			}
			return s.tell(ctx, row.CompanyID, corebillapi.WebhookEventCustomerCreated, customer(row))
		})
	}
	// Its company may have been deleted a moment ago.
	s.answer(w, r, http.StatusCreated, customer(row), named("Company", err))
}

// GetCustomer returns one of the company's customers.
func (s *server) GetCustomer(w http.ResponseWriter, r *http.Request, id corebillapi.ID, params corebillapi.GetCustomerParams) {
	row, err := s.Store.Customers(params.CompanyID).Get(r.Context(), id)
	s.answer(w, r, http.StatusOK, customer(row), named("Customer", err))
}

// DeleteCustomer deletes one of the company's customers.
func (s *server) DeleteCustomer(w http.ResponseWriter, r *http.Request, id corebillapi.ID, params corebillapi.DeleteCustomerParams) {
	err := s.Store.InTx(r.Context(), func(ctx context.Context) error {
		row, err := s.Store.Customers(params.CompanyID).Get(ctx, id)
		if err != nil {
			return err
		}
		if err := s.Store.Customers(params.CompanyID).Delete(ctx, id); err != nil {
			return err
		}
		return s.tell(ctx, params.CompanyID, corebillapi.WebhookEventCustomerDeleted, customer(row))
	})
	deleted := corebillapi.DeletedCustomer{ID: id, Object: corebillapi.CustomerObjectCustomer, Deleted: true}
	s.answer(w, r, http.StatusOK, deleted, named("Customer", err))
}

func customer(c store.Customer) corebillapi.Customer {
	return corebillapi.Customer{
		ID: c.ID, Object: corebillapi.CustomerObjectCustomer, CompanyID: c.CompanyID, Name: c.Name, Email: c.Email, CreatedAt: c.CreatedAt,
	}
}
