package store

import (
	"context"
	"time"
)

// Organization owns the companies and their keys. A database has one.
type Organization struct {
	ID        string
	Name      string
	CreatedAt time.Time
}

// Company is one of the organization's.
type Company struct {
	ID             string
	OrganizationID string
	Name           string
	Slug           string
	Currency       string
	InvoicePrefix  string
	QuotePrefix    string
	LogoURL        *string
	CreatedAt      time.Time
}

// CompanyChange holds what to change; nil leaves a field alone.
type CompanyChange struct {
	Name, Slug, Currency, InvoicePrefix, QuotePrefix *string
	// LogoURL points at nil to remove the logo.
	LogoURL **string
}

// CreateOrganization adds the organization.
func (s *Store) CreateOrganization(ctx context.Context, o Organization) error {
	_, err := s.write(ctx, "INSERT INTO organizations (id, name, created_at) VALUES (?, ?, ?)", o.ID, o.Name, micros(o.CreatedAt))
	return err
}

// Organization returns the database's organization: ErrNotFound in an empty one.
func (s *Store) Organization(ctx context.Context) (Organization, error) {
	return one(ctx, s, scanOrganization, "SELECT id, name, created_at FROM organizations ORDER BY created_at, id LIMIT 1")
}

func scanOrganization(row scanner) (Organization, error) {
	var o Organization
	var createdAt int64
	err := row.Scan(&o.ID, &o.Name, &createdAt)
	o.CreatedAt = fromMicros(createdAt)
	return o, err
}

const companyColumns = "id, organization_id, name, slug, currency, invoice_prefix, quote_prefix, logo_url, created_at"

func scanCompany(row scanner) (Company, error) {
	var c Company
	var createdAt int64
	err := row.Scan(&c.ID, &c.OrganizationID, &c.Name, &c.Slug, &c.Currency, &c.InvoicePrefix, &c.QuotePrefix, &c.LogoURL, &createdAt)
	c.CreatedAt = fromMicros(createdAt)
	return c, err
}

// CreateCompany adds a company.
func (s *Store) CreateCompany(ctx context.Context, c Company) error {
	_, err := s.write(ctx, "INSERT INTO companies ("+companyColumns+") VALUES ("+placeholders(9)+")",
		c.ID, c.OrganizationID, c.Name, c.Slug, c.Currency, c.InvoicePrefix, c.QuotePrefix, c.LogoURL, micros(c.CreatedAt))
	return err
}

// companies lists those of an organization, or only the one that companyID names.
func companies(organizationID string, companyID *string) list[Company] {
	l := list[Company]{table: "companies", columns: companyColumns, scan: scanCompany}
	l.only("organization_id = ?", organizationID)
	if companyID != nil {
		l.only("id = ?", *companyID)
	}
	return l
}

// Companies returns one page of an organization's companies, or of the one that
// companyID names.
func (s *Store) Companies(ctx context.Context, organizationID string, companyID *string, c Cursor) ([]Company, bool, error) {
	return companies(organizationID, companyID).byCursor(ctx, s, c)
}

// AllCompanies returns the organization's companies, newest first.
func (s *Store) AllCompanies(ctx context.Context, organizationID string) ([]Company, error) {
	return companies(organizationID, nil).every(ctx, s)
}

// Company returns one of the organization's companies.
func (s *Store) Company(ctx context.Context, organizationID, id string) (Company, error) {
	return companies(organizationID, &id).first(ctx, s)
}

// UpdateCompany changes a company.
func (s *Store) UpdateCompany(ctx context.Context, organizationID, id string, change CompanyChange) error {
	var c changes
	set(&c, "name", change.Name)
	set(&c, "slug", change.Slug)
	set(&c, "currency", change.Currency)
	set(&c, "invoice_prefix", change.InvoicePrefix)
	set(&c, "quote_prefix", change.QuotePrefix)
	set(&c, "logo_url", change.LogoURL)
	return s.update(ctx, "companies", c, "organization_id = ? AND id = ?", organizationID, id)
}

// DeleteCompany deletes a company with its customers, and revokes its keys.
func (s *Store) DeleteCompany(ctx context.Context, organizationID, id string, now time.Time) error {
	return s.InTx(ctx, func(ctx context.Context) error {
		if err := s.writeOne(ctx, "DELETE FROM companies WHERE organization_id = ? AND id = ?", organizationID, id); err != nil {
			return err
		}
		_, err := s.write(ctx, "UPDATE corebill_keys SET revoked_at = ? WHERE company_id = ? AND revoked_at IS NULL", micros(now), id)
		return err
	})
}
