package store

import (
	"context"
	"time"

	"github.com/keyward/terraform-provider-keyward/internal/platform/corebill"
)

// Organization owns the companies and their keys. A database has one.
type Organization struct {
	ID, Name  string
	CreatedAt time.Time
}

// Organizations is the organization, or nothing in an empty database.
func (s *Store) Organizations() Table[Organization] {
	return table[Organization](s, "organizations", "created_at, id")
}

// Company is one of the organization's.
type Company struct {
	ID, OrganizationID, Name, Slug, Currency, InvoicePrefix, QuotePrefix string

	LogoURL   *string
	CreatedAt time.Time
}

// Companies are an organization's, newest first.
func (s *Store) Companies(organizationID string) Table[Company] {
	return table[Company](s, "companies", newestFirst).only("organization_id = ?", organizationID)
}

// CompaniesOf are an organization's, or only the one that companyID names where it
// is not nil.
func (s *Store) CompaniesOf(organizationID string, companyID *string) Table[Company] {
	return s.Companies(organizationID).filter("id = ?", companyID)
}

// DeleteCompany deletes a company with its customers and webhooks, and revokes its
// keys.
func (s *Store) DeleteCompany(ctx context.Context, organizationID, id string, now time.Time) error {
	return s.InTx(ctx, func(ctx context.Context) error {
		if err := s.Companies(organizationID).Delete(ctx, id); err != nil {
			return err
		}
		return s.revoke(ctx, "corebill_keys", "company_id", id, now)
	})
}

// Customer of a company.
type Customer struct {
	ID, CompanyID, Name string

	Email     *string
	CreatedAt time.Time
}

// Customers are a company's, newest first.
func (s *Store) Customers(companyID string) Table[Customer] {
	return table[Customer](s, "customers", newestFirst).only("company_id = ?", companyID)
}

// CorebillKey is an API key of Corebill. Its token is nowhere.
type CorebillKey struct {
	ID, OrganizationID string
	// CompanyID is nil for an organization key.
	CompanyID *string
	Name      string
	Level     corebill.Level `db:"permission_level"`
	// TokenHash is the token's SHA-256 in hex.
	KeyPrefix, TokenHash  string
	Disabled              bool
	CreatedBy             string
	CreatedAt             time.Time
	LastUsedAt, RevokedAt *time.Time
}

// CorebillCandidate is a key whose prefix a presented token has.
type CorebillCandidate struct {
	CorebillKey

	// Reaches tells whether the company that was asked about exists and the key
	// may act for it.
	Reaches bool `db:"reaches,read"`
}

// CorebillKeyScope names the keys that a caller may see.
type CorebillKeyScope struct {
	OrganizationID, CompanyID string
	// WithOrganization adds the organization's own keys to the company's.
	WithOrganization bool
	// RevokedAfter adds keys revoked after that time; nil adds none.
	RevokedAfter *time.Time
}

// CorebillKeys are all keys there are, newest first.
func (s *Store) CorebillKeys() Table[CorebillKey] {
	return table[CorebillKey](s, "corebill_keys", newestFirst)
}

// CorebillKeysIn are the keys in the scope, newest first.
func (s *Store) CorebillKeysIn(scope CorebillKeyScope) Table[CorebillKey] {
	return notRevoked(s.CorebillKeys(), scope.RevokedAfter).only("organization_id = ?", scope.OrganizationID).
		only("company_id = ? OR company_id IS NULL AND ?", scope.CompanyID, scope.WithOrganization)
}

// CorebillCandidates returns every key with the prefix, revoked and disabled ones
// included, and whether each reaches the company. The prefix is no secret; which
// of the keys a token belongs to is for the caller to find out in constant time.
func (s *Store) CorebillCandidates(ctx context.Context, prefix, companyID string) ([]CorebillCandidate, error) {
	t := table[CorebillCandidate](s, "corebill_keys", newestFirst)
	t.from = `(SELECT corebill_keys.*, EXISTS (
	SELECT 1 FROM companies
	WHERE companies.id = ? AND companies.organization_id = corebill_keys.organization_id
	AND (corebill_keys.company_id IS NULL OR corebill_keys.company_id = companies.id)) AS reaches
FROM corebill_keys) AS candidates`
	t.args = []any{companyID}
	return t.only("key_prefix = ?", prefix).All(ctx)
}

// ChangeCorebillKey changes a key that is not revoked, see Table.Change:
// ErrNotFound for one that is.
func (s *Store) ChangeCorebillKey(ctx context.Context, id string, change func(*CorebillKey)) error {
	_, err := notRevoked(s.CorebillKeys(), nil).Change(ctx, id, change)
	return err
}

// RevokeCorebillKey revokes a key, once: a second time changes nothing.
func (s *Store) RevokeCorebillKey(ctx context.Context, id string, now time.Time) error {
	return s.revoke(ctx, "corebill_keys", "id", id, now)
}

// notRevoked leaves out the keys that are revoked, but for those revoked after
// the given time.
func notRevoked[T any](keys Table[T], after *time.Time) Table[T] {
	return keys.only("revoked_at IS NULL OR revoked_at > ?", after) // true for no row where after is null
}

// revoke revokes the keys whose column has the value, but for those that are
// revoked already.
func (s *Store) revoke(ctx context.Context, keys, column, value string, now time.Time) error {
	return s.exec(ctx, "UPDATE "+keys+" SET revoked_at = ? WHERE "+column+" = ? AND revoked_at IS NULL", now, value)
}
