package store

import (
	"context"
	"time"

	"github.com/keyward/terraform-provider-keyward/internal/platform/corebill"
)

// CorebillKey is an API key of Corebill. Its token is nowhere.
type CorebillKey struct {
	ID             string
	OrganizationID string
	// CompanyID is nil for an organization key.
	CompanyID *string
	Name      string
	Level     corebill.Level
	KeyPrefix string
	// TokenHash is the token's SHA-256 in hex.
	TokenHash  string
	Disabled   bool
	CreatedBy  string
	CreatedAt  time.Time
	LastUsedAt *time.Time
	RevokedAt  *time.Time
}

// CorebillCandidate is a key whose prefix a presented token has.
type CorebillCandidate struct {
	CorebillKey

	// Reaches tells whether the company that was asked about exists and the key
	// may act for it.
	Reaches bool
}

// CorebillKeyScope names the keys that a caller may see.
type CorebillKeyScope struct {
	OrganizationID string
	CompanyID      string
	// WithOrganization adds the organization's own keys to the company's.
	WithOrganization bool
	// RevokedAfter adds keys revoked after that time; nil adds none.
	RevokedAfter *time.Time
}

// CorebillKeyChange holds what to change; nil leaves a field alone.
type CorebillKeyChange struct {
	Name     *string
	Disabled *bool
}

const corebillKeyColumns = "id, organization_id, company_id, name, permission_level, key_prefix, token_hash, disabled, " +
	"created_by, created_at, last_used_at, revoked_at"

func scanCorebillKey(row scanner) (CorebillKey, error) {
	return scanCorebillKeyAnd(row)
}

func scanCorebillKeyAnd(row scanner, more ...any) (CorebillKey, error) {
	var k CorebillKey
	var createdAt int64
	var lastUsedAt, revokedAt *int64
	err := row.Scan(append([]any{
		&k.ID, &k.OrganizationID, &k.CompanyID, &k.Name, &k.Level, &k.KeyPrefix, &k.TokenHash, &k.Disabled,
		&k.CreatedBy, &createdAt, &lastUsedAt, &revokedAt,
	}, more...)...)
	k.CreatedAt, k.LastUsedAt, k.RevokedAt = fromMicros(createdAt), fromMicrosOrNull(lastUsedAt), fromMicrosOrNull(revokedAt)
	return k, err
}

// CreateCorebillKey adds a key.
func (s *Store) CreateCorebillKey(ctx context.Context, k CorebillKey) error {
	_, err := s.write(ctx, "INSERT INTO corebill_keys ("+corebillKeyColumns+") VALUES ("+placeholders(12)+")",
		k.ID, k.OrganizationID, k.CompanyID, k.Name, string(k.Level), k.KeyPrefix, k.TokenHash, k.Disabled,
		k.CreatedBy, micros(k.CreatedAt), microsOrNull(k.LastUsedAt), microsOrNull(k.RevokedAt))
	return err
}

// CorebillCandidates returns every key with the prefix, revoked and disabled ones
// included, and whether each reaches the company. The prefix is no secret; which
// of the keys a token belongs to is for the caller to find out in constant time.
func (s *Store) CorebillCandidates(ctx context.Context, prefix, companyID string) ([]CorebillCandidate, error) {
	return all(ctx, s, func(row scanner) (CorebillCandidate, error) {
		var c CorebillCandidate
		var err error
		c.CorebillKey, err = scanCorebillKeyAnd(row, &c.Reaches)
		return c, err
	}, "SELECT "+corebillKeyColumns+`, EXISTS (
	SELECT 1 FROM companies
	WHERE companies.id = ? AND companies.organization_id = corebill_keys.organization_id
	AND (corebill_keys.company_id IS NULL OR corebill_keys.company_id = companies.id))
FROM corebill_keys WHERE key_prefix = ?`, companyID, prefix)
}

func corebillKeys(scope CorebillKeyScope) list[CorebillKey] {
	l := list[CorebillKey]{table: "corebill_keys", columns: corebillKeyColumns, scan: scanCorebillKey}
	l.only("organization_id = ?", scope.OrganizationID)
	if scope.WithOrganization {
		l.only("company_id = ? OR company_id IS NULL", scope.CompanyID)
	} else {
		l.only("company_id = ?", scope.CompanyID)
	}
	if scope.RevokedAfter == nil {
		l.only("revoked_at IS NULL")
	} else {
		l.only("revoked_at IS NULL OR revoked_at > ?", micros(*scope.RevokedAfter))
	}
	return l
}

// CorebillKeys returns one page of the keys in the scope.
func (s *Store) CorebillKeys(ctx context.Context, scope CorebillKeyScope, c Cursor) ([]CorebillKey, bool, error) {
	return corebillKeys(scope).byCursor(ctx, s, c)
}

// CorebillKey returns one of the keys in the scope.
func (s *Store) CorebillKey(ctx context.Context, scope CorebillKeyScope, id string) (CorebillKey, error) {
	l := corebillKeys(scope)
	l.only("id = ?", id)
	return l.first(ctx, s)
}

// AllCorebillKeys returns every key there is, newest first.
func (s *Store) AllCorebillKeys(ctx context.Context) ([]CorebillKey, error) {
	return list[CorebillKey]{table: "corebill_keys", columns: corebillKeyColumns, scan: scanCorebillKey}.every(ctx, s)
}

// UpdateCorebillKey changes a key that is not revoked: ErrNotFound for one that is.
func (s *Store) UpdateCorebillKey(ctx context.Context, id string, change CorebillKeyChange) error {
	var c changes
	set(&c, "name", change.Name)
	set(&c, "disabled", change.Disabled)
	return s.update(ctx, "corebill_keys", c, "id = ? AND revoked_at IS NULL", id)
}

// RevokeCorebillKey revokes a key, once: a second time changes nothing.
func (s *Store) RevokeCorebillKey(ctx context.Context, id string, now time.Time) error {
	_, err := s.write(ctx, "UPDATE corebill_keys SET revoked_at = ? WHERE id = ? AND revoked_at IS NULL", micros(now), id)
	return err
}
